/** clock_gettime(2), nanosleep(2), gettimeofday(2), setitimer(2). */

import { viewOf } from "../../base/bytes.ts";
import { failed, type Outcome } from "../../base/errno.ts";
import { SignalCode, signals } from "../kernel/signals.ts";
import type { CallResult } from "../kernel/task.ts";
import type { Timer, Timers } from "../kernel/timers.ts";
import type { Blocking } from "../kernel/wait.ts";
import { type CallContext, call } from "./call.ts";
import { CENTURY, int, pointer, timespec, timespecBytes } from "./kinds.ts";

/** CLOCK_*. */
export const Clock = {
  REALTIME: 0,
  MONOTONIC: 1,
  PROCESS_CPUTIME_ID: 2,
  THREAD_CPUTIME_ID: 3,
  MONOTONIC_RAW: 4,
  REALTIME_COARSE: 5,
  MONOTONIC_COARSE: 6,
  BOOTTIME: 7,
  TAI: 11,
} as const;

/** What a clock shows, in nanoseconds; undefined where there is none of that number. */
export function readClock(context: CallContext, clock: number): number | bigint | undefined {
  const { kernel } = context;
  switch (clock) {
    case Clock.REALTIME:
    case Clock.REALTIME_COARSE:
    case Clock.TAI:
      return kernel.platform.clocks.realtime();
    case Clock.MONOTONIC:
    case Clock.MONOTONIC_RAW:
    case Clock.MONOTONIC_COARSE:
    case Clock.BOOTTIME:
      return kernel.now;
    case Clock.PROCESS_CPUTIME_ID:
    case Clock.THREAD_CPUTIME_ID:
      return timedClock(context, Clock.PROCESS_CPUTIME_ID).now();
    default:
      return undefined;
  }
}

const TIMER_ABSTIME = 1;

/** When a sleep on a clock ends, on the monotonic clock. */
export function deadlineOf(context: CallContext, clock: number, time: number, absolute: boolean): number {
  if (!absolute) return context.kernel.now + time;
  const now = readClock(context, clock) ?? 0;
  const left = typeof now === "bigint" ? Number(BigInt(Math.floor(time)) - now) : time - now;
  return context.kernel.now + left;
}

function* sleep(
  context: CallContext,
  clock: number,
  flags: number,
  time: number | undefined,
  leftAt: number,
): Blocking<CallResult> {
  const { kernel, memory } = context;
  if (time === undefined) return { errno: "EFAULT" };
  if (readClock(context, clock) === undefined || clock === Clock.THREAD_CPUTIME_ID)
    return { errno: "EINVAL" };
  const absolute = (flags & TIMER_ABSTIME) !== 0;
  const deadline = deadlineOf(context, clock, time, absolute);
  while (kernel.now < deadline) {
    const why = yield { queues: [], deadline };
    if (why !== "signal") continue;
    if (absolute) return { errno: "ERESTARTNOHAND" };
    const left = Math.max(0, deadline - kernel.now);
    if (leftAt !== 0 && failed(memory.put(leftAt, timespecBytes(left)))) return { errno: "EFAULT" };
    return { errno: "EINTR" };
  }
  return 0;
}

/** A clock that timers go by. */
interface TimedClock {
  readonly timers: Timers;
  readonly now: () => number;
}

/** The clock of the time that a process runs, or the monotonic one. */
export function timedClock({ kernel, process }: CallContext, clock: number): TimedClock {
  return clock === Clock.PROCESS_CPUTIME_ID
    ? {
        timers: process.runTimers,
        now: () => process.runTime + (kernel.current?.process === process ? kernel.turnTime : 0),
      }
    : { timers: kernel.scheduler.timers, now: () => kernel.now };
}

/** ITIMER_*: the clock that each goes by, and its signal. All of a process's time counts as user time. */
const intervalKinds = [
  { clock: Clock.MONOTONIC, signal: signals.SIGALRM },
  { clock: Clock.PROCESS_CPUTIME_ID, signal: signals.SIGVTALRM },
  { clock: Clock.PROCESS_CPUTIME_ID, signal: signals.SIGPROF },
];

class IntervalTimer {
  readonly #context: CallContext;
  readonly #signal: number;
  readonly #clock: TimedClock;
  #due = 0;
  #interval = 0;
  #timer: Timer | undefined;

  constructor(context: CallContext, { clock, signal }: (typeof intervalKinds)[number]) {
    this.#context = context;
    this.#signal = signal;
    this.#clock = timedClock(context, clock);
  }

