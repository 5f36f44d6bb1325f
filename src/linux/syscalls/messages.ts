/** sendto(2), recvfrom(2), sendmsg(2), recvmsg(2), with open files in them (SCM_RIGHTS, unix(7)). */

import { concatBytes, viewOf } from "../../base/bytes.ts";
import { failed, type Outcome } from "../../base/errno.ts";
import { type OpenFile, OpenFlag } from "../files/open-file.ts";
import type { Received, UnixSocket } from "../files/unix-socket.ts";
import { SignalCode, signals } from "../kernel/signals.ts";
import type { CallResult } from "../kernel/task.ts";
import type { Blocking } from "../kernel/wait.ts";
import { type CallContext, call } from "./call.ts";
import { file, pointer, readVectors, size, uint, type Vector } from "./kinds.ts";
import { addDescriptor } from "./open.ts";
import { waitFor } from "./read-write.ts";
import { readAddress, socketOf, writeAddress } from "./sockets.ts";

const Message = {
  PEEK: 2,
  CTRUNC: 8,
  TRUNC: 0x20,
  DONTWAIT: 0x40,
  WAITALL: 0x100,
  NOSIGNAL: 0x4000,
  CMSG_CLOEXEC: 0x40000000,
} as const;

/** The most that one message carries, and open files in it (SCM_MAX_FD). */
const MOST_BYTES = 1 << 20;
const MOST_FILES = 253;

/** Does something as soon as it would not have to wait, or at once where the flags say so. */
function* perhapsWaiting<T>(
  socket: UnixSocket,
  flags: number,
  action: () => Outcome<T>,
): Blocking<Outcome<T>> {
  return flags & Message.DONTWAIT ? action() : yield* waitFor(socket, action);
}

interface Outgoing {
  readonly bytes: Uint8Array;
  readonly to: string | undefined;
  readonly files: readonly OpenFile[];
}

function* send(
  context: CallContext,
  socket: UnixSocket,
  { bytes, to, files }: Outgoing,
  flags: number,
): Blocking<CallResult> {
  const { kernel, task } = context;
  let done = 0;
  do {
    const rest = bytes.subarray(done);
    const sent = yield* perhapsWaiting(socket, flags, () => socket.send(rest, to, done === 0 ? files : []));
    if (failed(sent)) {
      if (sent.errno === "EPIPE" && !(flags & Message.NOSIGNAL)) {
        kernel.signals.sendTo(task, {
          signal: signals.SIGPIPE,
          code: SignalCode.SI_USER,
          pid: task.process.id,
        });
      }
      return done > 0 ? done : sent;
    }
    done += sent;
  } while (done < bytes.length);
  return done;
}

function* sendTo(
  context: CallContext,
  open: OpenFile,
  at: number,
  length: number,
  flags: number,
  addressAt: number,
  addressLength: number,
): Blocking<CallResult> {
  const socket = socketOf(open);
  if (failed(socket)) return socket;
  const to = addressAt === 0 ? undefined : readAddress(context, addressAt, addressLength);
  if (failed(to)) return to;
  const bytes = context.memory.read(at, Math.min(length, MOST_BYTES));
  if (!bytes) return { errno: "EFAULT" };
  return yield* send(context, socket, { bytes, to, files: [] }, flags);
}

function* receiveFrom(
  context: CallContext,
  open: OpenFile,
  at: number,
  length: number,
  flags: number,
  addressAt: number,
  lengthAt: number,
): Blocking<CallResult> {
  const socket = socketOf(open);
  if (failed(socket)) return socket;
  const received = yield* receive(socket, [{ address: at, length }], context, flags);
  if (failed(received)) return received;
  if (!(flags & Message.PEEK)) for (const file of received.files) file.release();
  const stored = writeAddress(context, received.from, addressAt, lengthAt);
  if (failed(stored)) return stored;
  return flags & Message.TRUNC ? received.length : received.count;
}

/** Receives into a program's memory. */
function* receive(
  socket: UnixSocket,
  vectors: readonly Vector[],
  { memory }: CallContext,
  flags: number,
): Blocking<Outcome<Received>> {
  const room = Math.min(
    MOST_BYTES,
    vectors.reduce((sum, { length }) => sum + length, 0),
  );
  const bytes = new Uint8Array(room);
  const received = yield* perhapsWaiting(socket, flags, () =>
    socket.receive(bytes, (flags & Message.PEEK) !== 0),
  );
  if (failed(received)) return received;
  let done = 0;
  for (const { address, length } of vectors) {
    const part = bytes.subarray(done, Math.min(received.count, done + length));
    if (part.length > 0 && !memory.write(address, part)) return { errno: "EFAULT" };
    done += part.length;
  }
  return received;
}

/** struct msghdr. */
interface Header {
  readonly name: number;
  readonly nameLength: number;
  readonly vectors: readonly Vector[];
  readonly control: number;
  readonly controlLength: number;
}

const HEADER_BYTES = 56;
const CONTROL_LENGTH_AT = 40;
const FLAGS_AT = 48;

