/** Where a file is in the tree that a process sees: its inode, and how it was come to, so that ".." leads back. */

import type { FileNode } from "../../base/file-tree.ts";

/** A file system in the tree (mount(2)). */
export interface Mount {
  readonly id: number;
  /** st_dev. */
  readonly device: number;
  readonly type: string;
  readonly source: string;
  /** The path at which it is. */
  readonly path: string;
  readonly root: FileNode;
  readonly readOnly: boolean;
}

export interface Place {
  readonly node: FileNode;
  readonly mount: Mount;
  /** Undefined at the root of the tree. */
  readonly parent: Place | undefined;
  /** A character for each byte. */
  readonly name: string;
}

/** The absolute path of a place below `root`; from the top of the tree where it is not below it. */
export function pathOf(place: Place, root?: Place): string {
  const names: string[] = [];
  for (let at = place; at.parent && at.node !== root?.node; at = at.parent) names.unshift(at.name);
  return `/${names.join("/")}`;
}

/** File types (inode(7)). */
export const Mode = {
  S_IFMT: 0o170000,
  S_IFSOCK: 0o140000,
  S_IFLNK: 0o120000,
  S_IFREG: 0o100000,
  S_IFBLK: 0o060000,
  S_IFDIR: 0o040000,
  S_IFCHR: 0o020000,
  S_IFIFO: 0o010000,
} as const;
