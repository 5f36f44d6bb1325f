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
import type {
  AttributeChanges,
  Attributes,
  FileNode,
  FileTree,
  OpenDirectory,
  OpenFile,
  OpenMode,
  TreeStatistics,
} from "../../machine/fuse/file-tree.ts";
import { attempt } from "./outcome.ts";
import { HostFile } from "./shared-file.ts";

/** A directory that cannot be shared. */
export class ShareError extends InputError {
  override readonly name = "ShareError";
}

/** open(2); Node does not name it. It opens nothing, so that FIFOs and devices are safe. */
const O_PATH = 0o10000000;
const { O_NOFOLLOW, O_DIRECTORY, O_CREAT, O_EXCL, O_NONBLOCK, O_RDONLY, O_WRONLY, O_RDWR, O_TRUNC } =
  fs.constants;
const { S_IFMT, S_IFREG, S_IFDIR, S_IFLNK } = fs.constants;

/** Without set-user-ID and set-group-ID. */
const safePermissions = 0o1777;

/** Descriptors that are kept open; a walk needs at most one more for each level. */
const keptDescriptors = 1024;
/** Levels that one walk may have to find again; two walks never close each other's descriptors. */
const longestWalk = 256;

const ownUser = process.getuid?.() ?? 0;
const ownGroup = process.getgid?.() ?? 0;

/** A path below an open directory. */
function below(directory: number, name: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`/proc/self/fd/${directory}/`), name]);
}

/** The inode that a descriptor stands for. */
function itself(descriptor: number): string {
  return `/proc/self/fd/${descriptor}`;
}

export class SharedDirectory implements FileTree {
  readonly root: HostNode;
  readonly #nodes = new Map<string, HostNode>();
  /** In the order of their last use. */
  readonly #descriptors = new Map<HostNode, number>();
  readonly #kept: number;

