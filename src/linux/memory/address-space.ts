/**
 * The memory of a process: mappings, and the frames of those pages that were touched (mmap(2), mprotect(2), mremap(2)).
 *
 * A page is present if it has an entry in #pages: its frame, and whether it may be written where it is. A private page that is
 * not `own` is copied before it is written: it belongs to a file or is shared with a process that forked.
 *
 * All addresses chosen here are below 4 GiB; those that the program chooses may be anywhere in Sv39's lower half.
 */

import { failed, type Outcome } from "../../base/errno.ts";
import { Access } from "../processor.ts";
import { FlatPages } from "./flat-pages.ts";
import { type FlatWindow, fitsWindow } from "./flat-window.ts";
import { type Frames, NO_FRAME, PAGE } from "./frames.ts";
import { type Mapping, MappingList, type PageSource, type PageUser, Prot } from "./mapping.ts";
import { FLAT_HIGH, FLAT_LOW } from "./places.ts";

/** One past the last address of a program: half of Sv39. */
export const TASK_SIZE = 2 ** 38;
/** Where places are chosen above the flat range, from the top down. */
const CHOSEN_TOP = 0xff000000;
/** The lowest address that may be mapped (vm.mmap_min_addr). */
const LOWEST = FLAT_LOW;
/** The page at the end of the flat range is not used. */
const FLAT_TOP = FLAT_HIGH - PAGE;
/** More than that at a time is mapped outside of the flat range, page by page as it is touched. */
const MOST_FLAT = 256 << 20;
/** Steps after which a space moves into the flat window; each time that it has had to leave, twice as many. */
export const WARM = 20_000_000;
/** vm.max_map_count. */
const MOST_MAPPINGS = 65530;

/** What the processor has to forget. */
export interface TranslationCache {
  flush(): void;
  flushPage(address: number): void;
}

/** Why an access was refused: no mapping, no permission, beyond the end of the file, no memory left. */
export type AccessFault = "unmapped" | "forbidden" | "beyond-end" | "no-memory";

/** A page's frame times two, plus OWN. */
const OWN = 1;

export interface MapRequest {
  readonly length: number;
  readonly protection: number;
  readonly shared: boolean;
  readonly source?: PageSource | undefined;
  readonly offset?: number;
  readonly name?: string;
  readonly mostProtection?: number;
}

let lastId = 0;

export class AddressSpace implements PageUser {
  /** Tells it from all others. */
  readonly id = ++lastId;
  readonly frames: Frames;
  readonly #cache: TranslationCache;
  readonly #mappings = new MappingList();
  readonly #pages = new Map<number, number>();
  readonly #sources = new Set<PageSource>();
  /** Why the last access failed. */
  fault: AccessFault = "unmapped";
  /** brk(2): where the heap begins and ends. */
  heapStart = 0;
  heapEnd = 0;
  /** What its tasks registered for (membarrier(2)). */
  barriers = 0;
  /** Tasks that use it. */
  users = 1;
  readonly #window: FlatWindow | undefined;
  #flat: FlatPages | undefined;
  /** Steps made since the space was made, or left the window. */
  #steps = 0;
  #warm = WARM;

  /** @param window it may be reached in this one, if it is given */
  constructor(frames: Frames, cache: TranslationCache, window?: FlatWindow) {
    this.frames = frames;
    this.#cache = cache;
    this.#window = window;
  }

  get mappings(): readonly Mapping[] {
    return this.#mappings.all;
  }

  /** Pages that are present. */
  get residentPages(): number {
    return this.#pages.size;
  }

  /** Bytes that are mapped. */
  get size(): number {
    return this.mappings.reduce((sum, { start, end }) => sum + (end - start), 0);
  }

  mappingAt(address: number): Mapping | undefined {
    return this.#mappings.find(address);
  }

  covers(start: number, end: number): boolean {
    return this.#mappings.covers(start, end);
  }

  isPresent(address: number): boolean {
    const mapping = this.#flat && this.#mappings.find(address);
    if (mapping && (this.#flat?.find(address, mapping, false) ?? -1) >= 0) return true;
    return this.#pages.has(Math.floor(address / PAGE));
  }

  // Access

  /** The offset in RAM of an address, for an access within a page; -1 with the reason in `fault`. */
  translate(address: number, access: Access, peeks = false): number {
    const page = Math.floor(address / PAGE);
    const mapping = this.#mappings.find(address);
    if (!mapping || !permits(mapping, access)) {
      this.fault = mapping ? "forbidden" : "unmapped";
      return -1;
    }
    const flat = this.#flat?.find(address, mapping, access === Access.execute) ?? -1;
    if (flat >= 0) return flat;
    const known = this.#pages.get(page);
    const ready = known !== undefined && (access !== Access.write || (known & OWN) !== 0);
    if (!ready && peeks) return -1;
    const entry = ready ? known : this.#provide(mapping, page, access === Access.write);
    return entry < 0 ? -1 : (entry >>> 1) * PAGE + (address % PAGE);
  }

  /** Makes a page present, and one's own where it is to be written. */
  #provide(mapping: Mapping, page: number, write: boolean): number {
    const known = this.#pages.get(page);
    const entry = known ?? this.#load(mapping, page);
    if (entry < 0) return -1;
    if (mapping.shared && write && mapping.source) mapping.source.dirtied(sourcePage(mapping, page));
    const ready = write && (entry & OWN) === 0 ? this.#makeOwn(mapping, entry) : entry;
    if (ready < 0) return -1;
    this.#pages.set(page, ready);
    if (known !== undefined && known !== ready) this.#cache.flushPage(page * PAGE);
    return ready;
  }

  #load(mapping: Mapping, page: number): number {
    if (!mapping.source) {
      const frame = this.frames.allocate();
      return frame === NO_FRAME ? this.#refuse("no-memory") : frame * 2 + OWN;
    }
    const frame = mapping.source.frame(sourcePage(mapping, page));
    if (failed(frame)) return this.#refuse(frame.errno === "ENOMEM" ? "no-memory" : "beyond-end");
    this.frames.hold(frame);
    return frame * 2;
  }

