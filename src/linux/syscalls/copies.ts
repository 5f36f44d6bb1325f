/** sendfile(2), copy_file_range(2): bytes go from one file to another without a program's memory. */

import { failed, type Outcome } from "../../base/errno.ts";
import { type OpenFile, OpenFlag, SEEK_CUR, SEEK_SET } from "../files/open-file.ts";
import { typeOf } from "../fs/mount-table.ts";
import { Mode } from "../fs/place.ts";
import type { CallResult } from "../kernel/task.ts";
import type { Blocking } from "../kernel/wait.ts";
import { type AnyResult, type CallContext, call } from "./call.ts";
import { file, MOST_BYTES, pointer, size, uint } from "./kinds.ts";
import { isOpenDirectory, raisePipe, waitFor } from "./read-write.ts";

const CHUNK = 1 << 18;

/** Where a file is read or written: at an offset that the program keeps, or at the file's own position. */
export interface Cursor {
  readonly position: number;
  /** Notes how far it came. */
  readonly finish: (end: number) => Outcome<unknown>;
}

/** Reads the offset from `at`, or asks the file where that is null: ESPIPE where it has no position. */
export function cursorOf({ memory }: CallContext, open: OpenFile, at: number): Outcome<Cursor> {
  if (at === 0) {
    const position = open.seek(0, SEEK_CUR);
    if (failed(position)) return position;
    return { position, finish: (end) => open.seek(end, SEEK_SET) };
  }
  const bytes = memory.get(at, 8);
  if (failed(bytes)) return bytes;
  const position = Number(bytes.getBigInt64(0, true));
  if (position < 0) return { errno: "EINVAL" };
  return { position, finish: (end) => memory.putLong(at, end) };
}

function sendFile(
  context: CallContext,
  to: OpenFile,
  from: OpenFile,
  offsetAt: number,
  count: number,
): AnyResult {
  if (!to.writable || !from.readable) return { errno: "EBADF" };
  if (isOpenDirectory(from)) return { errno: "EINVAL" };
  const cursor = cursorOf(context, from, offsetAt);
  if (failed(cursor)) return cursor.errno === "ESPIPE" && offsetAt === 0 ? { errno: "EINVAL" } : cursor;
  if (to.flags & OpenFlag.O_APPEND) return { errno: "EINVAL" };
  return transfer(context, from, cursor, count, (bytes) => to.write(bytes), to);
}

/** Moves bytes until the file ends or `put` fails; what was moved counts. `waitsFor` may have no room at times. */
function* transfer(
  context: CallContext,
  from: OpenFile,
  cursor: Cursor,
  count: number,
  put: (bytes: Uint8Array, done: number) => Outcome<number>,
  waitsFor?: OpenFile,
): Blocking<CallResult> {
  const limit = Math.min(count, MOST_BYTES);
  const bytes = new Uint8Array(Math.min(CHUNK, limit));
  let done = 0;
  let failure: CallResult;
  while (done < limit && failure === undefined) {
    const length = from.readAt(cursor.position + done, bytes.subarray(0, limit - done));
    if (failed(length)) failure = length;
    else if (length === 0) break;
    else {
      const move = () => put(bytes.subarray(0, length), done);
      const written = waitsFor ? yield* waitFor(context, waitsFor, move, waitsFor.writeTimeout) : move();
      if (failed(written)) failure = written;
      else done += written;
    }
  }
  if (failed(failure) && failure.errno === "EPIPE") raisePipe(context);
  if (done === 0 && failure !== undefined) return failure;
  const noted = cursor.finish(cursor.position + done);
  return failed(noted) ? noted : done;
}

const isRegular = ({ place }: OpenFile): boolean =>
  place !== undefined && typeOf(place.node) === Mode.S_IFREG;

function copyRange(
  context: CallContext,
  from: OpenFile,
  fromAt: number,
  to: OpenFile,
  toAt: number,
  count: number,
  flags: number,
): AnyResult {
  if (flags !== 0) return { errno: "EINVAL" };
  if (isOpenDirectory(from) || isOpenDirectory(to)) return { errno: "EISDIR" };
  if (!isRegular(from) || !isRegular(to)) return { errno: "EINVAL" };
  if (!from.readable || !to.writable || to.flags & OpenFlag.O_APPEND) return { errno: "EBADF" };
  const source = cursorOf(context, from, fromAt);
  if (failed(source)) return source;
  const target = cursorOf(context, to, toAt);
  if (failed(target)) return target;
  const distance = Math.abs(source.position - target.position);
  if (from.place?.node === to.place?.node && distance < count) return { errno: "EINVAL" };
  return copy(context, from, source, to, target, count);
}

function* copy(
  context: CallContext,
  from: OpenFile,
  source: Cursor,
  to: OpenFile,
  target: Cursor,
  count: number,
): Blocking<CallResult> {
  const put = (bytes: Uint8Array, done: number) => to.writeAt(target.position + done, bytes);
  const done = yield* transfer(context, from, source, count, put);
  if (typeof done === "number") target.finish(target.position + done);
  return done;
}

export const copies = {
  sendfile: call(71, [file, file, pointer, size], sendFile),
  copy_file_range: call(285, [file, pointer, file, pointer, size, uint], copyRange),
};
