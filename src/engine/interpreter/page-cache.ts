/**
 * The cache of predecoded pages: which page of RAM has its records where. Pages are replaced in the order in which
 * they came, but for those that are worth keeping; a page that is written keeps its place, only the records that the write touches are forgotten.
 */

import {
  GUEST_PAGE,
  type HartMap,
  type MemoryMap,
  PAGE_RECORD_BYTES,
  pageOf,
  RECORD_BYTES,
  RECORDS_IN_PAGE,
} from "../memory-map.ts";
import { Handler } from "./records.ts";

const NONE = -1;
const MOST_SPARED = 256;

export class PageCache {
  readonly #halves: Uint16Array;
  readonly #words: Int32Array;
  readonly #hart: HartMap;
  readonly #ram: number;
  /** For each page of RAM, how many harts have its records. */
  readonly #counts: Uint8Array;
  /** For each page of RAM its place in the cache, and back. */
  readonly #placeOfPage: Int32Array;
  readonly #pageOfPlace: Int32Array;
  #nextPlace = 0;

  constructor(buffer: ArrayBufferLike, { ram, ramBytes, codePages }: MemoryMap, hart: HartMap) {
    this.#halves = new Uint16Array(buffer);
    this.#words = new Int32Array(buffer);
    this.#hart = hart;
    this.#ram = ram;
    this.#counts = new Uint8Array(buffer, codePages, Math.ceil(ramBytes / GUEST_PAGE));
    this.#placeOfPage = new Int32Array(Math.ceil(ramBytes / GUEST_PAGE)).fill(NONE);
    this.#pageOfPlace = new Int32Array(hart.recordPages).fill(NONE);
  }

  /** The records of the page at a host address; undefined where it has none. */
  find(host: number): number | undefined {
    const place = this.#placeOfPage[(host - this.#ram) >>> 12] ?? NONE;
    return place === NONE ? undefined : this.#hart.records + place * PAGE_RECORD_BYTES;
  }

  /** The host address of the page whose records these are. */
  hostOf(records: number): number {
    const place = (records - this.#hart.records) / PAGE_RECORD_BYTES;
    return this.#ram + (this.#pageOfPlace[place] ?? 0) * GUEST_PAGE;
  }

  /**
   * Makes room for a page's records; `evicted` hears of the page that had to go. One of those that are `precious` goes only
   * where there are many of them together.
   */
  add(
    host: number,
    precious: (records: number, host: number) => boolean,
    evicted: (records: number, host: number) => void,
  ): number {
    for (let tries = 0; tries < MOST_SPARED; tries++) {
      const old = this.#pageOfPlace[this.#nextPlace] ?? NONE;
      const records = this.#hart.records + this.#nextPlace * PAGE_RECORD_BYTES;
      if (old === NONE || !precious(records, this.#ram + old * GUEST_PAGE)) break;
      this.#nextPlace = (this.#nextPlace + 1) % this.#hart.recordPages;
    }
    const place = this.#nextPlace;
    this.#nextPlace = (place + 1) % this.#hart.recordPages;
    const records = this.#hart.records + place * PAGE_RECORD_BYTES;
    const old = this.#pageOfPlace[place] ?? NONE;
    if (old !== NONE) {
      evicted(records, this.#ram + old * GUEST_PAGE);
      this.#placeOfPage[old] = NONE;
      this.#count(old, -1);
    }
    const page = (host - this.#ram) >>> 12;
    this.#pageOfPlace[place] = page;
    this.#placeOfPage[page] = place;
    this.#count(page, 1);
    this.#words.fill(0, records >> 2, (records + PAGE_RECORD_BYTES) >> 2);
    for (const end of [RECORDS_IN_PAGE, RECORDS_IN_PAGE + 1]) {
      this.#halves[(records + end * RECORD_BYTES) >> 1] = Handler.reenter;
    }
    return records;
  }

  /** Whether an instruction that was decoded has a byte in a range. */
  holdsCode(host: number, length: number): boolean {
    const end = host + length;
    for (let at = host - 2 - (host % 2); at < end; at += 2) {
      const page = pageOf(at);
      const records = this.find(page);
      if (records === undefined) continue;
      if (this.#halves[(records + ((at - page) / 2) * RECORD_BYTES) >> 1] !== Handler.undecoded) return true;
    }
    return false;
  }

  /**
   * Forgets the records of all instructions that have a byte in the written range. `reach` gives how many bytes an
   * instruction that was decoded at a host address has, with those that its handler runs too; they are `longest` at most.
   */
  written(
    host: number,
    length: number,
    longest: number,
    reach: (record: number, host: number) => number,
  ): void {
    const end = host + length;
    for (let page = host - (host % GUEST_PAGE); page < end; page += GUEST_PAGE) {
      const records = this.find(page);
      if (records === undefined) continue;
      // An instruction's last two bytes may be the first ones of the range.
      const first = Math.max(host + 2 - longest, page) - page;
      const last = Math.min(end, page + GUEST_PAGE) - page;
      for (let offset = first & ~1; offset < last; offset += 2) {
        const record = records + (offset / 2) * RECORD_BYTES;
        if (this.#halves[record >> 1] === Handler.undecoded) continue;
        const at = page + offset;
        if (at + 2 <= host && at + reach(record, at) <= host) continue;
        this.#halves[record >> 1] = Handler.undecoded;
      }
    }
  }

  #count(page: number, change: number): void {
    this.#counts[page] = (this.#counts[page] ?? 0) + change;
  }

  /** Forgets every page. */
  clear(): void {
    for (const page of this.#pageOfPlace) if (page !== NONE) this.#count(page, -1);
    this.#placeOfPage.fill(NONE);
    this.#pageOfPlace.fill(NONE);
    this.#nextPlace = 0;
  }
}
