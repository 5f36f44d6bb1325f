/** inotify(7): what happens to watched files by programs of this run, as events to be read. */

import { stringBytes, viewOf } from "../../base/bytes.ts";
import { failed, type Outcome } from "../../base/errno.ts";
import type { Attributes, FileNode } from "../../base/file-tree.ts";
import { isDirectory } from "../fs/mount-table.ts";
import type { Place } from "../fs/place.ts";
import { anonymousAttributes } from "./anonymous.ts";
import { type IoctlMemory, OpenFile, OpenFlag, Poll } from "./open-file.ts";
import { FIONREAD } from "./pipe.ts";

export const Notice = {
  ACCESS: 1,
  MODIFY: 2,
  ATTRIB: 4,
  CLOSE_WRITE: 8,
  CLOSE_NOWRITE: 0x10,
  OPEN: 0x20,
  MOVED_FROM: 0x40,
  MOVED_TO: 0x80,
  CREATE: 0x100,
  DELETE: 0x200,
  DELETE_SELF: 0x400,
  MOVE_SELF: 0x800,
  Q_OVERFLOW: 0x4000,
  IGNORED: 0x8000,
  ISDIR: 0x40000000,
  ONESHOT: 0x80000000 | 0,
} as const;

const ALL = 0xfff;
/** struct inotify_event without its name. */
const HEADER = 16;
/** fs.inotify.max_queued_events, max_user_watches. */
const MOST_EVENTS = 16384;
const MOST_WATCHES = 65536;

interface Watch {
  readonly id: number;
  readonly node: FileNode;
  mask: number;
}

export class InotifyFile extends OpenFile {
  readonly name = "anon_inode:inotify";
  readonly #owner: Watches;
  readonly #watches = new Map<FileNode, Watch>();
  readonly #events: Uint8Array[] = [];
  #lastId = 0;

  constructor(owner: Watches, flags: number) {
    super(OpenFlag.O_RDONLY | flags);
    this.#owner = owner;
    owner.add(this);
  }

  attributes(): Outcome<Attributes> {
    return anonymousAttributes(1n, 0o600);
  }

  /** @param adds events to those that are watched already */
  watch(node: FileNode, mask: number, adds: boolean, onlyNew: boolean): Outcome<number> {
    const known = this.#watches.get(node);
    if (known && onlyNew) return { errno: "EEXIST" };
    if (known) {
      known.mask = adds ? known.mask | mask : mask;
      return known.id;
    }
    if (this.#watches.size >= MOST_WATCHES) return { errno: "ENOSPC" };
    const watch = { id: ++this.#lastId, node, mask };
    this.#watches.set(node, watch);
    return watch.id;
  }

  unwatch(id: number): Outcome<number> {
    const watch = [...this.#watches.values()].find((candidate) => candidate.id === id);
    if (!watch) return { errno: "EINVAL" };
    this.#drop(watch);
    return 0;
  }

  #drop(watch: Watch): void {
    this.#watches.delete(watch.node);
    this.#queue(watch.id, Notice.IGNORED, 0, "");
  }

  /** Something happened to a node, or to the entry `name` of it. */
  notice(node: FileNode, event: number, cookie: number, name: string): void {
    const watch = this.#watches.get(node);
    if (watch && watch.mask & event & ALL) {
      this.#queue(watch.id, event, cookie, name);
      if (watch.mask & Notice.ONESHOT) this.#drop(watch);
    }
    if (watch && event & Notice.DELETE_SELF && this.#watches.has(node)) this.#drop(watch);
  }

  #queue(id: number, event: number, cookie: number, name: string): void {
    if (this.#events.length > MOST_EVENTS) return;
    const isFull = this.#events.length === MOST_EVENTS;
    const bytes = isFull ? eventBytes(-1, Notice.Q_OVERFLOW, 0, "") : eventBytes(id, event, cookie, name);
    const last = this.#events.at(-1);
    // The same once more says nothing new.
    if (last && last.length === bytes.length && last.every((byte, at) => byte === bytes[at])) return;
    this.#events.push(bytes);
    this.changed.wake();
  }

  override read(into: Uint8Array): Outcome<number> {
    if (this.#events.length === 0) return { errno: "EAGAIN" };
    let done = 0;
    for (let next = this.#events[0]; next && done + next.length <= into.length; next = this.#events[0]) {
      into.set(next, done);
      done += next.length;
      this.#events.shift();
    }
    return done > 0 ? done : { errno: "EINVAL" };
  }

  override poll(): number {
    return this.#events.length > 0 ? Poll.IN | Poll.RDNORM : 0;
  }

  override ioctl(request: number, argument: number, memory: IoctlMemory): Outcome<number> {
    if (request !== FIONREAD) return { errno: "ENOTTY" };
    const count = this.#events.reduce((sum, { length }) => sum + length, 0);
    return memory.write(argument, new Uint8Array(new Uint32Array([count]).buffer)) ? 0 : { errno: "EFAULT" };
  }

  protected override close(): void {
    this.#owner.remove(this);
  }
}

/** struct inotify_event: watch, mask, cookie, length of the name with the zeros after it. */
function eventBytes(id: number, event: number, cookie: number, name: string): Uint8Array {
  const length = name === "" ? 0 : Math.ceil((name.length + 1) / HEADER) * HEADER;
  const bytes = new Uint8Array(HEADER + length);
  const view = viewOf(bytes);
  view.setInt32(0, id, true);
  view.setUint32(4, event >>> 0, true);
  view.setUint32(8, cookie, true);
  view.setUint32(12, length, true);
  bytes.set(stringBytes(name), HEADER);
  return bytes;
}

/** Whoever watches files of a kernel. */
export class Watches {
  readonly #files = new Set<InotifyFile>();
  #lastCookie = 0;

  add(file: InotifyFile): void {
    this.#files.add(file);
  }

  remove(file: InotifyFile): void {
    this.#files.delete(file);
  }

  /** Ties the two events of a rename together. */
  cookie(): number {
    return ++this.#lastCookie;
  }

  /** Something happened to a file: whoever watches it or its directory hears of it. */
  file(place: Place | undefined, event: number): void {
    if (!place || this.#files.size === 0) return;
    const kind = isDirectory(place.node) ? Notice.ISDIR : 0;
    this.self(place.node, event | kind);
    if (place.parent) this.entry(place.parent, place.name, event | kind);
  }

  /** Something happened to the entry of a directory. */
  entry({ node }: Place, name: string, event: number, cookie = 0): void {
    for (const file of this.#files) file.notice(node, event, cookie, name);
  }

  /** Something happened to a file itself. */
  self(node: FileNode, event: number): void {
    for (const file of this.#files) file.notice(node, event, 0, "");
  }

  /** A name of a file is gone. */
  deleted(parent: Place, name: string, { node }: Place): void {
    if (this.#files.size === 0) return;
    const kind = isDirectory(node) ? Notice.ISDIR : 0;
    const attributes = node.attributes();
    const isGone = kind !== 0 || failed(attributes) || attributes.nlink === 0;
    if (kind === 0) this.self(node, Notice.ATTRIB);
    if (isGone) this.self(node, Notice.DELETE_SELF);
    this.entry(parent, name, Notice.DELETE | kind);
  }

  /** An open file tells when it is closed. */
  opened(file: OpenFile): void {
    if (!file.place) return;
    this.file(file.place, Notice.OPEN);
    file.onClose(this, () =>
      this.file(file.place, file.writable ? Notice.CLOSE_WRITE : Notice.CLOSE_NOWRITE),
    );
  }
}
