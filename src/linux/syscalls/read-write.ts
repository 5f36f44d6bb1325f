/** read(2), write(2), their vector and position forms, lseek(2), fsync(2), truncate(2). */

import { failed, type Outcome } from "../../base/errno.ts";
import { Notice } from "../files/inotify.ts";
import { MemoryFile } from "../files/memory-file.ts";
import type { OpenFile } from "../files/open-file.ts";
import { isDirectory } from "../fs/mount-table.ts";
import { SignalCode, signals } from "../kernel/signals.ts";
import type { CallResult } from "../kernel/task.ts";
import type { Blocking } from "../kernel/wait.ts";
import { type AnyResult, type CallContext, call } from "./call.ts";
import {
  buffer,
  file,
  int,
  long,
  MOST_BYTES,
  path,
  pointer,
  readVectors,
  size,
  uint,
  type Vector,
} from "./kinds.ts";
import { changeAttributes } from "./paths.ts";

/** Bytes moved at once between a file and a program. */
const CHUNK = 1 << 18;

type Transfer = (bytes: Uint8Array, done: number) => Outcome<number>;

/** Reads into memory by `transfer` until something was read. */
function* readInto(
  context: CallContext,
  from: OpenFile,
  vectors: readonly Vector[],
  transfer: Transfer,
): Blocking<CallResult> {
  let done = 0;
  for (const { address, length } of vectors) {
    for (let at = 0; at < length; ) {
      const room = context.memory.writableBytes(address + at, Math.min(CHUNK, length - at));
      if (room === 0) return done > 0 ? done : { errno: "EFAULT" };
      const bytes = new Uint8Array(room);
      const move = () => transfer(bytes, done);
      const count = done > 0 ? move() : yield* waitFor(context, from, move, from.readTimeout);
      if (failed(count)) return done > 0 ? done : count;
      context.memory.write(address + at, bytes.subarray(0, count));
      done += count;
      at += count;
      if (count < room) return done;
    }
  }
  return done;
}

/** Does something with a file as soon as it does not say EAGAIN, or the time (nanoseconds) is up. */
export function* waitFor<T>(
  { kernel }: CallContext,
  file: OpenFile,
  action: () => Outcome<T>,
  timeout?: number,
): Blocking<Outcome<T>> {
  const deadline = timeout === undefined ? undefined : kernel.now + timeout;
  for (;;) {
    const result = action();
    if (!failed(result) || result.errno !== "EAGAIN" || file.nonblocking) return result;
    if (deadline !== undefined && kernel.now >= deadline) return result;
    const why = yield { queues: [file.changed], deadline };
    if (why === "signal") return { errno: deadline === undefined ? "ERESTARTSYS" : "EINTR" };
  }
}

function* writeFrom(
  context: CallContext,
  to: OpenFile,
  vectors: readonly Vector[],
  transfer: Transfer,
): Blocking<CallResult> {
  let done = 0;
  for (const { address, length } of vectors) {
    for (let at = 0; at < length; ) {
      const ready = context.memory.readableBytes(address + at, Math.min(CHUNK, length - at));
      const bytes = ready === 0 ? undefined : context.memory.read(address + at, ready);
      if (!bytes) return done > 0 ? done : { errno: "EFAULT" };
      const count = yield* waitFor(context, to, () => transfer(bytes, done), to.writeTimeout);
      if (failed(count)) {
        if (count.errno === "EPIPE") raisePipe(context);
        return done > 0 ? done : count;
      }
      done += count;
      at += count;
    }
  }
  return done;
}

/** Tells whoever writes to what nobody reads any more. */
export function raisePipe({ kernel, task }: CallContext): void {
  kernel.signals.sendTo(task, { signal: signals.SIGPIPE, code: SignalCode.SI_USER, pid: task.process.id });
}

function readVector(context: CallContext, from: OpenFile, vectors: readonly Vector[]): AnyResult {
  if (!from.readable) return { errno: "EBADF" };
  if (isOpenDirectory(from)) return { errno: "EISDIR" };
  if (total(vectors) === 0) return 0;
  context.kernel.watches.file(from.place, Notice.ACCESS);
  return readInto(context, from, vectors, (bytes) => from.read(bytes));
}

export function isOpenDirectory({ place }: OpenFile): boolean {
  return place !== undefined && isDirectory(place.node);
}

function total(vectors: readonly Vector[]): number {
  return vectors.reduce((sum, { length }) => sum + length, 0);
}

function writeVector(context: CallContext, to: OpenFile, vectors: readonly Vector[]): AnyResult {
  if (!to.writable) return { errno: "EBADF" };
  if (total(vectors) === 0) return 0;
  context.kernel.watches.file(to.place, Notice.MODIFY);
  return writeFrom(context, to, vectors, (bytes) => to.write(bytes));
}

function readVectorAt(context: CallContext, from: OpenFile, vectors: readonly Vector[], offset: number) {
  if (offset === -1) return readVector(context, from, vectors);
  if (offset < 0) return { errno: "EINVAL" } as const;
  if (!from.readable) return { errno: "EBADF" } as const;
  if (isOpenDirectory(from)) return { errno: "EISDIR" } as const;
  context.kernel.watches.file(from.place, Notice.ACCESS);
  return readInto(context, from, vectors, (bytes, done) => from.readAt(offset + done, bytes));
}

function writeVectorAt(context: CallContext, to: OpenFile, vectors: readonly Vector[], offset: number) {
  if (offset === -1) return writeVector(context, to, vectors);
  if (offset < 0) return { errno: "EINVAL" } as const;
  if (!to.writable) return { errno: "EBADF" } as const;
  context.kernel.watches.file(to.place, Notice.MODIFY);
  return writeFrom(context, to, vectors, (bytes, done) => to.writeAt(offset + done, bytes));
}

