/** An inode of a shared directory: see `shared-directory.ts` for how it is named without being followed. */

import { Buffer } from "node:buffer";
import * as fs from "node:fs";
import { failed, type Outcome } from "../../base/errno.ts";
import type {
  AttributeChanges,
  Attributes,
  FileNode,
  OpenDirectory,
  OpenFile,
  OpenMode,
} from "../../base/file-tree.ts";
import { attributesOf, changeOwner, changeTimes, entriesOf } from "./host-attributes.ts";
import { attempt } from "./outcome.ts";
import type { SharedDirectory } from "./shared-directory.ts";
import { HostFile } from "./shared-file.ts";

/** open(2); Node does not name it. It opens nothing, so that FIFOs and devices are safe. */
export const O_PATH = 0o10000000;
const { O_NOFOLLOW, O_CREAT, O_EXCL, O_NONBLOCK, O_RDONLY, O_WRONLY, O_RDWR, O_TRUNC } = fs.constants;
const { S_IFMT, S_IFREG, S_IFDIR, S_IFLNK } = fs.constants;

/** Without set-user-ID and set-group-ID. */
const safePermissions = 0o1777;

/** Levels that one walk may have to find again; two walks never close each other's descriptors. */
export const longestWalk = 256;

/** A path below an open directory. */
function below(directory: number, name: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`/proc/self/fd/${directory}/`), name]);
}

/** The inode that a descriptor stands for. */
export function itself(descriptor: number): string {
  return `/proc/self/fd/${descriptor}`;
}

/** With the type, as the number of an inode that is gone may come again for another one. */
export function keyOf({ dev, ino, mode }: fs.BigIntStats): string {
  return `${dev}:${ino}:${Number(mode) & S_IFMT}`;
}

export class HostNode implements FileNode {
  readonly key: string;
  /** The descriptor of the root, which is never closed while the tree is used. */
  pinned: number | undefined;
  readonly #tree: SharedDirectory;
  readonly type: number;
  #parent: HostNode | undefined;
  #name: Uint8Array;

  constructor(tree: SharedDirectory, stat: fs.BigIntStats, parent: HostNode | undefined, name: Uint8Array) {
    this.#tree = tree;
    this.key = keyOf(stat);
    this.type = Number(stat.mode) & S_IFMT;
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
    if (this.type !== S_IFLNK || !parent) return { errno: "EINVAL" };
    return parent.#with((directory) => fs.readlinkSync(below(directory, this.#name), { encoding: "buffer" }));
  }

  open({ read, write, truncate }: OpenMode): Outcome<OpenFile> {
    if (this.type === S_IFDIR) return { errno: "EISDIR" };
    if (this.type === S_IFLNK) return { errno: "ELOOP" };
    if (this.type !== S_IFREG) return { errno: "EACCES" };
    const flags = accessFlags(read, write) | (truncate ? O_TRUNC : 0) | O_NONBLOCK;
    return this.#with((descriptor) => new HostFile(fs.openSync(itself(descriptor), flags), attributesOf));
  }

  openDirectory(): Outcome<OpenDirectory> {
    if (this.type !== S_IFDIR) return { errno: "ENOTDIR" };
    const directory = {
      entries: [] as { name: Uint8Array; type: number }[],
      rewind: (): Outcome<undefined> => {
        const entries = this.#with((descriptor) => entriesOf(itself(descriptor)));
        if (failed(entries)) return entries;
        directory.entries = entries;
        return undefined;
      },
      inode: (name: Uint8Array): bigint | undefined => {
        const stat = this.#with((descriptor) => fs.lstatSync(below(descriptor, name), { bigint: true }));
        return failed(stat) ? undefined : stat.ino;
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
    if (failed(made)) return made;
    const child = this.#child(name);
    if (failed(child)) return child;
    // Exactly what the guest asks for, whatever the umask of this process.
    const changed = child.change({ mode: mode & safePermissions });
    return failed(changed) ? changed : child;
  }

  makeSymlink(name: Uint8Array, target: Uint8Array): Outcome<FileNode> {
    const made = this.#with((directory) => fs.symlinkSync(Buffer.from(target), below(directory, name)));
    return failed(made) ? made : this.#child(name);
  }

  link(name: Uint8Array, existing: FileNode): Outcome<FileNode> {
    if (!(existing instanceof HostNode) || existing.#tree !== this.#tree) return { errno: "EXDEV" };
    const parent = existing.#parent;
    if (!parent || existing.type === S_IFDIR) return { errno: "EPERM" };
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

  /** Runs `action` with a path of this inode that is good until it returns. */
  use<T>(action: (path: string) => Outcome<T>): Outcome<T> {
    return this.#with((descriptor) => action(itself(descriptor)));
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
