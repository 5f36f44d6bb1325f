/**
 * A file system in memory, for /dev/shm (tmpfs(5), shm_overview(7)): it is empty at the start and gone at the end. Its files,
 * directories and links together have a number and a size that are bounded. Left out: permissions of its own, which
 * the walk along a path looks at as everywhere.
 */

import type { Bytes } from "../../base/bytes.ts";
import { type Failure, failed, type Outcome } from "../../base/errno.ts";
import type {
  AttributeChanges,
  Attributes,
  FileNode,
  OpenDirectory,
  OpenFile,
  OpenMode,
} from "../../base/file-tree.ts";
import { byteString, stringBytes } from "../memory/user-memory.ts";
import { Mode } from "./place.ts";

const BLOCK = 4096;
const LONGEST = 2 ** 40;
const MOST_NODES = 65_536;
const PERMISSIONS = 0o7777;
let lastInode = 0x10_0000n;

/** What all nodes of a tree have in common. */
class Store {
  readonly now: () => bigint;
  /** Blocks that may still be written, and nodes that may still be made. */
  blocks: number;
  nodes = MOST_NODES;

  constructor(bytes: number, now: () => bigint) {
    this.blocks = Math.floor(bytes / BLOCK);
    this.now = now;
  }
}

/** The root of a new tree, of which the files hold at most so many bytes. */
export function memoryTree(bytes: number, now: () => bigint): FileNode {
  return new MemoryDirectory(new Store(bytes, now), 0o1777);
}

abstract class MemoryNode implements FileNode {
  abstract readonly type: number;
  readonly store: Store;
  links = 1;
  readonly inode = ++lastInode;
  #mode: number;
  #owner = { uid: 0, gid: 0 };
  #times: { atime: bigint; mtime: bigint; ctime: bigint };

  constructor(store: Store, mode: number) {
    this.store = store;
    this.#mode = mode & PERMISSIONS;
    const now = store.now();
    this.#times = { atime: now, mtime: now, ctime: now };
  }

  protected get size(): number {
    return 0;
  }

  protected resize(_size: number): Failure | undefined {
    return { errno: "EINVAL" };
  }

  /** The content has changed. */
  touch(): void {
    const now = this.store.now();
    this.#times = { ...this.#times, mtime: now, ctime: now };
  }

  attributes(): Attributes {
    const size = BigInt(this.size);
    return {
      ino: this.inode,
      size,
      blocks: (size + 511n) / 512n,
      ...this.#times,
      mode: this.type | this.#mode,
      nlink: this.links,
      ...this.#owner,
      rdev: 0,
      blockSize: BLOCK,
    };
  }

  change({ mode, uid, gid, size, atime, mtime }: AttributeChanges): Outcome<Attributes> {
    if (size !== undefined) {
      const refused = this.resize(size);
      if (refused) return refused;
      this.touch();
    }
    if (mode !== undefined) this.#mode = mode & PERMISSIONS;
    this.#owner = { uid: uid ?? this.#owner.uid, gid: gid ?? this.#owner.gid };
    const now = this.store.now();
    const time = (value: bigint | "now" | undefined, old: bigint) => (value === "now" ? now : (value ?? old));
    this.#times = {
      atime: time(atime, this.#times.atime),
      mtime: time(mtime, this.#times.mtime),
      ctime: now,
    };
    return this.attributes();
  }

  readLink(): Outcome<Bytes> {
    return { errno: "EINVAL" };
  }
  open(_mode: OpenMode): Outcome<OpenFile> {
    return { errno: "EACCES" };
  }
  openDirectory(): Outcome<OpenDirectory> {
    return { errno: "ENOTDIR" };
  }
  lookup(_name: Bytes): Outcome<FileNode> {
    return { errno: "ENOTDIR" };
  }
  create(
    _name: Bytes,
    _mode: number,
    _open: OpenMode,
    _exclusive: boolean,
  ): Outcome<{ readonly node: FileNode; readonly file: OpenFile }> {
    return { errno: "ENOTDIR" };
  }
  makeDirectory(_name: Bytes, _mode: number): Outcome<FileNode> {
    return { errno: "ENOTDIR" };
  }
  makeSymlink(_name: Bytes, _target: Bytes): Outcome<FileNode> {
    return { errno: "ENOTDIR" };
  }
  link(_name: Bytes, _existing: FileNode): Outcome<FileNode> {
    return { errno: "ENOTDIR" };
  }
  unlink(_name: Bytes): Outcome<undefined> {
    return { errno: "ENOTDIR" };
  }
  removeDirectory(_name: Bytes): Outcome<undefined> {
    return { errno: "ENOTDIR" };
  }
  rename(_name: Bytes, _parent: FileNode, _newName: Bytes, _noReplace: boolean): Outcome<undefined> {
    return { errno: "ENOTDIR" };
  }

  /** One name less; what nobody names or has open gives its room back. */
  unlinked(): void {
    if (--this.links === 0) this.store.nodes++;
  }

  release(): void {}
}

class MemoryLink extends MemoryNode {
  readonly type = Mode.S_IFLNK;
  readonly #target: Bytes;

