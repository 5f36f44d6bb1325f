/**
 * splice(2), tee(2), vmsplice(2): bytes go between a pipe and another file, pipe or memory. Pipes here have bytes, not pages, so
 * that all of it is copied.
 */

import { failed, type Outcome } from "../../base/errno.ts";
import { Notice } from "../files/inotify.ts";
import { type OpenFile, OpenFlag } from "../files/open-file.ts";
import { PipeEnd } from "../files/pipe.ts";
import { StreamFile } from "../files/stream-file.ts";
import { Mode } from "../fs/place.ts";
import type { CallResult } from "../kernel/task.ts";
import type { Blocking } from "../kernel/wait.ts";
import { type AnyResult, type CallContext, call } from "./call.ts";
import { type Cursor, cursorOf } from "./copies.ts";
import { file, int, pointer, readVectors, size, uint, type Vector } from "./kinds.ts";
import { isOpenDirectory, raisePipe } from "./read-write.ts";

const SPLICE_F_NONBLOCK = 2;
const ALL_FLAGS = 0xf;
const CHUNK = 1 << 16;

const EINVAL = { errno: "EINVAL" } as const;
const EBADF = { errno: "EBADF" } as const;
const ESPIPE = { errno: "ESPIPE" } as const;

/** Where bytes come from. */
interface Source {
  readonly open: OpenFile;
  /** Copies what comes next: EAGAIN where there is nothing yet, 0 at the end. */
  peek(into: Uint8Array): Outcome<number>;
  /** So many bytes arrived. */
  drop(count: number): void;
  /** What it said last cannot be read again: all of it has to arrive. */
  readonly isOnce: boolean;
}

/** Where bytes go. */
interface Sink {
  readonly open: OpenFile;
  /** How many it takes at once, as far as that is known before: EAGAIN, EPIPE. */
  room(): Outcome<number>;
  put(bytes: Uint8Array): Outcome<number>;
}

const ofPipe = (end: PipeEnd) => ({
  open: end,
  peek: (into: Uint8Array) => end.peek(into),
  drop: (count: number) => end.drop(count),
  isOnce: false,
  room: () => end.room,
  put: (bytes: Uint8Array) => end.put(bytes),
});

function sourceOf(open: OpenFile, cursor: Cursor | undefined): Source {
  if (open instanceof PipeEnd) return ofPipe(open);
  if (!cursor) return { open, peek: (into) => open.read(into), drop: () => {}, isOnce: true };
  let at = cursor.position;
  const drop = (count: number) => {
    at += count;
    cursor.finish(at);
  };
  return { open, peek: (into) => open.readAt(at, into), drop, isOnce: false };
}

function sinkOf(open: OpenFile, cursor: Cursor | undefined): Sink {
  if (open instanceof PipeEnd) return ofPipe(open);
  if (!cursor) return { open, room: () => CHUNK, put: (bytes) => open.write(bytes) };
  let at = cursor.position;
  const put = (bytes: Uint8Array): Outcome<number> => {
    const count = open.writeAt(at, bytes);
    if (failed(count)) return count;
    at += count;
    cursor.finish(at);
    return count;
  };
  return { open, room: () => CHUNK, put };
}

/** A pipe of ours, or one of the platform behind a standard stream. */
function isPipe(open: OpenFile): boolean {
  if (open instanceof PipeEnd) return true;
  const attributes = open instanceof StreamFile ? open.attributes() : undefined;
  return attributes !== undefined && !failed(attributes) && (attributes.mode & Mode.S_IFMT) === Mode.S_IFIFO;
}

/** The place in a file that has one; EINVAL for an offset where there is none. */
function placeIn(context: CallContext, open: OpenFile, offsetAt: number): Outcome<Cursor | undefined> {
  if (isPipe(open)) return undefined;
  if (open instanceof StreamFile) return offsetAt === 0 ? undefined : EINVAL;
  const cursor = cursorOf(context, open, offsetAt);
  if (failed(cursor)) return cursor.errno === "ESPIPE" && offsetAt === 0 ? undefined : cursor;
  return failed(open.seek(0, 1)) ? EINVAL : cursor;
}

