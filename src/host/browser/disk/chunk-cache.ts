/**
 * An image in chunks: what was read once is in memory, as far as there is room, and kept in a store from one visit to the next. What
 * is missing is asked for in as few requests as possible: all that is wanted in one turn together, neighbours as one range, and more
 * ahead of a reader that goes on where it was.
 */

import type { Bytes } from "../../../base/bytes.ts";
import type { BlockStore } from "./block-store.ts";
import type { DiskImage } from "./image.ts";

/** Bytes of a chunk. */
export const CHUNK = 128 * 1024;
/** Chunks in memory. */
const MOST_IN_MEMORY = 256;
/** Chunks of one request. */
const MOST_AT_ONCE = 16;
/** Chunks that are fetched ahead of a reader. */
const MOST_AHEAD = 8;
/** Bytes that are kept. */
const MOST_KEPT = 2 ** 30;

interface Wanted {
  readonly promise: Promise<Bytes>;
  readonly resolve: (bytes: Bytes) => void;
  readonly reject: (error: unknown) => void;
}

export class ChunkCache {
  readonly #image: DiskImage;
  readonly #store: BlockStore | undefined;
  readonly #fetched: () => void;
  /** By number, those used last at the end. */
  readonly #memory = new Map<number, Bytes>();
  readonly #wanted = new Map<number, Wanted>();
  /** Those of `#wanted` that were not asked for yet. */
  readonly #unasked = new Set<number>();
  #isKeeping = true;
  #last = -2;
  #ahead = 0;
  fetchedBytes = 0;

  /**
   * @param store of blocks of CHUNK bytes, where chunks are to be kept
   * @param fetched is called after each answer
   */
  constructor(image: DiskImage, store: BlockStore | undefined, fetched: () => void) {
    this.#image = image;
    this.#store = store;
    this.#fetched = fetched;
  }

  /** Bytes that are kept for the next visit. */
  get keptBytes(): number {
    return this.#store?.bytes ?? 0;
  }

  /** Gives the room of what is kept to somebody else; from now on nothing is kept. Whether there was some. */
  giveUp(): boolean {
    const had = this.keptBytes > 0;
    this.#isKeeping = false;
    this.#store?.clear();
    return had;
  }

  /** As `BlockBackend.read`. */
  read(offset: number, into: Bytes): undefined | Promise<Bytes> {
    const first = Math.floor(offset / CHUNK);
    const last = Math.floor((offset + into.length - 1) / CHUNK);
    const chunks: (Bytes | Promise<Bytes>)[] = [];
    for (let chunk = first; chunk <= last; chunk++)
      chunks.push(this.#here(chunk) ?? this.#want(chunk).promise);
    this.#readAhead(first, last);
    const here = chunks.filter((chunk): chunk is Bytes => !(chunk instanceof Promise));
    if (here.length === chunks.length) {
      join(here, offset - first * CHUNK, into);
      return undefined;
    }
    const { length } = into;
    return Promise.all(chunks).then((all) => join(all, offset - first * CHUNK, new Uint8Array(length)));
  }

  /** A chunk that need not be fetched. */
  #here(chunk: number): Bytes | undefined {
    const known = this.#memory.get(chunk) ?? this.#fromStore(chunk);
    if (known) this.#remember(chunk, known);
    return known;
  }

