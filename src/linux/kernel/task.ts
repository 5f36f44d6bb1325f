/** A thread: registers, the signals it blocks, and the system call it waits in. */

import type { ErrnoName } from "../../base/errno.ts";
import type { SavedRegisters } from "../processor.ts";
import type { Process } from "./process.ts";
import { PendingSignals, setOf, signals } from "./signals.ts";
import { type Blocking, WaitQueue, type Wakeup } from "./wait.ts";

/** sigaltstack(2). */
export interface AlternateStack {
  readonly base: number;
  readonly flags: number;
  readonly size: number;
}

export const SS_ONSTACK = 1;
export const SS_DISABLE = 2;
export const SS_AUTODISARM = 0x80000000;
export const NO_STACK: AlternateStack = { base: 0, flags: SS_DISABLE, size: 0 };

/**
 * What a system call gives: a number, why it failed, or nothing where it replaced all registers. One that a signal ended fails
 * with ERESTARTSYS, to be made again after a handler with SA_RESTART, ERESTARTNOINTR, after any, or ERESTARTNOHAND, if no handler
 * was called.
 */
export type CallResult = number | { readonly errno: ErrnoName } | undefined;

/** How a task asks to be scheduled (sched(7)); it has no effect. */
export interface Scheduling {
  /** SCHED_*. */
  readonly policy: number;
  /** 1 to 99 where the policy is one of real time, else 0. */
  readonly priority: number;
  /** Children begin with the usual policy. */
  readonly resetsOnFork: boolean;
}

export const SCHED_OTHER = 0;
export const SCHED_FIFO = 1;
export const SCHED_RR = 2;
const USUAL: Scheduling = { policy: SCHED_OTHER, priority: 0, resetsOnFork: false };

export const isRealtime = (policy: number): boolean => policy === SCHED_FIFO || policy === SCHED_RR;

/** What a child of a task has. */
export function inherited(of: Scheduling): Scheduling {
  if (!of.resetsOnFork) return of;
  return isRealtime(of.policy) ? USUAL : { ...of, resetsOnFork: false };
}

export type TaskState = "ready" | "blocked" | "dead";

export class Task {
  readonly id: number;
  readonly process: Process;
  /** As they were when it was last taken from the processor. */
  registers: SavedRegisters | undefined;
  state: TaskState = "ready";
  /** The system call that it is in. */
  call: Blocking<CallResult> | undefined;
  /** Why the call goes on. */
  wakeup: Wakeup = "ready";
  /** Takes the task out of the queues it waits in. */
  stopWaiting: (() => void) | undefined;
  /** Whether signals end its waiting. */
  interruptible = true;
  /** Wakes whoever looks for signals that are blocked: sigtimedwait(2), signalfd(2). */
  readonly signalled = new WaitQueue();

  mask = 0n;
  readonly pending = new PendingSignals();
  alternateStack = NO_STACK;
  /** The mask to be restored when the signal that rt_sigsuspend waited for has been dealt with. */
  maskToRestore: bigint | undefined;
  /** The first argument of the call it is in: the result will replace it. */
  firstArgument = { low: 0, high: 0 };
  /** A call that a signal interrupted, for when it is made again. */
  interrupted: { readonly errno: ErrnoName; readonly low: number; readonly high: number } | undefined;

  /** Cleared, and its waiters woken, at the end of the task (set_tid_address(2)). */
  clearChildTid = 0;
  robustList = 0;
  scheduling = USUAL;
  name: string;
  /** Told when the address space is no longer used: a parent in vfork(2) waits for that. */
  released: (() => void) | undefined;

  constructor(id: number, process: Process, name: string) {
    this.id = id;
    this.process = process;
    this.name = name;
  }

  /** Signals that are pending and not blocked. */
  get deliverable(): bigint {
    const all = this.pending.set | this.process.pending.set;
    return all & (~this.mask | KILL);
  }
}

const KILL = setOf(signals.SIGKILL, signals.SIGSTOP);