/** Both files of a splice or tee. */
function filesOf({ process }: CallContext, from: number, to: number): Outcome<[OpenFile, OpenFile]> {
  const [source, sink] = [process.descriptors.get(from), process.descriptors.get(to)];
  if (failed(source)) return source;
  return failed(sink) ? sink : [source, sink];
}

function splice(
  context: CallContext,
  from: number,
  fromAt: number,
  to: number,
  toAt: number,
  count: number,
  flags: number,
): AnyResult {
  if (count === 0) return 0;
  if (flags & ~ALL_FLAGS) return EINVAL;
  const files = filesOf(context, from, to);
  if (failed(files)) return files;
  const [input, output] = files;
  const [fromPipe, toPipe] = [isPipe(input), isPipe(output)];
  if ((fromPipe && fromAt !== 0) || (toPipe && toAt !== 0)) return ESPIPE;
  if (!input.readable || !output.writable) return EBADF;
  if (!fromPipe && !toPipe) return EINVAL;
  if (areSame(input, output) || isOpenDirectory(input)) return EINVAL;
  if (!toPipe && output.flags & OpenFlag.O_APPEND) return EINVAL;
  const start = placeIn(context, input, fromAt);
  if (failed(start)) return start;
  const end = placeIn(context, output, toAt);
  if (failed(end)) return end;
  context.kernel.watches.file(input.place, Notice.ACCESS);
  context.kernel.watches.file(output.place, Notice.MODIFY);
  return move(context, sourceOf(input, start), sinkOf(output, end), count, waitsFor(flags, [input, output]));
}

const areSame = (from: OpenFile, to: OpenFile): boolean =>
  from instanceof PipeEnd && to instanceof PipeEnd && from.isOfSamePipe(to);

type MayWait = (open: OpenFile) => boolean;

/** SPLICE_F_NONBLOCK is about pipes, and so is O_NONBLOCK of any of them; other files have their own. */
function waitsFor(flags: number, files: readonly OpenFile[]): MayWait {
  const pipesWait = !(flags & SPLICE_F_NONBLOCK) && !files.some((open) => isPipe(open) && open.nonblocking);
  return (open) => (isPipe(open) ? pipesWait : !open.nonblocking);
}

/** Asks until the answer is not EAGAIN, if that may be waited for. */
function* ask<T>(open: OpenFile, mayWait: boolean, action: () => Outcome<T>): Blocking<Outcome<T>> {
  for (;;) {
    const result = action();
    if (!failed(result) || result.errno !== "EAGAIN" || !mayWait) return result;
    if ((yield { queues: [open.changed] }) === "signal") return { errno: "ERESTARTSYS" };
  }
}

/** Moves bytes until something would have to wait; for the first of them it does wait. */
function* move(
  context: CallContext,
  source: Source,
  sink: Sink,
  count: number,
  mayWait: MayWait,
): Blocking<CallResult> {
  const buffer = new Uint8Array(Math.min(CHUNK, count));
  let done = 0;
  let failure: CallResult;
  while (done < count && failure === undefined) {
    const first = done === 0;
    const room = yield* ask(sink.open, first && mayWait(sink.open), () => sink.room());
    if (failed(room)) {
      failure = room;
      break;
    }
    const wanted = buffer.subarray(0, Math.min(room, count - done));
    const length = yield* ask(source.open, first && mayWait(source.open), () => source.peek(wanted));
    if (length === 0) break;
    const moved = failed(length) ? length : yield* deliver(source, sink, wanted.subarray(0, length), mayWait);
    if (failed(moved)) failure = moved;
    else done += moved;
  }
  if (failed(failure) && failure.errno === "EPIPE") raisePipe(context);
  return done === 0 && failure !== undefined ? failure : done;
}

/** Writes what a source said: all of it where the source cannot say it again, for then nothing may be lost. */
function* deliver(
  source: Source,
  sink: Sink,
  bytes: Uint8Array,
  mayWait: MayWait,
): Blocking<Outcome<number>> {
  const first = yield* ask(sink.open, source.isOnce || mayWait(sink.open), () => sink.put(bytes));
  if (failed(first)) return first;
  source.drop(first);
  let done = first;
  while (source.isOnce && done < bytes.length) {
    const more = sink.put(bytes.subarray(done));
    if (!failed(more)) done += more;
    else if (more.errno !== "EAGAIN") return done;
    else yield { queues: [sink.open.changed], uninterruptible: true };
  }
  return done;
}

