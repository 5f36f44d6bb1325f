/** A queue of bytes in the pieces in which they came. */

export class ChunkQueue {
  readonly #chunks: Uint8Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Appends a piece, which is the queue's own from now on. */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** Copies the first bytes to `into`, as many as there are and fit; they stay where they are only looked at. */
  take(into: Uint8Array, peeks: boolean): number {
    let done = 0;
    for (let index = 0; done < into.length; ) {
      const chunk = this.#chunks[index];
      if (!chunk) break;
      const part = chunk.subarray(0, into.length - done);
      into.set(part, done);
      done += part.length;
      if (peeks) index++;
      else if (part.length === chunk.length) this.#chunks.shift();
      else this.#chunks[0] = chunk.subarray(part.length);
    }
    if (!peeks) this.#length -= done;
    return done;
  }
}
