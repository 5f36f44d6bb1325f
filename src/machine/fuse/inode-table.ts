/**
 * The inodes that the guest knows, by the numbers we gave it. Each is held until the guest has forgotten it as
 * often as it was told about it (Linux Documentation/filesystems/fuse.rst; libfuse, "lookup count"). Numbers are
 * never used twice, so that every generation is 0.
 */

import { failed, type Outcome } from "../../base/errno.ts";
import type { FileNode } from "../../base/file-tree.ts";
import { FUSE_ROOT_ID } from "./protocol.ts";

/** A guest that looks up more without forgetting any gets ENFILE. */
const mostInodes = 1 << 20;

interface Entry {
  readonly node: FileNode;
  readonly id: number;
  lookups: number;
}

export class InodeTable {
  readonly #byId = new Map<number, Entry>();
  readonly #byNode = new Map<FileNode, Entry>();
  #nextId = FUSE_ROOT_ID + 1;

  constructor(root: FileNode) {
    const entry = { node: root, id: FUSE_ROOT_ID, lookups: Number.POSITIVE_INFINITY };
    this.#byId.set(entry.id, entry);
    this.#byNode.set(root, entry);
  }

  get size(): number {
    return this.#byId.size;
  }

  /** The inode with a number that the guest sent. */
  get(id: number): Outcome<FileNode> {
    return this.#byId.get(id)?.node ?? { errno: "ESTALE" };
  }

  /** The number of an inode of which the guest is told now. */
  tell(node: FileNode): Outcome<number> {
    const known = this.#byNode.get(node);
    if (known) {
      known.lookups++;
      return known.id;
    }
    if (this.#byId.size >= mostInodes) {
      node.release();
      return { errno: "ENFILE" };
    }
    const entry = { node, id: this.#nextId++, lookups: 1 };
    this.#byId.set(entry.id, entry);
    this.#byNode.set(node, entry);
    return entry.id;
  }

  /** The guest forgets `lookups` times that it was told of an inode. */
  forget(id: number, lookups: number): void {
    const entry = this.#byId.get(id);
    if (!entry) return;
    entry.lookups -= lookups;
    if (entry.lookups > 0) return;
    this.#byId.delete(id);
    this.#byNode.delete(entry.node);
    entry.node.release();
  }

  /** Forgets all but the root: the guest starts anew. */
  clear(): void {
    for (const id of [...this.#byId.keys()]) {
      if (id !== FUSE_ROOT_ID && !failed(this.get(id))) this.forget(id, Number.POSITIVE_INFINITY);
    }
  }
}
