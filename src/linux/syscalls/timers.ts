/** timer_create(2), timer_settime(2), timer_getoverrun(2), timer_delete(2). */

import { failed, type Outcome } from "../../base/errno.ts";
import { PosixTimer, type TimerInfo, type TimerSignal } from "../kernel/posix-timers.ts";
import { inSet, SIGNAL_COUNT, signals } from "../kernel/signals.ts";
import type { CallResult } from "../kernel/task.ts";
import { type CallContext, call } from "./call.ts";
import { int, pointer, readTimespec, settingBytes } from "./kinds.ts";
import { Clock, deadlineOf, timedClock } from "./time.ts";

const SIGEV_SIGNAL = 0;
const SIGEV_NONE = 1;
const SIGEV_THREAD = 2;
const SIGEV_THREAD_ID = 4;
/** struct sigevent: value, signal, how to notify, thread. */
const SIGEVENT_BYTES = 64;
const MOST_TIMERS = 1024;
const clocks: readonly number[] = [
  Clock.REALTIME,
  Clock.MONOTONIC,
  Clock.PROCESS_CPUTIME_ID,
  Clock.BOOTTIME,
  Clock.TAI,
];

function readEvent(context: CallContext, at: number, id: number): Outcome<TimerSignal | undefined> {
  if (at === 0) return { signal: signals.SIGALRM, value: BigInt(id), thread: undefined };
  const view = context.memory.get(at, SIGEVENT_BYTES);
  if (failed(view)) return view;
  const [value, signal] = [view.getBigInt64(0, true), view.getInt32(8, true)];
  const [kind, thread] = [view.getInt32(12, true), view.getInt32(16, true)];
  switch (kind) {
    case SIGEV_NONE:
      return undefined;
    case SIGEV_SIGNAL:
    case SIGEV_THREAD:
    case SIGEV_THREAD_ID:
      break;
    default:
      return { errno: "EINVAL" };
  }
  if (signal < 1 || signal > SIGNAL_COUNT) return { errno: "EINVAL" };
  if (kind !== SIGEV_THREAD_ID) return { signal, value, thread: undefined };
  const isOwn = context.kernel.pids.task(thread)?.process === context.process;
  return isOwn ? { signal, value, thread } : { errno: "EINVAL" };
}

/** As C libraries name the clock of the process that asks: MAKE_PROCESS_CPUCLOCK(0, CPUCLOCK_SCHED). */
const OWN_PROCESS = -6;

function create(context: CallContext, named: number, eventAt: number, idAt: number): CallResult {
  const { process, memory } = context;
  const clock = named === OWN_PROCESS ? Clock.PROCESS_CPUTIME_ID : named;
  if (!clocks.includes(clock)) return { errno: "EINVAL" };
  if (process.timers.size >= MOST_TIMERS) return { errno: "EAGAIN" };
  let id = 0;
  while (process.timers.has(id)) id++;
  const event = readEvent(context, eventAt, id);
  if (failed(event)) return event;
  const send = (info: TimerInfo): boolean => sendTo(context, info, event?.thread);
  const { timers, now } = timedClock(context, clock);
  const timer = new PosixTimer({ id, clock, event }, timers, now, send);
  const done = memory.putUint32(idAt, id);
  if (failed(done)) return done;
  process.timers.set(id, timer);
  return 0;
}

/** False where the signal is ignored: nobody will take it. */
function sendTo({ kernel, process }: CallContext, info: TimerInfo, thread: number | undefined): boolean {
  if (process.tasks.size === 0) return false;
  const task = thread === undefined ? undefined : kernel.pids.task(thread);
  const receivers = task ? [task] : [...process.tasks];
  const isBlocked = receivers.every(({ mask }) => inSet(mask, info.signal));
  if (!isBlocked && process.actions.ignores(info.signal)) return false;
  return task ? kernel.signals.sendTo(task, info) : kernel.signals.send(process, info);
}

const find = ({ process }: CallContext, id: number): Outcome<PosixTimer> =>
  process.timers.get(id) ?? { errno: "EINVAL" };

const TIMER_ABSTIME = 1;

function set(context: CallContext, id: number, flags: number, newAt: number, oldAt: number): CallResult {
  if (newAt === 0) return { errno: "EINVAL" };
  const view = context.memory.get(newAt, 32);
  if (failed(view)) return view;
  const [interval, value] = [readTimespec(view, 0), readTimespec(view, 16)];
  if (failed(interval)) return interval;
  if (failed(value)) return value;
  const timer = find(context, id);
  if (failed(timer)) return timer;
  const old = settingBytes(timer.setting);
  const absolute = (flags & TIMER_ABSTIME) !== 0;
  timer.set(value === 0 ? undefined : dueTime(context, timer.clock, value, absolute), interval);
  return oldAt === 0 ? 0 : context.memory.put(oldAt, old);
}

/** When a timer expires first, on the clock that it goes by. */
function dueTime(context: CallContext, clock: number, value: number, absolute: boolean): number {
  if (clock !== Clock.PROCESS_CPUTIME_ID) return deadlineOf(context, clock, value, absolute);
  return absolute ? value : timedClock(context, clock).now() + value;
}

export const timers = {
  timer_create: call(107, [int, pointer, pointer], create, "clocks of threads"),
  timer_settime: call(110, [int, int, pointer, pointer], set),
  timer_gettime: call(108, [int, pointer], (context, id, result) => {
    const timer = find(context, id);
    return failed(timer) ? timer : context.memory.put(result, settingBytes(timer.setting));
  }),
  timer_getoverrun: call(109, [int], (context, id) => {
    const timer = find(context, id);
    return failed(timer) ? timer : timer.overrun;
  }),
  timer_delete: call(111, [int], (context, id) => {
    const timer = find(context, id);
    if (failed(timer)) return timer;
    timer.set(undefined, 0);
    context.process.timers.delete(id);
    return 0;
  }),
};
