/** sigaction(2), sigprocmask(2), sigreturn(2), sigaltstack(2), kill(2), tgkill(2), sigsuspend(2), sigwaitinfo(2), pause(2). */

import { viewOf } from "../../base/bytes.ts";
import { failed, type Outcome } from "../../base/errno.ts";
import type { Process } from "../kernel/process.ts";
import { isOnAlternateStack } from "../kernel/signal-delivery.ts";
import {
  signals as numbers,
  SIG_IGN,
  SIGNAL_COUNT,
  SignalCode,
  type SignalInfo,
  setOf,
  signalInfoBytes,
  UNSTOPPABLE,
} from "../kernel/signals.ts";
import { type CallResult, SS_AUTODISARM, SS_DISABLE, SS_ONSTACK, type Task } from "../kernel/task.ts";
import type { Blocking } from "../kernel/wait.ts";
import { type CallContext, call } from "./call.ts";
import { int, pointer, signalSet, size, timespec } from "./kinds.ts";

const SET_BYTES = 8;
const EINVAL = { errno: "EINVAL" } as const;

/** struct sigaction: handler, flags, mask. */
function action(
  context: CallContext,
  signal: number,
  newAt: number,
  oldAt: number,
  length: number,
): CallResult {
  const { process, memory } = context;
  if (length !== SET_BYTES || signal < 1 || signal > SIGNAL_COUNT) return EINVAL;
  const isFixed = signal === numbers.SIGKILL || signal === numbers.SIGSTOP;
  if (newAt !== 0 && isFixed) return EINVAL;
  const old = process.actions.get(signal);
  const wanted = newAt === 0 ? undefined : memory.get(newAt, 24);
  if (failed(wanted)) return wanted;
  if (wanted) {
    const handler = Number(wanted.getBigUint64(0, true));
    const flags = wanted.getUint32(8, true);
    if (signal === numbers.SIGSEGV || signal === numbers.SIGBUS) {
      // Whoever wants to know of faults gets all of them.
      if (handler > SIG_IGN) memory.space.leaveFlat(true);
    }
    process.actions.set(signal, { handler, flags, mask: wanted.getBigUint64(16, true) & ~UNSTOPPABLE });
    if (process.actions.ignores(signal)) {
      process.pending.drop(setOf(signal));
      for (const task of process.tasks) task.pending.drop(setOf(signal));
    }
  }
  if (oldAt === 0) return 0;
  const bytes = new Uint8Array(24);
  const view = viewOf(bytes);
  view.setBigUint64(0, BigInt(old.handler), true);
  view.setBigUint64(8, BigInt(old.flags), true);
  view.setBigUint64(16, old.mask, true);
  return memory.put(oldAt, bytes);
}

export function setBytes(set: bigint): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(SET_BYTES);
  viewOf(bytes).setBigUint64(0, set, true);
  return bytes;
}

const SIG_BLOCK = 0;
const SIG_UNBLOCK = 1;
const SIG_SETMASK = 2;

function changeMask(
  { task, memory }: CallContext,
  how: number,
  set: bigint | undefined,
  oldAt: number,
  length: number,
): CallResult {
  if (length !== SET_BYTES) return EINVAL;
  const old = task.mask;
  if (set !== undefined) {
    if (how === SIG_BLOCK) task.mask = old | set;
    else if (how === SIG_UNBLOCK) task.mask = old & ~set;
    else if (how === SIG_SETMASK) task.mask = set;
    else return EINVAL;
    task.mask &= ~UNSTOPPABLE;
  }
  return oldAt === 0 ? 0 : memory.put(oldAt, setBytes(old));
}

function returnFromHandler({ kernel, task, memory }: CallContext): CallResult {
  const frame = kernel.processor.leaveHandler(memory);
  if (!frame) {
    kernel.signals.force(task, { signal: numbers.SIGSEGV, code: SignalCode.SI_KERNEL });
    return undefined;
  }
  task.mask = frame.mask & ~UNSTOPPABLE;
  const { base, flags, size: bytes } = frame.alternateStack;
  if (!(flags & ~(SS_ONSTACK | SS_DISABLE | SS_AUTODISARM))) {
    task.alternateStack = { base, flags: flags & ~SS_ONSTACK, size: bytes };
  }
  return undefined;
}

