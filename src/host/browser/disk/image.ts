/** What a disk of the guest is made from: an image that is read in pieces, and never written. */

import type { Bytes } from "../../../base/bytes.ts";
import { InputError } from "../../../base/errors.ts";

/** An image that cannot be a disk, or cannot be had, in words for the page. */
export class DiskError extends InputError {
  override readonly name = "DiskError";
}

export interface DiskImage {
  /** What people call it. */
  readonly name: string;
  /** What stays the same when its contents change: by this the browser keeps what belongs to it. */
  readonly place: string;
  /** In bytes; a multiple of 512. */
  readonly size: number;
  /** Changes when its contents do; undefined: nobody can tell. */
  readonly version: string | undefined;
  /** Whether it is on this computer, so that nothing of it has to be kept. */
  readonly isLocal: boolean;
  /** Rejects with DiskError: also where it is not any more what it was. */
  read(offset: number, length: number): Promise<Bytes>;
}

const SECTOR = 512;

/** Throws DiskError where a disk cannot have so many bytes. */
export function checkSize(name: string, size: number): void {
  if (size > 0 && size % SECTOR === 0) return;
  throw new DiskError(`Cannot use the disk ${name}: its size is ${size}, not a multiple of ${SECTOR}`);
}

/** A file of the user's computer, read where it is. A browser refuses to read one that has changed since it was chosen. */
export function fileImage(file: File): DiskImage {
  checkSize(file.name, file.size);
  return {
    name: file.name,
    place: `file ${file.name}`,
    size: file.size,
    version: `${file.size} ${file.lastModified}`,
    isLocal: true,
    read: async (offset, length) => {
      try {
        return new Uint8Array(await file.slice(offset, offset + length).arrayBuffer());
      } catch {
        throw new DiskError(`Cannot read ${file.name}: it has been changed or is gone; choose it again`);
      }
    },
  };
}
