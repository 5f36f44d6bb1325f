/** A disk in a raw image file: block n is at byte n times 512. */

import * as fs from "node:fs";
import { InputError } from "../../base/errors.ts";
import type { ImmediateBlockBackend } from "../../machine/virtio/block/virtio-block.ts";

/** A file that cannot be a disk. */
export class DiskError extends InputError {
  override readonly name = "DiskError";
}

const sectorSize = 512;

export class BlockFile implements ImmediateBlockBackend {
  readonly size: number;
  readonly readOnly: boolean;
  readonly #descriptor: number;

  /** @param path a regular file or a block device, of whole sectors */
  constructor(path: string, options: { readOnly?: boolean } = {}) {
    this.readOnly = options.readOnly ?? false;
    this.#descriptor = openDisk(path, this.readOnly);
    this.size = sizeOf(this.#descriptor);
    if (this.size === 0 || this.size % sectorSize !== 0) {
      fs.closeSync(this.#descriptor);
      throw new DiskError(
        `Cannot use disk "${path}": its size is ${this.size}, not a multiple of ${sectorSize}`,
      );
    }
  }

  /** Throws where the range is not whole inside the disk, or the host fails: the guest sees an I/O error. */
  read(offset: number, into: Uint8Array): undefined {
    for (let done = 0; done < into.length; ) {
      const count = fs.readSync(this.#descriptor, into, done, into.length - done, offset + done);
      if (count === 0) throw new DiskError(`Cannot read disk at offset ${offset + done}: it ends before`);
      done += count;
    }
  }

  write(offset: number, from: Uint8Array): undefined {
    if (this.readOnly || offset + from.length > this.size) {
      throw new DiskError(`Cannot write disk at offset ${offset}`);
    }
    for (let done = 0; done < from.length; ) {
      done += fs.writeSync(this.#descriptor, from, done, from.length - done, offset + done);
    }
  }

  flush(): undefined {
    if (!this.readOnly) fs.fdatasyncSync(this.#descriptor);
  }

  close(): void {
    fs.closeSync(this.#descriptor);
  }
}

function openDisk(path: string, readOnly: boolean): number {
  let descriptor: number;
  try {
    descriptor = fs.openSync(path, readOnly ? "r" : "r+");
  } catch (error) {
    throw new DiskError(`Cannot use disk "${path}": ${(error as NodeJS.ErrnoException).code}`);
  }
  const stat = fs.fstatSync(descriptor);
  if (stat.isFile() || stat.isBlockDevice()) return descriptor;
  fs.closeSync(descriptor);
  throw new DiskError(`Cannot use disk "${path}": it is neither a file nor a block device`);
}

/** A block device has no size of its own: where it ends is found by halves. */
function sizeOf(descriptor: number): number {
  const stat = fs.fstatSync(descriptor);
  if (stat.isFile()) return stat.size;
  const byte = new Uint8Array(1);
  let [inside, outside] = [-1, 2 ** 52];
  while (outside - inside > 1) {
    const middle = Math.floor((inside + outside) / 2);
    if (fs.readSync(descriptor, byte, 0, 1, middle) === 1) inside = middle;
    else outside = middle;
  }
  return outside;
}