  #fromStore(chunk: number): Bytes | undefined {
    if (!this.#store?.parts(chunk)) return undefined;
    const bytes = new Uint8Array(this.#lengthOf(chunk));
    try {
      this.#store.read(chunk, 0, bytes);
    } catch {
      // What the browser has lost is fetched once more.
      return undefined;
    }
    return bytes;
  }

  #remember(chunk: number, bytes: Bytes): void {
    this.#memory.delete(chunk);
    this.#memory.set(chunk, bytes);
    if (this.#memory.size <= MOST_IN_MEMORY) return;
    const [oldest] = this.#memory.keys();
    this.#memory.delete(oldest ?? -1);
  }

  #want(chunk: number): Wanted {
    const known = this.#wanted.get(chunk);
    if (known) return known;
    if (this.#unasked.size === 0) queueMicrotask(() => this.#ask());
    this.#unasked.add(chunk);
    const { promise, resolve, reject } = settler();
    // Nobody may wait for what is fetched ahead.
    promise.catch(() => {});
    const wanted = { promise, resolve, reject };
    this.#wanted.set(chunk, wanted);
    return wanted;
  }

  /** A reader that goes on from chunk to chunk finds more and more of them fetched; another one, none. */
  #readAhead(first: number, last: number): void {
    if (first !== this.#last && first !== this.#last + 1) this.#ahead = 0;
    else if (last > this.#last) this.#ahead = Math.min(MOST_AHEAD, 2 * this.#ahead + 1);
    this.#last = last;
    const isHere = (chunk: number): boolean =>
      this.#memory.has(chunk) || this.#wanted.has(chunk) || (this.#store?.parts(chunk) ?? 0) !== 0;
    const end = Math.min(last + this.#ahead, Math.ceil(this.#image.size / CHUNK) - 1);
    let next = last + 1;
    while (next <= end && isHere(next)) next++;
    // Not each time that the reader has moved by one.
    if (next > last + Math.ceil(this.#ahead / 2)) return;
    for (; next <= end; next++) if (!isHere(next)) this.#want(next);
  }

  /** Asks for all that is wanted: chunks beside each other in one request. */
  #ask(): void {
    const chunks = [...this.#unasked].sort((a, b) => a - b);
    this.#unasked.clear();
    for (let at = 0; at < chunks.length; ) {
      const start = at;
      do at++;
      while (chunks[at] === (chunks[at - 1] ?? 0) + 1 && at - start < MOST_AT_ONCE);
      void this.#fetch(chunks.slice(start, at));
    }
  }

  async #fetch(run: readonly number[]): Promise<void> {
    const [first = 0] = run;
    const length = run.reduce((sum, chunk) => sum + this.#lengthOf(chunk), 0);
    try {
      const bytes = await this.#image.read(first * CHUNK, length);
      this.fetchedBytes += length;
      for (const [index, chunk] of run.entries()) {
        const part = bytes.slice(index * CHUNK, (index + 1) * CHUNK);
        this.#remember(chunk, part);
        this.#keep(chunk, part);
        this.#wanted.get(chunk)?.resolve(part);
      }
    } catch (error) {
      for (const chunk of run) this.#wanted.get(chunk)?.reject(error);
    }
    for (const chunk of run) this.#wanted.delete(chunk);
    this.#fetched();
  }

  /** Keeps a chunk if there is room; the last one may be shorter, and takes the room of others. */
  #keep(chunk: number, bytes: Bytes): void {
    if (!this.#store || !this.#isKeeping || this.#store.bytes >= MOST_KEPT) return;
    const block = new Uint8Array(CHUNK);
    block.set(bytes);
    try {
      this.#store.write(chunk, 0, block);
    } catch {
      // The room that is left is for what the guest writes.
      this.#isKeeping = false;
    }
  }

  /** Makes what is kept safe. */
  flush(): void {
    try {
      this.#store?.flush();
    } catch {
      this.#isKeeping = false;
    }
  }

  #lengthOf(chunk: number): number {
    return Math.min(CHUNK, this.#image.size - chunk * CHUNK);
  }
}

function settler(): Wanted {
  let resolve: Wanted["resolve"] = () => {};
  let reject: Wanted["reject"] = () => {};
  const promise = new Promise<Bytes>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** Fills `into` with the bytes of chunks in a row, from `skip` on. */
function join(chunks: readonly Bytes[], skip: number, into: Bytes): Bytes {
  let at = -skip;
  for (const chunk of chunks) {
    const from = Math.max(0, -at);
    const part = chunk.subarray(from, Math.max(from, into.length - at));
    into.set(part, at + from);
    at += chunk.length;
  }
  return into;
}
