/** What files, directories and links of a file system in memory have in common (inode(7)): see `memory-tree.ts`. */

import type { Bytes } from "../../base/bytes.ts";
import type { Failure, Outcome } from "../../base/errno.ts";
import type {
  AttributeChanges,
  Attributes,
  FileNode,
  OpenDirectory,
  OpenFile,
  OpenMode,
  TreeStatistics,
} from "../../base/file-tree.ts";
import { Mode } from "./place.ts";

export const BLOCK = 4096;
const MOST_NODES = 65_536;
const PERMISSIONS = 0o7777;
let lastInode = 0x10_0000n;

/** What all nodes of a tree have in common. */
export class Store {
  readonly now: () => bigint;
  /** Blocks that may still be written, and nodes that may still be made. */
  blocks: number;
  nodes = MOST_NODES;
  readonly #mostBlocks: number;

  constructor(bytes: number, now: () => bigint) {
    this.blocks = Math.floor(bytes / BLOCK);
    this.#mostBlocks = this.blocks;
    this.now = now;
  }

  /** statfs(2). */
  statistics(): TreeStatistics {
    const free = BigInt(this.blocks);
    return {
      blockSize: BLOCK,
      blocks: BigInt(this.#mostBlocks),
      freeBlocks: free,
      availableBlocks: free,
      files: BigInt(MOST_NODES),
      freeFiles: BigInt(this.nodes),
    };
  }
}

/** A file, directory or link; what only one of them can is refused here. */
export abstract class MemoryNode implements FileNode {
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

export class MemoryLink extends MemoryNode {
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
