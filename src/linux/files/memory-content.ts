/** What is in a file without a name (memfd_create(2)), and the seals that say what may be done with it (fcntl(2), "File Sealing"). */

import { type Failure, failed, type Outcome } from "../../base/errno.ts";
import { SharedPages } from "../memory/file-pages.ts";
import { type Frames, PAGE } from "../memory/frames.ts";
import type { PageUser } from "../memory/mapping.ts";

export const Seal = { SEAL: 1, SHRINK: 2, GROW: 4, WRITE: 8, FUTURE_WRITE: 16, EXEC: 32 } as const;
const ALL_SEALS = 0x3f;
const SEALS_OF_PROGRAMS = Seal.SHRINK | Seal.GROW | Seal.WRITE | Seal.FUTURE_WRITE;
const WRITE_SEALS = Seal.WRITE | Seal.FUTURE_WRITE;
const EXECUTABLE = 0o111;

const LONGEST = 2 ** 40;
const EPERM: Failure = { errno: "EPERM" };
let lastInode = 0x1000n;

export interface MemoryOwner {
  readonly uid: number;
  readonly gid: number;
}

/** Bytes in pages, which mappings share. It is there for as long as an open file or a mapping has it. */
export class MemoryContent implements PageUser {
  readonly inode = ++lastInode;
  readonly owner: MemoryOwner;
  readonly pages: SharedPages;
  readonly #frames: Frames;
  #size = 0;
  #seals: number;
  #mode: number;
  #opened = 0;

  /** @param name as /proc shows it */
  constructor(frames: Frames, name: string, seals: number, mode: number, owner: MemoryOwner) {
    this.#frames = frames;
    this.#seals = seals;
    this.#mode = mode;
    this.owner = owner;
    this.pages = new SharedPages(frames, name, this.inode, () => this.#size);
  }

  get size(): number {
    return this.#size;
  }

  get seals(): number {
    return this.#seals;
  }

  get mode(): number {
    return this.#mode;
  }

  open(): void {
    if (++this.#opened === 1) this.pages.attach(this);
  }

  close(): void {
    if (--this.#opened === 0) this.pages.detach(this);
  }

  /** EBUSY where somebody could still write through a mapping. */
  addSeals(seals: number): Outcome<0> {
    if (seals & ~ALL_SEALS) return { errno: "EINVAL" };
    if (this.#seals & Seal.SEAL) return EPERM;
    const isNew = (seals & ~this.#seals & Seal.WRITE) !== 0;
    if (isNew && this.pages.mayBeWritten) return { errno: "EBUSY" };
    // Whoever may execute it may rely on what it executes.
    const implied = seals & Seal.EXEC && this.#mode & EXECUTABLE ? SEALS_OF_PROGRAMS : 0;
    this.#seals |= seals | implied;
    return 0;
  }

  /** Whether new shared mappings may be written. */
  get permitsWriting(): boolean {
    return (this.#seals & WRITE_SEALS) === 0;
  }

  setMode(mode: number): Failure | undefined {
    if (this.#seals & Seal.EXEC && (mode ^ this.#mode) & EXECUTABLE) return EPERM;
    this.#mode = mode;
    return undefined;
  }

  read(offset: number, into: Uint8Array): Outcome<number> {
    const count = Math.max(0, Math.min(into.length, this.#size - offset));
    for (let done = 0; done < count; ) {
      const at = offset + done;
      const part = Math.min(count - done, PAGE - (at % PAGE));
      const frame = this.pages.frame(Math.floor(at / PAGE));
      if (failed(frame)) return done > 0 ? done : frame;
      into.set(this.#frames.bytes(frame).subarray(at % PAGE, (at % PAGE) + part), done);
      done += part;
    }
    return count;
  }

  /** Page by page, as far as it is permitted. */
  write(offset: number, from: Uint8Array): Outcome<number> {
    if (offset + from.length > LONGEST) return { errno: "EFBIG" };
    for (let done = 0; done < from.length; ) {
      const at = offset + done;
      const part = Math.min(from.length - done, PAGE - (at % PAGE));
      const put = this.#writeInPage(at, from.subarray(done, done + part));
      if (put) return done > 0 ? done : put;
      done += part;
    }
    return from.length;
  }

  #writeInPage(at: number, bytes: Uint8Array): Failure | undefined {
    if (!this.permitsWriting || this.#refusesSize(Math.max(this.#size, at + bytes.length))) return EPERM;
    const before = this.#size;
    this.#size = Math.max(before, at + bytes.length);
    const frame = this.pages.frame(Math.floor(at / PAGE));
    if (!failed(frame)) {
      this.#frames.write(frame, at % PAGE, bytes);
      return undefined;
    }
    this.#size = before;
    return { errno: "ENOSPC" };
  }

  #refusesSize(size: number): boolean {
    if (size < this.#size) return (this.#seals & Seal.SHRINK) !== 0;
    return size > this.#size && (this.#seals & Seal.GROW) !== 0;
  }

  /** Room up to there is wanted. */
  refuseRoom(end: number): Failure | undefined {
    return end > this.#size && this.#refusesSize(end) ? EPERM : undefined;
  }

  resize(size: number): Failure | undefined {
    if (size > LONGEST) return { errno: "EFBIG" };
    if (this.#refusesSize(size)) return EPERM;
    this.pages.dropFrom(Math.ceil(size / PAGE));
    const last = size % PAGE === 0 ? undefined : this.pages.known(Math.floor(size / PAGE));
    if (last !== undefined) this.#frames.write(last, size % PAGE, new Uint8Array(PAGE - (size % PAGE)));
    this.#size = size;
    return undefined;
  }

  /** It has no pages but those. */
  forgetFrom(): void {}

  mappingsOf(): [] {
    return [];
  }
}
