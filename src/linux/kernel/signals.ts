/** Signals: numbers, what they do by themselves, what a process wants of them, and those that are pending (signal(7)). */

import { viewOf } from "../../base/bytes.ts";

export const signals = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGSEGV: 11,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGSTKFLT: 16,
  SIGCHLD: 17,
  SIGCONT: 18,
  SIGSTOP: 19,
  SIGTSTP: 20,
  SIGTTIN: 21,
  SIGTTOU: 22,
  SIGURG: 23,
  SIGXCPU: 24,
  SIGXFSZ: 25,
  SIGVTALRM: 26,
  SIGPROF: 27,
  SIGWINCH: 28,
  SIGIO: 29,
  SIGPWR: 30,
  SIGSYS: 31,
} as const;
export type SignalName = keyof typeof signals;

export const SIGNAL_COUNT = 64;
const FIRST_REALTIME = 32;

/** The set of one signal; sets have signal n as bit n-1. */
export const setOf = (...list: number[]): bigint =>
  list.reduce((set, signal) => set | (1n << BigInt(signal - 1)), 0n);

/** These are never blocked, ignored or handled. */
export const UNSTOPPABLE = setOf(signals.SIGKILL, signals.SIGSTOP);
export const STOPS = setOf(signals.SIGSTOP, signals.SIGTSTP, signals.SIGTTIN, signals.SIGTTOU);
const IGNORED = setOf(signals.SIGCHLD, signals.SIGURG, signals.SIGWINCH, signals.SIGCONT);
const CORE = setOf(
  signals.SIGQUIT,
  signals.SIGILL,
  signals.SIGTRAP,
  signals.SIGABRT,
  signals.SIGBUS,
  signals.SIGFPE,
  signals.SIGSEGV,
  signals.SIGXCPU,
  signals.SIGXFSZ,
  signals.SIGSYS,
);

export function nameOf(signal: number): string {
  const found = Object.entries(signals).find(([, number]) => number === signal);
  return found?.[0] ?? `SIGRT_${signal - FIRST_REALTIME}`;
}

export function inSet(set: bigint, signal: number): boolean {
  return ((set >> BigInt(signal - 1)) & 1n) === 1n;
}

/** Whether wait(2) says "core dumped" of it. */
export function dumpsCore(signal: number): boolean {
  return inSet(CORE, signal);
}

export type DefaultAction = "ignore" | "stop" | "terminate";

export function defaultAction(signal: number): DefaultAction {
  if (inSet(IGNORED, signal)) return "ignore";
  return inSet(STOPS, signal) ? "stop" : "terminate";
}

export const SIG_DFL = 0;
export const SIG_IGN = 1;
export const SigactionFlag = {
  SA_NOCLDSTOP: 1,
  SA_NOCLDWAIT: 2,
  SA_SIGINFO: 4,
  SA_ONSTACK: 0x08000000,
  SA_RESTART: 0x10000000,
  SA_NODEFER: 0x40000000,
  SA_RESETHAND: 0x80000000,
} as const;

/** struct sigaction. */
export interface SignalAction {
  /** An address, SIG_DFL or SIG_IGN. */
  readonly handler: number;
  readonly flags: number;
  readonly mask: bigint;
}

const DEFAULT: SignalAction = { handler: SIG_DFL, flags: 0, mask: 0n };

/** What a process does at each signal; processes made with CLONE_SIGHAND share it. */
export class SignalActions {
  readonly #actions = new Map<number, SignalAction>();

  get(signal: number): SignalAction {
    return this.#actions.get(signal) ?? DEFAULT;
  }

  set(signal: number, action: SignalAction): void {
    this.#actions.set(signal, action);
  }

  copy(): SignalActions {
    const copy = new SignalActions();
    for (const [signal, action] of this.#actions) copy.set(signal, action);
    return copy;
  }

  /** execve(2): handlers are gone, what is ignored stays so. */
  resetHandlers(): void {
    for (const [signal, { handler }] of this.#actions) {
      if (handler !== SIG_IGN) this.#actions.delete(signal);
    }
  }

  ignores(signal: number): boolean {
    const { handler } = this.get(signal);
    return handler === SIG_IGN || (handler === SIG_DFL && defaultAction(signal) === "ignore");
  }
}

/** Who sent a signal and why: si_code, and the fields that go with it. */
export interface SignalInfo {
  readonly signal: number;
  readonly code: number;
  readonly pid?: number;
  readonly uid?: number;
  readonly status?: number;
  readonly address?: number;
  readonly value?: bigint;
  readonly timer?: number;
  readonly overrun?: number;
  /** Told when it is no longer pending, but delivered. */
  readonly taken?: () => void;
}

/** si_code. */
export const SignalCode = {
  SI_USER: 0,
  SI_KERNEL: 128,
  SI_QUEUE: -1,
  SI_TIMER: -2,
  SI_TKILL: -6,
  SEGV_MAPERR: 1,
  SEGV_ACCERR: 2,
  BUS_ADRALN: 1,
  BUS_ADRERR: 2,
  ILL_ILLOPC: 1,
  TRAP_BRKPT: 1,
  CLD_EXITED: 1,
  CLD_KILLED: 2,
  CLD_DUMPED: 3,
  CLD_STOPPED: 5,
  CLD_CONTINUED: 6,
} as const;

const SIGINFO_BYTES = 128;

/** siginfo_t (sigaction(2)). */
export function signalInfoBytes(info: SignalInfo): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(SIGINFO_BYTES);
  const view = viewOf(bytes);
  view.setInt32(0, info.signal, true);
  view.setInt32(8, info.code, true);
  if (info.address !== undefined) {
    view.setBigUint64(16, BigInt(info.address), true);
    return bytes;
  }
  if (info.timer !== undefined) {
    view.setInt32(16, info.timer, true);
    view.setInt32(20, info.overrun ?? 0, true);
  } else {
    view.setInt32(16, info.pid ?? 0, true);
    view.setUint32(20, info.uid ?? 0, true);
  }
  if (info.status !== undefined) view.setInt32(24, info.status, true);
  if (info.value !== undefined) view.setBigInt64(24, info.value, true);
  return bytes;
}

/** Signals that wait to be delivered to a task or a process. */
export class PendingSignals {
  #queue: SignalInfo[] = [];
  #set = 0n;

  get set(): bigint {
    return this.#set;
  }

  /** An ordinary signal is pending once; of the real-time ones each is queued. False where the queue is full. */
  add(info: SignalInfo): boolean {
    if (inSet(this.#set, info.signal) && info.signal < FIRST_REALTIME) return true;
    if (this.#queue.length >= MOST_QUEUED) return false;
    this.#queue.push(info);
    this.#set |= setOf(info.signal);
    return true;
  }

  /** Takes the first of some signals: the lowest number, of these the oldest. */
  take(wanted: bigint): SignalInfo | undefined {
    if ((this.#set & wanted) === 0n) return undefined;
    let best = -1;
    for (const [index, { signal }] of this.#queue.entries()) {
      if (!inSet(wanted, signal)) continue;
      if (best < 0 || signal < (this.#queue[best]?.signal ?? 0)) best = index;
    }
    const [info] = this.#queue.splice(best, 1);
    this.#recount();
    info?.taken?.();
    return info;
  }

  drop(set: bigint): void {
    if ((this.#set & set) === 0n) return;
    this.#queue = this.#queue.filter(({ signal }) => !inSet(set, signal));
    this.#recount();
  }

  #recount(): void {
    this.#set = setOf(...this.#queue.map(({ signal }) => signal));
  }
}

/** RLIMIT_SIGPENDING, for each queue. */
const MOST_QUEUED = 4096;
