/**
 * Locks whose owner the kernel knows (futex(2), "Priority-inheritance futexes"). The word of such a lock holds its owner's
 * number; one is known here only while somebody waits for it. Since all tasks take turns alike nobody inherits anything, and
 * a lock goes to whoever waited longest.
 */

import { failed } from "../../base/errno.ts";
import type { Task } from "./task.ts";
import { WaitQueue } from "./wait.ts";

/** Bits of a lock's word. */
export const FutexWord = { TID: 0x3fff_ffff, OWNER_DIED: 0x4000_0000, WAITERS: 0x8000_0000 } as const;

export interface PiWaiter {
  readonly task: Task;
  /** Where the task has the word. */
  readonly address: number;
  readonly queue: WaitQueue;
  isOwner: boolean;
}

interface PiLock {
  readonly key: string;
  owner: Task;
  readonly waiters: PiWaiter[];
}

export class PiLocks {
  readonly #locks = new Map<string, PiLock>();

  /** The owner of a lock that somebody waits for. */
  ownerOf(key: string): Task | undefined {
    return this.#known(key)?.owner;
  }

  /** The lock, if any of those who wait for it is still alive. */
  #known(key: string): PiLock | undefined {
    const lock = this.#locks.get(key);
    if (!lock) return undefined;
    const alive = lock.waiters.filter(({ task }) => task.state !== "dead");
    lock.waiters.splice(0, lock.waiters.length, ...alive);
    if (alive.length > 0) return lock;
    this.#locks.delete(key);
    return undefined;
  }

  /** Whether `task` has, through others that wait, what `owner` waits for. */
  waitsInCircle(owner: Task, task: Task): boolean {
    let next: Task | undefined = owner;
    for (const seen = new Set<Task>(); next && !seen.has(next); next = this.#ownerBefore(next)) {
      if (next === task) return true;
      seen.add(next);
    }
    return false;
  }

  /** The owner of the lock that a task waits for. */
  #ownerBefore(task: Task): Task | undefined {
    for (const { owner, waiters } of this.#locks.values())
      if (waiters.some((waiter) => waiter.task === task)) return owner;
    return undefined;
  }

  wait(key: string, owner: Task, task: Task, address: number): PiWaiter {
    const lock = this.#known(key) ?? { key, owner, waiters: [] };
    this.#locks.set(key, lock);
    const waiter = { task, address, queue: new WaitQueue(), isOwner: false };
    lock.waiters.push(waiter);
    return waiter;
  }

  leave(key: string, waiter: PiWaiter): void {
    const waiters = this.#locks.get(key)?.waiters ?? [];
    const at = waiters.indexOf(waiter);
    if (at >= 0) waiters.splice(at, 1);
    if (waiters.length === 0) this.#locks.delete(key);
  }

  /** Gives the lock to whoever has waited longest; false where nobody waits. */
  pass(key: string): boolean {
    const lock = this.#known(key);
    if (lock) this.#give(lock, 0);
    return lock !== undefined;
  }

  /** A task is gone: what it had goes to others, who find in the word that it did not unlock. */
  release(owner: Task): void {
    const owned = [...this.#locks.values()].filter((lock) => lock.owner === owner);
    for (const { key } of owned) {
      const lock = this.#known(key);
      if (lock) this.#give(lock, FutexWord.OWNER_DIED);
    }
  }

  #give(lock: PiLock, mark: number): void {
    const next = lock.waiters.shift();
    if (!next) return;
    lock.owner = next.task;
    if (lock.waiters.length === 0) this.#locks.delete(lock.key);
    next.isOwner = true;
    const { memory } = next.task.process;
    const word = memory.getUint32(next.address);
    if (!failed(word)) memory.putUint32(next.address, next.task.id | FutexWord.WAITERS | mark);
    next.queue.wake();
  }
}
