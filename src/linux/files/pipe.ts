/** Pipes and FIFOs (pipe(7)): bytes in the order in which they were written, up to 64 KiB of them if nobody wants others. */

import { failed, type Outcome } from "../../base/errno.ts";
import type { Attributes } from "../../base/file-tree.ts";
import { Mode, type Place } from "../fs/place.ts";
import { WaitQueue } from "../kernel/wait.ts";
import { anonymousAttributes } from "./anonymous.ts";
import { type IoctlMemory, OpenFile, OpenFlag, Poll } from "./open-file.ts";

const CAPACITY = 65536;
const LEAST_CAPACITY = 4096;
/** fs.pipe-max-size. */
const MOST_CAPACITY = 1 << 20;
/** Writes of up to so many bytes are never mixed with others. */
const PIPE_BUF = 4096;
export const FIONREAD = 0x541b;

let lastPipe = 0n;

/** What both ends share. */
export class Pipe {
  readonly inode = ++lastPipe;
  #bytes = new Uint8Array(CAPACITY);
  #start = 0;
  #length = 0;
  readers = 0;
  writers = 0;
  /** How often an end for reading, or for writing, was opened. */
  readonly opens = { reading: 0, writing: 0 };
  /** Every end that is open. */
  readonly ends = new Set<PipeEnd>();
  /** Wakes those that wait for the other end to be opened. */
  readonly opened = new WaitQueue();

  get length(): number {
    return this.#length;
  }

  get room(): number {
    return this.capacity - this.#length;
  }

  get capacity(): number {
    return this.#bytes.length;
  }

