/** execve(2), exit(2), getpid(2), process groups and sessions. */

import { failed, type Outcome } from "../../base/errno.ts";
import { OpenFile } from "../files/open-file.ts";
import type { Process } from "../kernel/process.ts";
import type { CallResult } from "../kernel/task.ts";
import { type Blocking, WaitQueue } from "../kernel/wait.ts";
import { executeForGuest } from "../loader/execute.ts";
import { type AnyResult, type CallContext, call } from "./call.ts";
import { directory, int, path, pointer, readStrings } from "./kinds.ts";
import { At, fileAt } from "./paths.ts";

function execute(
  context: CallContext,
  from: number,
  name: string,
  argumentsAt: number,
  environmentAt: number,
  flags: number,
): AnyResult {
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
  return executeForGuest(kernel, task, { place, path: shown, arguments: args, environment });
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
};

/** Lets the others have their turn. */
function* yieldTurn({ kernel }: CallContext): Blocking<CallResult> {
  const queue = new WaitQueue();
  if (!kernel.scheduler.hasOthers) return 0;
  yield { queues: [queue], deadline: kernel.now, uninterruptible: true };
  return 0;
}
