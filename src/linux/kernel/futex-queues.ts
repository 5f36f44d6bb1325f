/**
 * Who waits at which futex (futex(2)). A futex is a place in memory: a word of a frame, where it is shared between address
 * spaces, else an address in one of them.
 */

import type { Task } from "./task.ts";
import { WaitQueue } from "./wait.ts";

export interface FutexWaiter {
  readonly task: Task;
  readonly queue: WaitQueue;
  bits: number;
  woken: boolean;
  key: string;
}

export class FutexQueues {
  readonly #waiters = new Map<string, FutexWaiter[]>();

  add(key: string, task: Task, bits: number): FutexWaiter {
    const waiter = { task, queue: new WaitQueue(), bits, woken: false, key };
    this.#list(key).push(waiter);
    return waiter;
  }

  remove(waiter: FutexWaiter): void {
    const list = this.#waiters.get(waiter.key);
    const at = list?.indexOf(waiter) ?? -1;
    if (list && at >= 0) list.splice(at, 1);
    if (list?.length === 0) this.#waiters.delete(waiter.key);
  }

  /** Wakes up to `count` waiters that have one of the bits; how many there were. */
  wake(key: string, count: number, bits = -1): number {
    const chosen = this.#alive(key).filter((waiter) => (waiter.bits & bits) !== 0);
    const woken = chosen.slice(0, count);
    for (const waiter of woken) {
      this.remove(waiter);
      waiter.woken = true;
      waiter.queue.wake();
    }
    return woken.length;
  }

  /** Lets up to `count` waiters wait elsewhere; how many there were. */
  requeue(from: string, to: string, count: number): number {
    const moved = this.#alive(from).slice(0, count);
    for (const waiter of moved) {
      this.remove(waiter);
      waiter.key = to;
      this.#list(to).push(waiter);
    }
    return moved.length;
  }

  /** Who waits; those that were killed meanwhile are forgotten. */
  #alive(key: string): readonly FutexWaiter[] {
    const list = this.#waiters.get(key) ?? [];
    for (const waiter of [...list]) if (waiter.task.state === "dead") this.remove(waiter);
    return list;
  }

  #list(key: string): FutexWaiter[] {
    const known = this.#waiters.get(key);
    if (known) return known;
    const list: FutexWaiter[] = [];
    this.#waiters.set(key, list);
    return list;
  }
}
