/** Sending signals, and what happens to those that receive them (signal(7), linux/kernel/signal.c). */

import { TRAMPOLINE } from "../memory/places.ts";
import type { Kernel } from "./kernel.ts";
import type { Process } from "./process.ts";
import {
  defaultAction,
  inSet,
  SIG_DFL,
  SIG_IGN,
  SigactionFlag,
  type SignalAction,
  SignalCode,
  type SignalInfo,
  STOPS,
  setOf,
  signalInfoBytes,
  signals,
  UNSTOPPABLE,
} from "./signals.ts";
import { NO_STACK, SS_AUTODISARM, SS_DISABLE, type Task } from "./task.ts";

export class SignalDelivery {
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** To a process: whichever thread does not block it. False where too many are queued. */
  send(process: Process, info: SignalInfo): boolean {
    if (process.tasks.size === 0) return true;
    if (!this.#prepare(process, info.signal)) return true;
    const tasks = [...process.tasks];
    const blocked = tasks.every((task) => inSet(task.mask, info.signal));
    if (!blocked && process.actions.ignores(info.signal)) return true;
    if (!process.pending.add(info)) return false;
    const target = tasks.find((task) => !inSet(task.mask, info.signal));
    for (const task of target ? [target] : tasks) this.#notify(task, info.signal);
    return true;
  }

  /** To one thread. */
  sendTo(task: Task, info: SignalInfo): boolean {
    if (task.state === "dead" || !this.#prepare(task.process, info.signal)) return true;
    if (!inSet(task.mask, info.signal) && task.process.actions.ignores(info.signal)) return true;
    if (!task.pending.add(info)) return false;
    this.#notify(task, info.signal);
    return true;
  }

  /** A signal that an instruction raised: neither blocking nor ignoring it helps. */
  force(task: Task, info: SignalInfo): void {
    const { actions } = task.process;
    const { handler } = actions.get(info.signal);
    if (inSet(task.mask, info.signal) || handler === SIG_IGN) {
      actions.set(info.signal, { handler: SIG_DFL, flags: 0, mask: 0n });
      task.mask &= ~setOf(info.signal);
    }
    task.pending.add(info);
  }

  /** What a signal does as it is sent; false where that is all. */
  #prepare(process: Process, signal: number): boolean {
    if (signal === signals.SIGKILL) {
      process.stoppedBy = undefined;
      this.#kernel.lifecycle.killProcess(process, signal);
      return false;
    }
    if (signal === signals.SIGCONT) this.#continue(process);
    else if (inSet(STOPS, signal)) this.#dropPending(process, setOf(signals.SIGCONT));
    return true;
  }

  #continue(process: Process): void {
    this.#dropPending(process, STOPS);
    if (process.stoppedBy === undefined) return;
    process.stoppedBy = undefined;
    this.#kernel.lifecycle.tellOfStop(process, "continued", signals.SIGCONT);
    for (const task of process.tasks) if (task.state === "ready") this.#kernel.scheduler.enqueue(task);
  }

  #dropPending(process: Process, set: bigint): void {
    process.pending.drop(set);
    for (const task of process.tasks) task.pending.drop(set);
  }

  /** Wakes a task that waits. */
  #notify(task: Task, signal: number): void {
    task.signalled.wake();
    if (!inSet(task.mask, signal) && task.interruptible) this.#kernel.scheduler.wake(task, "signal");
  }

  /** Before the task goes on in user mode: handlers are entered, defaults happen. */
  deliver(task: Task): void {
    while (task.state === "ready" && !task.call && task.deliverable !== 0n) {
      if (task.process.stoppedBy !== undefined) return;
      const wanted = task.deliverable;
      const info = task.pending.take(wanted) ?? task.process.pending.take(wanted);
      if (!info) break;
      const action = task.process.actions.get(info.signal);
      if (inSet(UNSTOPPABLE, info.signal) || action.handler === SIG_DFL) this.#byDefault(task, info.signal);
      else if (action.handler !== SIG_IGN) this.#enter(task, info, action);
    }
    if (task.state !== "ready" || task.call) return;
    this.#repeat(task);
    if (task.maskToRestore !== undefined) {
      task.mask = task.maskToRestore;
      task.maskToRestore = undefined;
    }
  }

  /** No handler was entered: a call that was interrupted is made again. */
  #repeat(task: Task): void {
    const { interrupted } = task;
    if (!interrupted) return;
    task.interrupted = undefined;
    this.#kernel.processor.repeatCall(interrupted.low, interrupted.high);
  }

  #byDefault(task: Task, signal: number): void {
    const { process } = task;
    const action = defaultAction(signal);
    if (action === "terminate") this.#kernel.lifecycle.killProcess(process, signal);
    else if (action === "stop") {
      process.stoppedBy = signal;
      this.#kernel.lifecycle.tellOfStop(process, "stopped", signal);
    }
  }

  #enter(task: Task, info: SignalInfo, action: SignalAction): void {
    const { processor, lifecycle } = this.#kernel;
    const { interrupted } = task;
    task.interrupted = undefined;
    const wanted = (action.flags & SigactionFlag.SA_RESTART) !== 0;
    const restarts =
      interrupted?.errno === "ERESTARTNOINTR" || (interrupted?.errno === "ERESTARTSYS" && wanted);
    if (interrupted && restarts) processor.repeatCall(interrupted.low, interrupted.high);
    const stack = alternateTop(task, action.flags, processor.stack);
    const entered = processor.enterHandler(
      {
        signal: info.signal,
        info: signalInfoBytes(info),
        mask: task.maskToRestore ?? task.mask,
        alternateStack: task.alternateStack,
        handler: action.handler,
        trampoline: TRAMPOLINE,
        stack,
      },
      task.process.memory,
    );
    task.maskToRestore = undefined;
    if (!entered) {
      lifecycle.killProcess(task.process, signals.SIGSEGV);
      return;
    }
    if (task.alternateStack.flags & SS_AUTODISARM) task.alternateStack = NO_STACK;
    const own = action.flags & SigactionFlag.SA_NODEFER ? 0n : setOf(info.signal);
    task.mask |= (action.mask | own) & ~UNSTOPPABLE;
    if (action.flags & SigactionFlag.SA_RESETHAND) {
      task.process.actions.set(info.signal, { ...action, handler: SIG_DFL });
    }
  }

  /** A signal that the platform got. */
  sendToForeground(signal: number): void {
    this.sendToGroup(this.#kernel.foregroundGroup, signal);
  }

  /** A signal from a terminal, or from outside, to a group of processes. */
  sendToGroup(group: number, signal: number): void {
    const info = { signal, code: SignalCode.SI_KERNEL };
    for (const process of this.#kernel.pids.group(group)) this.send(process, info);
  }
}

/** Whether a stack pointer is on the alternate stack. */
export function isOnAlternateStack({ alternateStack: { base, size } }: Task, stack: number): boolean {
  return size > 0 && stack > base && stack - base <= size;
}

/** Where a handler's stack begins if it is the alternate one. */
function alternateTop(task: Task, flags: number, stack: number): number | undefined {
  const { alternateStack } = task;
  const wanted = (flags & SigactionFlag.SA_ONSTACK) !== 0 && !(alternateStack.flags & SS_DISABLE);
  if (!wanted || alternateStack.size === 0 || isOnAlternateStack(task, stack)) return undefined;
  return alternateStack.base + alternateStack.size;
}
