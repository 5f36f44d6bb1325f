/**
 * A disk of the guest: an image that is only read, and over it what the guest has written, in blocks of 4 KiB of which each sector
 * is the image's or the guest's. What the image has not brought yet is answered later; all else at once.
 */

import type { Bytes } from "../../../base/bytes.ts";
import type { BlockBackend } from "../../../machine/virtio/block/virtio-block.ts";
import { type BlockStore, PARTS } from "./block-store.ts";
import type { ChunkCache } from "./chunk-cache.ts";
import { DiskError } from "./image.ts";
import { StorageFull } from "./sync-file.ts";

/** Bytes of a block of what the guest has written. */
export const OVERLAY_BLOCK = 4096;
const SECTOR = OVERLAY_BLOCK / PARTS;
/** Milliseconds after which what was written is made safe, even if the computer fails, without being asked. */
const FLUSH_AFTER = 1000;

export interface DiskEvents {
  notice(text: string): void;
  /** Sizes have changed. */
  changed(): void;
}

export interface DiskParts {
  readonly size: number;
  readonly chunks: ChunkCache;
  /** What the guest writes, in blocks of OVERLAY_BLOCK bytes. */
  readonly overlay: BlockStore;
  readonly events: DiskEvents;
}

export class KeptDisk implements BlockBackend {
  readonly size: number;
  readonly readOnly = false;
  readonly #chunks: ChunkCache;
  readonly #overlay: BlockStore;
  readonly #events: DiskEvents;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Bytes of the overlay when there was no room for more; undefined: there is. */
  #fullAt: number | undefined;

  constructor({ size, chunks, overlay, events }: DiskParts) {
    this.size = size;
    this.#chunks = chunks;
    this.#overlay = overlay;
    this.#events = events;
  }

  read(offset: number, into: Bytes): undefined | Promise<Bytes> {
    if (this.#covers(offset, into.length)) {
      this.#lay(offset, into);
      return undefined;
    }
    const promise = this.#chunks.read(offset, into);
    if (!promise) {
      this.#lay(offset, into);
      return undefined;
    }
    const laid = (bytes: Bytes): Bytes => {
      this.#lay(offset, bytes);
      return bytes;
    };
    return promise.then(laid, (error: unknown) => {
      if (error instanceof DiskError) this.#events.notice(`${error.message}. The guest gets an I/O error.`);
      throw error;
    });
  }

  /** What was written is found again when the page is closed. Throws where the browser has no room: the guest sees an I/O error. */
  write(offset: number, from: Bytes): undefined {
    for (const { block, start, at, length } of blocksOf(offset, from.length)) {
      this.#makingRoom(() => this.#overlay.write(block, start, from.subarray(at, at + length)));
    }
    this.#makingRoom(() => this.#overlay.record());
    this.changed();
    return undefined;
  }

  flush(): undefined {
    this.#makingRoom(() => this.#overlay.flush());
    return undefined;
  }

  /** To be called after changes: they are made safe soon. */
  readonly changed = (): void => {
    this.#timer ??= setTimeout(() => this.#settle(), FLUSH_AFTER);
  };

  #settle(): void {
    this.#timer = undefined;
    try {
      this.flush();
    } catch {
      // It was told, and is tried again.
      this.changed();
    }
    this.#chunks.flush();
    this.#events.changed();
  }

  /** Makes all safe, as far as there is room for it, and touches nothing any more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#settle();
    clearTimeout(this.#timer);
  }

  /** Does what may need room; what is kept of the image goes first. */
  #makingRoom(act: () => void): void {
    try {
      try {
        act();
      } catch (error) {
        if (!(error instanceof StorageFull) || !this.#chunks.giveUp()) throw error;
        act();
      }
    } catch (error) {
      if (this.#fullAt === undefined) {
        const why = error instanceof StorageFull ? "There is no room left for" : `The browser failed to keep`;
        this.#events.notice(
          `${why} what the guest writes to its disk: it gets an I/O error. What it has written before is still there.`,
        );
      }
      this.#fullAt = this.#overlay.bytes;
      throw error;
    }
    if (this.#fullAt === undefined || this.#overlay.bytes <= this.#fullAt) return;
    this.#fullAt = undefined;
    this.#events.notice("There is room again for what the guest writes to its disk.");
  }

  /** Whether the guest has written all of a range. */
  #covers(offset: number, length: number): boolean {
    for (const { block, start, length: part } of blocksOf(offset, length)) {
      const wanted = ((1 << (part / SECTOR)) - 1) << (start / SECTOR);
      if ((this.#overlay.parts(block) & wanted) !== wanted) return false;
    }
    return true;
  }

  /** Lays what the guest has written over bytes of the image. */
  #lay(offset: number, bytes: Bytes): void {
    for (const { block, start, at, length } of blocksOf(offset, bytes.length)) {
      const parts = this.#overlay.parts(block);
      const has = (position: number) => position < length && parts & (1 << ((start + position) / SECTOR));
      for (let from = 0; parts !== 0 && from < length; from += SECTOR) {
        if (!has(from)) continue;
        let end = from + SECTOR;
        while (has(end)) end += SECTOR;
        this.#overlay.read(block, start + from, bytes.subarray(at + from, at + end));
        from = end;
      }
    }
  }
}

interface BlockPart {
  readonly block: number;
  /** Where it begins in the block. */
  readonly start: number;
  /** Where it begins in the range. */
  readonly at: number;
  readonly length: number;
}

/** The parts of blocks that a range has. */
function* blocksOf(offset: number, length: number): Generator<BlockPart> {
  for (let at = 0; at < length; ) {
    const start = (offset + at) % OVERLAY_BLOCK;
    const part = Math.min(OVERLAY_BLOCK - start, length - at);
    yield { block: Math.floor((offset + at) / OVERLAY_BLOCK), start, at, length: part };
    at += part;
  }
}
