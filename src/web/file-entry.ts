/** What the page shows of a file in a tree. */

import { FileType, pathOf, type TreeEntry } from "../base/tree-files.ts";

/** A file or directory of those that the user sees. */
export interface FileEntry {
  readonly path: string;
  readonly isDirectory: boolean;
  readonly size: number;
}

/** @param above what comes before its path in the tree */
export function fileEntry(entry: TreeEntry, above = ""): FileEntry {
  return {
    path: `${above}${pathOf(entry)}`,
    isDirectory: (entry.attributes.mode & FileType.mask) === FileType.directory,
    size: Number(entry.attributes.size),
  };
}
