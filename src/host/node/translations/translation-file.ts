/**
 * What a program was translated to, in one file:
 *
 *   magic        "\x7fStrata\n"
 *   header       its length (32 bits), its SHA-256, JSON: what the file is of, and where the packs are that follow
 *   packs        each with its index, as in a directory of translations; they have checksums of their own
 *
 * As it holds code that will be executed, it must be the user's own.
 */

import { randomUUID } from "node:crypto";
import {
  closeSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { InputError } from "../../../base/errors.ts";
import type { KeptRegions, TranslationCache } from "../../../engine/translation-cache.ts";
import { attempt } from "./attempt.ts";
import { ownVersion, shortHash } from "./own-version.ts";
import { indexOf, PackReader, readIndex, sha256 } from "./pack.ts";
import { PackedRegions } from "./packed-regions.ts";

const MAGIC = Buffer.from("\x7fStrata\n", "latin1");
const HASH_BYTES = 32;
const PREFIX_BYTES = MAGIC.length + 4 + HASH_BYTES;
const LONGEST_HEADER = 1 << 20;

interface Header {
  readonly version: string;
  /** What the writer says of it. */
  readonly description: unknown;
  /** In the order in which they follow. */
  readonly packs: readonly PackPlace[];
}

interface PackPlace {
  readonly layout: string;
  readonly indexBytes: number;
  readonly packBytes: number;
}

/** A file of translations that cannot be used. */
export class TranslationFileError extends InputError {
  override readonly name = "TranslationFileError";
}

/** Writes packs of a directory into one file, which appears when it is complete. */
export function writeTranslationFile(
  path: string,
  packs: readonly { readonly layout: string; readonly path: string }[],
  description: unknown,
): void {
  const parts = packs.map(({ layout, path: pack }) => {
    return { layout, index: readFileSync(indexOf(pack)), pack: readFileSync(pack) };
  });
  const places = parts.map(({ layout, index, pack }) => {
    return { layout, indexBytes: index.length, packBytes: pack.length };
  });
  const header: Header = { version: ownVersion(), description, packs: places };
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.from(new Uint32Array([text.length]).buffer);
  writeWhole(path, [MAGIC, length, sha256(text), text, ...parts.flatMap(({ index, pack }) => [index, pack])]);
}

function writeWhole(path: string, parts: readonly Uint8Array[]): void {
  const temporary = `${path}.${randomUUID()}.tmp`;
  const file = openSync(temporary, "wx", 0o600);
  try {
    for (const part of parts) {
      for (let done = 0; done < part.length; ) done += writeSync(file, part, done);
    }
    renameSync(temporary, path);
  } finally {
    closeSync(file);
    rmSync(temporary, { force: true });
  }
}

export class TranslationFile implements Pick<TranslationCache, "regions"> {
  readonly #path: string;
  readonly #descriptor: number;
  readonly #header: Header;
  /** By layout. */
  readonly #regions = new Map<string, PackedRegions>();
  /** A part of it was found to be damaged, and not used. */
  isDamaged = false;

  /** Takes over the descriptor of a file that begins as these do. */
  private constructor(descriptor: number, path: string) {
    this.#descriptor = descriptor;
    this.#path = path;
    const { uid, mode, size } = fstatSync(descriptor);
    if (uid !== process.getuid?.() || (mode & 0o022) !== 0)
      throw new TranslationFileError(`Cannot use "${path}": it must be yours, and writable by none else`);
    const prefix = this.#read(0, PREFIX_BYTES);
    const length = prefix.readUInt32LE(MAGIC.length);
    const text = this.#read(PREFIX_BYTES, Math.min(length, LONGEST_HEADER));
    if (!sha256(text).equals(prefix.subarray(MAGIC.length + 4))) throw this.#damaged();
    this.#header = JSON.parse(text.toString()) as Header;
    let at = PREFIX_BYTES + length;
    for (const place of this.#header.packs) at = this.#addPack(place, at);
    if (at !== size) throw this.#damaged();
  }

  /** Where the pack ends. */
  #addPack({ layout, indexBytes, packBytes }: PackPlace, at: number): number {
    const start = at + indexBytes;
    const rows = readIndex(this.#read(at, indexBytes));
    if (rows.length === 0) throw this.#damaged();
    const pack = { rows, open: () => new PackReader(this.#descriptor, start) };
    const damaged = () => {
      this.isDamaged = true;
    };
    this.#regions.set(layout, new PackedRegions([pack], damaged));
    return start + packBytes;
  }

  #read(offset: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    if (readSync(this.#descriptor, bytes, 0, length, offset) < length) throw this.#damaged();
    return bytes;
  }

  #damaged(): TranslationFileError {
    return new TranslationFileError(`Cannot use "${this.#path}": it is damaged; translate the program again`);
  }

  /** Undefined where there is no such file, or another one. Throws TranslationFileError for one that cannot be used. */
  static open(path: string): TranslationFile | undefined {
    const descriptor = attempt(() => openSync(path, "r"));
    if (descriptor === undefined) return undefined;
    try {
      const magic = Buffer.alloc(MAGIC.length);
      const length = attempt(() => readSync(descriptor, magic, 0, magic.length, 0));
      if (length === MAGIC.length && magic.equals(MAGIC)) return new TranslationFile(descriptor, path);
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
    closeSync(descriptor);
    return undefined;
  }

  get description(): unknown {
    return this.#header.description;
  }

  get isOfThisVersion(): boolean {
    return this.#header.version === ownVersion();
  }

  regions(layout: string): KeptRegions {
    const regions = this.#regions.get(shortHash(layout));
    return {
      find: (pageHash) => regions?.find(pageHash) ?? [],
      load: (region) => regions?.load(region),
      keep: () => {},
      forget: () => {},
    };
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
