/** futex(2), set_robust_list(2). One task runs at a time, so that looking and going to sleep are one step. */

import { failed, type Outcome } from "../../base/errno.ts";
import { futexKey, sharedFutexKey } from "../kernel/futex-keys.ts";
import type { CallResult } from "../kernel/task.ts";
import type { Blocking } from "../kernel/wait.ts";
import { Access } from "../processor.ts";
import { type AnyResult, type CallContext, call } from "./call.ts";
import { lock, takeLock, unlock } from "./futex-locks.ts";
import { int, pointer, readTimespec, size, uint } from "./kinds.ts";

const Futex = {
  WAIT: 0,
  WAKE: 1,
  REQUEUE: 3,
  CMP_REQUEUE: 4,
  WAKE_OP: 5,
  LOCK_PI: 6,
  UNLOCK_PI: 7,
  TRYLOCK_PI: 8,
  WAIT_BITSET: 9,
  WAKE_BITSET: 10,
  LOCK_PI2: 13,
} as const;
const PRIVATE_FLAG = 128;
const CLOCK_REALTIME = 256;
/** Those that may be asked to take their time by the clock of the day. */
const withClock: readonly number[] = [Futex.WAIT_BITSET, Futex.LOCK_PI2];
const ALL_BITS = 0xffff_ffff;

/** What tells a futex from all others: its place in memory where others may have it mapped, else its address. */
function keyOf({ process, memory }: CallContext, address: number, isPrivate: boolean): Outcome<string> {
  if (address % 4 !== 0) return { errno: "EINVAL" };
  if (memory.space.translate(address, Access.read) < 0) return { errno: "EFAULT" };
  const shared = isPrivate ? undefined : sharedFutexKey(memory.space, address);
  return shared ?? futexKey(process, address);
}

function timeoutOf({ kernel, memory }: CallContext, address: number, absolute: boolean, realtime: boolean) {
  if (address === 0) return undefined;
  const view = memory.get(address, 16);
  if (failed(view)) return view;
  const time = readTimespec(view, 0);
  if (failed(time)) return time;
  if (!absolute) return kernel.now + time;
  return realtime ? kernel.now + time - Number(kernel.platform.clocks.realtime()) : time;
}

function* wait(
  context: CallContext,
  key: string,
  address: number,
  value: number,
  bits: number,
  deadline: number | undefined,
): Blocking<CallResult> {
  const { kernel, task, memory } = context;
  const current = memory.getUint32(address);
  if (failed(current)) return current;
  if (current !== value) return { errno: "EAGAIN" };
  const waiter = kernel.futexes.add(key, task, bits | 0);
  for (;;) {
    const why = yield { queues: [waiter.queue], deadline };
    if (waiter.woken) return 0;
    if (why === "ready") continue;
    kernel.futexes.remove(waiter);
    if (why === "timeout") return { errno: "ETIMEDOUT" };
    return { errno: deadline === undefined ? "ERESTARTSYS" : "EINTR" };
  }
}

function futex(
  context: CallContext,
  address: number,
  operation: number,
  value: number,
  fourth: number,
  second: number,
  third: number,
): AnyResult {
  const { futexes } = context.kernel;
  const isPrivate = (operation & PRIVATE_FLAG) !== 0;
  const command = operation & ~(PRIVATE_FLAG | CLOCK_REALTIME);
  const realtime = (operation & CLOCK_REALTIME) !== 0;
  if (realtime && !withClock.includes(command)) return { errno: "ENOSYS" };
  const key = keyOf(context, address, isPrivate);
  if (failed(key)) return key;
  const count = value | 0;
  switch (command) {
    case Futex.WAIT:
    case Futex.WAIT_BITSET: {
      const bits = command === Futex.WAIT ? ALL_BITS : third;
      if (bits === 0) return { errno: "EINVAL" };
      const deadline = timeoutOf(context, fourth, command === Futex.WAIT_BITSET, realtime);
      if (failed(deadline)) return deadline;
      return wait(context, key, address, value, bits, deadline);
    }
    case Futex.WAKE:
    case Futex.WAKE_BITSET: {
      const bits = command === Futex.WAKE ? ALL_BITS : third;
      if (bits === 0 || context.kernel.locks.ownerOf(key)) return { errno: "EINVAL" };
      return futexes.wake(key, Math.max(1, count), bits | 0);
    }
    case Futex.REQUEUE:
    case Futex.CMP_REQUEUE:
      return requeue(context, key, address, command, count, fourth | 0, second, third, isPrivate);
    case Futex.WAKE_OP:
      return wakeOperation(context, key, count, fourth | 0, second, third, isPrivate);
    case Futex.LOCK_PI:
    case Futex.LOCK_PI2: {
      const deadline = timeoutOf(context, fourth, true, realtime || command === Futex.LOCK_PI);
      return failed(deadline) ? deadline : lock(context, key, address, deadline);
    }
    case Futex.TRYLOCK_PI: {
      const taken = takeLock(context, key, address);
      return failed(taken) ? taken : taken === "taken" ? 0 : { errno: "EAGAIN" };
    }
    case Futex.UNLOCK_PI:
      return unlock(context, key, address);
    default:
      return { errno: "ENOSYS" };
  }
}

