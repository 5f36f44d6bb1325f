/** open(2), close(2), dup(2), fcntl(2), umask(2), flock(2). */

import { failed, type Outcome } from "../../base/errno.ts";
import { OpenFile, OpenFlag } from "../files/open-file.ts";
import { createFile, openPlace } from "../files/open-place.ts";
import { PipeEnd } from "../files/pipe.ts";
import { type LastComponent, typeOf } from "../fs/mount-table.ts";
import { Mode } from "../fs/place.ts";
import type { CallResult } from "../kernel/task.ts";
import { byteString } from "../memory/user-memory.ts";
import { type CallContext, call } from "./call.ts";
import { directory, file, int, octal, path, pointer, size, uint } from "./kinds.ts";
import { findAt, lastAt, refuseChange } from "./paths.ts";

/** Gives a file a descriptor; the file is let go where there is none left. */
export function addDescriptor({ process }: CallContext, open: OpenFile, flags: number): Outcome<number> {
  const closeOnExec = (flags & OpenFlag.O_CLOEXEC) !== 0;
  const added = process.descriptors.add(open, closeOnExec, process.descriptorLimit);
  if (failed(added)) {
    open.hold();
    open.release();
  }
  return added;
}

function openAt(context: CallContext, from: number, name: string, flags: number, mode: number): CallResult {
  const open = openFile(context, from, name, flags, mode);
  return failed(open) ? open : addDescriptor(context, open, flags);
}

function openFile(
  context: CallContext,
  from: number,
  name: string,
  flags: number,
  mode: number,
): Outcome<OpenFile> {
  const { kernel, process } = context;
  if ((flags & OpenFlag.O_TMPFILE) === OpenFlag.O_TMPFILE) return { errno: "EOPNOTSUPP" };
  const creates = (flags & OpenFlag.O_CREAT) !== 0 && !(flags & OpenFlag.O_PATH);
  if (creates && flags & OpenFlag.O_DIRECTORY) return { errno: "EINVAL" };
  const exclusive = creates && (flags & OpenFlag.O_EXCL) !== 0;
  const found = findAt(context, from, name, !(flags & OpenFlag.O_NOFOLLOW) && !exclusive);
  if (found instanceof OpenFile) return reopen(found, flags);
  if (!failed(found)) {
    if (exclusive) return { errno: "EEXIST" };
    return openPlace(kernel, process, found, flags);
  }
  if (!creates || found.errno !== "ENOENT") return found;
  return create(context, from, name, flags, mode);
}

/** What a link of /proc/self/fd leads to: a pipe can be opened again, other things are the same open file. */
function reopen(found: OpenFile, flags: number): Outcome<OpenFile> {
  if (found instanceof PipeEnd) return found.reopen(flags);
  return found;
}

/** Makes the file; a link of that name that leads nowhere yet is followed to where the file shall be. */
function create(
  context: CallContext,
  from: number,
  name: string,
  flags: number,
  mode: number,
): Outcome<OpenFile> {
  const { kernel, process } = context;
  const first = lastAt(context, from, name);
  const last = failed(first) || flags & OpenFlag.O_EXCL ? first : followLast(context, first);
  if (failed(last)) return last;
  if (last.directory) return { errno: "EISDIR" };
  const refused = refuseChange(context, last.parent);
  if (refused) return refused;
  return createFile(kernel, last, mode & 0o7777 & ~process.view.umask, flags);
}

/** Links in a row (MAXSYMLINKS). */
const MOST_LINKS = 40;

function followLast({ kernel, process }: CallContext, first: LastComponent): Outcome<LastComponent> {
  let last = first;
  for (let links = 0; links < MOST_LINKS; links++) {
    const there = kernel.mounts.walk(process.walkView, last.name, { follow: false, from: last.parent });
    if (failed(there) || typeOf(there.node) !== Mode.S_IFLNK) return last;
    const target = there.node.readLink();
    if (failed(target)) return target;
    const next = kernel.mounts.last(process.walkView, byteString(target), last.parent);
    if (failed(next)) return next;
    last = next;
  }
  return { errno: "ELOOP" };
}

/** struct open_how: flags, mode, resolve. */
const OPEN_HOW_BYTES = 24;

