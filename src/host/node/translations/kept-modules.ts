/** The regions of machines that are laid out alike, in the packs of one directory. */

import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import type {
  CompiledRegions,
  KeptRegion,
  KeptRegions,
  RegionFunction,
} from "../../../engine/translation-cache.ts";
import { deserialize, serialize } from "./compiled-modules.ts";
import {
  type IndexRow,
  indexOf,
  PackReader,
  PackWriter,
  type RecordPlace,
  readIndex,
  sha256,
} from "./pack.ts";

/** Modules that wait to be written: better regions often follow soon. */
const MOST_WAITING = 32;
/** More packs than these are made into one, but for large ones. */
const MOST_PACKS = 12;
const LARGE_PACK = 16 * 2 ** 20;

/** The description of a record. */
interface Description {
  /** SHA-256 of the body, hexadecimal. */
  readonly body: string;
  /** Bytes of WebAssembly in the body. */
  readonly codeBytes: number;
  readonly regions: readonly DescribedRegion[];
}

interface DescribedRegion {
  readonly name: string;
  /** `code` is base64. */
  readonly region: Omit<KeptRegion, "code"> & { readonly code: string };
}

/** A record of a pack, its description read. */
interface OpenRecord {
  readonly pack: PackReader;
  readonly place: RecordPlace;
  readonly description: Description;
  readonly regions: readonly KeptRegion[];
  module?: WebAssembly.Module | undefined;
  failed?: boolean;
}

export class KeptModules implements KeptRegions {
  readonly #directory: string;
  readonly #rows = new Map<number, { readonly path: string; readonly row: IndexRow }[]>();
  readonly #packs = new Map<string, PackReader | undefined>();
  readonly #records = new Map<string, OpenRecord | undefined>();
  readonly #origins = new Map<KeptRegion, { readonly record: OpenRecord; readonly name: string }>();
  /** Regions by module, with their names in it. */
  readonly #waiting = new Map<CompiledRegions, Map<KeptRegion, string>>();
  #writer: PackWriter | undefined;

  constructor(directory: string) {
    this.#directory = directory;
    for (const path of packsIn(directory)) {
      const rows = attempt(() => readIndex(indexOf(path))) ?? [];
      for (const row of rows.reverse()) {
        const known = this.#rows.get(row.pageHash) ?? [];
        this.#rows.set(row.pageHash, known);
        known.push({ path, row });
      }
    }
  }

  find(pageHash: number): readonly KeptRegion[] {
    const rows = this.#rows.get(pageHash);
    if (!rows) return [];
    return rows
      .flatMap(({ path, row }) => this.#record(path, row)?.regions ?? [])
      .filter(({ pages }) => pages.some(({ hashes }) => hashes.includes(pageHash)));
  }

  #record(path: string, place: RecordPlace): OpenRecord | undefined {
    const key = `${place.offset} ${path}`;
    if (!this.#records.has(key))
      this.#records.set(
        key,
        attempt(() => this.#openRecord(path, place)),
      );
    return this.#records.get(key);
  }

  #openRecord(path: string, place: RecordPlace): OpenRecord | undefined {
    const pack = this.#pack(path);
    const description = pack?.description(place) as Description | undefined;
    if (!pack || !description) return undefined;
    const regions = description.regions.map(({ region }) => ({
      ...region,
      code: Buffer.from(region.code, "base64"),
    }));
    const record: OpenRecord = { pack, place, description, regions };
    for (const [index, region] of regions.entries()) {
      this.#origins.set(region, { record, name: description.regions[index]?.name ?? "" });
    }
    return record;
  }

  #pack(path: string): PackReader | undefined {
    if (!this.#packs.has(path)) {
      this.#packs.set(
        path,
        attempt(() => new PackReader(path)),
      );
      // What is used stays when there is too much.
      attempt(() => utimesSync(path, new Date(), new Date()));
    }
    return this.#packs.get(path);
  }

  load(region: KeptRegion): RegionFunction | undefined {
    const origin = this.#origins.get(region);
    if (!origin || origin.record.failed) return undefined;
    const { record, name } = origin;
    record.module ??= attempt(() => readModule(record));
    record.failed = record.module === undefined;
    return record.module && { module: record.module, name };
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
    for (const pack of this.#packs.values()) pack?.close();
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
    const pack = this.#pack(path);
    const records = new Map<number, { readonly place: RecordPlace; readonly hashes: number[] }>();
    for (const row of readIndex(indexOf(path))) {
      const record = records.get(row.offset) ?? { place: row, hashes: [] };
      records.set(row.offset, record);
      record.hashes.push(row.pageHash);
    }
    for (const { place, hashes } of records.values()) {
      const bytes = pack?.record(place);
      if (bytes) this.#writer?.copy(bytes, place, hashes);
    }
  }
}

/** The module of a record; undefined where it is damaged, or another V8 made it. */
function readModule({ pack, place, description }: OpenRecord): WebAssembly.Module | undefined {
  const body = pack.body(place);
  if (sha256(body).toString("hex") !== description.body) return undefined;
  return deserialize(body.subarray(0, description.codeBytes), body.subarray(description.codeBytes));
}

/** The complete packs of a directory, the newest first. */
function packsIn(directory: string): string[] {
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

/** A cache that cannot be read or written is none. */
export function attempt<T>(what: () => T): T | undefined {
  try {
    return what();
  } catch {
    return undefined;
  }
}
