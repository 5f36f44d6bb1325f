/**
 * The list of locks that a task has, in its own memory (set_robust_list(2), Documentation/locking/robust-futex-ABI.rst). When the
 * task ends, each lock that is still its own is marked, and one of those who wait for it is woken.
 *
 *     head: next | offset of the word from an entry | entry that is being locked or unlocked
 *
 * The lowest bit of a pointer says that the lock is one of `pi-locks.ts`.
 */

import { failed } from "../../base/errno.ts";
import type { UserMemory } from "../memory/user-memory.ts";
import { futexKey, sharedFutexKey } from "./futex-keys.ts";
import type { FutexQueues } from "./futex-queues.ts";
import { FutexWord } from "./pi-locks.ts";
import type { Task } from "./task.ts";

/** ROBUST_LIST_LIMIT: a list may be a circle. */
const MOST_ENTRIES = 2048;

export function releaseRobustList(task: Task, futexes: FutexQueues): void {
  const head = task.robustList;
  task.robustList = 0;
  const view = head === 0 ? undefined : task.process.memory.get(head, 24);
  if (!view || failed(view)) return;
  const offset = Number(view.getBigInt64(8, true));
  const pending = Number(view.getBigUint64(16, true));
  let entry = Number(view.getBigUint64(0, true));
  for (let count = 0; addressOf(entry) !== head && count < MOST_ENTRIES; count++) {
    const next = task.process.memory.getLong(addressOf(entry));
    if (addressOf(entry) !== addressOf(pending) && !release(task, futexes, entry, offset, false)) return;
    if (failed(next)) return;
    entry = next;
  }
  if (addressOf(pending) !== 0) release(task, futexes, pending, offset, true);
}

const isPi = (entry: number): boolean => entry % 2 === 1;
const addressOf = (entry: number): number => entry - (entry % 2);

/** False where the word cannot be reached: the list is not followed any further. */
function release(
  task: Task,
  futexes: FutexQueues,
  entry: number,
  offset: number,
  isPending: boolean,
): boolean {
  const { memory } = task.process;
  const address = addressOf(entry) + offset;
  const word = address % 4 === 0 ? memory.getUint32(address) : undefined;
  if (word === undefined || failed(word)) return false;
  const owner = word & FutexWord.TID;
  const wake = () => {
    for (const key of keysOf(task, memory, address)) if (futexes.wake(key, 1) > 0) return;
  };
  if (isPending && !isPi(entry) && owner === 0) wake();
  if (owner !== task.id) return true;
  const marked = (word & FutexWord.WAITERS) | FutexWord.OWNER_DIED;
  if (failed(memory.putUint32(address, marked))) return false;
  if (!isPi(entry) && word & FutexWord.WAITERS) wake();
  return true;
}

/** Whether others see the word as shared memory is not known: they wait by one key or the other. */
function keysOf({ process }: Task, memory: UserMemory, address: number): string[] {
  const shared = sharedFutexKey(memory.space, address);
  return [...(shared === undefined ? [] : [shared]), futexKey(process, address)];
}
