/** sendto(2), recvfrom(2), sendmsg(2), recvmsg(2). */

import { concatBytes } from "../../base/bytes.ts";
import { failed, type Outcome } from "../../base/errno.ts";
import type { OpenFile } from "../files/open-file.ts";
import { type Ancillary, type Received, type Socket, SocketType } from "../files/socket.ts";
import { UnixSocket } from "../files/unix-socket.ts";
import type { CallResult } from "../kernel/task.ts";
import type { Blocking } from "../kernel/wait.ts";
import { Family } from "../net/socket-address.ts";
import { UdpSocket } from "../net/udp-socket.ts";
import { type CallContext, call } from "./call.ts";
import { deliverControl, readControl } from "./control-messages.ts";
import { file, pointer, readVectors, size, uint, type Vector } from "./kinds.ts";
import { raisePipe, waitFor } from "./read-write.ts";
import { findUnix, isInternet, ownCredentials, readAddress, socketOf, writeAddress } from "./socket-names.ts";

export const Message = {
  OOB: 1,
  PEEK: 2,
  CTRUNC: 8,
  TRUNC: 0x20,
  DONTWAIT: 0x40,
  WAITALL: 0x100,
  NOSIGNAL: 0x4000,
  CMSG_CLOEXEC: 0x40000000,
} as const;

/** The most that one message carries. */
const MOST_BYTES = 1 << 20;

/** Does something as soon as it would not have to wait, or at once where the flags say so. */
function* perhapsWaiting<T>(
  context: CallContext,
  socket: Socket,
  flags: number,
  action: () => Outcome<T>,
  timeout: number | undefined,
): Blocking<Outcome<T>> {
  return flags & Message.DONTWAIT ? action() : yield* waitFor(context, socket, action, timeout);
}

type Sender = (bytes: Uint8Array, ancillary: Ancillary) => Outcome<number>;

/** How to send to an address, or to the peer where there is none. */
function senderTo(context: CallContext, socket: Socket, at: number, length: number): Outcome<Sender> {
  if (at === 0) return (bytes, ancillary) => socket.send(bytes, ancillary);
  const address = readAddress(context, at, length);
  if (failed(address)) return address;
  if (socket instanceof UnixSocket) return senderToUnix(context, socket, address);
  if (!(socket instanceof UdpSocket)) return (bytes, ancillary) => socket.send(bytes, ancillary);
  return isInternet(address)
    ? (bytes, ancillary) => socket.sendTo(address, bytes, ancillary)
    : { errno: "EAFNOSUPPORT" };
}

function senderToUnix(
  context: CallContext,
  socket: UnixSocket,
  address: { readonly family: number } | { readonly path: string },
): Outcome<Sender> {
  if (socket.type !== SocketType.DGRAM) {
    const isConnected = !failed(socket.peerAddress);
    return { errno: isConnected ? "EISCONN" : "EOPNOTSUPP" };
  }
  if (!("path" in address)) return { errno: "EINVAL" };
  const target = findUnix(context, address.path);
  return failed(target) ? target : (bytes, ancillary) => socket.sendTo(target, bytes, ancillary);
}

