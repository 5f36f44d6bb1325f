/** Inodes that are not on the platform: what all of /proc, /dev and the directories for mounts have in common. */

import { stringBytes } from "../../base/bytes.ts";
import type { Failure, Outcome } from "../../base/errno.ts";
import type { AttributeChanges, Attributes, FileNode, OpenDirectory } from "../../base/file-tree.ts";
import type { OpenFile } from "../files/open-file.ts";
import { Mode, type Place } from "./place.ts";

const EPERM: Failure = { errno: "EPERM" };
let lastInode = 0n;

export abstract class SpecialNode implements FileNode {
  /** Type and permissions. */
  readonly mode: number;
  readonly inode = ++lastInode;
  readonly rdev: number;

  constructor(mode: number, rdev = 0) {
    this.mode = mode;
    this.rdev = rdev;
  }

  /** Opens what is no regular file and no directory. */
  openSpecial(_flags: number, _place: Place): Outcome<OpenFile> {
    return { errno: "ENXIO" };
  }

  /** Where a link leads that is more than a text (proc(5)); undefined for all others. */
  followMagic(): Outcome<Place | OpenFile> | undefined {
    return undefined;
  }

  /** Owner and times. */
  protected get owner(): { readonly uid: number; readonly gid: number } {
    return { uid: 0, gid: 0 };
  }

  attributes(): Outcome<Attributes> {
    const directory = (this.mode & Mode.S_IFMT) === Mode.S_IFDIR;
    return {
      ino: this.inode,
      size: 0n,
      blocks: 0n,
      atime: 0n,
      mtime: 0n,
      ctime: 0n,
      mode: this.mode,
      nlink: directory ? 2 : 1,
      ...this.owner,
      rdev: this.rdev,
      blockSize: 4096,
    };
  }

  change(_changes: AttributeChanges): Outcome<Attributes> {
    return EPERM;
  }
  readLink(): Outcome<Uint8Array> {
    return { errno: "EINVAL" };
  }
  open(): Outcome<never> {
    return { errno: "EACCES" };
  }
  openDirectory(): Outcome<OpenDirectory> {
    return { errno: "ENOTDIR" };
  }
  lookup(_name: Uint8Array): Outcome<FileNode> {
    return { errno: "ENOTDIR" };
  }
  create(): Outcome<never> {
    return EPERM;
  }
  makeDirectory(): Outcome<never> {
    return EPERM;
  }
  makeSymlink(): Outcome<never> {
    return EPERM;
  }
  link(): Outcome<never> {
    return EPERM;
  }
  unlink(): Outcome<undefined> {
    return EPERM;
  }
  removeDirectory(): Outcome<undefined> {
    return EPERM;
  }
  rename(): Outcome<undefined> {
    return EPERM;
  }
  release(): void {}
}

/** A directory whose entries are made anew whenever they are asked for. */
export class SpecialDirectory extends SpecialNode {
  readonly #entries: () => ReadonlyMap<string, SpecialNode>;
  readonly #find: ((name: string) => SpecialNode | undefined) | undefined;

  constructor(
    entries: () => ReadonlyMap<string, SpecialNode>,
    mode = 0o555,
    find?: (name: string) => SpecialNode | undefined,
  ) {
    super(Mode.S_IFDIR | mode);
    this.#entries = entries;
    this.#find = find;
  }

  override lookup(name: Uint8Array): Outcome<FileNode> {
    const text = String.fromCharCode(...name);
    return (this.#find ? this.#find(text) : this.#entries().get(text)) ?? { errno: "ENOENT" };
  }

  override openDirectory(): Outcome<OpenDirectory> {
    const directory = {
      entries: [] as { name: Uint8Array; type: number }[],
      rewind: (): undefined => {
        directory.entries = [...this.#entries()].map(([name, { mode }]) => ({
          name: stringBytes(name),
          type: (mode & Mode.S_IFMT) >> 12,
        }));
      },
      inode: (name: Uint8Array) => this.#entries().get(String.fromCharCode(...name))?.inode,
      close: () => {},
    };
    return directory;
  }
}

export class SpecialLink extends SpecialNode {
  readonly #target: () => Outcome<string>;
  readonly #follow: (() => Outcome<Place | OpenFile>) | undefined;

  constructor(target: () => Outcome<string>, follow?: () => Outcome<Place | OpenFile>) {
    super(Mode.S_IFLNK | 0o777);
    this.#target = target;
    this.#follow = follow;
  }

  override readLink(): Outcome<Uint8Array> {
    const target = this.#target();
    return typeof target === "string" ? stringBytes(target) : target;
  }

  override followMagic(): Outcome<Place | OpenFile> | undefined {
    return this.#follow?.();
  }
}
