/**
 * What was compiled, in a directory of the host: `VERSION/LAYOUT/*.pack` for regions, `VERSION/*.module` and `VERSION/*.memory`
 * for what every run needs. VERSION stands for Strata's own code and V8's version. As it holds code that will be executed, it must be the user's
 * own. A cache that is damaged, or that cannot be written, is as good as none.
 */

import { randomUUID } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { TranslationCache } from "../../../engine/translation-cache.ts";
import { attempt } from "./attempt.ts";
import { canSerialize, deserialize, serialize } from "./compiled-modules.ts";
import { KeptModules, packsIn, removePack } from "./kept-modules.ts";
import { ownVersion, shortHash } from "./own-version.ts";
import { sha256 } from "./pack.ts";

/** Bytes of files that are kept, those used last. */
const MOST_BYTES = 512 * 2 ** 20;
const DAY = 24 * 60 * 60 * 1000;
const HASH_BYTES = 32;

export class TranslationDirectory implements TranslationCache {
  readonly #root: string;
  readonly #directory: string;
  readonly #mostBytes: number;
  readonly #layouts = new Map<string, KeptModules>();
  readonly #memories: {
    readonly path: string;
    readonly memory: Uint8Array<ArrayBuffer>;
    readonly before: Buffer;
  }[] = [];
  #isWritten = false;

  constructor(root: string, mostBytes = MOST_BYTES) {
    this.#root = root;
    this.#directory = join(root, ownVersion());
    this.#mostBytes = mostBytes;
  }

  /** The cache in a directory, which is made; undefined where it cannot be used, or others can write to it. */
  static open(root: string, mostBytes = MOST_BYTES): TranslationDirectory | undefined {
    if (!canSerialize()) return undefined;
    return attempt(() => {
      mkdirSync(root, { recursive: true, mode: 0o700 });
      const { uid, mode } = statSync(root);
      const isOwn = uid === process.getuid?.() && (mode & 0o022) === 0;
      return isOwn ? new TranslationDirectory(root, mostBytes) : undefined;
    });
  }

  /** Makes a cache of the modules alone that are in another one, for everybody to read. */
  static copyModules(from: string, to: string): void {
    rmSync(to, { recursive: true, force: true });
    for (const name of readdirSync(from, { recursive: true })) {
      const path = name.toString();
      if (!path.endsWith(".module")) continue;
      mkdirSync(dirname(join(to, path)), { recursive: true });
      writeFileSync(join(to, path), readFileSync(join(from, path)));
    }
  }

  /** Whether anything in it can be used by this version of Strata and of V8. */
  get isOfThisVersion(): boolean {
    return existsSync(this.#directory);
  }

  /** A module that is kept under a name. */
  find(name: string): WebAssembly.Module | undefined {
    return attempt(() => readModule(readFileSync(this.#modulePath(name))));
  }

  module(name: string, write: () => Uint8Array<ArrayBuffer>): WebAssembly.Module {
    const kept = this.find(name);
    if (kept) return kept;
    const code = write();
    const module = new WebAssembly.Module(code);
    attempt(() => this.#writeModule(this.#modulePath(name), code, module));
    return module;
  }

  #modulePath(name: string): string {
    return join(this.#directory, `${shortHash(name)}.module`);
  }

  #writeModule(path: string, code: Uint8Array, module: WebAssembly.Module): void {
    const native = serialize(module);
    if (native) this.#write(path, Buffer.concat([lengthBytes(code.length), code, native]));
  }

  restore(name: string, memory: Uint8Array<ArrayBuffer>): void {
    const path = join(this.#directory, `${shortHash(name)}.memory`);
    const kept = attempt(() => checked(readFileSync(path)));
    if (kept?.length === memory.length) memory.set(kept);
    this.#memories.push({ path, memory, before: Buffer.from(memory) });
  }

  #write(path: string, body: Uint8Array): void {
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    const temporary = `${path}.${randomUUID()}.tmp`;
    writeFileSync(temporary, Buffer.concat([sha256(body), body]), { mode: 0o600 });
    renameSync(temporary, path);
    this.#isWritten = true;
  }

  regions(layout: string): KeptModules {
    const known = this.#layouts.get(layout);
    if (known) return known;
    const regions = new KeptModules(join(this.#directory, shortHash(layout)));
    this.#layouts.set(layout, regions);
    return regions;
  }

  /** The complete packs of this version, with the short hashes of the layouts that they are for. */
  get packs(): readonly { readonly layout: string; readonly path: string }[] {
    const layouts = attempt(() => readdirSync(this.#directory)) ?? [];
    return layouts.flatMap((layout) =>
      packsIn(join(this.#directory, layout)).map((path) => ({ layout, path })),
    );
  }

  /** Writes what has changed in memory that was restored. */
  #keepMemories(): void {
    for (const { path, memory, before } of this.#memories) {
      if (!before.equals(memory)) attempt(() => this.#write(path, memory));
    }
    this.#memories.length = 0;
  }

  /** Writes what is new, and removes what has not been used for long if there is too much. */
  close(): void {
    for (const layout of this.#layouts.values()) if (layout.close()) this.#isWritten = true;
    this.#layouts.clear();
    this.#keepMemories();
    if (this.#isWritten) attempt(() => this.#prune());
  }

  #prune(): void {
    const files = readdirSync(this.#root, { recursive: true })
      .map((name) => join(this.#root, name.toString()))
      .flatMap((path) => attempt(() => ({ path, stat: statSync(path) })) ?? [])
      .filter(({ stat }) => stat.isFile())
      .sort((a, b) => b.stat.mtimeMs - a.stat.mtimeMs);
    let total = 0;
    for (const { path, stat } of files) {
      total += stat.size;
      const isLeft = path.endsWith(".tmp") && stat.mtimeMs < Date.now() - DAY;
      if (total <= this.#mostBytes && !isLeft) continue;
      if (path.endsWith(".pack")) removePack(path);
      else if (!path.endsWith(".index") || !attempt(() => statSync(path.replace(/index$/, "pack"))))
        rmSync(path, { force: true });
    }
  }
}

function lengthBytes(length: number): Uint8Array {
  return new Uint8Array(new Uint32Array([length]).buffer);
}

/** What a file holds behind its hash; undefined where that is wrong. */
function checked(bytes: Buffer): Buffer | undefined {
  const body = bytes.subarray(HASH_BYTES);
  return sha256(body).equals(bytes.subarray(0, HASH_BYTES)) ? body : undefined;
}

function readModule(bytes: Buffer): WebAssembly.Module | undefined {
  const body = checked(bytes);
  if (!body) return undefined;
  const end = 4 + body.readUInt32LE(0);
  return deserialize(body.subarray(4, end), body.subarray(end));
}