function openAt2(context: CallContext, from: number, name: string, how: number, length: number): CallResult {
  if (length < OPEN_HOW_BYTES) return { errno: "EINVAL" };
  const view = context.memory.get(how, OPEN_HOW_BYTES);
  if (failed(view)) return view;
  if (view.getBigUint64(16, true) !== 0n || length > OPEN_HOW_BYTES) return { errno: "EOPNOTSUPP" };
  const flags = Number(view.getBigUint64(0, true));
  const mode = Number(view.getBigUint64(8, true));
  if (flags > 0x7fff_ffff || mode > 0o7777) return { errno: "EINVAL" };
  return openAt(context, from, name, flags, mode);
}

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
const FD_CLOEXEC = 1;
const SETTABLE = OpenFlag.O_APPEND | OpenFlag.O_NONBLOCK | OpenFlag.O_DIRECT | OpenFlag.O_NOATIME;
const F_UNLCK = 2;

function control(context: CallContext, descriptor: number, command: number, argument: number): CallResult {
  const { descriptors } = context.process;
  const open = descriptors.get(descriptor);
  if (failed(open)) return open;
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
    case Fcntl.OFD_GETLK:
      return testLock(context, argument);
    case Fcntl.SETLK:
    case Fcntl.SETLKW:
    case Fcntl.OFD_SETLK:
    case Fcntl.OFD_SETLKW:
      return failed(context.memory.get(argument, 32)) ? { errno: "EFAULT" } : 0;
    case Fcntl.SETOWN:
      return 0;
    case Fcntl.GETOWN:
      return 0;
    case Fcntl.GETPIPE_SZ:
    case Fcntl.SETPIPE_SZ:
      return open instanceof PipeEnd ? open.capacity : { errno: "EBADF" };
    default:
      return { errno: "EINVAL" };
  }
}

/** Nobody else has a lock. */
function testLock({ memory }: CallContext, address: number): CallResult {
  const view = memory.get(address, 32);
  if (failed(view)) return view;
  view.setInt16(0, F_UNLCK, true);
  return memory.put(address, new Uint8Array(view.buffer));
}

const CLOSE_RANGE_UNSHARE = 2;
const CLOSE_RANGE_CLOEXEC = 4;

function closeRange({ process }: CallContext, first: number, last: number, flags: number): CallResult {
  if (first > last || flags & ~(CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC)) return { errno: "EINVAL" };
  if (flags & CLOSE_RANGE_UNSHARE && process.descriptors.users > 1) {
    process.descriptors.users--;
    process.descriptors = process.descriptors.copy();
  }
  for (const number of process.descriptors.numbers) {
    if (number < first || number > last) continue;
    if (flags & CLOSE_RANGE_CLOEXEC) process.descriptors.setCloseOnExec(number, true);
    else process.descriptors.close(number);
  }
  return 0;
}

const LOCK_SH = 1;
const LOCK_EX = 2;
const LOCK_UN = 8;

export const open = {
  openat: call(
    56,
    [directory, path, int, octal],
    openAt,
    "O_TMPFILE; O_DIRECT, O_SYNC and O_ASYNC have no effect",
  ),
  openat2: call(437, [directory, path, pointer, size], openAt2, "resolve flags"),
  close: call(57, [int], ({ process }, descriptor) => process.descriptors.close(descriptor)),
  close_range: call(436, [uint, uint, uint], closeRange),
  dup: call(23, [file], (context, open) => duplicate(context, open, 0, false)),
  dup3: call(24, [int, int, int], duplicateTo),
  fcntl: call(
    25,
    [int, int, pointer],
    control,
    "locks are always granted; leases, seals, F_NOTIFY, signals; the size of pipes cannot be set",
  ),
  umask: call(166, [octal], ({ process }, mask) => {
    const old = process.view.umask;
    process.view.umask = mask & 0o777;
    return old;
  }),
  flock: call(
    32,
    [file, int],
    (_, __, operation) => {
      const kind = operation & ~4;
      return kind === LOCK_SH || kind === LOCK_EX || kind === LOCK_UN ? 0 : { errno: "EINVAL" };
    },
    "always granted",
  ),
};
