/** pidfd_open(2), pidfd_send_signal(2), pidfd_getfd(2). */

import { failed, type Outcome } from "../../base/errno.ts";
import { type OpenFile, OpenFlag } from "../files/open-file.ts";
import { ProcessFile } from "../files/process-file.ts";
import { SIGNAL_COUNT, SignalCode } from "../kernel/signals.ts";
import type { CallResult } from "../kernel/task.ts";
import { type CallContext, call } from "./call.ts";
import { file, int, pointer, uint } from "./kinds.ts";
import { addDescriptor } from "./open.ts";
import { infoOf, maySignal, queuedInfo } from "./signals.ts";

const PIDFD_NONBLOCK = OpenFlag.O_NONBLOCK;

function open(context: CallContext, id: number, flags: number): CallResult {
  if (flags & ~PIDFD_NONBLOCK || id <= 0) return { errno: "EINVAL" };
  const { pids } = context.kernel;
  const process = pids.process(id);
  if (!process) return { errno: pids.task(id) ? "EINVAL" : "ESRCH" };
  return addDescriptor(context, new ProcessFile(process, flags), OpenFlag.O_CLOEXEC);
}

/** The process of a descriptor, while it is one; EBADF for other files, ESRCH where it has been waited for. */
export function processOf({ kernel }: CallContext, open: OpenFile): Outcome<ProcessFile> {
  if (!(open instanceof ProcessFile)) return { errno: "EBADF" };
  const isThere = kernel.pids.process(open.process.id) === open.process;
  return isThere ? open : { errno: "ESRCH" };
}

function sendSignal(
  context: CallContext,
  open: OpenFile,
  signal: number,
  infoAt: number,
  flags: number,
): CallResult {
  if (flags !== 0) return { errno: "EINVAL" };
  const found = processOf(context, open);
  if (failed(found)) return found;
  if (signal < 0 || signal > SIGNAL_COUNT) return { errno: "EINVAL" };
  const { process } = found;
  const info =
    infoAt === 0
      ? infoOf(context, signal, SignalCode.SI_USER)
      : queuedInfo(context, process.id, signal, infoAt);
  if (failed(info)) return info;
  if (info.signal !== signal) return { errno: "EINVAL" };
  if (!maySignal(context, process)) return { errno: "EPERM" };
  if (signal === 0) return 0;
  return context.kernel.signals.send(process, info) ? 0 : { errno: "EAGAIN" };
}

function getFile(context: CallContext, open: OpenFile, descriptor: number, flags: number): CallResult {
  if (flags !== 0) return { errno: "EINVAL" };
  const found = processOf(context, open);
  if (failed(found)) return found;
  if (!maySignal(context, found.process)) return { errno: "EPERM" };
  const wanted = found.process.descriptors.get(descriptor);
  return failed(wanted) ? wanted : addDescriptor(context, wanted, OpenFlag.O_CLOEXEC);
}

export const pidfd = {
  pidfd_open: call(434, [int, uint], open, "PIDFD_THREAD"),
  pidfd_send_signal: call(424, [file, int, pointer, uint], sendSignal),
  pidfd_getfd: call(438, [file, int, uint], getFile),
};
