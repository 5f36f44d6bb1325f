/** clone(2), execve(2), exit(2), wait4(2), waitid(2), getpid(2), process groups and sessions, vfork's wait. */

import { type Failure, failed, type Outcome } from "../../base/errno.ts";
import { OpenFile } from "../files/open-file.ts";
import { Clone, type CloneRequest, endingCode } from "../kernel/lifecycle.ts";
import type { Process } from "../kernel/process.ts";
import { dumpsCore, SignalCode, signalInfoBytes, signals } from "../kernel/signals.ts";
import type { CallResult, Task } from "../kernel/task.ts";
import { type Blocking, WaitQueue } from "../kernel/wait.ts";
import { executeForGuest } from "../loader/execute.ts";
import { type AnyResult, type CallContext, call } from "./call.ts";
import { directory, int, path, pointer, readStrings, size, uint } from "./kinds.ts";
import { At, fileAt } from "./paths.ts";
import { usageBytes } from "./usage.ts";

const NAMESPACES =
  Clone.NEWNS | Clone.NEWCGROUP | Clone.NEWUTS | Clone.NEWIPC | Clone.NEWUSER | Clone.NEWPID | Clone.NEWNET;

function refuseClone({ flags, exitSignal }: CloneRequest): Failure | undefined {
  const lacks = (flag: number, needed: number): boolean => (flags & flag) !== 0 && (flags & needed) === 0;
  if (lacks(Clone.THREAD, Clone.SIGHAND) || lacks(Clone.SIGHAND, Clone.VM)) return { errno: "EINVAL" };
  if (flags & NAMESPACES) return { errno: "EPERM" };
  if (flags & Clone.PIDFD || exitSignal > 64) return { errno: "EINVAL" };
  return undefined;
}

function clone(context: CallContext, request: CloneRequest): AnyResult {
  const { kernel, task, memory } = context;
  const refused = refuseClone(request);
  if (refused) return refused;
  const child = kernel.lifecycle.clone(task, request);
  if (failed(child)) return child;
  const { flags } = request;
  if (flags & Clone.PARENT_SETTID) memory.putUint32(request.parentTid, child.id);
  if (flags & Clone.CHILD_SETTID) child.process.memory.putUint32(request.childTid, child.id);
  child.registers = child.registers?.copy();
  kernel.startClone(child);
  return flags & Clone.VFORK ? waitForRelease(child) : child.id;
}

/** vfork(2): the parent goes on when the child has other memory, or has ended. */
function* waitForRelease(child: Task): Blocking<CallResult> {
  const queue = new WaitQueue();
  let isReleased = false;
  child.released = () => {
    isReleased = true;
    queue.wake();
  };
  while (!isReleased) yield { queues: [queue], uninterruptible: true };
  return child.id;
}

/** struct clone_args, of at least the first version's size. */
const CLONE_ARGS_BYTES = 64;

function clone3(context: CallContext, address: number, length: number): AnyResult {
  if (length < CLONE_ARGS_BYTES) return { errno: "EINVAL" };
  if (length > 4096) return { errno: "E2BIG" };
  const view = context.memory.get(address, CLONE_ARGS_BYTES);
  if (failed(view)) return view;
  const [
    flags = 0,
    ,
    childTid = 0,
    parentTid = 0,
    exitSignal = 0,
    stack = 0,
    stackSize = 0,
    threadPointer = 0,
  ] = Array.from({ length: 8 }, (_, index) => Number(view.getBigUint64(8 * index, true)));
  if (flags > 0xffff_ffff || flags & Clone.CSIGNAL) return { errno: "EINVAL" };
  if ((stack === 0) !== (stackSize === 0)) return { errno: "EINVAL" };
  return clone(context, { flags, exitSignal, stack: stack + stackSize, parentTid, threadPointer, childTid });
}

function execute(
  context: CallContext,
  from: number,
  name: string,
  argumentsAt: number,
  environmentAt: number,
  flags: number,
): CallResult {
  const { kernel, task } = context;
  if (flags & ~(At.EMPTY_PATH | At.SYMLINK_NOFOLLOW)) return { errno: "EINVAL" };
  const found = fileAt(context, from, name, flags);
  if (failed(found)) return found;
  const place = found instanceof OpenFile ? found.place : found;
  if (!place) return { errno: "EACCES" };
  const args = readStrings(context, argumentsAt);
  if (failed(args)) return args;
  const environment = readStrings(context, environmentAt);
  if (failed(environment)) return environment;
  const shown = name === "" ? `/dev/fd/${from}` : name;
  const done = executeForGuest(kernel, task, { place, path: shown, arguments: args, environment });
  return failed(done) ? done : undefined;
}

