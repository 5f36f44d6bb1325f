/**
 * The pages of a file that processes have mapped, or that programs are loaded from. All of them share these frames: private
 * mappings until they write, shared ones always. What shared mappings changed is written back at msync(2), when a mapping
 * goes, before a program reads the file otherwise, and at the end; other programs of the platform do not see it before.
 *
 * Pages stay after the last mapping, for the next program that maps them, until memory is short or the file has changed.
 */

import { failed, type Outcome } from "../../base/errno.ts";
import type { OpenFile as TreeFile } from "../../base/file-tree.ts";
import { type Frames, NO_FRAME, PAGE } from "./frames.ts";
import { type Mapping, type PageSource, type PageUser, Prot } from "./mapping.ts";

/** Pages that are read at once: nearly always those beside one are wanted too. */
const readAhead = 16;
/** For what was read; nothing is kept in it. */
const ahead = new Uint8Array(readAhead * PAGE);

export class FilePages implements PageSource {
  readonly name: string;
  readonly device: number;
  readonly inode: bigint;
  readonly #frames: Frames;
  readonly #pages = new Map<number, number>();
  readonly #dirty = new Set<number>();
  /** Reads the file; open for as long as it is mapped. */
  #file: TreeFile | undefined;
  readonly #open: (write: boolean) => Outcome<TreeFile>;
  #isWritable = false;
  readonly #users = new Set<PageUser>();
  #version = "";

  constructor(
    frames: Frames,
    identity: { readonly name: string; readonly device: number; readonly inode: bigint },
    open: (write: boolean) => Outcome<TreeFile>,
  ) {
    this.#frames = frames;
    this.name = identity.name;
    this.device = identity.device;
    this.inode = identity.inode;
    this.#open = open;
  }

  get isMapped(): boolean {
    return this.#users.size > 0;
  }

  /** A file without a name is there for as long as it is open. */
  attach(user: PageUser): void {
    this.#users.add(user);
    this.#opened();
  }

  detach(user: PageUser): void {
    this.#users.delete(user);
    if (this.isMapped) return;
    this.sync();
    this.#dirty.clear();
    this.#use(undefined, false);
  }

  /**
   * Looks whether the file is what it was when its pages were read; if not, they are read anew, once those who have them
   * mapped are gone.
   */
  refresh(version: string): void {
    if (this.#version === version || this.isMapped) return;
    this.drop();
    this.#version = version;
  }

  /** Gives the frames back that nobody maps. */
  drop(): void {
    for (const frame of this.#pages.values()) this.#frames.release(frame);
    this.#pages.clear();
  }

  frame(page: number): Outcome<number> {
    const known = this.#pages.get(page);
    if (known !== undefined) return known;
    const file = this.#opened();
    if (failed(file)) return file;
    const attributes = file.attributes();
    if (failed(attributes)) return attributes;
    if (page * PAGE >= Number(attributes.size)) return { errno: "ENXIO" };
    const first = page - (page % readAhead);
    const count = file.read(first * PAGE, ahead);
    if (failed(count)) return count;
    const frame = this.#take(page, first, count);
    if (frame === NO_FRAME) return { errno: "ENOMEM" };
    if (this.#frames.freeCount > this.#frames.count / 4) this.#takeOthers(first, count);
    return frame;
  }

  /** Makes a page of what was read at `first`. */
  #take(page: number, first: number, count: number): number {
    const frame = this.#frames.allocate();
    if (frame === NO_FRAME) return NO_FRAME;
    this.#frames
      .bytes(frame)
      .set(ahead.subarray((page - first) * PAGE, Math.min((page - first + 1) * PAGE, count)));
    this.#pages.set(page, frame);
    return frame;
  }

  #takeOthers(first: number, count: number): void {
    for (let page = first; (page - first) * PAGE < count; page++) {
      if (!this.#pages.has(page)) this.#take(page, first, count);
    }
  }

  #opened(): Outcome<TreeFile> {
    if (this.#file) return this.#file;
    const file = this.#open(false);
    if (!failed(file)) this.#use(file, false);
    return file;
  }

  #use(file: TreeFile | undefined, isWritable: boolean): void {
    this.#file?.close();
    this.#file = file;
    this.#isWritable = isWritable;
  }

  /** Only now is it opened for writing: the platform executes no file that somebody could write. */
  dirtied(page: number): void {
    this.#dirty.add(page);
    const file = this.#isWritable ? undefined : this.#open(true);
    if (file && !failed(file)) this.#use(file, true);
  }

  /** The file was written: its pages show it. */
  written(offset: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      const at = offset + done;
      const part = Math.min(bytes.length - done, PAGE - (at % PAGE));
      const frame = this.#pages.get(Math.floor(at / PAGE));
      if (frame !== undefined) this.#frames.write(frame, at % PAGE, bytes.subarray(done, done + part));
      done += part;
    }
  }

