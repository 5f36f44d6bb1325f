/**
 * The pages of an address space that has the flat window. Its own are in the window and have no frames; those of files that it
 * may not write are there as copies, besides the frames that all processes share, which instructions are fetched from.
 */

import { type FlatWindow, fitsWindow, flatOffset, isFlat, isOwned } from "./flat-window.ts";
import { type Frames, NO_FRAME, PAGE } from "./frames.ts";
import { type Mapping, type MappingList, Prot } from "./mapping.ts";
import { FLAT_HIGH, FLAT_LOW } from "./places.ts";

/** What a space has: its mappings, and its pages' frames as `AddressSpace` keeps them. */
export interface SpacePages {
  readonly frames: Frames;
  readonly mappings: MappingList;
  /** By page number: the frame times two, plus 1 where the page may be written there. */
  readonly pages: Map<number, number>;
}

export class FlatPages {
  readonly #space: SpacePages;
  readonly #window: FlatWindow;
  /** Pages that were written while their mapping allowed it, and have the space's own contents since. */
  readonly #kept = new Set<number>();
  #charged = 0;

  /** Moves a space into the window; undefined where it cannot be there. */
  static enter(space: SpacePages, window: FlatWindow, owner: object): FlatPages | undefined {
    if (!window.isFree) return undefined;
    const flat = new FlatPages(space, window);
    const parts = flat.#parts(FLAT_LOW, FLAT_HIGH);
    if (!parts.every(fitsWindow) || !flat.#charge()) return undefined;
    for (const part of parts) flat.#moveIn(part);
    window.giveTo(owner);
    return flat;
  }

  private constructor(space: SpacePages, window: FlatWindow) {
    this.#space = space;
    this.#window = window;
  }

  /** The mappings that have a byte in a range of the window. */
  #parts(start: number, end: number): readonly Mapping[] {
    const [from, to] = [Math.max(start, FLAT_LOW), Math.min(end, FLAT_HIGH)];
    return from < to ? this.#space.mappings.within(from, to) : [];
  }

  /** Keeps as much memory for the window as is mapped there. */
  #charge(): boolean {
    const { frames } = this.#space;
    const bytes = this.#parts(FLAT_LOW, FLAT_HIGH).reduce((sum, { start, end }) => sum + (end - start), 0);
    frames.discharge(this.#charged);
    const isEnough = frames.charge(bytes / PAGE);
    this.#charged = isEnough ? bytes / PAGE : 0;
    return isEnough;
  }

  #moveIn(mapping: Mapping): void {
    const { pages, frames } = this.#space;
    for (let address = mapping.start; address < mapping.end; address += PAGE) {
      const page = address / PAGE;
      const entry = pages.get(page);
      if (entry === undefined) {
        this.#window.fillPage(mapping, address);
        continue;
      }
      this.#window.copyIn(address, entry >>> 1);
      if (!isOwned(mapping) && (entry & 1) === 0) continue;
      if (!isOwned(mapping)) this.#kept.add(page);
      pages.delete(page);
      frames.release(entry >>> 1);
    }
    frames.changed(flatOffset(mapping.start), mapping.end - mapping.start);
  }

  /** Moves the space out again, into frames. */
  leave(): void {
    const { pages, frames } = this.#space;
    frames.discharge(this.#charged);
    for (const mapping of this.#parts(FLAT_LOW, FLAT_HIGH).filter(fitsWindow)) {
      for (let address = mapping.start; address < mapping.end; address += PAGE) {
        const page = address / PAGE;
        if (!isOwned(mapping) && !this.#kept.has(page)) continue;
        if (!mapping.source && this.#window.isZero(address)) continue;
        const frame = frames.allocate();
        if (frame === NO_FRAME) continue;
        this.#window.copyOut(address, frame);
        const before = pages.get(page);
        if (before !== undefined) frames.release(before >>> 1);
        pages.set(page, frame * 2 + 1);
      }
    }
    this.#window.giveTo(undefined);
  }

  /** The space is gone. */
  drop(): void {
    this.#space.frames.discharge(this.#charged);
    this.#window.giveTo(undefined);
  }

  /** The offset in RAM of an address whose mapping is known; -1 where its frame has it. */
  find(address: number, mapping: Mapping, isFetch: boolean): number {
    if (!isFlat(address)) return -1;
    const isHere = !isFetch || isOwned(mapping) || this.#kept.has(Math.floor(address / PAGE));
    return isHere ? flatOffset(address) : -1;
  }

  /** Something else is mapped in a range, or its contents are to be the first ones again; false: the space has to leave. */
  changed(start: number, end: number): boolean {
    for (let page = start / PAGE; this.#kept.size > 0 && page < end / PAGE; page++) this.#kept.delete(page);
    const parts = this.#parts(start, end);
    for (const part of parts) if (fitsWindow(part)) this.#window.fill(part, start, end);
    return parts.every(fitsWindow) && this.#charge();
  }

  /** A range is to have another protection; false: the space has to leave before. */
  protect(start: number, end: number, protection: number): boolean {
    const parts = this.#parts(start, end);
    if (protection & Prot.EXEC && parts.some((part) => (part.protection & Prot.EXEC) === 0)) return false;
    if (!parts.every((part) => fitsWindow({ ...part, protection }))) return false;
    if (protection & Prot.WRITE) return true;
    for (const part of parts) {
      if (!part.source || !isOwned(part)) continue;
      const until = Math.min(end, part.end);
      for (let at = Math.max(start, part.start); at < until; at += PAGE) this.#kept.add(at / PAGE);
    }
    return true;
  }

  /** Contents move within the window, what is there now is given up; false: the space has to leave before. */
  move(start: number, length: number, to: number): boolean {
    if (!isFlat(start) || !isFlat(start + length) || !isFlat(to) || !isFlat(to + length)) return false;
    this.#window.move(start, length, to);
    for (let at = 0; this.#kept.size > 0 && at < length; at += PAGE) {
      if (this.#kept.delete((start + at) / PAGE)) this.#kept.add((to + at) / PAGE);
    }
    return true;
  }
}
