/** wait4(2), waitid(2). */

import { failed, type Outcome } from "../../base/errno.ts";
import { ProcessFile } from "../files/process-file.ts";
import { endingCode } from "../kernel/lifecycle.ts";
import type { Process } from "../kernel/process.ts";
import { dumpsCore, SignalCode, signalInfoBytes, signals } from "../kernel/signals.ts";
import type { CallResult } from "../kernel/task.ts";
import type { Blocking } from "../kernel/wait.ts";
import { type CallContext, call } from "./call.ts";
import { int, pointer } from "./kinds.ts";
import { usageBytes } from "./usage.ts";

/** The word that wait4 stores (wait(2)). */
export function waitStatus({ ending, stoppedBy, news }: Process): number {
  if (news === "continued" && !ending) return 0xffff;
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
const P_PIDFD = 3;

/** Which children an id of a type means, and whether it is a pidfd that does not wait. */
function idFilter(
  context: CallContext,
  type: number,
  id: number,
): Outcome<{ readonly test: ChildFilter; readonly nonblocking: boolean }> {
  const plain = (chosen: number) => ({ test: filterOf(context, chosen), nonblocking: false });
  switch (type) {
    case P_ALL:
      return plain(-1);
    case P_PID:
      return id > 0 ? plain(id) : { errno: "EINVAL" };
    case P_PGID:
      return id < 0 ? { errno: "EINVAL" } : plain(id === 0 ? 0 : -id);
    case P_PIDFD: {
      if (id < 0) return { errno: "EINVAL" };
      const open = context.process.descriptors.get(id);
      if (failed(open)) return open;
      if (!(open instanceof ProcessFile)) return { errno: "EBADF" };
      return { test: (child) => child === open.process, nonblocking: open.nonblocking };
    }
    default:
      return { errno: "EINVAL" };
  }
}

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
  const filter = idFilter(context, type, id);
  if (failed(filter)) return filter;
  const { nonblocking } = filter;
  const child = yield* waitForChild(context, filter.test, options | (nonblocking ? Wait.NOHANG : 0));
  if (failed(child)) return child;
  if (!child && nonblocking && !(options & Wait.NOHANG)) return { errno: "EAGAIN" };
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

export const waits = {
  waitid: call(95, [int, int, pointer, int, pointer], waitId),
  wait4: call(260, [int, pointer, int, pointer], wait4),
};
