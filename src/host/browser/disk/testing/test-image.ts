/** An image for tests: each sector is filled with its number, and what is read is written down. */

import type { Bytes } from "../../../../base/bytes.ts";
import { DiskError, type DiskImage } from "../image.ts";

const SECTOR = 512;

export class TestImage implements DiskImage {
  readonly name = "test";
  readonly place = "test";
  readonly version = "1";
  readonly isLocal = false;
  readonly size: number;
  /** Offset and length of what was asked for. */
  readonly asked: (readonly [number, number])[] = [];
  isBroken = false;

  constructor(size: number) {
    this.size = size;
  }

  async read(offset: number, length: number): Promise<Bytes> {
    this.asked.push([offset, length]);
    if (this.isBroken) throw new DiskError("Cannot read the disk test: it is broken");
    if (offset + length > this.size) throw new Error("outside the image");
    return Uint8Array.from({ length }, (_, at) => this.byteAt(offset + at));
  }

  byteAt(offset: number): number {
    return Math.floor(offset / SECTOR) & 0xff;
  }
}