function tee(context: CallContext, from: number, to: number, count: number, flags: number): AnyResult {
  if (flags & ~ALL_FLAGS) return EINVAL;
  if (count === 0) return 0;
  const files = filesOf(context, from, to);
  if (failed(files)) return files;
  const [input, output] = files;
  if (!input.readable || !output.writable) return EBADF;
  if (!(input instanceof PipeEnd) || !(output instanceof PipeEnd) || areSame(input, output)) return EINVAL;
  return duplicate(context, input, output, count, waitsFor(flags, files)(input));
}

function* duplicate(
  context: CallContext,
  input: PipeEnd,
  output: PipeEnd,
  count: number,
  mayWait: boolean,
): Blocking<CallResult> {
  const copy = (): Outcome<number> => {
    const room = output.room;
    if (failed(room)) return room;
    const bytes = new Uint8Array(Math.min(count, room));
    const length = input.peek(bytes);
    return failed(length) || length === 0 ? length : output.put(bytes.subarray(0, length));
  };
  for (;;) {
    const done = copy();
    if (failed(done) && done.errno === "EPIPE") raisePipe(context);
    if (!failed(done) || done.errno !== "EAGAIN" || !mayWait) return done;
    if ((yield { queues: [input.changed, output.changed] }) === "signal") return { errno: "ERESTARTSYS" };
  }
}

function spliceMemory(
  context: CallContext,
  open: OpenFile,
  address: number,
  count: number,
  flags: number,
): AnyResult {
  if (flags & ~ALL_FLAGS) return EINVAL;
  if (!open.readable && !open.writable) return EBADF;
  const vectors = readVectors(context, address, count);
  if (failed(vectors)) return vectors;
  const wanted = vectors.filter(({ length }) => length > 0);
  if (wanted.length === 0) return 0;
  if (!(open instanceof PipeEnd)) return EBADF;
  const mayWait = waitsFor(flags, [open])(open);
  return open.writable ? fill(context, open, wanted, mayWait) : drain(context, open, wanted, mayWait);
}

/** As much as the pipe has room for. */
function* fill(
  context: CallContext,
  open: PipeEnd,
  vectors: readonly Vector[],
  mayWait: boolean,
): Blocking<CallResult> {
  const room = yield* ask(open, mayWait, () => open.room);
  if (failed(room)) {
    if (room.errno === "EPIPE") raisePipe(context);
    return room;
  }
  let done = 0;
  for (const { address, length } of vectors) {
    const wanted = Math.min(length, room - done);
    const bytes = context.memory.read(address, context.memory.readableBytes(address, wanted));
    const count = bytes && bytes.length > 0 ? open.put(bytes) : 0;
    done += failed(count) ? 0 : count;
    if (!bytes || bytes.length < length) break;
  }
  return done > 0 ? done : { errno: "EFAULT" };
}

function* drain(
  context: CallContext,
  open: PipeEnd,
  vectors: readonly Vector[],
  mayWait: boolean,
): Blocking<CallResult> {
  const ready = yield* ask(open, mayWait, () => open.peek(new Uint8Array(1)));
  if (failed(ready) || ready === 0) return ready;
  let done = 0;
  for (const { address, length } of vectors) {
    const room = context.memory.writableBytes(address, Math.min(length, open.capacity));
    if (room === 0) return done > 0 ? done : { errno: "EFAULT" };
    const bytes = new Uint8Array(room);
    const count = open.peek(bytes);
    if (failed(count) || count === 0) break;
    context.memory.write(address, bytes.subarray(0, count));
    open.drop(count);
    done += count;
    if (count < length) break;
  }
  return done;
}

export const splices = {
  vmsplice: call(
    75,
    [file, pointer, size, uint],
    spliceMemory,
    "bytes are copied at once: what is written to the memory later is not seen in the pipe",
  ),
  splice: call(76, [int, pointer, int, pointer, size, uint], splice),
  tee: call(77, [int, int, size, uint], tee),
};