function* send(
  context: CallContext,
  socket: Socket,
  sender: Sender,
  bytes: Uint8Array,
  ancillary: Ancillary,
  flags: number,
): Blocking<CallResult> {
  const isStream = socket.type === SocketType.STREAM;
  let done = 0;
  do {
    const rest = bytes.subarray(done);
    const carried = done === 0 ? ancillary : { ...ancillary, files: [] };
    const action = () => sender(rest, carried);
    const sent = yield* perhapsWaiting(context, socket, flags, action, socket.writeTimeout);
    if (failed(sent)) {
      if (sent.errno === "EPIPE" && isStream && !(flags & Message.NOSIGNAL)) raisePipe(context);
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
  if (flags & Message.OOB) return { errno: "EOPNOTSUPP" };
  const sender = senderTo(context, socket, addressAt, addressLength);
  if (failed(sender)) return sender;
  const bytes = context.memory.read(at, Math.min(length, MOST_BYTES));
  if (!bytes) return { errno: "EFAULT" };
  const ancillary = { files: [], credentials: ownCredentials(context) };
  return yield* send(context, socket, sender, bytes, ancillary, flags);
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
  socket: Socket,
  vectors: readonly Vector[],
  context: CallContext,
  flags: number,
): Blocking<Outcome<Received>> {
  if (flags & Message.OOB) return { errno: socket.domain === Family.UNIX ? "EOPNOTSUPP" : "EINVAL" };
  const room = vectors.reduce((sum, { length }) => sum + length, 0);
  const bytes = new Uint8Array(Math.min(MOST_BYTES, room));
  const received = yield* receiveBytes(socket, bytes, context, flags);
  if (failed(received)) return received;
  let done = 0;
  for (const { address, length } of vectors) {
    const part = bytes.subarray(done, Math.min(received.count, done + length));
    if (part.length > 0 && !context.memory.write(address, part)) return { errno: "EFAULT" };
    done += part.length;
  }
  return received;
}

/** With MSG_WAITALL a stream is waited for until there are as many bytes as asked for. */
function* receiveBytes(
  socket: Socket,
  bytes: Uint8Array,
  context: CallContext,
  flags: number,
): Blocking<Outcome<Received>> {
  const peeks = (flags & Message.PEEK) !== 0;
  const isWhole = (flags & Message.WAITALL) !== 0 && socket.type === SocketType.STREAM && !peeks;
  const read = (from: number) => () => socket.receive(bytes.subarray(from), peeks);
  const wait = (from: number) => perhapsWaiting(context, socket, flags, read(from), socket.readTimeout);
  const first = yield* wait(0);
  if (failed(first) || !isWhole) return first;
  let { count } = first;
  while (count > 0 && count < bytes.length) {
    const more = yield* wait(count);
    if (failed(more) || more.count === 0) break;
    for (const file of more.files) file.release();
    count += more.count;
  }
  return { ...first, count, length: count };
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

export function* sendMessage(
  context: CallContext,
  open: OpenFile,
  at: number,
  flags: number,
): Blocking<CallResult> {
  const socket = socketOf(open);
  if (failed(socket)) return socket;
  const header = readHeader(context, at);
  if (failed(header)) return header;
  if (flags & Message.OOB) return { errno: "EOPNOTSUPP" };
  const sender = senderTo(context, socket, header.name, header.nameLength);
  if (failed(sender)) return sender;
  const ancillary = readControl(context, header);
  if (failed(ancillary)) return ancillary;
  const parts: Uint8Array[] = [];
  let left = MOST_BYTES;
  for (const { address, length } of header.vectors) {
    const part = context.memory.read(address, Math.min(left, length));
    if (!part) return { errno: "EFAULT" };
    parts.push(part);
    left -= part.length;
  }
  return yield* send(context, socket, sender, concatBytes(parts), ancillary, flags);
}

export function* receiveMessage(
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
  const closesOnExec = (flags & Message.CMSG_CLOEXEC) !== 0;
  const { bytes, isCut } = deliverControl(context, socket, { ...received, files }, header, closesOnExec);
  memory.putLong(at + CONTROL_LENGTH_AT, bytes);
  const truncated = received.length > received.count ? Message.TRUNC : 0;
  memory.putUint32(at + FLAGS_AT, truncated | (isCut ? Message.CTRUNC : 0));
  return flags & Message.TRUNC ? received.length : received.count;
}

export const messages = {
  sendto: call(206, [file, pointer, size, uint, pointer, uint], sendTo, "MSG_OOB"),
  recvfrom: call(207, [file, pointer, size, uint, pointer, pointer], receiveFrom, "MSG_OOB, MSG_ERRQUEUE"),
  sendmsg: call(211, [file, pointer, uint], sendMessage, "MSG_OOB; control data of IP"),
  recvmsg: call(212, [file, pointer, uint], receiveMessage, "MSG_OOB, MSG_ERRQUEUE; control data of IP"),
};
