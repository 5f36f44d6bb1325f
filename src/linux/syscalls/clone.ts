/** clone(2), clone3(2), vfork's wait, unshare(2). */

import { type Failure, failed } from "../../base/errno.ts";
import { OpenFlag } from "../files/open-file.ts";
import { ProcessFile } from "../files/process-file.ts";
import { Clone, type CloneRequest } from "../kernel/lifecycle.ts";
import type { Process } from "../kernel/process.ts";
import type { CallResult, Task } from "../kernel/task.ts";
import { type Blocking, WaitQueue } from "../kernel/wait.ts";
import { type AnyResult, type CallContext, call } from "./call.ts";
import { pointer, size, uint } from "./kinds.ts";
import { addDescriptor } from "./open.ts";

const NAMESPACES =
  Clone.NEWNS | Clone.NEWCGROUP | Clone.NEWUTS | Clone.NEWIPC | Clone.NEWUSER | Clone.NEWPID | Clone.NEWNET;

function refuseClone({ flags, exitSignal }: CloneRequest): Failure | undefined {
  const lacks = (flag: number, needed: number): boolean => (flags & flag) !== 0 && (flags & needed) === 0;
  if (lacks(Clone.THREAD, Clone.SIGHAND) || lacks(Clone.SIGHAND, Clone.VM)) return { errno: "EINVAL" };
  if (flags & NAMESPACES) return { errno: "EPERM" };
  if (exitSignal > 64) return { errno: "EINVAL" };
  if (flags & Clone.PIDFD && flags & (Clone.THREAD | Clone.DETACHED)) return { errno: "EINVAL" };
  return undefined;
}

function clone(context: CallContext, request: CloneRequest): AnyResult {
  const { kernel, task, memory } = context;
  const refused = refuseClone(request);
  if (refused) return refused;
  const { flags } = request;
  const child = kernel.lifecycle.clone(task, request);
  if (failed(child)) return child;
  if (flags & Clone.PIDFD) {
    const refused = givePidfd(context, child.process, request.pidfd);
    if (refused) return refused;
  }
  if (flags & Clone.PARENT_SETTID) memory.putUint32(request.parentTid, child.id);
  if (flags & Clone.CHILD_SETTID) child.process.memory.putUint32(request.childTid, child.id);
  child.registers = child.registers?.copy();
  kernel.startClone(child);
  return flags & Clone.VFORK ? waitForRelease(child) : child.id;
}

/** CLONE_PIDFD: where there is no descriptor left, nothing is left of the child. */
function givePidfd(context: CallContext, child: Process, at: number): Failure | undefined {
  const added = addDescriptor(context, new ProcessFile(child, 0), OpenFlag.O_CLOEXEC);
  const stored = failed(added) ? added : context.memory.putUint32(at, added);
  if (!failed(stored)) return undefined;
  child.exitSignal = 0;
  context.kernel.lifecycle.exitProcess(child, { kind: "exited", status: 0 });
  context.kernel.lifecycle.reap(child);
  return stored;
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
    pidfd = 0,
    childTid = 0,
    parentTid = 0,
    exitSignal = 0,
    stack = 0,
    stackSize = 0,
    threadPointer = 0,
  ] = Array.from({ length: 8 }, (_, index) => Number(view.getBigUint64(8 * index, true)));
  if (flags > 0xffff_ffff || flags & Clone.CSIGNAL) return { errno: "EINVAL" };
  if ((stack === 0) !== (stackSize === 0)) return { errno: "EINVAL" };
  return clone(context, {
    flags,
    exitSignal,
    stack: stack + stackSize,
    parentTid,
    threadPointer,
    childTid,
    pidfd,
  });
}

export const clones = {
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
        pidfd: parentTid,
      }),
    "namespaces, CLONE_PTRACE, CLONE_IO",
  ),
  clone3: call(435, [pointer, size], clone3, "namespaces, set_tid, CLONE_INTO_CGROUP"),
  unshare: call(97, [uint], (_, flags) => (flags & NAMESPACES ? { errno: "EPERM" } : 0), "namespaces"),
};
