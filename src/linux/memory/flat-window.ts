/**
 * The beginning of RAM, which one address space at a time may have as it is: address a at a fixed distance in linear memory, so
 * that translated code needs no TLB for it. It costs exactness: there, every address may be read and written.
 *
 * A space that has the window has all its pages of that range in it; what is mapped there is present at once.
 */

import { failed } from "../../base/errno.ts";
import { type Frames, PAGE } from "./frames.ts";
import { type Mapping, Prot } from "./mapping.ts";
import { FLAT_HIGH, FLAT_LOW } from "./places.ts";

/** A file of which more is mapped is not copied into the window. */
const LARGEST_FILE = 64 << 20;

/** The processor, as far as it matters here. */
export interface FlatProcessor {
  /** Pages of the window; 0 where there is none. */
  readonly flatPages: number;
  /** Whether addresses in the window's range are reached in it, from now on. */
  setFlat(isFlat: boolean): void;
}

export class FlatWindow {
  readonly #processor: FlatProcessor;
  readonly #frames: Frames;
  /** The space that has it, and the one that addresses are of now. */
  #owner: object | undefined;
  #current: object | undefined;

  constructor(processor: FlatProcessor, frames: Frames) {
    this.#processor = processor;
    this.#frames = frames;
  }

  get isFree(): boolean {
    return this.#processor.flatPages > 0 && this.#owner === undefined;
  }

  /** Gives it to a space; undefined: takes it back. */
  giveTo(owner: object | undefined): void {
    this.#owner = owner;
    this.#apply();
  }

  /** Addresses are of this space now. */
  use(space: object): void {
    this.#current = space;
    this.#apply();
  }

  #apply(): void {
    this.#processor.setFlat(this.#owner !== undefined && this.#owner === this.#current);
  }

  /** Puts there what a mapping has at first, within a range. */
  fill(mapping: Mapping, from: number, to: number): void {
    const [start, end] = [Math.max(from, mapping.start), Math.min(to, mapping.end)];
    for (let address = start; address < end; address += PAGE) this.fillPage(mapping, address);
    this.#frames.changed(flatOffset(start), Math.max(0, end - start));
  }

  /** The same for a page; the caller tells that it has changed. */
  fillPage({ source, offset, start }: Mapping, address: number): void {
    const place = flatOffset(address);
    const frame = source?.frame((offset + address - start) / PAGE);
    if (frame !== undefined && !failed(frame)) this.copyIn(address, frame);
    else if (!this.isZero(address)) this.#frames.ram.fill(0, place, place + PAGE);
  }

  /** Takes the contents of a frame over. */
  copyIn(address: number, frame: number): void {
    this.#frames.ram.copyWithin(flatOffset(address), frame * PAGE, (frame + 1) * PAGE);
  }

  copyOut(address: number, frame: number): void {
    const place = flatOffset(address);
    this.#frames.ram.copyWithin(frame * PAGE, place, place + PAGE);
    this.#frames.changed(frame * PAGE, PAGE);
  }

  move(start: number, length: number, to: number): void {
    this.#frames.ram.copyWithin(flatOffset(to), flatOffset(start), flatOffset(start) + length);
    this.#frames.changed(flatOffset(to), length);
  }

  /** Whether a page is full of zeros; reading it costs no memory of the host. */
  isZero(address: number): boolean {
    const { ram } = this.#frames;
    const words = new Int32Array(ram.buffer, ram.byteOffset + flatOffset(address), PAGE / 4);
    for (let index = 0; index < words.length; index++) if (words[index] !== 0) return false;
    return true;
  }
}

/** The offset in RAM of an address in the window. */
export function flatOffset(address: number): number {
  return address - FLAT_LOW;
}

export function isFlat(address: number): boolean {
  return address >= FLAT_LOW && address < FLAT_HIGH;
}

/** Whether a mapping may lie in the window: what it may be, and that it is not half outside. */
export function fitsWindow({
  start,
  end,
  shared,
  protection,
  source,
}: Pick<Mapping, "start" | "end" | "shared" | "protection" | "source">): boolean {
  if (start < FLAT_LOW || end > FLAT_HIGH || shared) return false;
  if (protection & Prot.EXEC && (!source || protection & Prot.WRITE)) return false;
  return !source || end - start <= LARGEST_FILE;
}

/** Whether the space's own pages are in a mapping, not those of the file. */
export function isOwned({ source, protection }: Mapping): boolean {
  return !source || (protection & Prot.WRITE) !== 0;
}