  /** F_SETPIPE_SZ: a power of two that has room for so many bytes. */
  resize(least: number): Outcome<number> {
    if (least < 0 || least > 2 ** 31) return { errno: "EINVAL" };
    if (least > MOST_CAPACITY) return { errno: "EPERM" };
    const capacity = Math.max(LEAST_CAPACITY, 2 ** Math.ceil(Math.log2(Math.max(1, least))));
    if (capacity < this.#length) return { errno: "EBUSY" };
    const bytes = new Uint8Array(capacity);
    const count = this.take(bytes);
    this.#bytes = bytes;
    this.#start = 0;
    this.#length = count;
    return capacity;
  }

  changed(): void {
    for (const end of this.ends) end.changed.wake();
  }

  take(into: Uint8Array): number {
    const count = this.peek(into);
    this.drop(count);
    return count;
  }

  /** Copies what comes next, which stays there. */
  peek(into: Uint8Array): number {
    const count = Math.min(into.length, this.#length);
    const first = Math.min(count, this.capacity - this.#start);
    into.set(this.#bytes.subarray(this.#start, this.#start + first));
    into.set(this.#bytes.subarray(0, count - first), first);
    return count;
  }

  /** Takes so many bytes away, of those that are there. */
  drop(count: number): void {
    this.#start = (this.#start + count) % this.capacity;
    this.#length -= count;
    if (count > 0) this.changed();
  }

  /** Nobody has it open: what was in it is gone. */
  empty(): void {
    this.#length = 0;
  }

  put(from: Uint8Array): number {
    const count = Math.min(from.length, this.room);
    const at = (this.#start + this.#length) % this.capacity;
    const first = Math.min(count, this.capacity - at);
    this.#bytes.set(from.subarray(0, first), at);
    this.#bytes.set(from.subarray(first, count), 0);
    this.#length += count;
    if (count > 0) this.changed();
    return count;
  }
}

export class PipeEnd extends OpenFile {
  readonly name: string;
  readonly #pipe: Pipe;
  /** How many had opened the other end when it was opened; -1 where somebody still had. */
  readonly #writersBefore: number;
  readonly #readersBefore: number;

  constructor(pipe: Pipe, flags: number, place?: Place) {
    super(flags, place);
    this.name = `pipe:[${pipe.inode}]`;
    this.#pipe = pipe;
    pipe.ends.add(this);
    this.#writersBefore = pipe.writers > 0 ? -1 : pipe.opens.writing;
    this.#readersBefore = pipe.readers > 0 ? -1 : pipe.opens.reading;
    if (this.readable) {
      pipe.readers++;
      pipe.opens.reading++;
    }
    if (this.writable) {
      pipe.writers++;
      pipe.opens.writing++;
    }
    pipe.opened.wake();
    pipe.changed();
  }

  get capacity(): number {
    return this.#pipe.capacity;
  }

  resize(least: number): Outcome<number> {
    return this.#pipe.resize(least);
  }

  attributes(): Outcome<Attributes> {
    return this.place?.node.attributes() ?? anonymousAttributes(this.#pipe.inode, Mode.S_IFIFO | 0o600);
  }

  /** The same pipe, opened once more by /proc/self/fd. */
  reopen(flags: number): PipeEnd {
    return new PipeEnd(this.#pipe, flags & (OpenFlag.O_ACCMODE | OpenFlag.O_NONBLOCK));
  }

  /** Whether somebody has opened the other end. */
  get hasPartner(): boolean {
    const { reading, writing } = this.#pipe.opens;
    return this.readable ? writing !== this.#writersBefore : reading !== this.#readersBefore;
  }

  /** Wakes whoever waits for that. */
  get opened(): WaitQueue {
    return this.#pipe.opened;
  }

  override read(into: Uint8Array): Outcome<number> {
    if (into.length === 0) return 0;
    const count = this.#pipe.take(into);
    if (count > 0 || this.#pipe.writers === 0) return count;
    return { errno: "EAGAIN" };
  }

  /** As `read`, but the bytes stay there until they are dropped. */
  peek(into: Uint8Array): Outcome<number> {
    const count = this.#pipe.peek(into);
    return count > 0 || this.#pipe.writers === 0 ? count : { errno: "EAGAIN" };
  }

  drop(count: number): void {
    this.#pipe.drop(count);
  }

  isOfSamePipe(other: PipeEnd): boolean {
    return this.#pipe === other.#pipe;
  }

  /** How many bytes can be put at once: EAGAIN for none, EPIPE. */
  get room(): Outcome<number> {
    if (this.#pipe.readers === 0) return { errno: "EPIPE" };
    return this.#pipe.room > 0 ? this.#pipe.room : { errno: "EAGAIN" };
  }

  /** As `write`, but as much as there is room for, however little that is. */
  put(from: Uint8Array): Outcome<number> {
    const room = this.room;
    return failed(room) ? room : this.#pipe.put(from);
  }

  override write(from: Uint8Array): Outcome<number> {
    if (this.#pipe.readers === 0) return { errno: "EPIPE" };
    const whole = from.length <= PIPE_BUF;
    if (from.length === 0) return 0;
    if (this.#pipe.room === 0 || (whole && this.#pipe.room < from.length)) return { errno: "EAGAIN" };
    return this.#pipe.put(from);
  }

  override poll(): number {
    const { length, room, readers, writers } = this.#pipe;
    let events = 0;
    if (this.readable) {
      if (length > 0) events |= Poll.IN | Poll.RDNORM;
      // Whoever opened a FIFO before any writer came is not at its end.
      const hadWriter = !this.place || this.#pipe.opens.writing !== this.#writersBefore;
      if (writers === 0 && hadWriter) events |= Poll.HUP;
    }
    if (this.writable) {
      if (room >= PIPE_BUF) events |= Poll.OUT | Poll.WRNORM;
      if (readers === 0) events |= Poll.ERR;
    }
    return events;
  }

  override ioctl(request: number, argument: number, memory: IoctlMemory): Outcome<number> {
    if (request !== FIONREAD) return { errno: "ENOTTY" };
    const count = new Uint8Array(new Uint32Array([this.#pipe.length]).buffer);
    return memory.write(argument, count) ? 0 : { errno: "EFAULT" };
  }

  protected override close(): void {
    this.#pipe.ends.delete(this);
    if (this.readable) this.#pipe.readers--;
    if (this.writable) this.#pipe.writers--;
    if (this.#pipe.ends.size === 0) this.#pipe.empty();
    this.#pipe.changed();
  }
}
