/** A regular file in memory, which has room of its own only where it was written: see `memory-tree.ts`. */

import type { Bytes } from "../../base/bytes.ts";
import type { Failure, Outcome } from "../../base/errno.ts";
import type { OpenFile, OpenMode } from "../../base/file-tree.ts";
import { BLOCK, MemoryNode } from "./memory-node.ts";
import { Mode } from "./place.ts";

const LONGEST = 2 ** 40;

/** Its bytes are in blocks; one that was never written is zero and takes no room. */
export class MemoryRegular extends MemoryNode {
  readonly type = Mode.S_IFREG;
  readonly #blocks = new Map<number, Uint8Array>();
  #size = 0;
  #opened = 0;

  protected override get size(): number {
    return this.#size;
  }

  override open({ truncate }: OpenMode): Outcome<OpenFile> {
    if (truncate) this.resize(0);
    this.#opened++;
    return {
      attributes: () => this.attributes(),
      read: (offset, into) => this.#read(offset, into),
      write: (offset, from) => this.#write(offset, from),
      truncate: (size) => {
        this.touch();
        return this.resize(size);
      },
      sync: () => undefined,
      close: () => {
        this.#opened--;
        this.#freeIfGone();
      },
    };
  }

  override unlinked(): void {
    super.unlinked();
    this.#freeIfGone();
  }

  #freeIfGone(): void {
    if (this.links === 0 && this.#opened === 0) this.resize(0);
  }

  protected override resize(size: number): Failure | undefined {
    if (size > LONGEST) return { errno: "EFBIG" };
    for (const index of this.#blocks.keys()) {
      if (index * BLOCK < size) continue;
      this.#blocks.delete(index);
      this.store.blocks++;
    }
    if (size < this.#size) this.#blocks.get(Math.floor(size / BLOCK))?.fill(0, size % BLOCK);
    this.#size = size;
    return undefined;
  }

  #read(offset: number, into: Bytes): number {
    const count = Math.max(0, Math.min(into.length, this.#size - offset));
    for (const { at, index, start, length } of pieces(offset, count)) {
      const block = this.#blocks.get(index);
      if (block) into.set(block.subarray(start, start + length), at);
      else into.fill(0, at, at + length);
    }
    return count;
  }

  #write(offset: number, from: Bytes): Outcome<number> {
    if (offset + from.length > LONGEST) return { errno: "EFBIG" };
    let done = 0;
    for (const { at, index, start, length } of pieces(offset, from.length)) {
      const block = this.#blocks.get(index) ?? this.#newBlock(index);
      if (!block) break;
      block.set(from.subarray(at, at + length), start);
      done = at + length;
    }
    if (done === 0 && from.length > 0) return { errno: "ENOSPC" };
    this.#size = Math.max(this.#size, offset + done);
    this.touch();
    return done;
  }

  #newBlock(index: number): Uint8Array | undefined {
    if (this.store.blocks === 0) return undefined;
    this.store.blocks--;
    const block = new Uint8Array(BLOCK);
    this.#blocks.set(index, block);
    return block;
  }
}

/** The parts of a stretch of a file that are in one block each; `at` counts from its beginning. */
function* pieces(offset: number, count: number) {
  for (let at = 0; at < count; ) {
    const start = (offset + at) % BLOCK;
    const length = Math.min(count - at, BLOCK - start);
    yield { at, index: Math.floor((offset + at) / BLOCK), start, length };
    at += length;
  }
}