const MINSIGSTKSZ = 2048;

function alternateStack({ kernel, task, memory }: CallContext, newAt: number, oldAt: number): CallResult {
  const { stack } = kernel.processor;
  const isOn = isOnAlternateStack(task, stack) && !(task.alternateStack.flags & SS_AUTODISARM);
  const old = task.alternateStack;
  const wanted = newAt === 0 ? undefined : memory.get(newAt, 24);
  if (failed(wanted)) return wanted;
  if (wanted) {
    const flags = wanted.getInt32(8, true);
    const mode = flags & ~SS_AUTODISARM;
    if (isOn) return { errno: "EPERM" };
    if (mode !== 0 && mode !== SS_DISABLE && mode !== SS_ONSTACK) return EINVAL;
    const bytes = Number(wanted.getBigUint64(16, true));
    if (mode !== SS_DISABLE && bytes < MINSIGSTKSZ) return { errno: "ENOMEM" };
    const base = Number(wanted.getBigUint64(0, true));
    task.alternateStack =
      mode === SS_DISABLE
        ? { base: 0, flags: SS_DISABLE, size: 0 }
        : { base, flags: flags & ~SS_ONSTACK, size: bytes };
  }
  if (oldAt === 0) return 0;
  const bytes = new Uint8Array(24);
  const view = viewOf(bytes);
  view.setBigUint64(0, BigInt(old.base), true);
  view.setInt32(8, old.flags | (isOn ? SS_ONSTACK : 0), true);
  view.setBigUint64(16, BigInt(old.size), true);
  return memory.put(oldAt, bytes);
}

export function maySignal({ process: { credentials } }: CallContext, target: Process): boolean {
  const { uid, suid } = target.credentials;
  if (credentials.euid === 0) return true;
  return [credentials.uid, credentials.euid].some((own) => own === uid || own === suid);
}

export function infoOf({ process }: CallContext, signal: number, code: number): SignalInfo {
  return { signal, code, pid: process.id, uid: process.credentials.uid };
}

function kill(context: CallContext, id: number, signal: number): CallResult {
  const { kernel, process } = context;
  if (signal < 0 || signal > SIGNAL_COUNT) return EINVAL;
  const targets = killTargets(context, id);
  if (targets.length === 0) return { errno: "ESRCH" };
  const allowed = targets.filter((target) => maySignal(context, target));
  if (allowed.length === 0) return { errno: "EPERM" };
  if (signal === 0) return 0;
  // Oneself last: whoever kills its whole group shall reach the others.
  const others = allowed.filter((target) => target !== process);
  for (const target of allowed.includes(process) ? [...others, process] : others) {
    kernel.signals.send(target, infoOf(context, signal, SignalCode.SI_USER));
  }
  return 0;
}

function killTargets({ kernel: { pids }, process }: CallContext, id: number): Process[] {
  if (id > 0) return [pids.process(id)].filter((found) => found !== undefined);
  if (id === -1) return [...pids.processes].filter((other) => other !== process);
  return pids.group(id === 0 ? process.group : -id);
}

function taskOf({ kernel }: CallContext, group: number, id: number): Outcome<Task> {
  const task = kernel.pids.task(id);
  if (!task || (group > 0 && task.process.id !== group)) return { errno: "ESRCH" };
  return task;
}

function killTask(context: CallContext, group: number, id: number, signal: number): CallResult {
  if (signal < 0 || signal > SIGNAL_COUNT || id <= 0) return EINVAL;
  const task = taskOf(context, group, id);
  if (failed(task)) {
    const zombie = context.kernel.pids.process(id);
    return zombie && signal === 0 ? 0 : task;
  }
  if (!maySignal(context, task.process)) return { errno: "EPERM" };
  if (signal === 0) return 0;
  const sent = context.kernel.signals.sendTo(task, infoOf(context, signal, SignalCode.SI_TKILL));
  return sent ? 0 : { errno: "EAGAIN" };
}

