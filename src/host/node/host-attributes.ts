/** Attributes of the host's files, as the FUSE server wants them and as Node gives and takes them. */

import * as fs from "node:fs";
import type { Attributes } from "../../base/file-tree.ts";

const { S_IFREG, S_IFDIR, S_IFLNK } = fs.constants;

const ownUser = process.getuid?.() ?? 0;
const ownGroup = process.getgid?.() ?? 0;

/** The host's user and group are shown as root. */
export function attributesOf(stat: fs.BigIntStats): Attributes {
  return {
    ino: stat.ino,
    size: stat.size,
    blocks: stat.blocks,
    atime: stat.atimeNs,
    mtime: stat.mtimeNs,
    ctime: stat.ctimeNs,
    mode: Number(stat.mode),
    nlink: Number(stat.nlink),
    uid: Number(stat.uid) === ownUser ? 0 : Number(stat.uid),
    gid: Number(stat.gid) === ownGroup ? 0 : Number(stat.gid),
    rdev: Number(stat.rdev) >>> 0,
    blockSize: Number(stat.blksize),
  };
}

/** -1 leaves an owner as it is (chown(2)). */
export function changeOwner(path: string, uid = -1, gid = -1): void {
  fs.chownSync(path, uid === 0 ? ownUser : uid, gid === 0 ? ownGroup : gid);
}

/** Changes the times of what a descriptor stands for; undefined leaves one as it is. */
export function changeTimes(
  descriptor: number,
  atime: bigint | "now" | undefined,
  mtime: bigint | "now" | undefined,
) {
  const old = fs.fstatSync(descriptor, { bigint: true });
  const now = Date.now() / 1000;
  // Node cuts what is below a microsecond: a little more, so that a whole number of them stays one.
  const seconds = (time: bigint | "now") => (time === "now" ? now : Number(time + 200n) / 1e9);
  fs.utimesSync(`/proc/self/fd/${descriptor}`, seconds(atime ?? old.atimeNs), seconds(mtime ?? old.mtimeNs));
}

/** Types as directories hold them: DT_*, which are the S_IFMT bits shifted. */
export function entriesOf(path: string): { name: Uint8Array; type: number }[] {
  return fs.readdirSync(path, { withFileTypes: true, encoding: "buffer" }).map((entry) => {
    const name = entry.name as unknown as Uint8Array;
    if (entry.isFile()) return { name, type: S_IFREG >> 12 };
    if (entry.isDirectory()) return { name, type: S_IFDIR >> 12 };
    return { name, type: entry.isSymbolicLink() ? S_IFLNK >> 12 : 0 };
  });
}
