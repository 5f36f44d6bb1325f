/** dup(2), fcntl(2). */

import { failed } from "../../base/errno.ts";
import { MemoryFile } from "../files/memory-file.ts";
import { type OpenFile, OpenFlag } from "../files/open-file.ts";
import { PipeEnd } from "../files/pipe.ts";
import type { CallResult } from "../kernel/task.ts";
import { type AnyResult, type CallContext, call } from "./call.ts";
import { file, int, pointer } from "./kinds.ts";
import { setLock, testLock } from "./locks.ts";

function duplicate(context: CallContext, open: OpenFile, lowest: number, closeOnExec: boolean): CallResult {
  const { descriptors, descriptorLimit } = context.process;
  if (lowest < 0 || lowest >= descriptorLimit) return { errno: "EINVAL" };
  return descriptors.add(open, closeOnExec, descriptorLimit, lowest);
}

function duplicateTo({ process }: CallContext, from: number, to: number, flags: number): CallResult {
  if (flags & ~OpenFlag.O_CLOEXEC || from === to) return { errno: "EINVAL" };
  const open = process.descriptors.get(from);
  if (failed(open)) return open;
  if (to < 0 || to >= process.descriptorLimit) return { errno: "EBADF" };
  process.descriptors.put(to, open, flags !== 0);
  return to;
}

const Fcntl = {
  DUPFD: 0,
  GETFD: 1,
  SETFD: 2,
  GETFL: 3,
  SETFL: 4,
  GETLK: 5,
  SETLK: 6,
  SETLKW: 7,
  SETOWN: 8,
  GETOWN: 9,
  OFD_GETLK: 36,
  OFD_SETLK: 37,
  OFD_SETLKW: 38,
  DUPFD_CLOEXEC: 1030,
  SETPIPE_SZ: 1031,
  GETPIPE_SZ: 1032,
  ADD_SEALS: 1033,
  GET_SEALS: 1034,
} as const;
/** What can be done with a file that was opened with O_PATH. */
const ofPaths: readonly number[] = [Fcntl.DUPFD, Fcntl.DUPFD_CLOEXEC, Fcntl.GETFD, Fcntl.SETFD, Fcntl.GETFL];
const FD_CLOEXEC = 1;
const SETTABLE = OpenFlag.O_APPEND | OpenFlag.O_NONBLOCK | OpenFlag.O_DIRECT | OpenFlag.O_NOATIME;

function fcntl(context: CallContext, descriptor: number, command: number, argument: number): AnyResult {
  const { descriptors } = context.process;
  const open = descriptors.get(descriptor);
  if (failed(open)) return open;
  if (open.flags & OpenFlag.O_PATH && !ofPaths.includes(command)) return { errno: "EBADF" };
  switch (command) {
    case Fcntl.DUPFD:
      return duplicate(context, open, argument, false);
    case Fcntl.DUPFD_CLOEXEC:
      return duplicate(context, open, argument, true);
    case Fcntl.GETFD:
      return descriptors.closesOnExec(descriptor) ? FD_CLOEXEC : 0;
    case Fcntl.SETFD:
      descriptors.setCloseOnExec(descriptor, (argument & FD_CLOEXEC) !== 0);
      return 0;
    case Fcntl.GETFL:
      return open.flags & 0x7fff_ffff;
    case Fcntl.SETFL:
      open.flags = (open.flags & ~SETTABLE) | (argument & SETTABLE);
      return 0;
    case Fcntl.GETLK:
      return testLock(context, open, argument, "posix");
    case Fcntl.OFD_GETLK:
      return testLock(context, open, argument, "open-file");
    case Fcntl.SETLK:
    case Fcntl.SETLKW:
      return setLock(context, open, argument, "posix", command === Fcntl.SETLKW);
    case Fcntl.OFD_SETLK:
    case Fcntl.OFD_SETLKW:
      return setLock(context, open, argument, "open-file", command === Fcntl.OFD_SETLKW);
    case Fcntl.SETOWN:
      return 0;
    case Fcntl.GETOWN:
      return 0;
    case Fcntl.SETPIPE_SZ:
      return open instanceof PipeEnd ? open.resize(argument) : { errno: "EBADF" };
    case Fcntl.GETPIPE_SZ:
      return open instanceof PipeEnd ? open.capacity : { errno: "EBADF" };
    case Fcntl.ADD_SEALS:
      if (!open.writable) return { errno: "EPERM" };
      return open instanceof MemoryFile ? open.content.addSeals(argument >>> 0) : { errno: "EINVAL" };
    case Fcntl.GET_SEALS:
      return open instanceof MemoryFile ? open.content.seals : { errno: "EINVAL" };
    default:
      return { errno: "EINVAL" };
  }
}

export const control = {
  dup: call(23, [file], (context, open) => duplicate(context, open, 0, false)),
  dup3: call(24, [int, int, int], duplicateTo),
  fcntl: call(25, [int, int, pointer], fcntl, "leases, F_NOTIFY, signals"),
};
