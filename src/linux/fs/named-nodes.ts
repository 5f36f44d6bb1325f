/**
 * FIFOs and sockets that have names (fifo(7), unix(7)). The platform has none of them: their names lie over its directories,
 * for as long as the run lasts.
 */

import type { Outcome } from "../../base/errno.ts";
import type { AttributeChanges, Attributes, FileNode } from "../../base/file-tree.ts";
import { type OpenFile, OpenFlag } from "../files/open-file.ts";
import { Pipe, PipeEnd } from "../files/pipe.ts";
import { Mode, type Place } from "./place.ts";
import { SpecialNode } from "./special-node.ts";

/** Names in one directory. */
const MOST_NAMES = 65536;

/** What a new node begins with. */
export interface NodeOwner {
  readonly uid: number;
  readonly gid: number;
  /** Nanoseconds since 1970. */
  readonly now: bigint;
}

export abstract class NamedNode extends SpecialNode {
  #attributes: Attributes;
  readonly #now: () => bigint;

  constructor(mode: number, { uid, gid, now }: NodeOwner, clock: () => bigint) {
    super(mode);
    const plain = super.attributes() as Attributes;
    this.#attributes = { ...plain, uid, gid, atime: now, mtime: now, ctime: now };
    this.#now = clock;
  }

  override attributes(): Outcome<Attributes> {
    return this.#attributes;
  }

  override change({ mode, uid, gid, size, atime, mtime }: AttributeChanges): Outcome<Attributes> {
    if (size !== undefined) return { errno: "EINVAL" };
    const old = this.#attributes;
    const now = this.#now();
    this.#attributes = {
      ...old,
      mode: mode === undefined ? old.mode : (old.mode & Mode.S_IFMT) | mode,
      uid: uid ?? old.uid,
      gid: gid ?? old.gid,
      atime: atime === "now" ? now : (atime ?? old.atime),
      mtime: mtime === "now" ? now : (mtime ?? old.mtime),
      ctime: now,
    };
    return this.#attributes;
  }

  /** It has so many names more. */
  linked(more: number): void {
    this.#attributes = { ...this.#attributes, nlink: this.#attributes.nlink + more };
  }
}

export class FifoNode extends NamedNode {
  readonly pipe = new Pipe();

  constructor(permissions: number, owner: NodeOwner, clock: () => bigint) {
    super(Mode.S_IFIFO | permissions, owner, clock);
  }

  override openSpecial(flags: number, place: Place): Outcome<OpenFile> {
    const writesOnly = (flags & OpenFlag.O_ACCMODE) === OpenFlag.O_WRONLY;
    if (writesOnly && flags & OpenFlag.O_NONBLOCK && this.pipe.readers === 0) return { errno: "ENXIO" };
    return new PipeEnd(this.pipe, flags, place);
  }
}

/** The name of a socket; `S` is the socket that is bound to it, while there is one. */
export class SocketNode<S = unknown> extends NamedNode {
  socket: S | undefined;

  constructor(permissions: number, owner: NodeOwner, clock: () => bigint, socket?: S) {
    super(Mode.S_IFSOCK | permissions, owner, clock);
    this.socket = socket;
  }
}

/** The names, by the directory that they are in. */
export class NamedNodes {
  readonly #names = new Map<FileNode, Map<string, NamedNode>>();

  in(directory: FileNode): ReadonlyMap<string, NamedNode> {
    return this.#names.get(directory) ?? none;
  }

  add(directory: FileNode, name: string, node: NamedNode): Outcome<0> {
    const names = this.#names.get(directory) ?? new Map<string, NamedNode>();
    if (names.size >= MOST_NAMES) return { errno: "ENOSPC" };
    names.set(name, node);
    this.#names.set(directory, names);
    return 0;
  }

  remove(directory: FileNode, name: string): void {
    const names = this.#names.get(directory);
    names?.delete(name);
    if (names?.size === 0) this.#names.delete(directory);
  }
}

const none: ReadonlyMap<string, NamedNode> = new Map();
