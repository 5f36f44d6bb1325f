/**
 * A directory of the host as a tree for the FUSE server, from which no path leads out.
 *
 * Names are single components and "." and ".." are refused, so a guest can only go down. Every inode is held as
 * a file descriptor that names it without opening it (O_PATH, O_NOFOLLOW), and everything below it is reached
 * as `/proc/self/fd/N/name`, which is what openat(2) would do if Node had it: whoever renames directories or
 * puts symbolic links in their place meanwhile changes nothing about what N is. Symbolic links are given to the
 * guest to read, and never followed here. Descriptors are kept for the inodes used last; others are found again
 * by their name, and refused (ESTALE) if that is another inode by then.
 *
 * Only regular files and directories can be opened: a device or a FIFO in the share cannot be reached through it.
 * What the guest creates never gets set-user-ID or set-group-ID bits. The host's user is shown as root.
 *
 * Left out: hosts without /proc (other than Linux); the exchange of two names, and an atomic "do not replace";
 * times finer than about 200 ns when set, which Node's functions cannot say.
 */

import { Buffer } from "node:buffer";
import * as fs from "node:fs";
import { failed, type Outcome } from "../../base/errno.ts";
import { InputError } from "../../base/errors.ts";
import type { FileTree, TreeStatistics } from "../../base/file-tree.ts";
import { attempt } from "./outcome.ts";
import { HostNode, itself, keyOf, longestWalk, O_PATH } from "./shared-node.ts";

/** A directory that cannot be shared. */
export class ShareError extends InputError {
  override readonly name = "ShareError";
}

/** Descriptors that are kept open; a walk needs at most one more for each level. */
const keptDescriptors = 1024;

export class SharedDirectory implements FileTree {
  readonly root: HostNode;
  readonly #nodes = new Map<string, HostNode>();
  /** In the order of their last use. */
  readonly #descriptors = new Map<HostNode, number>();
  readonly #kept: number;

  /** @param path a directory of the host; a symbolic link to one is followed, once */
  constructor(path: string, kept = keptDescriptors) {
    this.#kept = kept;
    const opened = attempt(() => fs.openSync(path, O_PATH | fs.constants.O_DIRECTORY));
    if (failed(opened)) throw new ShareError(`Cannot share "${path}": ${opened.errno}`);
    if (!fs.existsSync(itself(opened))) {
      fs.closeSync(opened);
      throw new ShareError(`Cannot share "${path}": this host has no /proc/self/fd`);
    }
    this.root = new HostNode(this, fs.fstatSync(opened, { bigint: true }), undefined, Buffer.alloc(0));
    this.root.pinned = opened;
    this.#nodes.set(this.root.key, this.root);
  }

  statistics(): Outcome<TreeStatistics> {
    return attempt(() => {
      const found = fs.statfsSync(itself(this.root.pinned ?? -1), { bigint: true });
      return {
        blockSize: Number(found.bsize),
        blocks: found.blocks,
        freeBlocks: found.bfree,
        availableBlocks: found.bavail,
        files: found.files,
        freeFiles: found.ffree,
      };
    });
  }

  /** Closes every descriptor; the tree cannot be used any more. */
  close(): void {
    for (const descriptor of this.#descriptors.values()) fs.closeSync(descriptor);
    this.#descriptors.clear();
    if (this.root.pinned !== undefined) fs.closeSync(this.root.pinned);
    this.root.pinned = undefined;
  }

  /** How many descriptors are kept; for tests. */
  get descriptors(): number {
    return this.#descriptors.size;
  }

  /** The kept descriptor of a node, which is now the last used one. */
  kept(node: HostNode): number | undefined {
    const descriptor = this.#descriptors.get(node);
    if (descriptor !== undefined) {
      this.#descriptors.delete(node);
      this.#descriptors.set(node, descriptor);
    }
    return descriptor;
  }

  keep(node: HostNode, descriptor: number): void {
    this.#descriptors.set(node, descriptor);
    if (this.#descriptors.size <= this.#kept + longestWalk * 2) return;
    for (const oldest of [...this.#descriptors.keys()].slice(0, longestWalk * 2)) this.drop(oldest);
  }

  drop(node: HostNode): void {
    const descriptor = this.#descriptors.get(node);
    if (descriptor !== undefined) fs.closeSync(descriptor);
    this.#descriptors.delete(node);
  }

  /** The node of an inode, for which `descriptor` is kept or closed; it has this name now. */
  adopt(descriptor: number, parent: HostNode, name: Uint8Array): HostNode {
    const stat = fs.fstatSync(descriptor, { bigint: true });
    const known = this.#nodes.get(keyOf(stat));
    const node = known ?? new HostNode(this, stat, parent, name);
    node.move(parent, name);
    if (known && (known === this.root || this.#descriptors.has(known))) fs.closeSync(descriptor);
    else this.keep(node, descriptor);
    this.#nodes.set(node.key, node);
    return node;
  }

  forget(node: HostNode): void {
    this.drop(node);
    if (this.#nodes.get(node.key) === node) this.#nodes.delete(node.key);
  }
}
