/** A tree of files in memory, for tests. Permissions are not checked, and times count calls. */

import type { Bytes } from "../../../base/bytes.ts";
import { failed, type Outcome } from "../../../base/errno.ts";
import type {
  AttributeChanges,
  Attributes,
  FileNode,
  FileTree,
  OpenDirectory,
  OpenFile,
  OpenMode,
} from "../../../base/file-tree.ts";
import { S_IFDIR, S_IFMT, S_IFREG } from "../protocol.ts";

const S_IFLNK = 0o120000;

/** Names as text of one character per byte, so that they can be keys. */
const key = (name: Bytes) => String.fromCharCode(...name);
const unkey = (name: string) => Uint8Array.from(name, (character) => character.charCodeAt(0));

const largest = 1 << 20;

export class MemoryTree implements FileTree {
  readonly root: MemoryNode;
  ticks = 0n;
  inodes = 0n;
  /** How many nodes were released. */
  released = 0;

  constructor() {
    this.root = new MemoryNode(this, S_IFDIR | 0o755);
  }

  statistics() {
    const few = 100n;
    return { blockSize: 512, blocks: few, freeBlocks: 7n, availableBlocks: 6n, files: few, freeFiles: 5n };
  }
}

export class MemoryNode implements FileNode {
  readonly #tree: MemoryTree;
  readonly #ino: bigint;
  readonly children = new Map<string, MemoryNode>();
  content = new Uint8Array(0);
  mode: number;
  #links = 1;
  #owner = { uid: 0, gid: 0 };
  #times: { atime: bigint; mtime: bigint; ctime: bigint };

  constructor(tree: MemoryTree, mode: number) {
    this.#tree = tree;
    this.#ino = ++tree.inodes;
    this.mode = mode;
    const now = ++tree.ticks;
    this.#times = { atime: now, mtime: now, ctime: now };
  }

