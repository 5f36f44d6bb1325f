/**
 * The kernel: processes, who runs, what happens at a trap. System calls are in `syscalls/`; what they do to processes and
 * signals is in `lifecycle.ts` and `signal-delivery.ts`.
 */

import { errno as numbers } from "../../base/errno.ts";
import { Watches } from "../files/inotify.ts";
import type { OpenFile } from "../files/open-file.ts";
import type { PseudoTerminal } from "../files/pseudo-terminal.ts";
import type { SocketNames } from "../files/unix-socket.ts";
import type { MountTable } from "../fs/mount-table.ts";
import { AddressSpace } from "../memory/address-space.ts";
import { FileCache } from "../memory/file-cache.ts";
import { FlatWindow } from "../memory/flat-window.ts";
import { Frames } from "../memory/frames.ts";
import { InternetStack } from "../net/internet-stack.ts";
import type { Platform } from "../platform.ts";
import type { Architecture, Processor, ProcessorPorts, Trap } from "../processor.ts";
import { FutexQueues } from "./futex-queues.ts";
import { IpcTable } from "./ipc-table.ts";
import { Lifecycle } from "./lifecycle.ts";
import type { MessageQueue } from "./message-queue.ts";
import { PiLocks } from "./pi-locks.ts";
import { FIRST_PID, PidTable } from "./pid-table.ts";
import type { Ending, Process } from "./process.ts";
import { Scheduler } from "./scheduler.ts";
import type { SemaphoreSet } from "./semaphore-set.ts";
import type { SharedSegment } from "./shared-segment.ts";
import { SignalDelivery } from "./signal-delivery.ts";
import { SignalCode, signals } from "./signals.ts";
import type { CallResult, Task } from "./task.ts";
import { Terminals } from "./terminals.ts";
import type { Blocking } from "./wait.ts";

/** Makes the system call that a task asks for. */
export type CallDispatcher = (kernel: Kernel, task: Task) => CallResult | Blocking<CallResult>;

export interface KernelOptions {
  readonly architecture: Architecture;
  readonly makeProcessor: (ports: ProcessorPorts) => Processor;
  readonly platform: Platform;
  readonly dispatch: CallDispatcher;
  readonly makeMounts: (kernel: Kernel) => MountTable;
  readonly mostProcesses: number;
  readonly hostName?: string;
}

/** What a run of the kernel comes back with. */
export type KernelStatus =
  | { readonly kind: "running" }
  /** Every task waits; the next time that one set is so many nanoseconds away. */
  | { readonly kind: "idle"; readonly nanoseconds: number | undefined }
  | { readonly kind: "stopped"; readonly event: Ending };

/** Steps of a turn where other tasks are ready: always as many, so that they take turns alike in each run. */
const TURN = 100_000;
/** Steps at a time where nobody else is ready: chosen so that they take about so many nanoseconds. */
const FEWEST_STEPS = 100_000;
const MOST_STEPS = 4_000_000;
const SLICE_TIME = 250_000;

export class Kernel {
  readonly architecture: Architecture;
  readonly platform: Platform;
  readonly processor: Processor;
  readonly frames: Frames;
  readonly window: FlatWindow;
  readonly files: FileCache;
  readonly mounts: MountTable;
  readonly scheduler: Scheduler;
  readonly pids: PidTable;
  readonly futexes = new FutexQueues();
  readonly locks = new PiLocks();
  /** System V's: see ipc-table.ts. */
  readonly segments = new IpcTable<SharedSegment>();
  readonly semaphores = new IpcTable<SemaphoreSet>();
  readonly messageQueues = new IpcTable<MessageQueue>();
  readonly socketNames: SocketNames = new Map();
  readonly internet: InternetStack;
  readonly watches = new Watches();
  readonly lifecycle: Lifecycle;
  readonly signals: SignalDelivery;
  readonly #dispatch: CallDispatcher;
  /** How the first process ended. */
  ending: Ending | undefined;
  hostName: string;
  domainName = "(none)";
  /** The group of processes that signals from outside go to (tcsetpgrp(3)). */
  foregroundGroup = FIRST_PID;
  /** The session of the terminal. */
  readonly session = FIRST_PID;
  /** The terminal of the standard streams, if they have one. */
  terminal: OpenFile | undefined;
  /** Those that programs make. */
  readonly terminals = new Terminals(this);
  readonly startTime: number;

