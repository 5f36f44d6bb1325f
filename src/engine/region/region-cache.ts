/**
 * The code cache: which regions are installed, and where they may be entered. The record of an entry gets a handler number
 * that is no handler of the interpreter; the number that stood there is kept beside, for the times when the interpreter must
 * execute that instruction itself. When it is full, the oldest regions go, one at a time.
 */

import { FIRST_REGION_HANDLER, Handler } from "../interpreter/records.ts";
import {
  ENTRY_SLOTS,
  EntryField,
  GUEST_PAGE,
  type HartMap,
  pageOf,
  RECORD_BYTES,
  REGION_SLOTS,
} from "../memory-map.ts";
import { pageIndex } from "./code-view.ts";
import type { MadeRegion } from "./compile.ts";

/** Bytes of WebAssembly that may be installed. */
const MOST_BYTES = 24 * 2 ** 20;

/** A region and the pages that it was made of. */
export interface PlacedRegion extends MadeRegion {
  /** Host addresses of pages, by their distance from the base page. */
  readonly hosts: ReadonlyMap<number, number>;
  readonly jumpTargets: ReadonlyMap<number, readonly number[]>;
  /** How often its code has been made. */
  readonly version: number;
  /** Its share of the module's bytes. */
  readonly bytes: number;
}

export interface InstalledRegion extends PlacedRegion {
  readonly slot: number;
  /** Records of its entries, and their numbers in the table of entries. */
  readonly placed: PlacedEntry[];
}

interface PlacedEntry {
  readonly record: number;
  readonly entry: number;
}

/** Where predecoded instructions are. */
export interface Records {
  /** The records of the page at a host address. */
  find(host: number): number | undefined;
  /** Decodes the instruction of a record, if that is not done. */
  decode(record: number, records: number): void;
  /** Bytes of all instructions that a handler runs; 0 for what is no instruction's. */
  reachOf(handler: number): number;
  /** The most that `reachOf` gives. */
  readonly longestReach: number;
}

/** Why a region went: its code was written; its page lost its records; another one took its place; there was no room. */
export type DropReason = "written" | "page" | "replaced" | "evicted";

/** Smaller regions become part of a new one that leads to them. */
const MOST_ABSORBED = 250;

/** Whether a region has what another one that leads to it would lack, or not have room for. */
function staysApart({ isFull, jumpTargets, instructions }: InstalledRegion): boolean {
  return isFull || jumpTargets.size > 0 || instructions >= MOST_ABSORBED;
}

export class RegionCache {
  /** Regions that went, by reason. */
  readonly dropped: Record<DropReason, number> = { written: 0, page: 0, replaced: 0, evicted: 0 };
  readonly table: WebAssembly.Table;
  readonly #halves: Uint16Array;
  readonly #hart: HartMap;
  readonly #slots: (InstalledRegion | undefined)[] = new Array(REGION_SLOTS).fill(undefined);
  readonly #freeEntries = Array.from({ length: ENTRY_SLOTS }, (_, index) => ENTRY_SLOTS - 1 - index);
  /** For each page the region of each two bytes, the one installed last. */
  readonly #byPage = new Map<number, Map<InstalledRegion, Uint8Array>>();
  readonly #records: Records;
  /** Called when regions are entered otherwise than before. */
  readonly #changed: () => void;
  #next = 0;
  #oldest = 0;
  #bytes = 0;
  #size = 0;

  constructor(buffer: ArrayBufferLike, hart: HartMap, records: Records, changed: () => void) {
    this.#changed = changed;
    this.table = new WebAssembly.Table({ element: "anyfunc", initial: REGION_SLOTS, maximum: REGION_SLOTS });
    this.#halves = new Uint16Array(buffer);
    this.#hart = hart;
    this.#records = records;
  }

