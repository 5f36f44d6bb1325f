/**
 * Locks that programs put on files (fcntl(2) "Advisory record locking" and "Open file description locks", flock(2)). They hold
 * between the processes of one run. A lock's owner is a table of descriptors (POSIX) or an open file (the others).
 */

import type { Failure, Outcome } from "../../base/errno.ts";
import type { FileNode } from "../../base/file-tree.ts";
import { WaitQueue } from "../kernel/wait.ts";
import type { OpenFile } from "./open-file.ts";

/** The bytes from `start` to before `end`, which may be Infinity. */
export interface LockRange {
  readonly start: number;
  readonly end: number;
}

export interface RangeLock extends LockRange {
  readonly owner: object;
  /** -1 for an open file's. */
  readonly pid: number;
  readonly exclusive: boolean;
}

const MOST_LOCKS = 16384;

export class FileLocks {
  /** Wakes whoever waits for a lock to go. */
  readonly changed = new WaitQueue();
  #ranges: RangeLock[] = [];
  /** flock(2): true is exclusive. */
  readonly #whole = new Map<object, boolean>();

  /** Someone else's lock that keeps this one from being set. */
  conflict({ owner, start, end, exclusive }: RangeLock): RangeLock | undefined {
    return this.#ranges.find(
      (other) => other.owner !== owner && (exclusive || other.exclusive) && overlap(other, start, end),
    );
  }

  /** Sets a lock that conflicts with none; of its owner's others that part is gone. */
  set(lock: RangeLock): Failure | undefined {
    if (this.#ranges.length >= MOST_LOCKS) return { errno: "ENOLCK" };
    this.#cut(lock.owner, lock);
    this.#ranges.push(lock);
    this.#join(lock.owner);
    this.changed.wake();
    return undefined;
  }

  unset(owner: object, range: LockRange): void {
    this.#cut(owner, range);
    this.changed.wake();
  }

  #cut(owner: object, { start, end }: LockRange): void {
    this.#ranges = this.#ranges.flatMap((lock) => {
      if (lock.owner !== owner || !overlap(lock, start, end)) return [lock];
      const before = { ...lock, end: start };
      const after = { ...lock, start: end };
      return [before, after].filter((part) => part.start < part.end);
    });
  }

  /** Locks of one owner and kind that touch are one. */
  #join(owner: object): void {
    const own = this.#ranges.filter((lock) => lock.owner === owner).sort((a, b) => a.start - b.start);
    const joined: RangeLock[] = [];
    for (const lock of own) {
      const last = joined.at(-1);
      if (last && last.end >= lock.start && last.exclusive === lock.exclusive) {
        joined[joined.length - 1] = { ...last, end: Math.max(last.end, lock.end) };
      } else joined.push(lock);
    }
    this.#ranges = [...this.#ranges.filter((lock) => lock.owner !== owner), ...joined];
  }

  /** flock(2) without waiting: the owner's old lock is gone even where the new one has to wait. */
  lockWhole(owner: object, exclusive: boolean): Outcome<0> {
    if (this.#whole.get(owner) === exclusive) return 0;
    this.unlockWhole(owner);
    const others = [...this.#whole.values()];
    if (exclusive ? others.length > 0 : others.includes(true)) return { errno: "EAGAIN" };
    this.#whole.set(owner, exclusive);
    return 0;
  }

  unlockWhole(owner: object): void {
    if (this.#whole.delete(owner)) this.changed.wake();
  }

  /** All locks of an owner are gone. */
  release(owner: object): void {
    this.unlockWhole(owner);
    if (!this.#ranges.some((lock) => lock.owner === owner)) return;
    this.#ranges = this.#ranges.filter((lock) => lock.owner !== owner);
    this.changed.wake();
  }
}

function overlap(lock: LockRange, start: number, end: number): boolean {
  return lock.start < end && start < lock.end;
}

const locks = new WeakMap<FileNode | OpenFile, FileLocks>();
const subject = (file: OpenFile): FileNode | OpenFile => file.place?.node ?? file;

/** The locks of a file, however it was opened. */
export function locksOf(file: OpenFile): FileLocks {
  const known = locks.get(subject(file)) ?? new FileLocks();
  locks.set(subject(file), known);
  return known;
}

/** Drops what an owner has locked of a file. */
export function releaseLocks(file: OpenFile, owner: object): void {
  locks.get(subject(file))?.release(owner);
}

/** Who waits for whom with a POSIX lock. */
const waiting = new WeakMap<object, object>();

/** Whether `owner` would wait for one who waits, perhaps by others, for it; if not, it is noted that it waits. */
export function wouldDeadlock(owner: object, holder: object): boolean {
  for (let at: object | undefined = holder; at; at = waiting.get(at)) if (at === owner) return true;
  waiting.set(owner, holder);
  return false;
}

export function stopsWaiting(owner: object): void {
  waiting.delete(owner);
}
