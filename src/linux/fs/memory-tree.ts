/**
 * A file system in memory, for /dev/shm (tmpfs(5), shm_overview(7)): it is empty at the start and gone at the end. Its files,
 * directories and links together have a number and a size that are bounded. Left out: permissions of its own, which
 * the walk along a path looks at as everywhere.
 */

import { type Bytes, byteString, stringBytes } from "../../base/bytes.ts";
import { failed, type Outcome } from "../../base/errno.ts";
import type { FileNode, FileTree, OpenDirectory, OpenMode } from "../../base/file-tree.ts";
import { MemoryLink, MemoryNode, Store } from "./memory-node.ts";
import { MemoryRegular } from "./memory-regular.ts";
import { Mode } from "./place.ts";

/** A new tree, of which the files hold at most so many bytes. */
export function memoryTree(bytes: number, now: () => bigint): FileTree {
  const store = new Store(bytes, now);
  return { root: new MemoryDirectory(store, 0o1777), statistics: () => store.statistics() };
}

class MemoryDirectory extends MemoryNode {
  readonly type = Mode.S_IFDIR;
  readonly #entries = new Map<string, MemoryNode>();
  /** It was removed: nothing can be made in it. */
  #gone = false;

  override openDirectory(): OpenDirectory {
    const directory = {
      entries: [] as { name: Bytes; type: number }[],
      rewind: (): undefined => {
        const all = [...this.#entries];
        directory.entries = all.map(([name, { type }]) => ({ name: stringBytes(name), type: type >> 12 }));
      },
      inode: (name: Bytes) => this.#entries.get(byteString(name))?.inode,
      close: () => {},
    };
    return directory;
  }

  override lookup(name: Bytes): Outcome<FileNode> {
    return this.#entries.get(byteString(name)) ?? { errno: "ENOENT" };
  }

  override create(name: Bytes, mode: number, open: OpenMode, exclusive: boolean) {
    const there = this.#entries.get(byteString(name));
    if (there && exclusive) return { errno: "EEXIST" } as const;
    const node = there ?? this.#add(name, () => new MemoryRegular(this.store, mode));
    if (failed(node)) return node;
    const file = node.open(open);
    return failed(file) ? file : { node, file };
  }

  override makeDirectory(name: Bytes, mode: number): Outcome<FileNode> {
    return this.#add(name, () => new MemoryDirectory(this.store, mode));
  }

  override makeSymlink(name: Bytes, target: Bytes): Outcome<FileNode> {
    return this.#add(name, () => new MemoryLink(this.store, target));
  }

  #add(name: Bytes, make: () => MemoryNode): Outcome<MemoryNode> {
    if (this.#gone) return { errno: "ENOENT" };
    if (this.#entries.has(byteString(name))) return { errno: "EEXIST" };
    if (this.store.nodes === 0) return { errno: "ENOSPC" };
    this.store.nodes--;
    const node = make();
    this.#put(byteString(name), node);
    return node;
  }

  #put(name: string, node: MemoryNode): void {
    this.#entries.set(name, node);
    this.touch();
  }

  override link(name: Bytes, existing: FileNode): Outcome<FileNode> {
    if (!(existing instanceof MemoryNode) || existing.store !== this.store) return { errno: "EXDEV" };
    if (existing.type === Mode.S_IFDIR) return { errno: "EPERM" };
    if (this.#gone || existing.links === 0) return { errno: "ENOENT" };
    if (this.#entries.has(byteString(name))) return { errno: "EEXIST" };
    existing.links++;
    this.#put(byteString(name), existing);
    return existing;
  }

  override unlink(name: Bytes): Outcome<undefined> {
    const node = this.#entries.get(byteString(name));
    if (!node) return { errno: "ENOENT" };
    if (node.type === Mode.S_IFDIR) return { errno: "EISDIR" };
    this.#take(byteString(name), node);
    return undefined;
  }

  override removeDirectory(name: Bytes): Outcome<undefined> {
    const node = this.#entries.get(byteString(name));
    if (!node) return { errno: "ENOENT" };
    if (!(node instanceof MemoryDirectory)) return { errno: "ENOTDIR" };
    if (node.#entries.size > 0) return { errno: "ENOTEMPTY" };
    node.#gone = true;
    this.#take(byteString(name), node);
    return undefined;
  }

  #take(name: string, node: MemoryNode): void {
    this.#entries.delete(name);
    this.touch();
    node.unlinked();
  }

  override rename(name: Bytes, parent: FileNode, newName: Bytes, noReplace: boolean): Outcome<undefined> {
    if (!(parent instanceof MemoryDirectory) || parent.store !== this.store) return { errno: "EXDEV" };
    const [from, to] = [byteString(name), byteString(newName)];
    const node = this.#entries.get(from);
    if (!node || parent.#gone) return { errno: "ENOENT" };
    const there = parent.#entries.get(to);
    if (there && noReplace) return { errno: "EEXIST" };
    if (there === node) return undefined;
    if (node instanceof MemoryDirectory && node.#contains(parent)) return { errno: "EINVAL" };
    if (there) {
      const removed = node.type === Mode.S_IFDIR ? parent.removeDirectory(newName) : parent.unlink(newName);
      if (failed(removed)) return removed;
    }
    this.#entries.delete(from);
    this.touch();
    parent.#put(to, node);
    return undefined;
  }

  #contains(other: MemoryDirectory): boolean {
    const left: MemoryNode[] = [this];
    for (let node = left.pop(); node; node = left.pop()) {
      if (node === other) return true;
      if (node instanceof MemoryDirectory) for (const below of node.#entries.values()) left.push(below);
    }
    return false;
  }
}