  /** @param path a directory of the host; a symbolic link to one is followed, once */
  constructor(path: string, kept = keptDescriptors) {
    this.#kept = kept;
    const opened = attempt(() => fs.openSync(path, O_PATH | O_DIRECTORY));
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

/** With the type, as the number of an inode that is gone may come again for another one. */
function keyOf({ dev, ino, mode }: fs.BigIntStats): string {
  return `${dev}:${ino}:${Number(mode) & S_IFMT}`;
}

class HostNode implements FileNode {
  readonly key: string;
  /** The descriptor of the root, which is never closed while the tree is used. */
  pinned: number | undefined;
  readonly #tree: SharedDirectory;
  readonly #type: number;
  #parent: HostNode | undefined;
  #name: Uint8Array;

  constructor(tree: SharedDirectory, stat: fs.BigIntStats, parent: HostNode | undefined, name: Uint8Array) {
    this.#tree = tree;
    this.key = keyOf(stat);
    this.#type = Number(stat.mode) & S_IFMT;
    this.#parent = parent;
    this.#name = name;
  }

  /** The root stays where it is. */
  move(parent: HostNode, name: Uint8Array): void {
    if (!this.#parent) return;
    this.#parent = parent;
    // The caller's bytes may be guest memory.
    this.#name = Uint8Array.from(name);
  }

  attributes(): Outcome<Attributes> {
    return this.#with((descriptor) => attributesOf(fs.fstatSync(descriptor, { bigint: true })));
  }

  change({ mode, uid, gid, size, atime, mtime }: AttributeChanges): Outcome<Attributes> {
    if (size !== undefined) {
      const file = this.open({ read: false, write: true, truncate: false });
      if (failed(file)) return file;
      const cut = file.truncate(size);
      file.close();
      if (failed(cut)) return cut;
    }
    return this.#with((descriptor) => {
      const path = itself(descriptor);
      if (mode !== undefined) fs.chmodSync(path, mode & safePermissions);
      if (uid !== undefined || gid !== undefined) changeOwner(path, uid, gid);
      if (atime !== undefined || mtime !== undefined) changeTimes(descriptor, atime, mtime);
      return attributesOf(fs.fstatSync(descriptor, { bigint: true }));
    });
  }

  readLink(): Outcome<Uint8Array> {
    const parent = this.#parent;
    if (this.#type !== S_IFLNK || !parent) return { errno: "EINVAL" };
    return parent.#with((directory) => fs.readlinkSync(below(directory, this.#name), { encoding: "buffer" }));
  }

  open({ read, write, truncate }: OpenMode): Outcome<OpenFile> {
    if (this.#type === S_IFDIR) return { errno: "EISDIR" };
    if (this.#type === S_IFLNK) return { errno: "ELOOP" };
    if (this.#type !== S_IFREG) return { errno: "EACCES" };
    const flags = accessFlags(read, write) | (truncate ? O_TRUNC : 0) | O_NONBLOCK;
    return this.#with((descriptor) => new HostFile(fs.openSync(itself(descriptor), flags), attributesOf));
  }

  openDirectory(): Outcome<OpenDirectory> {
    if (this.#type !== S_IFDIR) return { errno: "ENOTDIR" };
    const directory = {
      entries: [] as { name: Uint8Array; type: number }[],
      rewind: (): Outcome<undefined> => {
        const entries = this.#with((descriptor) => entriesOf(itself(descriptor)));
        if (failed(entries)) return entries;
        directory.entries = entries;
        return undefined;
      },
      close: () => {},
    };
    return directory;
  }

  lookup(name: Uint8Array): Outcome<FileNode> {
    return this.#child(name);
  }

  create(name: Uint8Array, mode: number, open: OpenMode, exclusive: boolean) {
    const flags = accessFlags(open.read, open.write) | O_CREAT | O_EXCL | O_NOFOLLOW | O_NONBLOCK;
    const made = this.#with((directory) =>
      fs.openSync(below(directory, name), flags, mode & safePermissions),
    );
    if (!failed(made)) {
      return attempt(() => {
        // Exactly what the guest asks for: it has applied its own umask.
        fs.fchmodSync(made, mode & safePermissions);
        const node = this.#tree.adopt(fs.openSync(itself(made), O_PATH), this, name);
        return { node, file: new HostFile(made, attributesOf) };
      });
    }
    if (made.errno !== "EEXIST" || exclusive) return made;
    const node = this.#child(name);
    if (failed(node)) return node;
    const file = node.open(open);
    return failed(file) ? file : { node, file };
  }

  makeDirectory(name: Uint8Array, mode: number): Outcome<FileNode> {
    const made = this.#with((directory) =>
      fs.mkdirSync(below(directory, name), { mode: mode & safePermissions }),
    );
    return failed(made) ? made : this.#child(name);
  }

  makeSymlink(name: Uint8Array, target: Uint8Array): Outcome<FileNode> {
    const made = this.#with((directory) => fs.symlinkSync(Buffer.from(target), below(directory, name)));
    return failed(made) ? made : this.#child(name);
  }

  link(name: Uint8Array, existing: FileNode): Outcome<FileNode> {
    if (!(existing instanceof HostNode) || existing.#tree !== this.#tree) return { errno: "EXDEV" };
    const parent = existing.#parent;
    if (!parent || existing.#type === S_IFDIR) return { errno: "EPERM" };
    const made = this.#with((directory) =>
      parent.#with((from) => fs.linkSync(below(from, existing.#name), below(directory, name))),
    );
    if (failed(made)) return made;
    const node = this.#child(name);
    if (failed(node) || node === existing) return node;
    // The name belonged to another inode by then.
    this.unlink(name);
    return { errno: "ESTALE" };
  }

  unlink(name: Uint8Array): Outcome<undefined> {
    return this.#with((directory) => fs.unlinkSync(below(directory, name)) as undefined);
  }

  removeDirectory(name: Uint8Array): Outcome<undefined> {
    return this.#with((directory) => fs.rmdirSync(below(directory, name)) as undefined);
  }

  rename(name: Uint8Array, newParent: FileNode, newName: Uint8Array, noReplace: boolean): Outcome<undefined> {
    if (!(newParent instanceof HostNode) || newParent.#tree !== this.#tree) return { errno: "EXDEV" };
    if (noReplace && !failed(newParent.#child(newName))) return { errno: "EEXIST" };
    const moved = this.#with((from) =>
      newParent.#with((to) => fs.renameSync(below(from, name), below(to, newName))),
    );
    if (failed(moved)) return moved;
    // Tells the node, if there is one, its new name.
    newParent.#child(newName);
    return undefined;
  }

  release(): void {
    this.#tree.forget(this);
  }

  #child(name: Uint8Array): Outcome<HostNode> {
    return this.#with((directory) => {
      return this.#tree.adopt(fs.openSync(below(directory, name), O_PATH | O_NOFOLLOW), this, name);
    });
  }

  /** Runs `action` with a descriptor of this inode. */
  #with<T>(action: (descriptor: number) => Outcome<T>): Outcome<T> {
    const descriptor = this.#descriptor(longestWalk);
    return failed(descriptor) ? descriptor : attempt(() => action(descriptor));
  }

  #descriptor(levels: number): Outcome<number> {
    const kept = this.pinned ?? this.#tree.kept(this);
    if (kept !== undefined) return kept;
    if (!this.#parent || levels === 0) return { errno: "ESTALE" };
    const directory = this.#parent.#descriptor(levels - 1);
    if (failed(directory)) return directory;
    const found = attempt(() => fs.openSync(below(directory, this.#name), O_PATH | O_NOFOLLOW));
    if (failed(found)) return found.errno === "ENOENT" ? { errno: "ESTALE" } : found;
    if (keyOf(fs.fstatSync(found, { bigint: true })) !== this.key) {
      fs.closeSync(found);
      return { errno: "ESTALE" };
    }
    this.#tree.keep(this, found);
    return found;
  }
}

function accessFlags(read: boolean, write: boolean): number {
  if (read && write) return O_RDWR;
  return write ? O_WRONLY : O_RDONLY;
}

function attributesOf(stat: fs.BigIntStats): Attributes {
  return {
    ino: stat.ino,
    size: stat.size,
    blocks: stat.blocks,
    atime: stat.atimeNs,
    mtime: stat.mtimeNs,
    ctime: stat.ctimeNs,
    mode: Number(stat.mode),
    nlink: Number(stat.nlink),
    uid: Number(stat.uid) === ownUser ? 0 : Number(stat.uid),
    gid: Number(stat.gid) === ownGroup ? 0 : Number(stat.gid),
    rdev: Number(stat.rdev) >>> 0,
    blockSize: Number(stat.blksize),
  };
}

/** -1 leaves an owner as it is (chown(2)). */
function changeOwner(path: string, uid = -1, gid = -1): void {
  fs.chownSync(path, uid === 0 ? ownUser : uid, gid === 0 ? ownGroup : gid);
}

function changeTimes(
  descriptor: number,
  atime: bigint | "now" | undefined,
  mtime: bigint | "now" | undefined,
) {
  const old = fs.fstatSync(descriptor, { bigint: true });
  const now = Date.now() / 1000;
  const seconds = (time: bigint | "now") => (time === "now" ? now : Number(time) / 1e9);
  fs.utimesSync(itself(descriptor), seconds(atime ?? old.atimeNs), seconds(mtime ?? old.mtimeNs));
}

/** Types as directories hold them: DT_*, which are the S_IFMT bits shifted. */
function entriesOf(path: string): { name: Uint8Array; type: number }[] {
  return fs.readdirSync(path, { withFileTypes: true, encoding: "buffer" }).map((entry) => {
    const name = entry.name as unknown as Uint8Array;
    if (entry.isFile()) return { name, type: S_IFREG >> 12 };
    if (entry.isDirectory()) return { name, type: S_IFDIR >> 12 };
    return { name, type: entry.isSymbolicLink() ? S_IFLNK >> 12 : 0 };
  });
}
