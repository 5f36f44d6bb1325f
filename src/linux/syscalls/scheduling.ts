/**
 * sched_setscheduler(2), sched_setattr(2), sched_setaffinity(2) and their like. Policies are kept, checked and inherited as Linux
 * does, and have no effect: there is one processor, and all tasks take turns alike.
 */

import { viewOf } from "../../base/bytes.ts";
import { failed, type Outcome } from "../../base/errno.ts";
import { isRealtime, SCHED_RR, type Scheduling, type Task } from "../kernel/task.ts";
import { type CallContext, call } from "./call.ts";
import { int, pointer, timespecBytes, uint } from "./kinds.ts";
import { LEAST_NICE, MOST_NICE } from "./priority.ts";

const SCHED_DEADLINE = 6;
const SCHED_RESET_ON_FORK = 0x4000_0000;
/** SCHED_OTHER, FIFO, RR, BATCH, IDLE, DEADLINE. */
const policies: readonly number[] = [0, 1, 2, 3, 5, SCHED_DEADLINE];
const MOST_PRIORITY = 99;
/** Nanoseconds of a turn: 100 ms for SCHED_RR, as long as it likes for SCHED_FIFO. */
const RR_INTERVAL = 100_000_000;
const USUAL_INTERVAL = 4_000_000;
const NO_EFFECT = "has no effect on who runs";

const EINVAL = { errno: "EINVAL" } as const;
const EPERM = { errno: "EPERM" } as const;

/** The thread of a number; 0 is the one that asks. */
function threadOf({ kernel, task }: CallContext, id: number): Outcome<Task> {
  if (id < 0) return EINVAL;
  if (id === 0) return task;
  return kernel.pids.task(id) ?? kernel.pids.process(id)?.leader ?? { errno: "ESRCH" };
}

/** Whether a thread may be scheduled so; what it is then. */
function change(context: CallContext, target: Task, wanted: Scheduling): Outcome<0> {
  const { policy, priority } = wanted;
  if (!policies.includes(policy) || policy === SCHED_DEADLINE) return EINVAL;
  if (priority < 0 || priority > MOST_PRIORITY || isRealtime(policy) !== priority > 0) return EINVAL;
  const { euid } = context.process.credentials;
  if (euid !== 0 && !mayChange(euid, target, wanted)) return EPERM;
  target.scheduling = wanted;
  return 0;
}

/** What those may who are not root. */
function mayChange(euid: number, { scheduling, process }: Task, wanted: Scheduling): boolean {
  const { uid, euid: effective } = process.credentials;
  if (euid !== uid && euid !== effective) return false;
  if (scheduling.resetsOnFork && !wanted.resetsOnFork) return false;
  if (!isRealtime(wanted.policy)) return true;
  const most = process.limits.RLIMIT_RTPRIO.soft;
  if (wanted.policy !== scheduling.policy && most === 0) return false;
  return wanted.priority <= scheduling.priority || wanted.priority <= most;
}

function setScheduler(context: CallContext, id: number, policy: number | undefined, parameter: number) {
  if (parameter === 0 || (policy !== undefined && policy < 0)) return EINVAL;
  const target = threadOf(context, id);
  if (failed(target) && target.errno === "EINVAL") return EINVAL;
  const priority = context.memory.getUint32(parameter);
  if (failed(priority)) return priority;
  if (failed(target)) return target;
  const { scheduling } = target;
  const wanted = policy ?? scheduling.policy;
  return change(context, target, {
    policy: wanted & ~SCHED_RESET_ON_FORK,
    priority: priority | 0,
    resetsOnFork: policy === undefined ? scheduling.resetsOnFork : (wanted & SCHED_RESET_ON_FORK) !== 0,
  });
}

// struct sched_attr: size, policy | flags (8 bytes) | nice, priority | runtime, deadline, period (8 bytes each) | util_min, util_max
const SCHED_ATTR_SIZE_VER0 = 48;
const SCHED_ATTR_SIZE = 56;
const LARGEST_ATTR = 4096;
const SchedFlag = { RESET_ON_FORK: 1, KEEP_POLICY: 8, KEEP_PARAMS: 16, ALL: 0x7f, UTIL_CLAMP: 0x60 } as const;

function getAttributes(context: CallContext, id: number, result: number, length: number, flags: number) {
  if (result === 0 || length < SCHED_ATTR_SIZE_VER0 || length > LARGEST_ATTR || flags !== 0) return EINVAL;
  const target = threadOf(context, id);
  if (failed(target)) return target;
  const { policy, priority, resetsOnFork } = target.scheduling;
  const bytes = new Uint8Array(Math.min(length, SCHED_ATTR_SIZE));
  const view = viewOf(bytes);
  view.setUint32(0, bytes.length, true);
  view.setUint32(4, policy, true);
  view.setUint32(8, resetsOnFork ? SchedFlag.RESET_ON_FORK : 0, true);
  if (!isRealtime(policy)) view.setInt32(16, target.process.nice, true);
  view.setUint32(20, priority, true);
  return context.memory.put(result, bytes);
}