  get #isDirectory(): boolean {
    return (this.mode & S_IFMT) === S_IFDIR;
  }

  attributes(): Attributes {
    const size = BigInt(this.content.length);
    const fixed = { rdev: 0, blockSize: 512, blocks: (size + 511n) / 512n, nlink: this.#links };
    return { ino: this.#ino, size, mode: this.mode, ...fixed, ...this.#owner, ...this.#times };
  }

  change({ mode, size, uid, gid, atime, mtime }: AttributeChanges): Outcome<Attributes> {
    if (size !== undefined && size > largest) return { errno: "EFBIG" };
    const now = ++this.#tree.ticks;
    if (mode !== undefined) this.mode = (this.mode & S_IFMT) | mode;
    if (size !== undefined) this.resize(size);
    this.#owner = { uid: uid ?? this.#owner.uid, gid: gid ?? this.#owner.gid };
    const time = (changed: bigint | "now" | undefined, old: bigint) =>
      changed === "now" ? now : (changed ?? old);
    this.#times = {
      atime: time(atime, this.#times.atime),
      mtime: time(mtime, this.#times.mtime),
      ctime: now,
    };
    return this.attributes();
  }

  resize(size: number): void {
    const content = new Uint8Array(size);
    content.set(this.content.subarray(0, size));
    this.content = content;
  }

  readLink(): Outcome<Bytes> {
    return (this.mode & S_IFMT) === S_IFLNK ? this.content : { errno: "EINVAL" };
  }

  open(mode: OpenMode): Outcome<OpenFile> {
    if ((this.mode & S_IFMT) !== S_IFREG) return { errno: this.#isDirectory ? "EISDIR" : "ELOOP" };
    if (mode.truncate) this.resize(0);
    return new MemoryFile(this, mode);
  }

  openDirectory(): Outcome<OpenDirectory> {
    if (!this.#isDirectory) return { errno: "ENOTDIR" };
    const list = () =>
      [...this.children].map(([name, node]) => ({ name: unkey(name), type: (node.mode & S_IFMT) >> 12 }));
    const directory = {
      entries: list(),
      rewind: () => {
        directory.entries = list();
        return undefined;
      },
      inode: () => undefined,
      close: () => {},
    };
    return directory;
  }

  lookup(name: Bytes): Outcome<MemoryNode> {
    if (!this.#isDirectory) return { errno: "ENOTDIR" };
    return this.children.get(key(name)) ?? { errno: "ENOENT" };
  }

  create(name: Bytes, mode: number, open: OpenMode, exclusive: boolean) {
    const old = this.children.get(key(name));
    if (old && exclusive) return { errno: "EEXIST" } as const;
    const node = old ?? new MemoryNode(this.#tree, S_IFREG | mode);
    this.children.set(key(name), node);
    const file = node.open(open);
    return failed(file) ? file : { node, file };
  }

  makeDirectory(name: Bytes, mode: number): Outcome<MemoryNode> {
    return this.#add(name, new MemoryNode(this.#tree, S_IFDIR | mode));
  }

  makeSymlink(name: Bytes, target: Bytes): Outcome<MemoryNode> {
    const node = new MemoryNode(this.#tree, S_IFLNK | 0o777);
    node.content = Uint8Array.from(target);
    return this.#add(name, node);
  }

  link(name: Bytes, existing: FileNode): Outcome<MemoryNode> {
    if (!(existing instanceof MemoryNode)) return { errno: "EXDEV" };
    const added = this.#add(name, existing);
    if (!failed(added)) existing.#links++;
    return added;
  }

  unlink(name: Bytes): Outcome<undefined> {
    const node = this.lookup(name);
    if (failed(node)) return node;
    if (node.#isDirectory) return { errno: "EISDIR" };
    node.#links--;
    this.children.delete(key(name));
    return undefined;
  }

  removeDirectory(name: Bytes): Outcome<undefined> {
    const node = this.lookup(name);
    if (failed(node)) return node;
    if (!node.#isDirectory) return { errno: "ENOTDIR" };
    if (node.children.size > 0) return { errno: "ENOTEMPTY" };
    this.children.delete(key(name));
    return undefined;
  }

  rename(name: Bytes, newParent: FileNode, newName: Bytes, noReplace: boolean): Outcome<undefined> {
    const node = this.lookup(name);
    if (failed(node)) return node;
    if (!(newParent instanceof MemoryNode)) return { errno: "EXDEV" };
    if (noReplace && newParent.children.has(key(newName))) return { errno: "EEXIST" };
    this.children.delete(key(name));
    newParent.children.set(key(newName), node);
    return undefined;
  }

  release(): void {
    this.#tree.released++;
  }

  #add(name: Bytes, node: MemoryNode): Outcome<MemoryNode> {
    if (this.children.has(key(name))) return { errno: "EEXIST" };
    this.children.set(key(name), node);
    return node;
  }
}

class MemoryFile implements OpenFile {
  readonly #node: MemoryNode;
  readonly #mode: OpenMode;

  constructor(node: MemoryNode, mode: OpenMode) {
    this.#node = node;
    this.#mode = mode;
  }

  attributes(): Attributes {
    return this.#node.attributes();
  }

  read(offset: number, into: Bytes): Outcome<number> {
    if (!this.#mode.read) return { errno: "EBADF" };
    const part = this.#node.content.subarray(offset, offset + into.length);
    into.set(part);
    return part.length;
  }

  write(offset: number, from: Bytes): Outcome<number> {
    if (!this.#mode.write) return { errno: "EBADF" };
    if (offset + from.length > largest) return { errno: "EFBIG" };
    if (offset + from.length > this.#node.content.length) this.#node.resize(offset + from.length);
    this.#node.content.set(from, offset);
    return from.length;
  }

  truncate(size: number): Outcome<undefined> {
    if (size > largest) return { errno: "EFBIG" };
    this.#node.resize(size);
    return undefined;
  }

  sync(): undefined {
    return undefined;
  }

  close(): void {}
}
