/** Attributes of open files that are in no file system. */

import type { Attributes } from "../../base/file-tree.ts";

export function anonymousAttributes(ino: bigint, mode: number): Attributes {
  return {
    ino,
    size: 0n,
    blocks: 0n,
    atime: 0n,
    mtime: 0n,
    ctime: 0n,
    mode,
    nlink: 1,
    uid: 0,
    gid: 0,
    rdev: 0,
    blockSize: 4096,
  };
}