  constructor(options: KernelOptions) {
    this.architecture = options.architecture;
    this.platform = options.platform;
    this.#dispatch = options.dispatch;
    this.hostName = options.hostName ?? "strata";
    this.processor = options.makeProcessor({
      translate: (address, access, peeks) => this.#space.translate(address, access, peeks),
      trap: (trap) => this.#trap(trap),
    });
    const written = (offset: number, length: number) => this.processor.written(offset, length);
    this.frames = new Frames(this.processor.ram, written, this.processor.flatPages);
    this.window = new FlatWindow(this.processor, this.frames);
    this.files = new FileCache(this.frames);
    this.frames.reclaim = () => this.files.reclaim();
    this.scheduler = new Scheduler(this.processor, this.window);
    this.internet = new InternetStack({
      host: this.platform.network,
      fillRandom: (bytes) => this.platform.fillRandom(bytes),
      wake: () => this.platform.wake(),
    });
    this.pids = new PidTable(options.mostProcesses);
    this.lifecycle = new Lifecycle(this);
    this.signals = new SignalDelivery(this);
    this.mounts = options.makeMounts(this);
    this.startTime = this.platform.clocks.monotonic();
  }

  /** The terminal that controls a session. */
  terminalOf(session: number): OpenFile | PseudoTerminal | undefined {
    const own = session === this.session ? this.terminal : undefined;
    return own ?? this.terminals.ofSession(session);
  }

  /** The process whose end is the end of all. */
  isFirst(process: Process): boolean {
    return process.id === FIRST_PID;
  }

  /** The task that runs, or ran last. */
  get current(): Task | undefined {
    return this.scheduler.current;
  }

