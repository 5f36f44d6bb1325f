/** flock(2), and the record locks of fcntl(2): F_SETLK, F_SETLKW, F_GETLK and their F_OFD_ forms. */

import { failed, type Outcome } from "../../base/errno.ts";
import { type LockRange, locksOf, type RangeLock, stopsWaiting, wouldDeadlock } from "../files/file-locks.ts";
import { type OpenFile, OpenFlag, SEEK_CUR, SEEK_END, SEEK_SET } from "../files/open-file.ts";
import type { CallResult } from "../kernel/task.ts";
import type { Blocking } from "../kernel/wait.ts";
import { type AnyResult, type CallContext, call } from "./call.ts";
import { file, int } from "./kinds.ts";

const F_RDLCK = 0;
const F_WRLCK = 1;
const F_UNLCK = 2;
/** struct flock: type, whence, start, length, pid. */
const FLOCK_BYTES = 32;
const TYPE_AT = 0;
const WHENCE_AT = 2;
const START_AT = 8;
const LENGTH_AT = 16;
const PID_AT = 24;

/** What a struct flock asks for. */
interface LockRequest {
  readonly type: number;
  readonly range: LockRange;
  readonly view: DataView;
}

/** Whose locks they are: POSIX ones are the process's, the others the open file's. */
export type LockKind = "posix" | "open-file";

function readRequest({ memory }: CallContext, open: OpenFile, at: number): Outcome<LockRequest> {
  const view = memory.get(at, FLOCK_BYTES);
  if (failed(view)) return view;
  const type = view.getInt16(TYPE_AT, true);
  const from = origin(open, view.getInt16(WHENCE_AT, true));
  if (failed(from)) return from;
  const start = from + Number(view.getBigInt64(START_AT, true));
  const length = Number(view.getBigInt64(LENGTH_AT, true));
  if (start > 2 ** 63) return { errno: "EOVERFLOW" };
  if (start < 0 || start + length < 0) return { errno: "EINVAL" };
  if (length > 0 && start + length - 1 >= 2 ** 63) return { errno: "EOVERFLOW" };
  if (type !== F_RDLCK && type !== F_WRLCK && type !== F_UNLCK) return { errno: "EINVAL" };
  const range =
    length < 0
      ? { start: start + length, end: start }
      : { start, end: length === 0 ? Number.POSITIVE_INFINITY : start + length };
  return { type, range, view };
}

function origin(open: OpenFile, whence: number): Outcome<number> {
  switch (whence) {
    case SEEK_SET:
      return 0;
    case SEEK_CUR: {
      const position = open.seek(0, SEEK_CUR);
      return failed(position) ? 0 : position;
    }
    case SEEK_END: {
      const attributes = open.attributes();
      return failed(attributes) ? attributes : Number(attributes.size);
    }
    default:
      return { errno: "EINVAL" };
  }
}

function lockOf({ process }: CallContext, open: OpenFile, request: LockRequest, kind: LockKind): RangeLock {
  const isPosix = kind === "posix";
  const owner = isPosix ? process.descriptors : open;
  return {
    ...request.range,
    owner,
    pid: isPosix ? process.id : -1,
    exclusive: request.type === F_WRLCK,
  };
}

/** F_SETLK and F_SETLKW. */
export function setLock(
  context: CallContext,
  open: OpenFile,
  at: number,
  kind: LockKind,
  waits: boolean,
): AnyResult {
  const request = readRequest(context, open, at);
  if (failed(request)) return request;
  if (kind === "open-file" && request.view.getInt32(PID_AT, true) !== 0) return { errno: "EINVAL" };
  const lock = lockOf(context, open, request, kind);
  const locks = locksOf(open);
  if (request.type === F_UNLCK) {
    locks.unset(lock.owner, lock);
    return 0;
  }
  if (request.type === F_RDLCK ? !open.readable : !open.writable) return { errno: "EBADF" };
  if (waits) return waitForLock(open, lock);
  if (locks.conflict(lock)) return { errno: "EAGAIN" };
  return locks.set(lock) ?? 0;
}

function* waitForLock(open: OpenFile, lock: RangeLock): Blocking<CallResult> {
  const locks = locksOf(open);
  const isPosix = lock.pid !== -1;
  try {
    for (;;) {
      const holder = locks.conflict(lock);
      if (!holder) return locks.set(lock) ?? 0;
      if (isPosix && wouldDeadlock(lock.owner, holder.owner)) return { errno: "EDEADLK" };
      const why = yield { queues: [locks.changed] };
      if (why === "signal") return { errno: "ERESTARTSYS" };
    }
  } finally {
    if (isPosix) stopsWaiting(lock.owner);
  }
}

/** F_GETLK: whose lock is in the way. */
export function testLock(context: CallContext, open: OpenFile, at: number, kind: LockKind): CallResult {
  const request = readRequest(context, open, at);
  if (failed(request)) return request;
  const { type, view } = request;
  if (type === F_UNLCK) return { errno: "EINVAL" };
  if (kind === "open-file" && view.getInt32(PID_AT, true) !== 0) return { errno: "EINVAL" };
  const found = locksOf(open).conflict(lockOf(context, open, request, kind));
  view.setInt16(TYPE_AT, found ? (found.exclusive ? F_WRLCK : F_RDLCK) : F_UNLCK, true);
  if (found) {
    const length = Number.isFinite(found.end) ? found.end - found.start : 0;
    view.setInt16(WHENCE_AT, SEEK_SET, true);
    view.setBigInt64(START_AT, BigInt(found.start), true);
    view.setBigInt64(LENGTH_AT, BigInt(length), true);
    view.setInt32(PID_AT, found.pid, true);
  }
  return context.memory.put(at, new Uint8Array(view.buffer));
}

const LOCK_SH = 1;
const LOCK_EX = 2;
const LOCK_NB = 4;
const LOCK_UN = 8;

function* lockFile(_: CallContext, open: OpenFile, operation: number): Blocking<CallResult> {
  const kind = operation & ~LOCK_NB;
  if (kind !== LOCK_SH && kind !== LOCK_EX && kind !== LOCK_UN) return { errno: "EINVAL" };
  if (open.flags & OpenFlag.O_PATH) return { errno: "EBADF" };
  const locks = locksOf(open);
  if (kind === LOCK_UN) {
    locks.unlockWhole(open);
    return 0;
  }
  for (;;) {
    const done = locks.lockWhole(open, kind === LOCK_EX);
    if (!failed(done) || operation & LOCK_NB) return done;
    const why = yield { queues: [locks.changed] };
    if (why === "signal") return { errno: "ERESTARTSYS" };
  }
}

export const locks = {
  flock: call(32, [file, int], lockFile),
};
