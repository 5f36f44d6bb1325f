/** open(2), close(2), umask(2), close_range(2). */

import { byteString, stringBytes } from "../../base/bytes.ts";
import { failed, type Outcome } from "../../base/errno.ts";
import { MemoryFile } from "../files/memory-file.ts";
import { OpenFile, OpenFlag } from "../files/open-file.ts";
import { createFile, openPlace } from "../files/open-place.ts";
import { PipeEnd } from "../files/pipe.ts";
import { isDirectory, type LastComponent, typeOf } from "../fs/mount-table.ts";
import { Mode } from "../fs/place.ts";
import type { CallResult } from "../kernel/task.ts";
import type { Blocking } from "../kernel/wait.ts";
import { type AnyResult, type CallContext, call } from "./call.ts";
import { directory, int, octal, path, pointer, size, uint } from "./kinds.ts";
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

function openAt(context: CallContext, from: number, name: string, flags: number, mode: number): AnyResult {
  const open = openFile(context, from, name, flags, mode);
  if (failed(open)) return open;
  const isFifo = open instanceof PipeEnd && open.place !== undefined && !open.nonblocking;
  return isFifo ? openFifo(context, open, flags) : addDescriptor(context, open, flags);
}

/** Waits until the other end of a FIFO is opened too (fifo(7)). */
function* openFifo(context: CallContext, end: PipeEnd, flags: number): Blocking<CallResult> {
  end.hold();
  try {
    while (!end.hasPartner) {
      const why = yield { queues: [end.opened] };
      if (why === "signal") return { errno: "ERESTARTSYS" };
    }
    return addDescriptor(context, end, flags);
  } finally {
    end.release();
  }
}

function openFile(
  context: CallContext,
  from: number,
  name: string,
  flags: number,
  mode: number,
): Outcome<OpenFile> {
  const { kernel, process } = context;
  if ((flags & OpenFlag.O_TMPFILE) === OpenFlag.O_TMPFILE) return nameless(context, from, name, flags, mode);
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

/** A file without a name in a directory (O_TMPFILE). */
function nameless(
  context: CallContext,
  from: number,
  name: string,
  flags: number,
  mode: number,
): Outcome<OpenFile> {
  if ((flags & OpenFlag.O_ACCMODE) === OpenFlag.O_RDONLY) return { errno: "EINVAL" };
  const directory = findAt(context, from, name, true);
  if (failed(directory)) return directory;
  if (directory instanceof OpenFile || !isDirectory(directory.node)) return { errno: "ENOTDIR" };
  const refused = refuseChange(context, directory);
  if (refused) return refused;
  const last = { parent: directory, name: temporaryName(context), directory: false };
  const permissions = mode & 0o7777 & ~context.process.view.umask;
  const made = createFile(context.kernel, last, permissions, (flags & ~OpenFlag.O_TMPFILE) | OpenFlag.O_EXCL);
  if (failed(made)) return made;
  directory.node.unlink(stringBytes(last.name));
  return made;
}

/** A name that no file has. */
export function temporaryName({ kernel: { platform } }: CallContext): string {
  const bytes = platform.fillRandom(new Uint8Array(12));
  return `.strata-${[...bytes].map((byte) => byte.toString(16)).join("")}`;
}

/** What a link of /proc/self/fd leads to: pipes and files in memory can be opened again, other things are the same open file. */
function reopen(found: OpenFile, flags: number): Outcome<OpenFile> {
  if (found instanceof PipeEnd || found instanceof MemoryFile) return found.reopen(flags);
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

function openAt2(context: CallContext, from: number, name: string, how: number, length: number): AnyResult {
  if (length < OPEN_HOW_BYTES) return { errno: "EINVAL" };
  const view = context.memory.get(how, OPEN_HOW_BYTES);
  if (failed(view)) return view;
  if (view.getBigUint64(16, true) !== 0n || length > OPEN_HOW_BYTES) return { errno: "EOPNOTSUPP" };
  const flags = Number(view.getBigUint64(0, true));
  const mode = Number(view.getBigUint64(8, true));
  if (flags > 0x7fff_ffff || mode > 0o7777) return { errno: "EINVAL" };
  return openAt(context, from, name, flags, mode);
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

export const open = {
  openat: call(
    56,
    [directory, path, int, octal],
    openAt,
    "files of O_TMPFILE cannot be linked; O_DIRECT, O_SYNC and O_ASYNC have no effect",
  ),
  openat2: call(437, [directory, path, pointer, size], openAt2, "resolve flags"),
  close: call(57, [int], ({ process }, descriptor) => process.descriptors.close(descriptor)),
  close_range: call(436, [uint, uint, uint], closeRange),
  umask: call(166, [octal], ({ process }, mask) => {
    const old = process.view.umask;
    process.view.umask = mask & 0o777;
    return old;
  }),
};