function requeue(
  context: CallContext,
  key: string,
  address: number,
  command: number,
  wake: number,
  move: number,
  second: number,
  expected: number,
  isPrivate: boolean,
): CallResult {
  const to = keyOf(context, second, isPrivate);
  if (failed(to)) return to;
  if (wake < 0 || move < 0) return { errno: "EINVAL" };
  const current = context.memory.getUint32(address);
  if (failed(current)) return current;
  if (command === Futex.CMP_REQUEUE && current !== expected) return { errno: "EAGAIN" };
  const { futexes } = context.kernel;
  const woken = futexes.wake(key, wake);
  const moved = futexes.requeue(key, to, move);
  return command === Futex.CMP_REQUEUE ? woken + moved : woken;
}

/** FUTEX_WAKE_OP: changes the second word, wakes at the first, and at the second if its old value compares so. */
function wakeOperation(
  context: CallContext,
  key: string,
  count: number,
  secondCount: number,
  second: number,
  encoded: number,
  isPrivate: boolean,
): CallResult {
  const { kernel, memory } = context;
  const to = keyOf(context, second, isPrivate);
  if (failed(to)) return to;
  const old = memory.getUint32(second);
  if (failed(old)) return old;
  const isShift = (encoded & 0x8000_0000) !== 0;
  const raw = (encoded << 8) >> 20;
  const argument = isShift ? 1 << (raw & 31) : raw;
  const operation = (encoded >>> 28) & 7;
  const values = [argument, old + argument, old | argument, old & ~argument, old ^ argument];
  const value = values[operation];
  if (value === undefined) return { errno: "ENOSYS" };
  if (failed(memory.putUint32(second, value))) return { errno: "EFAULT" };
  const compared = (encoded << 20) >> 20;
  const signed = old | 0;
  const results = [
    signed === compared,
    signed !== compared,
    signed < compared,
    signed <= compared,
    signed > compared,
    signed >= compared,
  ];
  const woken = kernel.futexes.wake(key, Math.max(1, count));
  const isTrue = results[(encoded >>> 24) & 15] ?? false;
  return isTrue ? woken + kernel.futexes.wake(to, Math.max(1, secondCount)) : woken;
}

const ROBUST_LIST_BYTES = 24;

export const futexes = {
  futex: call(
    98,
    [pointer, int, uint, pointer, pointer, uint],
    futex,
    "FUTEX_WAIT_REQUEUE_PI, FUTEX_CMP_REQUEUE_PI; nobody inherits a priority, as there are none",
  ),
  set_robust_list: call(99, [pointer, size], ({ task }, head, length) => {
    if (length !== ROBUST_LIST_BYTES) return { errno: "EINVAL" };
    task.robustList = head;
    return 0;
  }),
  get_robust_list: call(100, [int, pointer, pointer], ({ kernel, task, memory }, id, head, length) => {
    const target = id === 0 ? task : kernel.pids.task(id);
    if (!target) return { errno: "ESRCH" };
    const { euid } = task.process.credentials;
    if (euid !== 0 && euid !== target.process.credentials.uid) return { errno: "EPERM" };
    const done = memory.putLong(head, target.robustList);
    return failed(done) ? done : memory.putLong(length, ROBUST_LIST_BYTES);
  }),
};