/** The word that wait4 stores (wait(2)). */
export function waitStatus({ ending, stoppedBy, news }: Process): number {
  if (news === "continued") return 0xffff;
  if (ending?.kind === "exited") return (ending.status & 0xff) << 8;
  if (ending) return ending.signal | (dumpsCore(ending.signal) ? 0x80 : 0);
  return ((stoppedBy ?? 0) << 8) | 0x7f;
}

const Wait = {
  NOHANG: 1,
  STOPPED: 2,
  EXITED: 4,
  CONTINUED: 8,
  NOWAIT: 0x01000000,
  NOTHREAD: 0x20000000,
  ALL: 0x40000000,
  CLONE: 0x80000000 | 0,
} as const;

type ChildFilter = (child: Process) => boolean;

const isZombie = ({ ending, tasks }: Process): boolean => ending !== undefined && tasks.size === 0;

/** Whether a child has something to say that is asked for. */
function hasNews(child: Process, options: number): boolean {
  if (isZombie(child)) return (options & Wait.EXITED) !== 0;
  if (child.news === "stopped") return (options & Wait.STOPPED) !== 0 && child.stoppedBy !== undefined;
  return child.news === "continued" && (options & Wait.CONTINUED) !== 0;
}

/** Waits for a child; undefined where WNOHANG finds none. */
function* waitForChild(
  { process }: CallContext,
  filter: ChildFilter,
  options: number,
): Blocking<Outcome<Process | undefined>> {
  for (;;) {
    const children = [...process.children].filter(filter);
    if (children.length === 0) return { errno: "ECHILD" };
    const child = children.find((candidate) => hasNews(candidate, options));
    if (child) return child;
    if (options & Wait.NOHANG) return undefined;
    const why = yield { queues: [process.childChanged] };
    if (why === "signal") return { errno: "ERESTARTSYS" };
  }
}

function filterOf({ process }: CallContext, id: number): ChildFilter {
  if (id === -1) return () => true;
  if (id > 0) return (child) => child.id === id;
  const group = id === 0 ? process.group : -id;
  return (child) => child.group === group;
}

/** The child's news have been heard. */
function consume({ kernel }: CallContext, child: Process, options: number): void {
  if (options & Wait.NOWAIT) return;
  if (isZombie(child)) kernel.lifecycle.reap(child);
  else child.news = undefined;
}

function* wait4(
  context: CallContext,
  id: number,
  statusAt: number,
  options: number,
  usageAt: number,
): Blocking<CallResult> {
  const allowed = Wait.NOHANG | Wait.STOPPED | Wait.CONTINUED | Wait.NOTHREAD | Wait.ALL | Wait.CLONE;
  if (options & ~allowed) return { errno: "EINVAL" };
  if (id === -(2 ** 31)) return { errno: "ESRCH" };
  const wanted = options | Wait.EXITED;
  const child = yield* waitForChild(context, filterOf(context, id), wanted);
  if (child === undefined) return 0;
  if (failed(child)) return child;
  const status = waitStatus(child);
  const usage = usageBytes(child.runTime + child.childrenTime);
  consume(context, child, wanted);
  if (statusAt !== 0 && failed(context.memory.putUint32(statusAt, status))) return { errno: "EFAULT" };
  if (usageAt !== 0 && failed(context.memory.put(usageAt, usage))) return { errno: "EFAULT" };
  return child.id;
}

const P_ALL = 0;
const P_PID = 1;
const P_PGID = 2;

function* waitId(
  context: CallContext,
  type: number,
  id: number,
  infoAt: number,
  options: number,
  usageAt: number,
): Blocking<CallResult> {
  const states = Wait.STOPPED | Wait.EXITED | Wait.CONTINUED;
  const others = Wait.NOHANG | Wait.NOWAIT | Wait.NOTHREAD | Wait.ALL | Wait.CLONE;
  if (options & ~(states | others) || !(options & states)) return { errno: "EINVAL" };
  if (type !== P_ALL && type !== P_PID && type !== P_PGID) return { errno: "EINVAL" };
  if (type === P_PID && id <= 0) return { errno: "EINVAL" };
  const chosen = type === P_ALL ? -1 : type === P_PID ? id : id === 0 ? 0 : -id;
  const child = yield* waitForChild(context, filterOf(context, chosen), options);
  if (failed(child)) return child;
  const info = child ? signalInfoBytes(childInfo(child)) : new Uint8Array(128);
  if (child) consume(context, child, options);
  if (infoAt !== 0 && failed(context.memory.put(infoAt, info))) return { errno: "EFAULT" };
  if (usageAt !== 0 && failed(context.memory.put(usageAt, usageBytes(child?.runTime ?? 0)))) {
    return { errno: "EFAULT" };
  }
  return 0;
}

