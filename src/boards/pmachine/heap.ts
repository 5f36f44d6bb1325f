/**
 * The heap: blocks of multiples of eight bytes, those that were given back first. ISO 7185, section 6.6.5.3. Before each block
 * lies its size, which is negative once it was given back.
 */

import { alignUp } from "../../base/bits.ts";

const HEADER_BYTES = 8;
/** The smallest block, as large as its header. */
const LEAST_BYTES = 8;

export class Heap {
  readonly #words: Int32Array;
  readonly #start: number;
  readonly #end: number;
  #next: number;
  /** Blocks that were given back, by their size in units of eight bytes. */
  readonly #free: number[][] = [];

  /** @param words the guest's memory from its address 0 on */
  constructor(words: Int32Array, start: number, end: number) {
    this.#words = words;
    this.#start = alignUp(start, 8);
    this.#next = this.#start;
    this.#end = end;
  }

  /** The address of a block of at least so many bytes; 0 where there is no room. */
  take(size: number): number {
    const bytes = Math.max(LEAST_BYTES, alignUp(size, 8));
    const address = this.#free[bytes / 8]?.pop() ?? this.#extend(bytes);
    if (address !== 0) this.#words[(address - HEADER_BYTES) >> 2] = bytes;
    return address;
  }

  #extend(bytes: number): number {
    if (bytes + HEADER_BYTES > this.#end - this.#next) return 0;
    const address = this.#next + HEADER_BYTES;
    this.#next = address + bytes;
    return address;
  }

  /** Gives a block back: its size; undefined where none is in use at this address. The guest may have changed any header. */
  give(address: number): number | undefined {
    const isBlock = address % 8 === 0 && address >= this.#start + HEADER_BYTES && address < this.#next;
    const header = (address - HEADER_BYTES) >> 2;
    const bytes = isBlock ? (this.#words[header] ?? 0) : 0;
    if (bytes < LEAST_BYTES || bytes % 8 !== 0 || bytes > this.#next - address) return undefined;
    this.#words[header] = -bytes;
    const free = this.#free[bytes / 8];
    if (free) free.push(address);
    else this.#free[bytes / 8] = [address];
    return bytes;
  }
}