  get #space(): AddressSpace {
    return this.current?.process.memory.space ?? this.#nothing;
  }

  get #nothing(): AddressSpace {
    return this.makeSpace();
  }

  /** Memory with nothing in it. */
  makeSpace(): AddressSpace {
    return new AddressSpace(this.frames, this.processor, this.window);
  }

  get now(): number {
    return this.platform.clocks.monotonic();
  }

  /** Runs tasks for so many steps, or until all of them wait, or the first process has ended. */
  run(maxSteps: number): KernelStatus {
    let left = maxSteps;
    while (left > 0 && !this.ending) {
      this.scheduler.timers.expire(this.now);
      const task = this.scheduler.dequeue();
      if (!task) return this.ending ? { kind: "stopped", event: this.ending } : this.#idle();
      left -= this.#turn(task, left);
    }
    return this.ending ? { kind: "stopped", event: this.ending } : { kind: "running" };
  }

  /** Lets a new task take its turn, after the others. */
  startClone(task: Task): void {
    this.scheduler.enqueue(task);
  }

  #idle(): KernelStatus {
    const { next } = this.scheduler.timers;
    return { kind: "idle", nanoseconds: next === undefined ? undefined : Math.max(0, next - this.now) };
  }

  #turnBegan = 0;

  /** How long the present turn has been, which is not in any process's time yet. */
  get turnTime(): number {
    return this.now - this.#turnBegan;
  }

  /** One task's turn; at least one step is counted, so that a run comes to its end. */
  #turn(task: Task, steps: number): number {
    const began = this.now;
    this.#turnBegan = began;
    this.scheduler.switchTo(task);
    if (task.call) this.#continueCall(task);
    this.signals.deliver(task);
    this.#isAlone = !this.scheduler.hasOthers;
    const most = this.#isAlone ? this.#slice : TURN;
    const made = this.#mayRun(task) ? this.processor.run(Math.min(steps, most)) : 0;
    if (task.state !== "dead") task.process.memory.space.ran(made);
    const time = this.now - began;
    this.#turnBegan += time;
    task.process.runTime += time;
    task.process.runTimers.expire(task.process.runTime);
    if (made >= this.#slice) this.#adaptSlice(time);
    if (task.state === "ready") this.scheduler.enqueue(task);
    return Math.max(1, made);
  }

  #slice = FEWEST_STEPS;
  /** Nobody else was ready when the turn began. */
  #isAlone = true;

  #adaptSlice(time: number): void {
    if (time < SLICE_TIME / 2) this.#slice = Math.min(MOST_STEPS, this.#slice * 2);
    else if (time > 2 * SLICE_TIME) this.#slice = Math.max(FEWEST_STEPS, this.#slice / 2);
  }

  #mayRun(task: Task): boolean {
    return task.state === "ready" && !task.call && task.process.stoppedBy === undefined;
  }

  #trap(trap: Trap): void {
    const task = this.current;
    if (!task) return;
    if (trap.kind === "system-call") this.#systemCall(task);
    else this.#fault(task, trap);
    this.signals.deliver(task);
    const hasCompany = this.#isAlone && this.scheduler.hasOthers;
    if (!this.#mayRun(task) || this.ending || hasCompany) this.processor.pause();
  }

  #systemCall(task: Task): void {
    task.interrupted = undefined;
    const low = this.processor.argumentLow(0);
    const high = this.processor.argumentHigh(0);
    task.firstArgument = { low, high };
    const result = this.#dispatch(this, task);
    if (isBlocking(result)) {
      task.call = result;
      task.wakeup = "ready";
      this.#continueCall(task);
    } else this.#finishCall(task, result);
  }

  /** Goes on with a call that waited. */
  #continueCall(task: Task): void {
    if (!task.call) return;
    const { done, value } = task.call.next(task.wakeup);
    if (task.state === "dead") return;
    if (!done) {
      this.scheduler.block(task, value);
      if (task.deliverable !== 0n && task.interruptible) this.scheduler.wake(task, "signal");
      return;
    }
    task.call = undefined;
    this.#finishCall(task, value);
  }

  #finishCall(task: Task, result: CallResult): void {
    if (result === undefined || task.state === "dead") return;
    if (typeof result === "number") {
      this.processor.finishCall(result);
      return;
    }
    const { errno } = result;
    if (numbers[errno] >= numbers.ERESTARTSYS) {
      task.interrupted = { errno, ...task.firstArgument };
      this.processor.finishCall(-numbers.EINTR);
    } else this.processor.finishCall(-numbers[errno]);
  }

  #fault(task: Task, trap: Exclude<Trap, { kind: "system-call" }>): void {
    const pc = this.processor.pc;
    const force = (signal: number, code: number, address: number) =>
      this.signals.force(task, { signal, code, address });
    switch (trap.kind) {
      case "page-fault": {
        const { fault } = task.process.memory.space;
        if (fault === "no-memory") this.lifecycle.killProcess(task.process, signals.SIGKILL);
        else if (fault === "beyond-end") force(signals.SIGBUS, SignalCode.BUS_ADRERR, trap.address);
        else if (fault === "forbidden") force(signals.SIGSEGV, SignalCode.SEGV_ACCERR, trap.address);
        else force(signals.SIGSEGV, SignalCode.SEGV_MAPERR, trap.address);
        break;
      }
      case "misaligned":
        force(signals.SIGBUS, SignalCode.BUS_ADRALN, trap.address);
        break;
      case "illegal-instruction":
        force(signals.SIGILL, SignalCode.ILL_ILLOPC, pc);
        break;
      case "breakpoint":
        force(signals.SIGTRAP, SignalCode.TRAP_BRKPT, pc);
    }
  }
}

function isBlocking(result: CallResult | Blocking<CallResult>): result is Blocking<CallResult> {
  return typeof result === "object" && "next" in result;
}
