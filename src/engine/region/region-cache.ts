/**
 * The code cache: which regions are installed, and where. A region's first record gets a handler number that is no handler
 * of the interpreter; the number that stood there is kept beside, for the times when the interpreter must execute that
 * instruction itself. Regions are replaced one at a time, the oldest first.
 */

import { FIRST_REGION_HANDLER, Handler } from "../interpreter/records.ts";
import { GUEST_PAGE, type HartMap, pageOf, RECORD_BYTES, REGION_SLOTS } from "../memory-map.ts";

/** A region in its place. Offsets are in the page, `end` one past the last byte of its code. */
export interface InstalledRegion {
  readonly slot: number;
  readonly record: number;
  /** Host address of the page. */
  readonly host: number;
  readonly start: number;
  readonly end: number;
}

export class RegionCache {
  readonly table: WebAssembly.Table;
  readonly #halves: Uint16Array;
  readonly #hart: HartMap;
  readonly #slots: (InstalledRegion | undefined)[] = new Array(REGION_SLOTS).fill(undefined);
  readonly #byPage = new Map<number, Set<InstalledRegion>>();
  #next = 0;

  constructor(buffer: ArrayBufferLike, hart: HartMap) {
    this.table = new WebAssembly.Table({ element: "anyfunc", initial: REGION_SLOTS, maximum: REGION_SLOTS });
    this.#halves = new Uint16Array(buffer);
    this.#hart = hart;
  }

  /** Regions installed now. */
  get size(): number {
    return this.#slots.filter((region) => region !== undefined).length;
  }

  /** Whether a region begins at this record. */
  isHead(record: number): boolean {
    return (this.#halves[record >> 1] ?? 0) >= FIRST_REGION_HANDLER;
  }

  /** The regions of a page that hold an offset. */
  covering(host: number, offset: number): readonly InstalledRegion[] {
    return [...(this.#byPage.get(host) ?? [])].filter(({ start, end }) => offset >= start && offset < end);
  }

  install(
    record: number,
    host: number,
    start: number,
    end: number,
    code: unknown,
    isFused: (handler: number) => boolean,
  ): void {
    // Only an instruction has a handler of its own to pass the region by.
    if ((this.#halves[record >> 1] ?? 0) < Handler.first) return;
    const slot = this.#next;
    this.#next = (slot + 1) % REGION_SLOTS;
    this.#drop(this.#slots[slot]);
    const region = { slot, record, host, start, end };
    this.#slots[slot] = region;
    const page = this.#byPage.get(host);
    if (page) page.add(region);
    else this.#byPage.set(host, new Set([region]));
    this.table.set(slot, code);
    this.#halves[(this.#hart.regions >> 1) + slot] = this.#halves[record >> 1] ?? Handler.undecoded;
    this.#halves[record >> 1] = FIRST_REGION_HANDLER + slot;
    // An instruction before it may run this one too, past the region: it is decoded anew, alone.
    for (const before of [record - RECORD_BYTES, record - 2 * RECORD_BYTES]) {
      if (isFused(this.#halves[before >> 1] ?? 0)) this.#halves[before >> 1] = Handler.undecoded;
    }
  }

  /** Code was written: regions that hold any of it go. */
  written(host: number, length: number): void {
    for (let page = pageOf(host); page < host + length; page += GUEST_PAGE) {
      for (const region of this.#byPage.get(page) ?? []) {
        if (page + region.start < host + length && page + region.end > host) this.#drop(region);
      }
    }
  }

  /** A page's records go, and its regions with them. */
  dropPage(host: number): void {
    for (const region of this.#byPage.get(host) ?? []) this.#drop(region);
  }

  clear(): void {
    for (const region of this.#slots) this.#drop(region);
  }

  #drop(region: InstalledRegion | undefined): void {
    if (!region) return;
    const { slot, record, host } = region;
    this.#slots[slot] = undefined;
    const page = this.#byPage.get(host);
    page?.delete(region);
    if (page?.size === 0) this.#byPage.delete(host);
    this.table.set(slot, null);
    if (this.#halves[record >> 1] === FIRST_REGION_HANDLER + slot)
      this.#halves[record >> 1] = Handler.undecoded;
  }
}