  constructor(store: Store, target: Bytes) {
    super(store, 0o777);
    this.#target = Uint8Array.from(target);
  }

  protected override get size(): number {
    return this.#target.length;
  }

  override readLink(): Bytes {
    return this.#target;
  }
}

/** Its bytes are in blocks; one that was never written is zero and takes no room. */
class MemoryRegular extends MemoryNode {
  readonly type = Mode.S_IFREG;
  readonly #blocks = new Map<number, Uint8Array>();
  #size = 0;
  #opened = 0;

  protected override get size(): number {
    return this.#size;
  }

  override open({ truncate }: OpenMode): Outcome<OpenFile> {
    if (truncate) this.resize(0);
    this.#opened++;
    return {
      attributes: () => this.attributes(),
      read: (offset, into) => this.#read(offset, into),
      write: (offset, from) => this.#write(offset, from),
      truncate: (size) => {
        this.touch();
        return this.resize(size);
      },
      sync: () => undefined,
      close: () => {
        this.#opened--;
        this.#freeIfGone();
      },
    };
  }

  override unlinked(): void {
    super.unlinked();
    this.#freeIfGone();
  }

  #freeIfGone(): void {
    if (this.links === 0 && this.#opened === 0) this.resize(0);
  }

  protected override resize(size: number): Failure | undefined {
    if (size > LONGEST) return { errno: "EFBIG" };
    for (const index of this.#blocks.keys()) {
      if (index * BLOCK < size) continue;
      this.#blocks.delete(index);
      this.store.blocks++;
    }
    if (size < this.#size) this.#blocks.get(Math.floor(size / BLOCK))?.fill(0, size % BLOCK);
    this.#size = size;
    return undefined;
  }

  #read(offset: number, into: Bytes): number {
    const count = Math.max(0, Math.min(into.length, this.#size - offset));
    for (const { at, index, start, length } of pieces(offset, count)) {
      const block = this.#blocks.get(index);
      if (block) into.set(block.subarray(start, start + length), at);
      else into.fill(0, at, at + length);
    }
    return count;
  }

  #write(offset: number, from: Bytes): Outcome<number> {
    if (offset + from.length > LONGEST) return { errno: "EFBIG" };
    let done = 0;
    for (const { at, index, start, length } of pieces(offset, from.length)) {
      const block = this.#blocks.get(index) ?? this.#newBlock(index);
      if (!block) break;
      block.set(from.subarray(at, at + length), start);
      done = at + length;
    }
    if (done === 0 && from.length > 0) return { errno: "ENOSPC" };
    this.#size = Math.max(this.#size, offset + done);
    this.touch();
    return done;
  }

  #newBlock(index: number): Uint8Array | undefined {
    if (this.store.blocks === 0) return undefined;
    this.store.blocks--;
    const block = new Uint8Array(BLOCK);
    this.#blocks.set(index, block);
    return block;
  }
}

/** The parts of a stretch of a file that are in one block each; `at` counts from its beginning. */
function* pieces(offset: number, count: number) {
  for (let at = 0; at < count; ) {
    const start = (offset + at) % BLOCK;
    const length = Math.min(count - at, BLOCK - start);
    yield { at, index: Math.floor((offset + at) / BLOCK), start, length };
    at += length;
  }
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
