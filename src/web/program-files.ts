/** The files that a Linux program in the page sees: a small root in memory, as long as its worker is there. */

import { utf8 } from "../base/bytes.ts";
import { failed, type Outcome } from "../base/errno.ts";
import { InputError } from "../base/errors.ts";
import type { FileNode } from "../base/file-tree.ts";
import { findNode, readWhole, treeEntries, writeWhole } from "../base/tree-files.ts";
import { memoryTree } from "../linux/fs/memory-tree.ts";
import { type FileEntry, fileEntry } from "./file-entry.ts";
import { HOME } from "./program-protocol.ts";

/** Bytes that all files may have together. */
const MOST_BYTES = 512 * 2 ** 20;

const folders = [
  ["/bin", 0o755],
  ["/dev", 0o755],
  ["/etc", 0o755],
  ["/proc", 0o755],
  ["/root", 0o755],
  ["/tmp", 0o1777],
] as const;
const texts = [
  ["/etc/passwd", `root:x:0:0:root:${HOME}:/bin/sh\n`],
  ["/etc/group", "root:x:0:\n"],
  // A shell of busybox makes the links to its other names as it begins.
  ["/etc/profile", "[ -e /bin/ls ] || busybox --install -s /bin\nPS1='\\w # '\n"],
] as const;

/** A file that cannot be made, or is not there. */
export class ProgramFileError extends InputError {
  override readonly name = "ProgramFileError";
}

export class ProgramFiles {
  readonly root: FileNode;

  constructor(now: () => bigint) {
    this.root = memoryTree(MOST_BYTES, now).root;
    this.root.change({ mode: 0o755 });
    for (const [path, mode] of folders)
      this.#done(this.#parent(path).makeDirectory(nameOf(path), mode), path);
    for (const [path, text] of texts) this.put(path, utf8(text), 0o644);
  }

  /** Makes a file, or replaces one; its directory must be there. */
  put(path: string, bytes: Uint8Array, mode: number): void {
    const node = this.#done(writeWhole(this.#parent(path), nameOf(path), bytes, mode), path);
    node.change({ mode });
  }

  get(path: string): Uint8Array<ArrayBuffer> {
    return this.#done(readWhole(this.#done(findNode(this.root, path), path)), path);
  }

  remove(path: string): void {
    this.#done(this.#parent(path).unlink(nameOf(path)), path);
  }

  /** What lies in the user's directory. */
  get entries(): readonly FileEntry[] {
    const home = findNode(this.root, HOME);
    if (failed(home)) return [];
    return [...treeEntries(home)].map((node) => fileEntry(node, `${HOME}/`));
  }

  #parent(path: string): FileNode {
    return this.#done(findNode(this.root, path.slice(0, path.lastIndexOf("/"))), path);
  }

  #done<T>(outcome: Outcome<T>, path: string): T {
    if (failed(outcome)) throw new ProgramFileError(`Cannot use "${path}": ${outcome.errno}`);
    return outcome;
  }
}

function nameOf(path: string): Uint8Array {
  return utf8(path.slice(path.lastIndexOf("/") + 1));
}