const one = (address: number, length: number): Vector[] => [
  { address, length: Math.min(length, MOST_BYTES) },
];

type VectorCall = (context: CallContext, file: OpenFile, vectors: readonly Vector[]) => AnyResult;

function withVectors(make: VectorCall) {
  return (context: CallContext, file: OpenFile, address: number, count: number): AnyResult => {
    const vectors = readVectors(context, address, count);
    return failed(vectors) ? vectors : make(context, file, vectors);
  };
}

type PositionedCall = (
  context: CallContext,
  file: OpenFile,
  vectors: readonly Vector[],
  offset: number,
) => AnyResult;

function withVectorsAt(make: PositionedCall) {
  return (context: CallContext, file: OpenFile, address: number, count: number, offset: number) =>
    withVectors((_, open, vectors) => make(context, open, vectors, offset))(context, file, address, count);
}

const Rwf = { HIPRI: 1, DSYNC: 2, SYNC: 4 } as const;

/** preadv2(2), pwritev2(2): what is written is there at once, so that there is nothing to wait for. */
function withFlags(make: PositionedCall) {
  const transfer = withVectorsAt(make);
  const known = Rwf.HIPRI | Rwf.DSYNC | Rwf.SYNC;
  return (
    context: CallContext,
    file: OpenFile,
    address: number,
    count: number,
    offset: number,
    _high: number,
    flags: number,
  ): AnyResult =>
    flags & ~known ? { errno: "EOPNOTSUPP" } : transfer(context, file, address, count, offset);
}

function sync(from: OpenFile, dataOnly: boolean): CallResult {
  const done = from.sync(dataOnly);
  return failed(done) ? done : 0;
}

function truncate(context: CallContext, from: OpenFile, length: number): CallResult {
  if (length < 0 || !from.writable) return { errno: "EINVAL" };
  if (length > context.process.limits.RLIMIT_FSIZE.soft) return { errno: "EFBIG" };
  const done = from.change({ size: length });
  if (failed(done)) return done;
  context.kernel.watches.file(from.place, Notice.MODIFY);
  return 0;
}

const FALLOC_FL_KEEP_SIZE = 1;

function allocate(context: CallContext, to: OpenFile, mode: number, offset: number, length: number) {
  if (offset < 0 || length <= 0) return { errno: "EINVAL" } as const;
  if (!to.writable) return { errno: "EBADF" } as const;
  if (mode & ~FALLOC_FL_KEEP_SIZE) return { errno: "EOPNOTSUPP" } as const;
  const attributes = to.attributes();
  if (failed(attributes)) return attributes;
  const end = offset + length;
  const refused = to instanceof MemoryFile ? to.content.refuseRoom(end) : undefined;
  if (refused) return refused;
  if (mode & FALLOC_FL_KEEP_SIZE || end <= Number(attributes.size)) return 0;
  return truncate(context, to, end);
}

export const readWrite = {
  read: call(63, [file, buffer, size], (context, from, address, count) =>
    readVector(context, from, one(address, count)),
  ),
  write: call(64, [file, buffer, size], (context, to, address, count) =>
    writeVector(context, to, one(address, count)),
  ),
  readv: call(65, [file, pointer, int], withVectors(readVector)),
  writev: call(66, [file, pointer, int], withVectors(writeVector)),
  pread64: call(67, [file, buffer, size, long], (context, from, address, count, offset) =>
    offset < 0 ? { errno: "EINVAL" } : readVectorAt(context, from, one(address, count), offset),
  ),
  pwrite64: call(68, [file, buffer, size, long], (context, to, address, count, offset) =>
    offset < 0 ? { errno: "EINVAL" } : writeVectorAt(context, to, one(address, count), offset),
  ),
  preadv: call(69, [file, pointer, int, long], withVectorsAt(readVectorAt)),
  pwritev: call(70, [file, pointer, int, long], withVectorsAt(writeVectorAt)),
  preadv2: call(
    286,
    [file, pointer, int, long, long, int],
    withFlags(readVectorAt),
    "RWF_NOWAIT and later flags",
  ),
  pwritev2: call(
    287,
    [file, pointer, int, long, long, int],
    withFlags(writeVectorAt),
    "RWF_APPEND, RWF_NOWAIT and later flags; as O_SYNC",
  ),
  lseek: call(62, [file, long, uint], (_, from, offset, whence) => from.seek(offset, whence)),
  fsync: call(82, [file], (_, from) => sync(from, false)),
  fdatasync: call(83, [file], (_, from) => sync(from, true)),
  sync: call(81, [], ({ kernel }) => {
    kernel.files.sync();
    return 0;
  }),
  syncfs: call(267, [file], ({ kernel }) => {
    kernel.files.sync();
    return 0;
  }),
  sync_file_range: call(84, [file, long, long, uint], (_, from) => sync(from, true)),
  truncate: call(45, [path, long], (context, name, length) =>
    length < 0 ? { errno: "EINVAL" } : changeAttributes(context, undefined, name, true, { size: length }, 2),
  ),
  ftruncate: call(46, [file, long], truncate),
  fallocate: call(47, [file, int, long, long], allocate, "punching holes, collapsing and zeroing ranges"),
  fadvise64: call(223, [file, long, long, int], (_, from, __, ___, advice) => {
    if (from.place === undefined) return { errno: "ESPIPE" };
    return advice >= 0 && advice <= 5 ? 0 : { errno: "EINVAL" };
  }),
  readahead: call(213, [file, long, size], (_, from) => (from.readable ? 0 : { errno: "EBADF" })),
};
