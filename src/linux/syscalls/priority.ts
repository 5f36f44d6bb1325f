/** getpriority(2), setpriority(2): nice values are kept, but all processes take turns alike. */

import type { Process } from "../kernel/process.ts";
import type { CallResult } from "../kernel/task.ts";
import { type CallContext, call } from "./call.ts";
import { int } from "./kinds.ts";

const PRIO_PROCESS = 0;
const PRIO_PGRP = 1;
const PRIO_USER = 2;
export const LEAST_NICE = -20;
export const MOST_NICE = 19;

/** The processes that are meant; undefined where there is no such kind. */
function chosen(
  { kernel: { pids }, process }: CallContext,
  which: number,
  who: number,
): Process[] | undefined {
  switch (which) {
    case PRIO_PROCESS: {
      const found = who === 0 ? process : (pids.task(who)?.process ?? pids.process(who));
      return found ? [found] : [];
    }
    case PRIO_PGRP:
      return pids.group(who === 0 ? process.group : who);
    case PRIO_USER: {
      const uid = who === 0 ? process.credentials.uid : who;
      return [...pids.processes].filter(({ credentials }) => credentials.uid === uid);
    }
    default:
      return undefined;
  }
}

function set(context: CallContext, which: number, who: number, priority: number): CallResult {
  const targets = chosen(context, which, who);
  if (!targets) return { errno: "EINVAL" };
  if (targets.length === 0) return { errno: "ESRCH" };
  const nice = Math.max(LEAST_NICE, Math.min(MOST_NICE, priority));
  const { euid } = context.process.credentials;
  const isOther = ({ credentials: { uid, euid: effective } }: Process) => euid !== uid && euid !== effective;
  if (euid !== 0 && targets.some(isOther)) return { errno: "EPERM" };
  if (euid !== 0 && targets.some((target) => nice < target.nice)) return { errno: "EACCES" };
  for (const target of targets) target.nice = nice;
  return 0;
}

/** What the system call gives is 20 less the nice value, so that it is never negative. */
function get(context: CallContext, which: number, who: number): CallResult {
  const targets = chosen(context, which, who);
  if (!targets) return { errno: "EINVAL" };
  if (targets.length === 0) return { errno: "ESRCH" };
  return 20 - Math.min(...targets.map(({ nice }) => nice));
}

export const priority = {
  setpriority: call(140, [int, int, int], set, "has no effect on who runs"),
  getpriority: call(141, [int, int], get),
};
