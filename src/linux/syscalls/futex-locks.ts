/** FUTEX_LOCK_PI, FUTEX_TRYLOCK_PI, FUTEX_UNLOCK_PI of futex(2): locks that are handed over by the kernel. */

import { failed, type Outcome } from "../../base/errno.ts";
import { FutexWord } from "../kernel/pi-locks.ts";
import type { CallResult, Task } from "../kernel/task.ts";
import type { Blocking } from "../kernel/wait.ts";
import type { CallContext } from "./call.ts";

/**
 * Takes a lock that nobody has, else marks it as waited for and says who has it. EDEADLK where that is the task itself, ESRCH
 * where there is no such task, EINVAL where the word was changed against the rules.
 */
export function takeLock(
  { kernel, task, memory }: CallContext,
  key: string,
  address: number,
): Outcome<"taken" | Task> {
  const word = memory.getUint32(address);
  if (failed(word)) return word;
  const id = word & FutexWord.TID;
  if (id === task.id) return { errno: "EDEADLK" };
  const known = kernel.locks.ownerOf(key);
  if (known && known.id !== id) return { errno: "EINVAL" };
  const value = id === 0 ? (word & FutexWord.OWNER_DIED) | task.id : word | FutexWord.WAITERS;
  const done = memory.putUint32(address, value);
  if (failed(done)) return done;
  return id === 0 ? "taken" : (known ?? kernel.pids.task(id) ?? { errno: "ESRCH" });
}

/** @param deadline of the monotonic clock */
export function* lock(
  context: CallContext,
  key: string,
  address: number,
  deadline: number | undefined,
): Blocking<CallResult> {
  const owner = takeLock(context, key, address);
  if (failed(owner)) return owner;
  if (owner === "taken") return 0;
  const { kernel, task } = context;
  if (kernel.locks.waitsInCircle(owner, task)) return { errno: "EDEADLK" };
  const waiter = kernel.locks.wait(key, owner, task, address);
  for (;;) {
    const why = yield { queues: [waiter.queue], deadline };
    if (waiter.isOwner) return 0;
    if (why === "ready") continue;
    kernel.locks.leave(key, waiter);
    return { errno: why === "timeout" ? "ETIMEDOUT" : "ERESTARTNOINTR" };
  }
}

/** EPERM where another task has it. */
export function unlock({ kernel, task, memory }: CallContext, key: string, address: number): CallResult {
  const word = memory.getUint32(address);
  if (failed(word)) return word;
  if ((word & FutexWord.TID) !== task.id) return { errno: "EPERM" };
  const owner = kernel.locks.ownerOf(key);
  if (owner && owner !== task) return { errno: "EINVAL" };
  return kernel.locks.pass(key) ? 0 : memory.putUint32(address, 0);
}