/** A siginfo_t that a process makes itself: only codes below 0, for others than itself. */
export function queuedInfo(
  { memory, process }: CallContext,
  target: number,
  signal: number,
  at: number,
): Outcome<SignalInfo> {
  const view = memory.get(at, 128);
  if (failed(view)) return view;
  const code = view.getInt32(8, true);
  if (code >= 0 && target !== process.id) return { errno: "EPERM" };
  const pid = view.getInt32(16, true);
  return { signal, code, pid, uid: view.getUint32(20, true), value: view.getBigInt64(24, true) };
}

function queue(context: CallContext, id: number, signal: number, at: number): CallResult {
  if (signal < 0 || signal > SIGNAL_COUNT) return EINVAL;
  const target = context.kernel.pids.process(id);
  if (!target) return { errno: "ESRCH" };
  if (!maySignal(context, target)) return { errno: "EPERM" };
  const info = queuedInfo(context, id, signal, at);
  if (failed(info)) return info;
  if (signal === 0) return 0;
  return context.kernel.signals.send(target, info) ? 0 : { errno: "EAGAIN" };
}

function queueTask(context: CallContext, group: number, id: number, signal: number, at: number): CallResult {
  if (signal < 0 || signal > SIGNAL_COUNT || id <= 0 || group <= 0) return EINVAL;
  const task = taskOf(context, group, id);
  if (failed(task)) return task;
  const info = queuedInfo(context, group, signal, at);
  if (failed(info)) return info;
  if (signal === 0) return 0;
  return context.kernel.signals.sendTo(task, info) ? 0 : { errno: "EAGAIN" };
}

function* suspend({ task }: CallContext, set: bigint | undefined, length: number): Blocking<CallResult> {
  if (length !== SET_BYTES) return EINVAL;
  if (set === undefined) return { errno: "EFAULT" };
  replaceMask(task, set);
  for (;;) {
    const why = yield { queues: [] };
    if (why === "signal") return { errno: "ERESTARTNOHAND" };
  }
}

/** Blocks other signals until the call has ended and its signal has been dealt with. */
export function replaceMask(task: Task, set: bigint): void {
  task.maskToRestore = task.mask;
  task.mask = set & ~UNSTOPPABLE;
}

function* waitForSignal(
  { kernel, task, memory }: CallContext,
  set: bigint | undefined,
  infoAt: number,
  timeout: number | undefined,
  length: number,
): Blocking<CallResult> {
  if (length !== SET_BYTES) return EINVAL;
  if (set === undefined) return { errno: "EFAULT" };
  const wanted = set & ~UNSTOPPABLE;
  const deadline = timeout === undefined ? undefined : kernel.now + timeout;
  for (;;) {
    const info = task.pending.take(wanted) ?? task.process.pending.take(wanted);
    if (info) {
      if (infoAt !== 0 && failed(memory.put(infoAt, signalInfoBytes(info)))) return { errno: "EFAULT" };
      return info.signal;
    }
    if (deadline !== undefined && kernel.now >= deadline) return { errno: "EAGAIN" };
    const why = yield { queues: [task.signalled], deadline };
    if (why === "signal" && !((task.pending.set | task.process.pending.set) & wanted))
      return { errno: "EINTR" };
  }
}

export const signals = {
  kill: call(129, [int, int], kill),
  tkill: call(130, [int, int], (context, id, signal) => killTask(context, 0, id, signal)),
  tgkill: call(131, [int, int, int], (context, group, id, signal) =>
    group <= 0 ? EINVAL : killTask(context, group, id, signal),
  ),
  sigaltstack: call(132, [pointer, pointer], alternateStack),
  rt_sigsuspend: call(133, [signalSet, size], suspend),
  rt_sigaction: call(134, [int, pointer, pointer, size], action),
  rt_sigprocmask: call(135, [int, signalSet, pointer, size], changeMask),
  rt_sigpending: call(136, [pointer, size], ({ task, memory }, result, length) => {
    if (length > SET_BYTES) return EINVAL;
    const pending = (task.pending.set | task.process.pending.set) & task.mask;
    return memory.put(result, setBytes(pending).subarray(0, length));
  }),
  rt_sigtimedwait: call(137, [signalSet, pointer, timespec, size], waitForSignal),
  rt_sigqueueinfo: call(138, [int, int, pointer], queue),
  rt_sigreturn: call(139, [], returnFromHandler),
  rt_tgsigqueueinfo: call(240, [int, int, int, pointer], queueTask),
};
