/** A bounded queue of bytes between a host that produces in bursts and a guest that takes its time. */

import type { Bytes } from "../base/bytes.ts";

/** First in, first out; never longer than its capacity. Copies in runs, not byte by byte. */
export class ByteQueue {
  readonly #ring: Uint8Array<ArrayBuffer>;
  #start = 0;
  #length = 0;

  constructor(capacity: number, content?: Bytes) {
    this.#ring = new Uint8Array(capacity);
    if (content) this.push(content);
  }

  get length(): number {
    return this.#length;
  }

  /** How many bytes `push` would accept. */
  get room(): number {
    return this.#ring.length - this.#length;
  }

  /** Appends as many of `bytes` as there is room for, and says how many those are. */
  push(bytes: Bytes): number {
    const count = Math.min(bytes.length, this.room);
    const end = (this.#start + this.#length) % this.#ring.length;
    const run = Math.min(count, this.#ring.length - end);
    this.#ring.set(bytes.subarray(0, run), end);
    this.#ring.set(bytes.subarray(run, count), 0);
    this.#length += count;
    return count;
  }

  /** Moves the first bytes to `into`, as many as there are and fit, and says how many those are. */
  shift(into: Bytes): number {
    const count = this.#copy(into);
    this.#start = (this.#start + count) % this.#ring.length;
    this.#length -= count;
    return count;
  }

  /** A copy of the content, the oldest byte first. */
  toBytes(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.#length);
    this.#copy(bytes);
    return bytes;
  }

  clear(): void {
    this.#length = 0;
  }

  #copy(into: Bytes): number {
    const count = Math.min(into.length, this.#length);
    const run = Math.min(count, this.#ring.length - this.#start);
    into.set(this.#ring.subarray(this.#start, this.#start + run));
    into.set(this.#ring.subarray(0, count - run), run);
    return count;
  }
}
