/** The regions of machines that are laid out alike, in the packs of one directory. */

import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import type {
  CompiledRegions,
  KeptRegion,
  KeptRegions,
  RegionFunction,
} from "../../../engine/translation-cache.ts";
import { attempt } from "./attempt.ts";
import { serialize } from "./compiled-modules.ts";
import { indexOf, PackReader, PackWriter, type RecordPlace, readIndex, sha256 } from "./pack.ts";
import { type Description, PackedRegions, type ReadablePack } from "./packed-regions.ts";

/** Modules that wait to be written: better regions often follow soon. */
const MOST_WAITING = 256;
/** More packs than these are made into one, but for large ones. */
const MOST_PACKS = 12;
const LARGE_PACK = 16 * 2 ** 20;

export class KeptModules implements KeptRegions {
  readonly #directory: string;
  readonly #packs: PackedRegions;
  /** Regions by module, with their names in it. */
  readonly #waiting = new Map<CompiledRegions, Map<KeptRegion, string>>();
  #writer: PackWriter | undefined;

  constructor(directory: string) {
    this.#directory = directory;
    this.#packs = new PackedRegions(packsIn(directory).map(packAt));
  }

  find(pageHash: number): readonly KeptRegion[] {
    return this.#packs.find(pageHash);
  }

  load(region: KeptRegion): RegionFunction | undefined {
    return this.#packs.load(region);
  }

  keep(region: KeptRegion, compiled: CompiledRegions, name: string): void {
    const regions = this.#waiting.get(compiled) ?? new Map<KeptRegion, string>();
    this.#waiting.set(compiled, regions.set(region, name));
    for (const oldest of this.#waiting.keys()) {
      if (this.#waiting.size <= MOST_WAITING) break;
      attempt(() => this.#write(oldest));
    }
  }

  forget(region: KeptRegion): void {
    for (const [compiled, regions] of this.#waiting) {
      if (regions.delete(region) && regions.size === 0) this.#waiting.delete(compiled);
    }
  }

  #write(compiled: CompiledRegions): void {
    const regions = this.#waiting.get(compiled) ?? new Map<KeptRegion, string>();
    this.#waiting.delete(compiled);
    const native = serialize(compiled.module);
    if (!native) return;
    const description: Description = {
      body: sha256(compiled.code, native).toString("hex"),
      codeBytes: compiled.code.length,
      regions: [...regions].map(([region, name]) => ({
        name,
        region: { ...region, code: Buffer.from(region.code).toString("base64") },
      })),
    };
    const hashes = new Set([...regions.keys()].flatMap(({ pages }) => pages.flatMap((page) => page.hashes)));
    this.#openWriter().append(description, [compiled.code, native], hashes);
  }

  #openWriter(): PackWriter {
    if (!this.#writer) {
      mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
      this.#writer = new PackWriter(join(this.#directory, `${randomUUID()}.pack`));
    }
    return this.#writer;
  }

  /** Writes what waits; whether there was anything. */
  close(): boolean {
    const isWritten = attempt(() => this.#finish());
    if (isWritten === undefined) attempt(() => this.#writer?.abandon());
    this.#packs.close();
    return isWritten ?? false;
  }

  #finish(): boolean {
    for (const compiled of [...this.#waiting.keys()]) this.#write(compiled);
    if (!this.#writer) return false;
    const packs = packsIn(this.#directory);
    const small = packs.length < MOST_PACKS ? [] : packs.filter((path) => statSync(path).size < LARGE_PACK);
    for (const path of small) attempt(() => this.#takeOver(path));
    this.#writer.finish();
    for (const path of small) removePack(path);
    return true;
  }

  /** Copies the records of a pack. */
  #takeOver(path: string): void {
    const pack = PackReader.open(path);
    const records = new Map<number, { readonly place: RecordPlace; readonly hashes: number[] }>();
    for (const row of readIndex(readFileSync(indexOf(path)))) {
      const record = records.get(row.offset) ?? { place: row, hashes: [] };
      records.set(row.offset, record);
      record.hashes.push(row.pageHash);
    }
    for (const { place, hashes } of records.values()) {
      this.#writer?.copy(pack.record(place), place, hashes);
    }
    pack.close();
  }
}

/** A pack of a directory; one that is used stays when there is too much. */
function packAt(path: string): ReadablePack {
  return {
    rows: attempt(() => readIndex(readFileSync(indexOf(path)))) ?? [],
    open: () => {
      attempt(() => utimesSync(path, new Date(), new Date()));
      return PackReader.open(path);
    },
  };
}

/** The complete packs of a directory, the newest first. */
export function packsIn(directory: string): string[] {
  const names = attempt(() => readdirSync(directory)) ?? [];
  const packs = names
    .filter((name) => name.endsWith(".index"))
    .map((name) => join(directory, name.replace(/index$/, "pack")));
  const time = (path: string) => attempt(() => statSync(indexOf(path)).mtimeMs) ?? 0;
  return packs.sort((a, b) => time(b) - time(a));
}

export function removePack(path: string): void {
  rmSync(indexOf(path), { force: true });
  rmSync(path, { force: true });
}