/** The structure as far as it is known here: E2BIG where there is more in it, with the size stored that would do. */
function readAttributes({ memory }: CallContext, address: number): Outcome<DataView> {
  const stated = memory.getUint32(address);
  if (failed(stated)) return stated;
  const length = stated === 0 ? SCHED_ATTR_SIZE_VER0 : stated;
  const bytes =
    length < SCHED_ATTR_SIZE_VER0 || length > LARGEST_ATTR ? undefined : memory.read(address, length);
  if (bytes?.subarray(SCHED_ATTR_SIZE).every((byte) => byte === 0)) {
    const whole = new Uint8Array(SCHED_ATTR_SIZE);
    whole.set(bytes.subarray(0, SCHED_ATTR_SIZE));
    return viewOf(whole);
  }
  if (!bytes && length >= SCHED_ATTR_SIZE_VER0 && length <= LARGEST_ATTR) return { errno: "EFAULT" };
  memory.putUint32(address, SCHED_ATTR_SIZE);
  return { errno: "E2BIG" };
}

function setAttributes(context: CallContext, id: number, address: number, flags: number) {
  if (address === 0 || id < 0 || flags !== 0) return EINVAL;
  const view = readAttributes(context, address);
  if (failed(view)) return view;
  const [policy, asked] = [view.getInt32(4, true), view.getUint32(8, true)];
  if (policy < 0 || view.getUint32(12, true) !== 0 || asked & ~SchedFlag.ALL) return EINVAL;
  if (asked & SchedFlag.UTIL_CLAMP) return { errno: "EOPNOTSUPP" } as const;
  const target = threadOf(context, id);
  if (failed(target)) return target;
  const old = target.scheduling;
  const keepsPolicy = (asked & SchedFlag.KEEP_POLICY) !== 0;
  const keepsParameters = (asked & SchedFlag.KEEP_PARAMS) !== 0;
  const wanted = {
    policy: keepsPolicy ? old.policy : policy,
    priority: keepsParameters && isRealtime(old.policy) ? old.priority : view.getInt32(20, true),
    resetsOnFork: (asked & SchedFlag.RESET_ON_FORK) !== 0,
  };
  const nice = Math.max(LEAST_NICE, Math.min(MOST_NICE, view.getInt32(16, true)));
  const setsNice = !isRealtime(wanted.policy) && !keepsParameters;
  if (setsNice && nice < target.process.nice && context.process.credentials.euid !== 0) return EPERM;
  const done = change(context, target, wanted);
  if (setsNice && !failed(done)) target.process.nice = nice;
  return done;
}

function interval(context: CallContext, id: number, result: number) {
  const target = threadOf(context, id);
  if (failed(target)) return target;
  const { policy } = target.scheduling;
  const turn = isRealtime(policy) ? (policy === SCHED_RR ? RR_INTERVAL : 0) : USUAL_INTERVAL;
  return context.memory.put(result, timespecBytes(turn));
}

/** One processor: the set of them in as many bytes as the kernel's own. */
function affinity(context: CallContext, id: number, length: number, result: number) {
  if (length < 8 || length % 8 !== 0) return EINVAL;
  const target = threadOf(context, id);
  if (failed(target)) return { errno: "ESRCH" } as const;
  const done = context.memory.put(result, Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0));
  return failed(done) ? done : 8;
}

function setAffinity(context: CallContext, id: number, length: number, address: number) {
  const set = context.memory.read(address, Math.min(length, 128));
  if (!set) return { errno: "EFAULT" } as const;
  if (failed(threadOf(context, id))) return { errno: "ESRCH" } as const;
  return ((set[0] ?? 0) & 1) === 0 ? EINVAL : 0;
}

const priorityOf = (policy: number, realtime: number) =>
  isRealtime(policy) ? realtime : policies.includes(policy) ? 0 : EINVAL;

export const scheduling = {
  sched_setparam: call(118, [int, pointer], (context, id, at) => setScheduler(context, id, undefined, at)),
  sched_setscheduler: call(119, [int, int, pointer], setScheduler, `SCHED_DEADLINE; ${NO_EFFECT}`),
  sched_getscheduler: call(120, [int], (context, id) => {
    const target = threadOf(context, id);
    if (failed(target)) return target;
    const { policy, resetsOnFork } = target.scheduling;
    return policy | (resetsOnFork ? SCHED_RESET_ON_FORK : 0);
  }),
  sched_getparam: call(121, [int, pointer], (context, id, result) => {
    if (result === 0) return EINVAL;
    const target = threadOf(context, id);
    return failed(target) ? target : context.memory.putUint32(result, target.scheduling.priority);
  }),
  sched_setaffinity: call(122, [int, uint, pointer], setAffinity),
  sched_getaffinity: call(123, [int, uint, pointer], affinity),
  sched_get_priority_max: call(125, [int], (_, policy) => priorityOf(policy, MOST_PRIORITY)),
  sched_get_priority_min: call(126, [int], (_, policy) => priorityOf(policy, 1)),
  sched_rr_get_interval: call(127, [int, pointer], interval, "turns are counted in steps, not in time"),
  sched_setattr: call(274, [int, pointer, uint], setAttributes, `SCHED_DEADLINE; ${NO_EFFECT}`),
  sched_getattr: call(275, [int, pointer, uint, uint], getAttributes),
};