  /** struct itimerval. */
  get bytes(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(32);
    const view = viewOf(bytes);
    const put = (offset: number, nanoseconds: number): void => {
      const microseconds = Math.ceil(nanoseconds / 1000);
      view.setBigInt64(offset, BigInt(Math.floor(microseconds / 1e6)), true);
      view.setBigInt64(offset + 8, BigInt(microseconds % 1e6), true);
    };
    put(0, this.#interval);
    put(16, this.#timer ? Math.max(1000, this.#due - this.#clock.now()) : 0);
    return bytes;
  }

  set(value: number, interval: number): void {
    this.#clock.timers.cancel(this.#timer);
    this.#timer = undefined;
    this.#interval = interval;
    this.#due = this.#clock.now() + value;
    if (value > 0) this.#arm();
  }

  #arm(): void {
    const { kernel, process } = this.#context;
    this.#timer = this.#clock.timers.add(this.#due, () => {
      this.#timer = undefined;
      kernel.signals.send(process, { signal: this.#signal, code: SignalCode.SI_KERNEL });
      if (this.#interval === 0 || process.tasks.size === 0) return;
      const missed = Math.max(0, Math.floor((this.#clock.now() - this.#due) / this.#interval));
      this.#due += (missed + 1) * this.#interval;
      this.#arm();
    });
  }
}

/** Of each process, by their numbers. */
const intervalTimers = new WeakMap<object, IntervalTimer[]>();

function intervalTimer(context: CallContext, which: number): IntervalTimer | undefined {
  const own =
    intervalTimers.get(context.process) ?? intervalKinds.map((kind) => new IntervalTimer(context, kind));
  intervalTimers.set(context.process, own);
  return own[which];
}

function readTimeval(view: DataView, offset: number): Outcome<number> {
  const [seconds, microseconds] = [view.getBigInt64(offset, true), view.getBigInt64(offset + 8, true)];
  if (seconds < 0n || microseconds < 0n || microseconds >= 1_000_000n) return { errno: "EINVAL" };
  return Math.min(Number(seconds), CENTURY) * 1e9 + Number(microseconds) * 1000;
}

function setTimer(context: CallContext, which: number, newAt: number, oldAt: number): CallResult {
  const { memory } = context;
  const timer = intervalTimer(context, which);
  if (!timer) return { errno: "EINVAL" };
  const view = newAt === 0 ? undefined : memory.get(newAt, 32);
  if (failed(view)) return view;
  const interval = view ? readTimeval(view, 0) : 0;
  const value = view ? readTimeval(view, 16) : 0;
  if (failed(interval) || failed(value)) return { errno: "EINVAL" };
  const old = timer.bytes;
  timer.set(value, interval);
  return oldAt === 0 ? 0 : memory.put(oldAt, old);
}

export const time = {
  clock_gettime: call(113, [int, pointer], (context, clock, result) => {
    const now = readClock(context, clock);
    return now === undefined ? { errno: "EINVAL" } : context.memory.put(result, timespecBytes(now));
  }),
  clock_getres: call(114, [int, pointer], (context, clock, result) => {
    if (readClock(context, clock) === undefined) return { errno: "EINVAL" };
    return result === 0 ? 0 : context.memory.put(result, timespecBytes(1));
  }),
  clock_settime: call(112, [int, pointer], (_, clock) =>
    clock === 0 ? { errno: "EPERM" } : { errno: "EINVAL" },
  ),
  clock_nanosleep: call(115, [int, int, timespec, pointer], sleep),
  nanosleep: call(101, [timespec, pointer], (context, duration, leftAt) =>
    sleep(context, Clock.MONOTONIC, 0, duration, leftAt),
  ),
  gettimeofday: call(169, [pointer, pointer], ({ kernel, memory }, result, zone) => {
    const now = kernel.platform.clocks.realtime();
    const bytes = new Uint8Array(16);
    viewOf(bytes).setBigInt64(0, now / 1_000_000_000n, true);
    viewOf(bytes).setBigInt64(8, (now % 1_000_000_000n) / 1000n, true);
    if (result !== 0 && failed(memory.put(result, bytes))) return { errno: "EFAULT" };
    return zone === 0 ? 0 : memory.put(zone, new Uint8Array(8));
  }),
  getitimer: call(102, [int, pointer], (context, which, result) => {
    const timer = intervalTimer(context, which);
    return timer ? context.memory.put(result, timer.bytes) : { errno: "EINVAL" };
  }),
  setitimer: call(103, [int, pointer, pointer], setTimer),
};
