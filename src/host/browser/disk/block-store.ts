/**
 * Some blocks of a disk, kept in two files: `data` has their bytes in slots, in the order in which they came; `index` says which
 * block is in which slot. A record of the index has 16 bytes, little-endian:
 *
 * ```
 * block: u32 | slot: u32 | parts: u32 | CRC-32 of these: u32
 * ```
 *
 * `parts` is a mask of those eighths of the block that the slot has. Later records of a block take the place of earlier ones. They
 * are written by `record`, after the data that they speak of: a page may be closed at any time. `flush` makes safe what was written
 * even where the computer fails, the data first. The index ends where a record is not whole, as after a crash.
 */

import { crc32 } from "../../../base/crc32.ts";
import { readAll, type SyncFile, writeAll } from "./sync-file.ts";

const RECORD = 16;
/** Parts of a block. */
export const PARTS = 8;
export const ALL_PARTS = (1 << PARTS) - 1;

interface Place {
  readonly slot: number;
  parts: number;
}

export class BlockStore {
  /** In bytes; a multiple of 8. */
  readonly blockSize: number;
  readonly #data: SyncFile;
  readonly #index: SyncFile;
  readonly #places = new Map<number, Place>();
  /** Blocks whose records are not written yet. */
  readonly #unrecorded = new Set<number>();
  #isDirty = false;
  #slots = 0;
  /** Where the index ends. */
  #end = 0;

  constructor(data: SyncFile, index: SyncFile, blockSize: number) {
    this.blockSize = blockSize;
    this.#data = data;
    this.#index = index;
    this.#readIndex();
  }

  #readIndex(): void {
    const bytes = new Uint8Array(this.#index.getSize());
    readAll(this.#index, bytes, 0);
    const view = new DataView(bytes.buffer);
    for (; this.#end + RECORD <= bytes.length; this.#end += RECORD) {
      const [block, slot, parts, check] = [0, 4, 8, 12].map((at) => view.getUint32(this.#end + at, true));
      if (check !== crc32(bytes.subarray(this.#end, this.#end + 12))) return;
      this.#places.set(block ?? 0, { slot: slot ?? 0, parts: parts ?? 0 });
      this.#slots = Math.max(this.#slots, (slot ?? 0) + 1);
    }
  }

  /** Bytes that the blocks take. */
  get bytes(): number {
    return this.#slots * this.blockSize;
  }

  get isEmpty(): boolean {
    return this.#slots === 0;
  }

  /** Which parts of a block are here, as a mask. */
  parts(block: number): number {
    return this.#places.get(block)?.parts ?? 0;
  }

  /** Reads bytes of a block that are here. Throws where the browser does not give them. */
  read(block: number, offset: number, into: Uint8Array): void {
    const place = this.#places.get(block);
    if (place) readAll(this.#data, into, place.slot * this.blockSize + offset);
  }

  /** Writes whole parts of a block. Throws StorageFull; what was here stays. */
  write(block: number, offset: number, from: Uint8Array): void {
    const part = this.blockSize / PARTS;
    const parts = ((1 << (from.length / part)) - 1) << (offset / part);
    const known = this.#places.get(block);
    const place = known ?? { slot: this.#slots, parts: 0 };
    writeAll(this.#data, from, place.slot * this.blockSize + offset);
    this.#isDirty = true;
    if ((place.parts | parts) !== place.parts) this.#unrecorded.add(block);
    place.parts |= parts;
    if (known) return;
    this.#places.set(block, place);
    this.#slots++;
  }

  /** Notes in the index what was written. Throws StorageFull where that has no room: to be tried again. */
  record(): void {
    if (this.#unrecorded.size === 0) return;
    const records = new Uint8Array(this.#unrecorded.size * RECORD);
    const view = new DataView(records.buffer);
    let at = 0;
    for (const block of this.#unrecorded) {
      const { slot = 0, parts = 0 } = this.#places.get(block) ?? {};
      for (const [word, value] of [block, slot, parts].entries()) view.setUint32(at + 4 * word, value, true);
      view.setUint32(at + 12, crc32(records.subarray(at, at + 12)), true);
      at += RECORD;
    }
    writeAll(this.#index, records, this.#end);
    this.#end += records.length;
    this.#unrecorded.clear();
  }

  /** Returns when all that was written is safe. Throws as `record`. */
  flush(): void {
    if (!this.#isDirty) return;
    this.#data.flush();
    this.record();
    this.#index.flush();
    this.#isDirty = false;
  }

  /** Forgets all blocks. */
  clear(): void {
    this.#index.truncate(0);
    this.#index.flush();
    this.#data.truncate(0);
    this.#places.clear();
    this.#unrecorded.clear();
    this.#slots = 0;
    this.#end = 0;
  }

  close(): void {
    this.#index.close();
    this.#data.close();
  }
}
