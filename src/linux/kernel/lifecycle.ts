/** How processes and threads begin and end (clone(2), exit_group(2), wait(2)). */

import type { Outcome } from "../../base/errno.ts";
import { UserMemory } from "../memory/user-memory.ts";
import { futexKey } from "./futex-keys.ts";
import type { Kernel } from "./kernel.ts";
import { type Ending, FileSystemView, Process } from "./process.ts";
import { releaseRobustList } from "./robust-list.ts";
import { dumpsCore, SIG_IGN, SigactionFlag, SignalCode, signals } from "./signals.ts";
import { inherited, isRealtime, NO_STACK, Task } from "./task.ts";

/** Flags of clone(2). */
export const Clone = {
  CSIGNAL: 0xff,
  VM: 0x100,
  FS: 0x200,
  FILES: 0x400,
  SIGHAND: 0x800,
  PIDFD: 0x1000,
  PTRACE: 0x2000,
  VFORK: 0x4000,
  PARENT: 0x8000,
  THREAD: 0x10000,
  NEWNS: 0x20000,
  SYSVSEM: 0x40000,
  SETTLS: 0x80000,
  PARENT_SETTID: 0x100000,
  CHILD_CLEARTID: 0x200000,
  DETACHED: 0x400000,
  UNTRACED: 0x800000,
  CHILD_SETTID: 0x1000000,
  NEWCGROUP: 0x2000000,
  NEWUTS: 0x4000000,
  NEWIPC: 0x8000000,
  NEWUSER: 0x10000000,
  NEWPID: 0x20000000,
  NEWNET: 0x40000000,
  IO: 0x80000000,
} as const;

export interface CloneRequest {
  readonly flags: number;
  readonly exitSignal: number;
  readonly stack: number;
  readonly parentTid: number;
  readonly threadPointer: number;
  readonly childTid: number;
  /** Where the descriptor of CLONE_PIDFD is stored. */
  readonly pidfd: number;
}

export class Lifecycle {
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** The first process, which has nothing in memory yet. */
  firstProcess(): Task {
    const { pids, mounts } = this.#kernel;
    const id = pids.allocate() ?? 0;
    const memory = new UserMemory(this.#kernel.makeSpace());
    const view = new FileSystemView(mounts.root, mounts.root);
    const process = new Process(id, memory, { view, startTime: this.#kernel.now });
    pids.addProcess(process);
    return this.#addTask(process, id, "");
  }

  #addTask(process: Process, id: number, name: string): Task {
    const task = new Task(id, process, name);
    process.tasks.add(task);
    this.#kernel.pids.addTask(task);
    return task;
  }

  /** A new process or thread, a copy of the task that runs; it is not ready yet. */
  clone(parent: Task, request: CloneRequest): Outcome<Task> {
    const { scheduler, pids } = this.#kernel;
    const id = pids.allocate();
    if (id === undefined) return { errno: "EAGAIN" };
    const { flags } = request;
    const process = flags & Clone.THREAD ? parent.process : this.#cloneProcess(parent, id, request);
    const child = this.#addTask(process, id, parent.name);
    child.mask = parent.mask;
    child.scheduling = inherited(parent.scheduling);
    if (process !== parent.process && parent.scheduling.resetsOnFork) {
      process.nice = isRealtime(parent.scheduling.policy) ? 0 : Math.max(0, process.nice);
    }
    const keepsStack = !(flags & Clone.VM) || flags & Clone.VFORK;
    child.alternateStack = keepsStack ? parent.alternateStack : NO_STACK;
    child.registers = scheduler.save();
    child.registers.finishCall(0);
    if (request.stack !== 0) child.registers.setStack(request.stack);
    if (flags & Clone.SETTLS) child.registers.setThreadPointer(request.threadPointer);
    if (flags & Clone.CHILD_CLEARTID) child.clearChildTid = request.childTid;
    return child;
  }

  #cloneProcess(task: Task, id: number, { flags, exitSignal }: CloneRequest): Process {
    const from = task.process;
    const parent = flags & Clone.PARENT ? (from.parent ?? from) : from;
    const { space } = from.memory;
    const memory = flags & Clone.VM ? from.memory : new UserMemory(space.fork());
    if (flags & Clone.VM) space.users++;
    if (flags & Clone.FILES) from.descriptors.users++;
    const process = new Process(id, memory, {
      parent,
      view: flags & Clone.FS ? from.view : from.view.copy(),
      descriptors: flags & Clone.FILES ? from.descriptors : from.descriptors.copy(),
      actions: flags & Clone.SIGHAND ? from.actions : from.actions.copy(),
      exitSignal,
      startTime: this.#kernel.now,
    });
    process.credentials = from.credentials;
    process.program = from.program;
    this.#kernel.pids.addProcess(process);
    return process;
  }

  /** Ends one thread; the process ends with its last one. */
  exitTask(task: Task, ending: Ending): void {
    const { process } = task;
    if (task.state === "dead") return;
    this.leaveMemory(task);
    this.#kernel.scheduler.remove(task);
    process.tasks.delete(task);
    this.#kernel.pids.removeTask(task);
    if (process.tasks.size === 0) this.#finish(process, process.ending ?? ending, task);
    else this.released(task);
  }

  /** A task ends, or is about to have other memory: whoever waits for what it has in this one hears of it. */
  leaveMemory(task: Task): void {
    const { futexes, locks } = this.#kernel;
    releaseRobustList(task, futexes);
    locks.release(task);
    this.#clearTid(task);
    task.clearChildTid = 0;
  }

  #clearTid(task: Task): void {
    const { memory } = task.process;
    if (task.clearChildTid === 0 || memory.space.users === 0) return;
    if (memory.space.users === 1 && task.process.tasks.size === 1) return;
    memory.putUint32(task.clearChildTid, 0);
    this.#kernel.futexes.wake(futexKey(task.process, task.clearChildTid), 1);
  }

