/** eventfd(2), timerfd_create(2), signalfd(2): events as files. */

import { viewOf } from "../../base/bytes.ts";
import type { Outcome } from "../../base/errno.ts";
import type { Attributes } from "../../base/file-tree.ts";
import type { SignalInfo } from "../kernel/signals.ts";
import type { Task } from "../kernel/task.ts";
import type { Timer, Timers } from "../kernel/timers.ts";
import { anonymousAttributes } from "./anonymous.ts";
import { OpenFile, OpenFlag, Poll } from "./open-file.ts";

const MOST = 0xffff_ffff_ffff_fffen;
const PERMISSIONS = 0o600;
const EINVAL = { errno: "EINVAL" } as const;
const EAGAIN = { errno: "EAGAIN" } as const;

abstract class EventFile extends OpenFile {
  attributes(): Outcome<Attributes> {
    return anonymousAttributes(1n, PERMISSIONS);
  }
}

export class EventCounter extends EventFile {
  readonly name = "anon_inode:[eventfd]";
  readonly #semaphore: boolean;
  #count: bigint;

  constructor(count: number, flags: number, semaphore: boolean) {
    super(OpenFlag.O_RDWR | flags);
    this.#count = BigInt(count);
    this.#semaphore = semaphore;
  }

  override read(into: Uint8Array): Outcome<number> {
    if (into.length < 8) return EINVAL;
    if (this.#count === 0n) return EAGAIN;
    const taken = this.#semaphore ? 1n : this.#count;
    viewOf(into).setBigUint64(0, taken, true);
    this.#count -= taken;
    this.changed.wake();
    return 8;
  }

  override write(from: Uint8Array): Outcome<number> {
    if (from.length < 8) return EINVAL;
    const added = viewOf(from).getBigUint64(0, true);
    if (added > MOST) return EINVAL;
    if (this.#count + added > MOST) return EAGAIN;
    this.#count += added;
    this.changed.wake();
    return 8;
  }

  override poll(): number {
    return (this.#count > 0n ? Poll.IN | Poll.RDNORM : 0) | (this.#count < MOST ? Poll.OUT | Poll.WRNORM : 0);
  }
}

/** A timer whose expirations are counted. Times are of the monotonic clock. */
export class TimerFile extends EventFile {
  readonly name = "anon_inode:[timerfd]";
  readonly clock: number;
  readonly #timers: Timers;
  readonly #now: () => number;
  #timer: Timer | undefined;
  #due = 0;
  #interval = 0;
  #expirations = 0n;

  constructor(clock: number, flags: number, timers: Timers, now: () => number) {
    super(OpenFlag.O_RDWR | flags);
    this.clock = clock;
    this.#timers = timers;
    this.#now = now;
  }

  /** Nanoseconds until the next expiration, 0 if there is none, and between two. */
  get setting(): { readonly left: number; readonly interval: number } {
    return { left: this.#timer ? Math.max(1, this.#due - this.#now()) : 0, interval: this.#interval };
  }

  /** @param due undefined disarms it */
  set(due: number | undefined, interval: number): void {
    this.#timers.cancel(this.#timer);
    this.#timer = undefined;
    this.#expirations = 0n;
    this.#interval = interval;
    if (due !== undefined) this.#arm(due);
  }

  #arm(due: number): void {
    this.#due = due;
    this.#timer = this.#timers.add(due, () => this.#expire());
  }

  #expire(): void {
    this.#timer = undefined;
    this.#expirations++;
    if (this.#interval > 0) {
      const missed = Math.max(0, Math.floor((this.#now() - this.#due) / this.#interval));
      this.#expirations += BigInt(missed);
      this.#arm(this.#due + (missed + 1) * this.#interval);
    }
    this.changed.wake();
  }

  override read(into: Uint8Array): Outcome<number> {
    if (into.length < 8) return EINVAL;
    if (this.#expirations === 0n) return EAGAIN;
    viewOf(into).setBigUint64(0, this.#expirations, true);
    this.#expirations = 0n;
    return 8;
  }

  override poll(): number {
    return this.#expirations > 0n ? Poll.IN | Poll.RDNORM : 0;
  }

  protected override close(): void {
    this.#timers.cancel(this.#timer);
  }
}

/** struct signalfd_siginfo. */
const SIGNAL_BYTES = 128;

export class SignalFile extends EventFile {
  readonly name = "anon_inode:[signalfd]";
  mask: bigint;
  /** Whoever reads it gets its own signals. */
  readonly #reader: () => Task | undefined;

  constructor(mask: bigint, flags: number, reader: () => Task | undefined) {
    super(OpenFlag.O_RDWR | flags);
    this.mask = mask;
    this.#reader = reader;
  }

  override read(into: Uint8Array): Outcome<number> {
    if (into.length < SIGNAL_BYTES) return EINVAL;
    const task = this.#reader();
    let used = 0;
    while (task && used + SIGNAL_BYTES <= into.length) {
      const info = task.pending.take(this.mask) ?? task.process.pending.take(this.mask);
      if (!info) break;
      into.set(signalBytes(info), used);
      used += SIGNAL_BYTES;
    }
    return used > 0 ? used : EAGAIN;
  }

  override poll(): number {
    const task = this.#reader();
    const pending = task ? task.pending.set | task.process.pending.set : 0n;
    return (pending & this.mask) === 0n ? 0 : Poll.IN | Poll.RDNORM;
  }
}

function signalBytes(info: SignalInfo): Uint8Array {
  const bytes = new Uint8Array(SIGNAL_BYTES);
  const view = viewOf(bytes);
  view.setUint32(0, info.signal, true);
  view.setInt32(8, info.code, true);
  view.setUint32(12, info.pid ?? 0, true);
  view.setUint32(16, info.uid ?? 0, true);
  view.setInt32(40, info.status ?? 0, true);
  if (info.value !== undefined) {
    view.setInt32(44, Number(BigInt.asIntN(32, info.value)), true);
    view.setBigInt64(48, info.value, true);
  }
  return bytes;
}
