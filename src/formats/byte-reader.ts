/** Reads exact amounts from a stream of chunks: the ground of the streaming archive readers. */

import { type Bytes, concatBytes } from "../base/bytes.ts";

/** Bytes that arrive piece by piece. */
export type Chunks = AsyncIterable<Bytes>;

/** A place in a stream of chunks. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Bytes>;
  #rest: Bytes = new Uint8Array(0);
  #offset = 0;

  constructor(chunks: Chunks) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** How many bytes have been taken. */
  get offset(): number {
    return this.#offset;
  }

  /** The next 1 to `limit` bytes, as they come; undefined at the end. */
  async some(limit: number): Promise<Bytes | undefined> {
    while (this.#rest.length === 0) {
      const next = await this.#chunks.next();
      if (next.done) return undefined;
      this.#rest = next.value;
    }
    const part = this.#rest.subarray(0, limit);
    this.#rest = this.#rest.subarray(part.length);
    this.#offset += part.length;
    return part;
  }

  /** The next `length` bytes, fewer only where the stream ends. */
  async take(length: number): Promise<Bytes> {
    const taken = new Uint8Array(length);
    let have = 0;
    while (have < length) {
      const part = await this.some(length - have);
      if (!part) return taken.subarray(0, have);
      taken.set(part, have);
      have += part.length;
    }
    return taken;
  }

  /** Ends the stream early, so that its source can close. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}

/** All bytes of a stream in one array. Returns undefined where they are more than `limit`. */
export async function collect(chunks: Chunks, limit: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const parts: Bytes[] = [];
  let length = 0;
  for await (const part of chunks) {
    length += part.length;
    if (length > limit) return undefined;
    parts.push(part.slice());
  }
  return concatBytes(parts);
}
