/** The heap: blocks of multiples of eight bytes, those that were given back first. ISO 7185, section 6.6.5.3. */

import { alignUp } from "../../base/bits.ts";

export class Heap {
  readonly #end: number;
  #next: number;
  /** Blocks that were given back, by their size. */
  readonly #free = new Map<number, number[]>();
  /** The size of each block that is in use. */
  readonly #sizes = new Map<number, number>();

  constructor(start: number, end: number) {
    this.#next = alignUp(start, 8);
    this.#end = end;
  }

  /** The address of a block; 0 where there is no room. */
  take(size: number): number {
    const bytes = Math.max(8, alignUp(size, 8));
    const address = this.#free.get(bytes)?.pop() ?? this.#extend(bytes);
    if (address !== 0) this.#sizes.set(address, bytes);
    return address;
  }

  #extend(bytes: number): number {
    if (bytes > this.#end - this.#next) return 0;
    const address = this.#next;
    this.#next += bytes;
    return address;
  }

  /** Gives a block back: its size; undefined where there is none at this address. */
  give(address: number): number | undefined {
    const bytes = this.#sizes.get(address);
    if (bytes === undefined) return undefined;
    this.#sizes.delete(address);
    const free = this.#free.get(bytes);
    if (free) free.push(address);
    else this.#free.set(bytes, [address]);
    return bytes;
  }
}
