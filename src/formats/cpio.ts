/**
 * Writes cpio archives in the "newc" format, which Linux unpacks as its initial file system
 * (Documentation/driver-api/early-userspace/buffer-format.rst; cpio(5), "New ASCII Format").
 * Left out: hard links, and checksums (the 070702 variant), which Linux does not need.
 */

import { alignUp } from "../base/bits.ts";
import { type Bytes, concatBytes, utf8 } from "../base/bytes.ts";

/** One file of an archive. Paths have no leading slash; `mode` holds the permission bits alone. */
export type CpioEntry =
  | { readonly kind: "directory"; readonly path: string; readonly mode: number }
  | { readonly kind: "file"; readonly path: string; readonly mode: number; readonly data: Bytes }
  | { readonly kind: "symlink"; readonly path: string; readonly target: string }
  | {
      readonly kind: "character-device";
      readonly path: string;
      readonly mode: number;
      readonly major: number;
      readonly minor: number;
    };

/** S_IFMT values (inode(7)). */
const S_IFCHR = 0o020000;
const S_IFDIR = 0o040000;
const S_IFREG = 0o100000;
const S_IFLNK = 0o120000;

const magic = "070701";
const endOfArchive = "TRAILER!!!";
/** Archives may follow one another; each then begins at a multiple of 4, and cpio(1) writes blocks of 512. */
const block = 512;

/** The archive of `entries`, in their order: a directory goes before what it holds. All belong to root. */
export function cpioArchive(entries: readonly CpioEntry[]): Uint8Array<ArrayBuffer> {
  const parts: Bytes[] = entries.flatMap((entry, index) => member(entry, index + 1));
  parts.push(...record({ ino: 0, mode: 0, nlink: 1, rdev: [0, 0], name: endOfArchive, data: empty }));
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return concatBytes([...parts, new Uint8Array(alignUp(length, block) - length)]);
}

const empty = new Uint8Array(0);

function member(entry: CpioEntry, ino: number): Bytes[] {
  const common = { ino, nlink: 1, rdev: [0, 0] as const, name: entry.path, data: empty };
  switch (entry.kind) {
    case "directory":
      return record({ ...common, mode: S_IFDIR | entry.mode, nlink: 2 });
    case "file":
      return record({ ...common, mode: S_IFREG | entry.mode, data: entry.data });
    case "symlink":
      return record({ ...common, mode: S_IFLNK | 0o777, data: utf8(entry.target) });
    case "character-device":
      return record({ ...common, mode: S_IFCHR | entry.mode, rdev: [entry.major, entry.minor] });
  }
}

interface Header {
  readonly ino: number;
  readonly mode: number;
  readonly nlink: number;
  readonly rdev: readonly [major: number, minor: number];
  readonly name: string;
  readonly data: Bytes;
}

/** Header (magic and 13 fields of 8 hexadecimal digits), name and data, the last two padded to 4 bytes. */
function record({ ino, mode, nlink, rdev, name, data }: Header): Bytes[] {
  const path = utf8(`${name}\0`);
  // ino mode uid gid nlink mtime filesize devmajor devminor rdevmajor rdevminor namesize check
  const fields = [ino, mode, 0, 0, nlink, 0, data.length, 0, 0, ...rdev, path.length, 0];
  const header = utf8(magic + fields.map((field) => field.toString(16).padStart(8, "0")).join(""));
  return [header, path, padding(header.length + path.length), data, padding(data.length)];
}

function padding(length: number): Bytes {
  return new Uint8Array(alignUp(length, 4) - length);
}
