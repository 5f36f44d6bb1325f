/** Random bytes that several machines get alike, and get again when they are taken back. */

import type { Entropy } from "../../../machine/device.ts";

export class EntropyTape {
  readonly #source: Entropy;
  #bytes = new Uint8Array(256);
  /** The place of the first byte that is kept, and the one after the last. */
  #start = 0;
  #end = 0;

  constructor(source: Entropy) {
    this.#source = source;
  }

  /** The bytes at a place, which no one has forgotten. */
  read(place: number, into: Uint8Array): void {
    const missing = place + into.length - this.#end;
    if (missing > 0) this.#extend(missing);
    into.set(this.#bytes.subarray(place - this.#start, place - this.#start + into.length));
  }

  #extend(count: number): void {
    const used = this.#end - this.#start;
    const bytes = new Uint8Array(2 * (used + count));
    bytes.set(this.#bytes.subarray(0, used));
    this.#source.fill(bytes.subarray(used, used + count));
    this.#bytes = bytes;
    this.#end += count;
  }

  /** Nobody will ask for what lies before a place. */
  forget(place: number): void {
    this.#bytes = this.#bytes.slice(place - this.#start);
    this.#start = place;
  }
}