  #makeOwn(mapping: Mapping, entry: number): number {
    const frame = entry >>> 1;
    if (mapping.shared || (!mapping.source && !this.frames.isShared(frame))) return entry | OWN;
    const copy = this.frames.copy(frame);
    if (copy === NO_FRAME) return this.#refuse("no-memory");
    this.frames.release(frame);
    return copy * 2 + OWN;
  }

  #refuse(fault: AccessFault): -1 {
    this.fault = fault;
    return -1;
  }

  // Mappings

  /** Maps at the highest place that is free, or at `hint` if that is. */
  map(request: MapRequest, hint = 0): Outcome<number> {
    const length = roundUp(request.length);
    const wanted = roundDown(hint);
    const fits = wanted >= LOWEST && wanted + length <= TASK_SIZE;
    const free = fits && this.#mappings.within(wanted, wanted + length).length === 0;
    const start = free ? wanted : this.#choose(length, request);
    return start === undefined ? { errno: "ENOMEM" } : this.mapAt(start, request);
  }

  /** In the flat range goes what may be reached there, and is not there to be refused. */
  #choose(length: number, { protection, shared, source }: MapRequest): number | undefined {
    const part = { start: FLAT_LOW, end: FLAT_LOW + length, protection, shared, source };
    const isFlat = length <= MOST_FLAT && (source || protection !== 0) && fitsWindow(part);
    const flat = (): number | undefined => this.#mappings.highestGap(length, LOWEST, FLAT_TOP);
    const above = (): number | undefined => this.#mappings.highestGap(length, FLAT_HIGH, CHOSEN_TOP);
    return isFlat ? (flat() ?? above()) : (above() ?? flat());
  }

  /** Maps at an address, in the place of what is there. */
  mapAt(start: number, request: MapRequest): Outcome<number> {
    const { protection, shared, source, offset = 0, name = "" } = request;
    const end = start + roundUp(request.length);
    if (end > TASK_SIZE) return { errno: "ENOMEM" };
    if (this.mappings.length >= MOST_MAPPINGS) return { errno: "ENOMEM" };
    const mostProtection = request.mostProtection ?? 7;
    this.unmap(start, end - start);
    this.#mappings.insert({ start, end, protection, shared, mostProtection, source, offset, name });
    if (source && !this.#sources.has(source)) {
      this.#sources.add(source);
      source.attach(this);
    }
    this.#refill(start, end);
    return start;
  }

  /** What was mapped in a range, or is to be as it was at first, is put into the window. */
  #refill(start: number, end: number): void {
    if (this.#flat && !this.#flat.changed(start, end)) this.leaveFlat();
  }

  /** Whether nothing is mapped in a range. */
  isFree(start: number, length: number): boolean {
    return this.#mappings.within(start, start + length).length === 0;
  }

  unmap(start: number, length: number): void {
    const end = start + roundUp(length);
    const gone = this.#mappings.within(start, end);
    if (gone.length === 0) return;
    for (const { source, shared } of gone) if (shared) source?.sync();
    this.#mappings.replace(start, end, () => undefined);
    this.discard(start, end);
    this.#detachUnused(gone);
  }

  #detachUnused(gone: readonly Mapping[]): void {
    for (const { source } of gone) {
      if (!source || !this.#sources.has(source)) continue;
      if (this.mappings.some((mapping) => mapping.source === source)) continue;
      this.#sources.delete(source);
      source.detach(this);
    }
  }

  /** Forgets the pages of a range: the next access finds what it found first (MADV_DONTNEED). */
  discard(start: number, end: number): void {
    let some = false;
    const drop = (page: number): void => {
      const entry = this.#pages.get(page);
      if (entry === undefined) return;
      this.#pages.delete(page);
      this.frames.release(entry >>> 1);
      some = true;
    };
    const [first, last] = [start / PAGE, end / PAGE];
    if (last - first <= this.#pages.size) for (let page = first; page < last; page++) drop(page);
    else for (const page of [...this.#pages.keys()]) if (page >= first && page < last) drop(page);
    this.#refill(start, end);
    if (some) this.#cache.flush();
  }

  forgetFrom(source: PageSource, page: number): void {
    for (const { start, end, offset, source: mapped } of this.mappings) {
      const from = Math.max(start, start + page * PAGE - offset);
      if (mapped === source && from < end) this.discard(from, end);
    }
  }

  mappingsOf(source: PageSource): readonly Mapping[] {
    return this.mappings.filter((mapping) => mapping.source === source);
  }

  /** mprotect(2): EACCES where a mapping may not get that permission. */
  protect(start: number, length: number, protection: number): Outcome<undefined> {
    const end = start + roundUp(length);
    if (!this.covers(start, end)) return { errno: "ENOMEM" };
    const forbids = ({ mostProtection }: Mapping): boolean => (protection & ~mostProtection) !== 0;
    if (this.#mappings.within(start, end).some(forbids)) return { errno: "EACCES" };
    if (this.#flat && !this.#flat.protect(start, end, protection)) this.leaveFlat();
    this.#mappings.replace(start, end, (part) => ({ ...part, protection }));
    this.#cache.flush();
    return undefined;
  }

  /** Moves what is mapped in a range elsewhere, pages and all (mremap(2)). */
  move(start: number, length: number, to: number): void {
    const parts = this.#mappings.within(start, start + length);
    this.unmap(to, length);
    if (this.#flat && !this.#flat.move(start, length, to)) this.leaveFlat();
    this.#mappings.replace(start, start + length, () => undefined);
    for (const part of parts) {
      const from = Math.max(start, part.start);
      const until = Math.min(start + length, part.end);
      const offset = part.offset + (from - part.start);
      this.#mappings.insert({ ...part, start: from - start + to, end: until - start + to, offset });
    }
    for (let at = 0; at < length; at += PAGE) {
      const entry = this.#pages.get((start + at) / PAGE);
      if (entry === undefined) continue;
      this.#pages.delete((start + at) / PAGE);
      this.#pages.set((to + at) / PAGE, entry);
    }
    this.#cache.flush();
  }

  /** Writes back what shared mappings of files in a range changed. */
  sync(start: number, end: number): Outcome<undefined> {
    for (const { source, shared } of this.#mappings.within(start, end)) {
      const done = shared ? source?.sync() : undefined;
      if (failed(done)) return done;
    }
    return undefined;
  }

  // Processes

  /** A copy for a child: private pages are shared until someone writes. */
  fork(): AddressSpace {
    this.leaveFlat();
    const child = new AddressSpace(this.frames, this.#cache, this.#window);
    child.heapStart = this.heapStart;
    child.heapEnd = this.heapEnd;
    child.barriers = this.barriers;
    child.#warm = this.#warm;
    for (const mapping of this.mappings) child.#mappings.insert(mapping);
    for (const source of this.#sources) {
      child.#sources.add(source);
      source.attach(child);
    }
    for (const [page, entry] of this.#pages) {
      const shared = this.#mappings.find(page * PAGE)?.shared ?? false;
      const kept = shared ? entry : entry & ~OWN;
      this.frames.hold(entry >>> 1);
      if (kept !== entry) this.#pages.set(page, kept);
      child.#pages.set(page, kept);
    }
    this.#cache.flush();
    return child;
  }

  /** The last user is gone. */
  clear(): void {
    this.#flat?.drop();
    this.#flat = undefined;
    for (const entry of this.#pages.values()) this.frames.release(entry >>> 1);
    this.#pages.clear();
    const gone = [...this.mappings];
    this.#mappings.replace(0, TASK_SIZE, () => undefined);
    this.#detachUnused(gone);
    this.#cache.flush();
  }

  // The flat window

  /** The space's tasks made so many steps more: one that is busy moves into the window. */
  ran(steps: number): void {
    this.#steps += steps;
    if (!this.#window || this.#flat || this.#steps < this.#warm) return;
    this.#steps = 0;
    const parts = { frames: this.frames, mappings: this.#mappings, pages: this.#pages };
    this.#flat = FlatPages.enter(parts, this.#window, this);
    this.#cache.flush();
  }

  /** Moves out of the window, if it is there; `forGood`: and never in again. */
  leaveFlat(forGood = false): void {
    if (forGood) this.#warm = Number.POSITIVE_INFINITY;
    if (!this.#flat) return;
    this.#flat.leave();
    this.#flat = undefined;
    this.#steps = 0;
    this.#warm *= 2;
    this.#cache.flush();
  }
}

function permits({ protection }: Mapping, access: Access): boolean {
  // What may be written may be read (protection_map in linux/arch/riscv/mm/init.c).
  if (access === Access.read) return (protection & (Prot.READ | Prot.WRITE)) !== 0;
  return (protection & access) !== 0;
}

function sourcePage({ start, offset }: Mapping, page: number): number {
  return page - start / PAGE + offset / PAGE;
}

export function roundUp(bytes: number): number {
  return Math.ceil(bytes / PAGE) * PAGE;
}

export function roundDown(address: number): number {
  return address - (address % PAGE);
}