  /** Whoever lent the task its memory may go on. */
  released(task: Task): void {
    task.released?.();
    task.released = undefined;
  }

  /** Ends all threads of a process. */
  exitProcess(process: Process, ending: Ending): void {
    process.ending ??= ending;
    for (const task of [...process.tasks]) this.exitTask(task, process.ending);
  }

  killProcess(process: Process, signal: number): void {
    this.exitProcess(process, { kind: "killed", signal });
  }

  /** The process is a zombie: all that it had is given back, its children find another parent, its parent hears of it. */
  #finish(process: Process, ending: Ending, last: Task): void {
    process.ending = ending;
    process.dropTimers();
    for (const set of this.#kernel.semaphores.all) set.ended(process);
    this.releaseMemory(process);
    this.released(last);
    if (--process.descriptors.users === 0) process.descriptors.closeAll();
    for (const child of process.children) this.#orphan(child);
    process.children.clear();
    process.ended.wake();
    this.#kernel.terminals.ended(process);
    if (process.parent) this.#tellParent(process, process.parent, ending);
    else {
      this.#kernel.pids.removeProcess(process);
      if (this.#kernel.isFirst(process)) this.#kernel.ending = ending;
    }
  }

  releaseMemory(process: Process): void {
    const { space } = process.memory;
    if (--space.users === 0) space.clear();
  }

  #orphan(child: Process): void {
    child.parent = undefined;
    if (child.ending && child.tasks.size === 0) this.#kernel.pids.removeProcess(child);
    else if (child.parentDeathSignal !== 0) {
      this.#kernel.signals.send(child, { signal: child.parentDeathSignal, code: SignalCode.SI_USER });
    }
  }

  #tellParent(process: Process, parent: Process, ending: Ending): void {
    const action = parent.actions.get(signals.SIGCHLD);
    const unwanted = action.handler === SIG_IGN || (action.flags & SigactionFlag.SA_NOCLDWAIT) !== 0;
    if (process.exitSignal === signals.SIGCHLD && unwanted) this.reap(process);
    if (process.exitSignal !== 0) {
      this.#kernel.signals.send(parent, {
        signal: process.exitSignal,
        code: endingCode(ending),
        pid: process.id,
        uid: process.credentials.uid,
        status: ending.kind === "exited" ? ending.status : ending.signal,
      });
    }
    parent.childChanged.wake();
  }

  /** The parent knows: nothing is left of the process. */
  reap(process: Process): void {
    const { parent } = process;
    if (parent) parent.childrenTime += process.runTime + process.childrenTime;
    parent?.children.delete(process);
    process.parent = undefined;
    this.#kernel.pids.removeProcess(process);
  }

  /** A child stopped or went on. */
  tellOfStop(process: Process, news: "stopped" | "continued", signal: number): void {
    const { parent } = process;
    process.news = news;
    if (!parent) return;
    const { flags } = parent.actions.get(signals.SIGCHLD);
    if (!(flags & SigactionFlag.SA_NOCLDSTOP)) {
      const code = news === "stopped" ? SignalCode.CLD_STOPPED : SignalCode.CLD_CONTINUED;
      const { id: pid, credentials } = process;
      this.#kernel.signals.send(parent, {
        signal: signals.SIGCHLD,
        code,
        pid,
        uid: credentials.uid,
        status: signal,
      });
    }
    parent.childChanged.wake();
  }
}

export function endingCode(ending: Ending): number {
  if (ending.kind === "exited") return SignalCode.CLD_EXITED;
  return dumpsCore(ending.signal) ? SignalCode.CLD_DUMPED : SignalCode.CLD_KILLED;
}
