/**
 * The port through which guests reach files of the host, by FUSE or by system calls: a tree of inodes, all calls at once and
 * without exceptions. Names are bytes, as Linux's are; the caller has checked that each is one plain component: not
 * empty, not "." or "..", without "/" or zero bytes, and at most 255 bytes long.
 */

import type { Bytes } from "./bytes.ts";
import type { Outcome } from "./errno.ts";

export interface FileTree {
  readonly root: FileNode;
  statistics(): Outcome<TreeStatistics>;
}

/** statfs(2). */
export interface TreeStatistics {
  readonly blockSize: number;
  readonly blocks: bigint;
  readonly freeBlocks: bigint;
  readonly availableBlocks: bigint;
  readonly files: bigint;
  readonly freeFiles: bigint;
}

/** stat(2). `mode` has the type of the file (S_IFMT) too. Times are nanoseconds since 1970. */
export interface Attributes {
  readonly ino: bigint;
  readonly size: bigint;
  readonly blocks: bigint;
  readonly atime: bigint;
  readonly mtime: bigint;
  readonly ctime: bigint;
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  readonly rdev: number;
  readonly blockSize: number;
}

/** What to change of a file; "now" is for the tree to tell. */
export interface AttributeChanges {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly size?: number;
  readonly atime?: bigint | "now";
  readonly mtime?: bigint | "now";
}

/** How a file is opened (open(2)). */
export interface OpenMode {
  readonly read: boolean;
  readonly write: boolean;
  readonly truncate: boolean;
}

/**
 * An inode. While one is held, the tree gives the same object for it wherever it is found again, so that hard
 * links are one inode.
 */
export interface FileNode {
  /** The S_IFMT bits of the mode, where the tree knows them without asking: they never change. */
  readonly type?: number;
  attributes(): Outcome<Attributes>;
  change(changes: AttributeChanges): Outcome<Attributes>;
  readLink(): Outcome<Bytes>;
  /** ENOENT or the like for what cannot be opened: only regular files can. */
  open(mode: OpenMode): Outcome<OpenFile>;
  openDirectory(): Outcome<OpenDirectory>;

  lookup(name: Bytes): Outcome<FileNode>;
  /** Makes and opens a regular file; one that exists is opened, unless `exclusive`. */
  create(
    name: Bytes,
    mode: number,
    open: OpenMode,
    exclusive: boolean,
  ): Outcome<{ readonly node: FileNode; readonly file: OpenFile }>;
  makeDirectory(name: Bytes, mode: number): Outcome<FileNode>;
  makeSymlink(name: Bytes, target: Bytes): Outcome<FileNode>;
  link(name: Bytes, existing: FileNode): Outcome<FileNode>;
  unlink(name: Bytes): Outcome<undefined>;
  removeDirectory(name: Bytes): Outcome<undefined>;
  /** Replaces what `newName` was, except where `noReplace`. */
  rename(name: Bytes, newParent: FileNode, newName: Bytes, noReplace: boolean): Outcome<undefined>;

  /** Nobody holds this inode any longer. */
  release(): void;
}

export interface OpenFile {
  attributes(): Outcome<Attributes>;
  /** Reads at `offset`; how many bytes, fewer than asked for only at the end of the file. */
  read(offset: number, into: Bytes): Outcome<number>;
  write(offset: number, from: Bytes): Outcome<number>;
  truncate(size: number): Outcome<undefined>;
  /** Makes what was written durable; its attributes too, unless `dataOnly`. */
  sync(dataOnly: boolean): Outcome<undefined>;
  close(): void;
}

/** An open directory: a picture of its entries, without "." and "..". */
export interface OpenDirectory {
  /** Takes the picture anew (rewinddir(3)). */
  rewind(): Outcome<undefined>;
  readonly entries: readonly DirectoryEntry[];
  /** The number of an entry's inode; undefined where it is gone. */
  inode(name: Bytes): bigint | undefined;
  close(): void;
}

export interface DirectoryEntry {
  readonly name: Bytes;
  /** DT_*: the S_IFMT bits of the mode, shifted right by 12; 0 is unknown. */
  readonly type: number;
}