  /** The file has another size: what lies beyond is gone, for those who have it mapped too. */
  cut(size: number): void {
    const end = Math.ceil(size / PAGE);
    for (const [page, frame] of this.#pages) {
      if (page < end) continue;
      this.#frames.release(frame);
      this.#pages.delete(page);
      this.#dirty.delete(page);
    }
    for (const user of this.#users) user.forgetFrom(this, end);
    const last = size % PAGE === 0 ? undefined : this.#pages.get(end - 1);
    if (last !== undefined) this.#frames.write(last, size % PAGE, new Uint8Array(PAGE - (size % PAGE)));
  }

  sync(): Outcome<undefined> {
    if (this.#dirty.size === 0) return undefined;
    const file = this.#opened();
    if (failed(file)) return file;
    const attributes = file.attributes();
    if (failed(attributes)) return attributes;
    for (const page of this.#dirty) {
      const frame = this.#pages.get(page);
      const length = Math.min(PAGE, Number(attributes.size) - page * PAGE);
      if (frame === undefined || length <= 0) continue;
      const done = file.write(page * PAGE, this.#frames.bytes(frame).subarray(0, length));
      if (failed(done)) return done;
    }
    return undefined;
  }
}

/** Memory that processes share without a file (MAP_SHARED | MAP_ANONYMOUS), or with a name of its own (memfd_create(2)). */
export class SharedPages implements PageSource {
  readonly name: string;
  readonly device = 1;
  readonly inode: bigint;
  readonly #frames: Frames;
  readonly #pages = new Map<number, number>();
  readonly #users = new Set<PageUser>();
  readonly #size: () => number;

  /** @param size bytes of the file; there is no page beyond them */
  constructor(frames: Frames, name: string, inode: bigint, size = () => Number.POSITIVE_INFINITY) {
    this.#frames = frames;
    this.name = name;
    this.inode = inode;
    this.#size = size;
  }

  /** The frame of a page that is there already. */
  known(page: number): number | undefined {
    return this.#pages.get(page);
  }

  /** Where it is mapped, by everyone. */
  get mappings(): readonly Mapping[] {
    return [...this.#users].flatMap((user) => user.mappingsOf(this));
  }

  /** Somebody has it mapped so that writes are seen by others, now or after an mprotect(2). */
  get mayBeWritten(): boolean {
    return this.mappings.some(({ shared, mostProtection }) => shared && mostProtection & Prot.WRITE);
  }

  attach(user: PageUser): void {
    this.#users.add(user);
  }

  detach(user: PageUser): void {
    this.#users.delete(user);
    if (this.#users.size === 0) this.dropFrom(0);
  }

  /** Gives the pages from one on back, those that are mapped too. */
  dropFrom(first: number): void {
    for (const user of this.#users) user.forgetFrom(this, first);
    for (const [page, frame] of this.#pages) {
      if (page < first) continue;
      this.#frames.release(frame);
      this.#pages.delete(page);
    }
  }

  frame(page: number): Outcome<number> {
    const known = this.#pages.get(page);
    if (known !== undefined) return known;
    if (page * PAGE >= this.#size()) return { errno: "ENXIO" };
    const frame = this.#frames.allocate();
    if (frame === NO_FRAME) return { errno: "ENOMEM" };
    this.#pages.set(page, frame);
    return frame;
  }

  dirtied(): void {}

  sync(): undefined {}
}
