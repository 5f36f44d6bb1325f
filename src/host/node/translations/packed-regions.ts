/** The regions in packs, which are opened when one of their records is asked for. */

import type { KeptRegion, RegionFunction } from "../../../engine/translation-cache.ts";
import { attempt } from "./attempt.ts";
import { deserialize } from "./compiled-modules.ts";
import { type IndexRow, type PackReader, type RecordPlace, sha256 } from "./pack.ts";

export interface ReadablePack {
  readonly rows: readonly IndexRow[];
  open(): PackReader;
}

/** The description of a record. */
export interface Description {
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

/** A pack, and what was read of it. */
class UsedPack {
  readonly #pack: ReadablePack;
  #reader: PackReader | undefined;
  readonly records = new Map<number, OpenRecord | undefined>();

  constructor(pack: ReadablePack) {
    this.#pack = pack;
  }

  get reader(): PackReader {
    this.#reader ??= this.#pack.open();
    return this.#reader;
  }

  close(): void {
    this.#reader?.close();
  }
}

export class PackedRegions {
  readonly #packs: UsedPack[] = [];
  readonly #rows = new Map<number, { readonly pack: UsedPack; readonly row: IndexRow }[]>();
  readonly #origins = new Map<KeptRegion, { readonly record: OpenRecord; readonly name: string }>();

  readonly #damaged: () => void;

  /**
   * @param packs the newest first
   * @param damaged called when a record is found that is not as it was written
   */
  constructor(packs: readonly ReadablePack[], damaged: () => void = () => {}) {
    this.#damaged = damaged;
    for (const readable of packs) {
      const pack = new UsedPack(readable);
      this.#packs.push(pack);
      for (const row of readable.rows.toReversed()) {
        const known = this.#rows.get(row.pageHash) ?? [];
        this.#rows.set(row.pageHash, known);
        known.push({ pack, row });
      }
    }
  }

  find(pageHash: number): readonly KeptRegion[] {
    const rows = this.#rows.get(pageHash);
    if (!rows) return [];
    return rows
      .flatMap(({ pack, row }) => this.#record(pack, row)?.regions ?? [])
      .filter(({ pages }) => pages.some(({ hashes }) => hashes.includes(pageHash)));
  }

  #record(pack: UsedPack, place: RecordPlace): OpenRecord | undefined {
    const { records } = pack;
    if (!records.has(place.offset)) {
      const record = attempt(() => this.#openRecord(pack.reader, place));
      if (!record) this.#damaged();
      records.set(place.offset, record);
    }
    return records.get(place.offset);
  }

  #openRecord(pack: PackReader, place: RecordPlace): OpenRecord | undefined {
    const description = pack.description(place) as Description | undefined;
    if (!description) return undefined;
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

  load(region: KeptRegion): RegionFunction | undefined {
    const origin = this.#origins.get(region);
    if (!origin || origin.record.failed) return undefined;
    const { record, name } = origin;
    record.module ??= attempt(() => this.#module(record));
    record.failed = record.module === undefined;
    return record.module && { module: record.module, name };
  }

  /** The module of a record; undefined where it is damaged, or another V8 made it. */
  #module({ pack, place, description }: OpenRecord): WebAssembly.Module | undefined {
    const body = pack.body(place);
    if (sha256(body).toString("hex") !== description.body) {
      this.#damaged();
      return undefined;
    }
    return deserialize(body.subarray(0, description.codeBytes), body.subarray(description.codeBytes));
  }

  close(): void {
    for (const pack of this.#packs) pack.close();
  }
}