  /** Regions installed now, and their bytes of WebAssembly. */
  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether a region is entered at this record. */
  isEntry(record: number): boolean {
    return (this.#halves[record >> 1] ?? 0) >= FIRST_REGION_HANDLER;
  }

  /** Whether a region is entered at a host address. */
  isEnteredAt(place: number): boolean {
    const records = this.#records.find(pageOf(place));
    return records !== undefined && this.isEntry(records + ((place % GUEST_PAGE) / 2) * RECORD_BYTES);
  }

  /** Whether a budget may be too small for the region that is entered at a host address. */
  isShortAt(place: number, budget: number): boolean {
    return this.isEnteredAt(place) && budget < (this.covering(place)?.instructions ?? 0);
  }

  /** The region that holds the instruction at a host address; the newest, if there are several. */
  covering(place: number): InstalledRegion | undefined {
    let newest: InstalledRegion | undefined;
    for (const [region, covered] of this.#byPage.get(pageOf(place)) ?? []) {
      if (covered[(place % GUEST_PAGE) >> 1]) newest = region;
    }
    return newest;
  }

  /** A region on the same page that leads directly to a host address outside it; the newest, if there are several. */
  leavingFor(place: number): InstalledRegion | undefined {
    const host = pageOf(place);
    let newest: InstalledRegion | undefined;
    for (const region of this.#byPage.get(host)?.keys() ?? []) {
      for (const [pages, page] of region.hosts) {
        if (page === host && region.exits.includes(pages * GUEST_PAGE + (place % GUEST_PAGE)))
          newest = region;
      }
    }
    return newest;
  }

  /** Where regions are entered in a page that are not to become part of others, as offsets in it. */
  *entriesApart(host: number): Iterable<number> {
    const records = this.#records.find(host);
    if (records === undefined) return;
    for (const region of this.#byPage.get(host)?.keys() ?? []) {
      if (!staysApart(region)) continue;
      for (const { record } of region.placed) {
        const offset = ((record - records) / RECORD_BYTES) * 2;
        if (offset >= 0 && offset < GUEST_PAGE) yield offset;
      }
    }
  }

  /** Drops the regions all of whose code is in another one too, and gives them. */
  dropWithin(other: InstalledRegion): readonly InstalledRegion[] {
    const dropped: InstalledRegion[] = [];
    const regions = new Set(
      [...other.hosts.values()].flatMap((host) => [...(this.#byPage.get(host)?.keys() ?? [])]),
    );
    regions.delete(other);
    for (const region of regions) {
      const isWithin = region.blocks.every(([start]) => {
        const host = region.hosts.get(pageIndex(start));
        const covered = host === undefined ? undefined : this.#byPage.get(host)?.get(other);
        return covered?.[(start - pageIndex(start) * GUEST_PAGE) >> 1] === 1;
      });
      if (!isWithin) continue;
      this.drop(region, "replaced");
      dropped.push(region);
    }
    return dropped;
  }

  /** The region in a slot. */
  at(slot: number): InstalledRegion | undefined {
    return this.#slots[slot];
  }

  /** Installs a region; undefined where none of its entries can be. */
  install(region: PlacedRegion, code: unknown): InstalledRegion | undefined {
    const slot = this.#freeSlot();
    const placed = region.entries.flatMap((offset, number) => this.#place(region, slot, offset, number));
    if (placed.length === 0) return undefined;
    const installed: InstalledRegion = { ...region, slot, placed };
    this.#slots[slot] = installed;
    this.#size += 1;
    this.#bytes += region.bytes;
    this.#cover(installed);
    this.table.set(slot, code);
    this.#changed();
    while (this.#bytes > MOST_BYTES && this.#size > 1) this.#dropOldest(installed);
    return installed;
  }

  #place({ hosts, instructions }: PlacedRegion, slot: number, offset: number, number: number): PlacedEntry[] {
    const pages = pageIndex(offset);
    const records = this.#records.find(hosts.get(pages) ?? -1);
    if (records === undefined) return [];
    const record = records + ((offset - pages * GUEST_PAGE) / 2) * RECORD_BYTES;
    this.#records.decode(record, records);
    const owner = this.#ownerOf(record);
    if (owner) {
      if (owner.instructions > instructions) return [];
      this.#takeEntry(owner, record);
    }
    const handler = this.#halves[record >> 1] ?? 0;
    // Only an instruction has a handler of its own to pass the region by.
    if (handler < Handler.first) return [];
    const entry = this.#freeEntries.pop();
    if (entry === undefined) return [];
    const isSpread = hosts.size > 1 ? 0x100 : 0;
    this.#halves[this.#entryAt(entry, EntryField.handler)] = handler;
    this.#halves[this.#entryAt(entry, EntryField.region)] = slot;
    this.#halves[this.#entryAt(entry, EntryField.number)] = number;
    this.#halves[this.#entryAt(entry, EntryField.pages)] = (pages & 0xff) | isSpread;
    this.#halves[record >> 1] = FIRST_REGION_HANDLER + entry;
    // An instruction before it may run this one too, past the region: it is decoded anew, alone.
    const first = Math.max(records, record - (this.#records.longestReach / 2 - 1) * RECORD_BYTES);
    for (let before = record - RECORD_BYTES; before >= first; before -= RECORD_BYTES) {
      const reach = (this.#records.reachOf(this.#halves[before >> 1] ?? 0) / 2) * RECORD_BYTES;
      if (before + reach <= record) continue;
      this.#halves[before >> 1] = Handler.undecoded;
      this.#records.decode(before, records);
    }
    return [{ record, entry }];
  }

  /** The index of a field of an entry, in halves. */
  #entryAt(entry: number, field: number): number {
    return (this.#hart.entries + entry * EntryField.bytes + field) >> 1;
  }

  /** The interpreter's handler at a record, also where a region is entered there. */
  handlerUnder(record: number): number {
    const handler = this.#halves[record >> 1] ?? 0;
    if (handler < FIRST_REGION_HANDLER) return handler;
    const entry = handler - FIRST_REGION_HANDLER;
    return this.#halves[this.#entryAt(entry, EntryField.handler)] ?? 0;
  }

  /** The region that is entered at a record. */
  #ownerOf(record: number): InstalledRegion | undefined {
    if (!this.isEntry(record)) return undefined;
    const entry = (this.#halves[record >> 1] ?? 0) - FIRST_REGION_HANDLER;
    return this.#slots[this.#halves[this.#entryAt(entry, EntryField.region)] ?? 0];
  }

  /** A region is no longer entered at a record; one that is entered nowhere goes. */
  #takeEntry(owner: InstalledRegion, record: number): void {
    const index = owner.placed.findIndex((placed) => placed.record === record);
    if (index < 0) return;
    for (const placed of owner.placed.splice(index, 1)) this.#freeEntry(placed);
    this.#changed();
    if (owner.placed.length === 0) this.drop(owner, "replaced");
  }

  #freeEntry({ record, entry }: PlacedEntry): void {
    this.#freeEntries.push(entry);
    if (this.#halves[record >> 1] !== FIRST_REGION_HANDLER + entry) return;
    this.#halves[record >> 1] = this.#halves[this.#entryAt(entry, EntryField.handler)] ?? Handler.undecoded;
  }

  #cover(region: InstalledRegion): void {
    for (const [start, end] of region.blocks) {
      for (let offset = start; offset < end; offset += 2) {
        const pages = pageIndex(offset);
        const host = region.hosts.get(pages);
        if (host === undefined) continue;
        const page = this.#byPage.get(host) ?? new Map<InstalledRegion, Uint8Array>();
        this.#byPage.set(host, page);
        const covered = page.get(region) ?? new Uint8Array(GUEST_PAGE / 2);
        page.set(region, covered);
        covered[(offset - pages * GUEST_PAGE) >> 1] = 1;
      }
    }
  }

  #freeSlot(): number {
    for (let tries = 0; tries < REGION_SLOTS; tries++) {
      const slot = this.#next;
      this.#next = (slot + 1) % REGION_SLOTS;
      if (!this.#slots[slot]) return slot;
    }
    const slot = this.#next;
    this.drop(this.#slots[slot], "evicted");
    return slot;
  }

  #dropOldest(but: InstalledRegion): void {
    const region = this.#slots[this.#oldest];
    if (region !== but) this.drop(region, "evicted");
    this.#oldest = (this.#oldest + 1) % REGION_SLOTS;
  }

  /** Whether some region holds any of these bytes. */
  holdsCode(host: number, length: number): boolean {
    for (let at = host - (host % 2); at < host + length; at += 2) if (this.covering(at)) return true;
    return false;
  }

  /** Code was written: regions that hold any of it go. */
  written(host: number, length: number): void {
    for (let page = pageOf(host); page < host + length; page += GUEST_PAGE) {
      const first = Math.max(host, page) - page;
      const end = Math.min(host + length, page + GUEST_PAGE) - page;
      for (const [region, covered] of this.#byPage.get(page) ?? []) {
        if (covered.subarray(first >> 1, (end + 1) >> 1).includes(1)) this.drop(region, "written");
      }
    }
  }

  /** Whether a page holds code of regions. */
  isUsed(host: number): boolean {
    return this.#byPage.has(host);
  }

  /** A page's records go, and its regions with them. */
  dropPage(host: number): void {
    for (const region of this.#byPage.get(host)?.keys() ?? []) this.drop(region, "page");
  }

  clear(): void {
    for (const region of this.#slots) this.drop(region, "page");
  }

  /** Takes a region out. */
  drop(region: InstalledRegion | undefined, why: DropReason): void {
    if (!region || this.#slots[region.slot] !== region) return;
    this.dropped[why] += 1;
    const { slot, hosts, placed, bytes } = region;
    this.#slots[slot] = undefined;
    this.#size -= 1;
    this.#bytes -= bytes;
    for (const host of hosts.values()) {
      const page = this.#byPage.get(host);
      page?.delete(region);
      if (page?.size === 0) this.#byPage.delete(host);
    }
    this.table.set(slot, null);
    this.#changed();
    for (const entry of placed) this.#freeEntry(entry);
  }
}