function readHeader(context: CallContext, at: number): Outcome<Header> {
  const view = context.memory.get(at, HEADER_BYTES);
  if (failed(view)) return view;
  const word = (offset: number): number => Number(view.getBigUint64(offset, true));
  const vectors = readVectors(context, word(16), word(24) > 1024 ? -1 : word(24));
  if (failed(vectors)) return word(24) > 1024 ? { errno: "EMSGSIZE" } : vectors;
  return {
    name: word(0),
    nameLength: view.getUint32(8, true),
    vectors,
    control: word(32),
    controlLength: word(40),
  };
}

const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
const CONTROL_HEADER = 16;
const MOST_CONTROL = 4096;

/** The open files that a message shall carry. */
function readRights(
  { memory, process }: CallContext,
  { control, controlLength }: Header,
): Outcome<OpenFile[]> {
  if (control === 0 || controlLength === 0) return [];
  if (controlLength > MOST_CONTROL) return { errno: "ENOBUFS" };
  const view = memory.get(control, controlLength);
  if (failed(view)) return view;
  const files: OpenFile[] = [];
  for (let at = 0; at + CONTROL_HEADER <= controlLength; ) {
    const length = Number(view.getBigUint64(at, true));
    if (length < CONTROL_HEADER || at + length > controlLength) return { errno: "EINVAL" };
    const isRights =
      view.getInt32(at + 8, true) === SOL_SOCKET && view.getInt32(at + 12, true) === SCM_RIGHTS;
    for (let entry = at + CONTROL_HEADER; isRights && entry + 4 <= at + length; entry += 4) {
      const found = process.descriptors.get(view.getInt32(entry, true));
      if (failed(found)) return found;
      files.push(found);
    }
    at += Math.ceil(length / 8) * 8;
  }
  return files.length > MOST_FILES ? { errno: "EINVAL" } : files;
}

/** Gives the files of a message descriptors; how many bytes of control data that made, and whether all had room. */
function deliverRights(
  context: CallContext,
  files: readonly OpenFile[],
  { control, controlLength }: Header,
  flags: number,
): { readonly bytes: number; readonly isCut: boolean } {
  const room = control === 0 ? 0 : Math.max(0, Math.floor((controlLength - CONTROL_HEADER) / 4));
  const numbers: number[] = [];
  for (const open of files.slice(0, room)) {
    const added = addDescriptor(context, open, flags & Message.CMSG_CLOEXEC ? OpenFlag.O_CLOEXEC : 0);
    if (failed(added)) break;
    numbers.push(added);
  }
  for (const open of files) open.release();
  if (numbers.length === 0) return { bytes: 0, isCut: files.length > 0 };
  const header = new Uint8Array(CONTROL_HEADER);
  const view = viewOf(header);
  view.setBigUint64(0, BigInt(CONTROL_HEADER + 4 * numbers.length), true);
  view.setInt32(8, SOL_SOCKET, true);
  view.setInt32(12, SCM_RIGHTS, true);
  context.memory.write(control, concatBytes([header, new Uint8Array(new Int32Array(numbers).buffer)]));
  return { bytes: CONTROL_HEADER + 4 * numbers.length, isCut: numbers.length < files.length };
}

function* sendMessage(context: CallContext, open: OpenFile, at: number, flags: number): Blocking<CallResult> {
  const socket = socketOf(open);
  if (failed(socket)) return socket;
  const header = readHeader(context, at);
  if (failed(header)) return header;
  const to = header.name === 0 ? undefined : readAddress(context, header.name, header.nameLength);
  if (failed(to)) return to;
  const files = readRights(context, header);
  if (failed(files)) return files;
  const parts: Uint8Array[] = [];
  let left = MOST_BYTES;
  for (const { address, length } of header.vectors) {
    const part = context.memory.read(address, Math.min(left, length));
    if (!part) return { errno: "EFAULT" };
    parts.push(part);
    left -= part.length;
  }
  return yield* send(context, socket, { bytes: concatBytes(parts), to, files }, flags);
}

function* receiveMessage(
  context: CallContext,
  open: OpenFile,
  at: number,
  flags: number,
): Blocking<CallResult> {
  const { memory } = context;
  const socket = socketOf(open);
  if (failed(socket)) return socket;
  const header = readHeader(context, at);
  if (failed(header)) return header;
  const received = yield* receive(socket, header.vectors, context, flags);
  if (failed(received)) return received;
  if (header.name !== 0) writeAddress(context, received.from, header.name, at + 8);
  const files = flags & Message.PEEK ? [] : received.files;
  const { bytes, isCut } = deliverRights(context, files, header, flags);
  memory.putLong(at + CONTROL_LENGTH_AT, bytes);
  const truncated = received.length > received.count ? Message.TRUNC : 0;
  memory.putUint32(at + FLAGS_AT, truncated | (isCut ? Message.CTRUNC : 0));
  return flags & Message.TRUNC ? received.length : received.count;
}

export const messages = {
  sendto: call(206, [file, pointer, size, uint, pointer, uint], sendTo),
  recvfrom: call(207, [file, pointer, size, uint, pointer, pointer], receiveFrom, "MSG_WAITALL, MSG_OOB"),
  sendmsg: call(211, [file, pointer, uint], sendMessage, "SCM_CREDENTIALS"),
  recvmsg: call(212, [file, pointer, uint], receiveMessage, "SCM_CREDENTIALS, MSG_WAITALL"),
};
