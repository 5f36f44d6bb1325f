/** A process: what its threads have in common (clone(2), credentials(7)). */

import { Descriptors } from "../files/descriptors.ts";
import { type Credentials, credentialsOf } from "../fs/credentials.ts";
import type { View } from "../fs/mount-table.ts";
import type { Place } from "../fs/place.ts";
import type { UserMemory } from "../memory/user-memory.ts";
import { type Limits, usualLimits } from "./limits.ts";
import type { PosixTimer } from "./posix-timers.ts";
import { PendingSignals, SignalActions } from "./signals.ts";
import type { Task } from "./task.ts";
import { Timers } from "./timers.ts";
import { WaitQueue } from "./wait.ts";

/** Root, working directory and umask; processes made with CLONE_FS share them. */
export class FileSystemView {
  root: Place;
  directory: Place;
  umask = 0o022;

  constructor(root: Place, directory: Place) {
    this.root = root;
    this.directory = directory;
  }

  copy(): FileSystemView {
    const copy = new FileSystemView(this.root, this.directory);
    copy.umask = this.umask;
    return copy;
  }
}

/** How a process ended. */
export type Ending =
  | { readonly kind: "exited"; readonly status: number }
  | { readonly kind: "killed"; readonly signal: number };

/** What a process runs. */
export interface Program {
  readonly place: Place;
  readonly arguments: readonly string[];
  readonly environment: readonly string[];
  readonly auxiliary: Uint8Array;
}

export class Process {
  readonly id: number;
  parent: Process | undefined;
  readonly children = new Set<Process>();
  readonly tasks = new Set<Task>();
  group: number;
  session: number;
  memory: UserMemory;
  descriptors: Descriptors;
  view: FileSystemView;
  actions: SignalActions;
  credentials: Credentials = credentialsOf(0, 0);
  program: Program | undefined;
  readonly limits: Limits;
  /** timer_create(2). */
  readonly timers = new Map<number, PosixTimer>();
  readonly pending = new PendingSignals();
  /** Wakes those of its threads that wait for children. */
  readonly childChanged = new WaitQueue();
  /** Wakes those that look at it by a pidfd. */
  readonly ended = new WaitQueue();
  ending: Ending | undefined;
  /** The signal that stopped it. */
  stoppedBy: number | undefined;
  /** Its parent has not been told yet that it stopped or went on. */
  news: "stopped" | "continued" | undefined;
  /** The signal that its parent gets at its end. */
  exitSignal: number;
  parentDeathSignal = 0;
  hasExecuted = false;
  dumpable = 1;
  /** PR_SET_KEEPCAPS; it has no effect. */
  keepsCapabilities = 0;
  noNewPrivileges = false;
  isSubreaper = false;
  nice = 0;
  readonly startTime: number;
  /** Nanoseconds that it ran, and those of its children that were waited for. */
  runTime = 0;
  childrenTime = 0;
  /** What is to happen when it has run for so long. */
  readonly runTimers = new Timers();

  constructor(
    id: number,
    memory: UserMemory,
    options: {
      readonly parent?: Process;
      readonly view: FileSystemView;
      readonly descriptors?: Descriptors;
      readonly actions?: SignalActions;
      readonly exitSignal?: number;
      readonly startTime: number;
    },
  ) {
    const { parent } = options;
    this.id = id;
    this.memory = memory;
    this.parent = parent;
    this.group = parent?.group ?? id;
    this.session = parent?.session ?? id;
    this.view = options.view;
    this.descriptors = options.descriptors ?? new Descriptors();
    this.actions = options.actions ?? new SignalActions();
    this.exitSignal = options.exitSignal ?? 0;
    this.startTime = options.startTime;
    this.limits = parent ? { ...parent.limits } : usualLimits();
    if (parent) {
      this.credentials = parent.credentials;
      this.program = parent.program;
      this.dumpable = parent.dumpable;
      this.nice = parent.nice;
      this.noNewPrivileges = parent.noNewPrivileges;
      parent.children.add(this);
    }
  }

  /** From where it sees files. */
  get walkView(): View {
    return { root: this.view.root, directory: this.view.directory, credentials: this.credentials };
  }

  get descriptorLimit(): number {
    return this.limits.RLIMIT_NOFILE.soft;
  }

  /** Its timers are gone: it has ended, or executes another program. */
  dropTimers(): void {
    for (const timer of this.timers.values()) timer.set(undefined, 0);
    this.timers.clear();
  }

  /** Its first thread, or any that is left. */
  get leader(): Task | undefined {
    return [...this.tasks][0];
  }
}