function childInfo(child: Process) {
  const common = { signal: signals.SIGCHLD, pid: child.id, uid: child.credentials.uid };
  const { ending } = child;
  if (ending && isZombie(child)) {
    const status = ending.kind === "exited" ? ending.status & 0xff : ending.signal;
    return { ...common, code: endingCode(ending), status };
  }
  if (child.news === "continued") {
    return { ...common, code: SignalCode.CLD_CONTINUED, status: signals.SIGCONT };
  }
  return { ...common, code: SignalCode.CLD_STOPPED, status: child.stoppedBy ?? 0 };
}

function ofProcess(context: CallContext, id: number): Outcome<Process> {
  if (id === 0) return context.process;
  return context.kernel.pids.process(id) ?? { errno: "ESRCH" };
}

function setGroup(context: CallContext, id: number, group: number): CallResult {
  const { kernel, process } = context;
  if (group < 0) return { errno: "EINVAL" };
  const target = ofProcess(context, id);
  if (failed(target)) return target;
  const isChild = target.parent === process;
  if (target !== process && !isChild) return { errno: "ESRCH" };
  if (target.session !== process.session || target.session === target.id) return { errno: "EPERM" };
  if (isChild && target.hasExecuted) return { errno: "EACCES" };
  const wanted = group === 0 ? target.id : group;
  const exists = kernel.pids.group(wanted).some(({ session }) => session === process.session);
  if (wanted !== target.id && !exists) return { errno: "EPERM" };
  target.group = wanted;
  return 0;
}

function newSession({ kernel, process }: CallContext): CallResult {
  if (process.group === process.id || kernel.pids.group(process.id).length > 0) return { errno: "EPERM" };
  process.session = process.id;
  process.group = process.id;
  return process.id;
}

const exited = (status: number) => ({ kind: "exited", status: status & 0xff }) as const;

export const processes = {
  clone: call(
    220,
    [size, pointer, pointer, pointer, pointer],
    (context, flags, stack, parentTid, threadPointer, childTid) =>
      clone(context, {
        flags: flags & ~Clone.CSIGNAL,
        exitSignal: flags & Clone.CSIGNAL,
        stack,
        parentTid,
        threadPointer,
        childTid,
      }),
    "namespaces, CLONE_PIDFD, CLONE_PTRACE, CLONE_IO",
  ),
  clone3: call(435, [pointer, size], clone3, "namespaces, CLONE_PIDFD, set_tid, CLONE_INTO_CGROUP"),
  execve: call(
    221,
    [path, pointer, pointer],
    (context, name, args, environment) => execute(context, -100, name, args, environment, 0),
    "set-user-ID programs; other threads that execute keep their number",
  ),
  execveat: call(281, [directory, path, pointer, pointer, int], execute, "as execve"),
  exit: call(93, [int], ({ kernel, task }, status) => {
    kernel.lifecycle.exitTask(task, exited(status));
    return undefined;
  }),
  exit_group: call(94, [int], ({ kernel, process }, status) => {
    kernel.lifecycle.exitProcess(process, exited(status));
    return undefined;
  }),
  waitid: call(95, [int, int, pointer, int, pointer], waitId, "P_PIDFD"),
  wait4: call(260, [int, pointer, int, pointer], wait4),
  getpid: call(172, [], ({ process }) => process.id),
  getppid: call(173, [], ({ process }) => process.parent?.id ?? 1),
  gettid: call(178, [], ({ task }) => task.id),
  set_tid_address: call(96, [pointer], ({ task }, address) => {
    task.clearChildTid = address;
    return task.id;
  }),
  setpgid: call(154, [int, int], setGroup),
  getpgid: call(155, [int], (context, id) => {
    const process = ofProcess(context, id);
    return failed(process) ? process : process.group;
  }),
  getsid: call(156, [int], (context, id) => {
    const process = ofProcess(context, id);
    return failed(process) ? process : process.session;
  }),
  setsid: call(157, [], newSession),
  sched_yield: call(124, [], yieldTurn),
  unshare: call(97, [uint], (_, flags) => (flags & NAMESPACES ? { errno: "EPERM" } : 0), "namespaces"),
};

/** Lets the others have their turn. */
function* yieldTurn({ kernel }: CallContext): Blocking<CallResult> {
  const queue = new WaitQueue();
  if (!kernel.scheduler.hasOthers) return 0;
  yield { queues: [queue], deadline: kernel.now, uninterruptible: true };
  return 0;
}
