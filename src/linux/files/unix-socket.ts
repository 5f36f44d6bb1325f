/** Sockets of the family AF_UNIX (unix(7)): streams, datagrams and packets in order, between processes of one kernel. */

import type { Failure, Outcome } from "../../base/errno.ts";
import type { SocketNode } from "../fs/named-nodes.ts";
import { Family, type UnixAddress } from "../net/socket-address.ts";
import { type OpenFile, Poll } from "./open-file.ts";
import { type Ancillary, NOBODY, NOTHING, type Received, Socket, SocketType } from "./socket.ts";

/** Bytes that may wait in a socket, and connections that may wait to be accepted. */
const CAPACITY = 212_992;
const MOST_BACKLOG = 4096;
/** Datagrams that may wait, however short. */
const MOST_MESSAGES = 4096;

/** Abstract names of sockets that are bound. */
export type SocketNames = Map<string, UnixSocket>;

/** Where a socket can be bound: an abstract name, or a node in the tree of files. */
export interface BindingPlace {
  readonly path: string;
  readonly names?: SocketNames;
  readonly node?: SocketNode<UnixSocket>;
}

interface Message extends Ancillary {
  bytes: Uint8Array;
  readonly from: string;
  files: readonly OpenFile[];
}

export class UnixSocket extends Socket {
  readonly domain = Family.UNIX;
  readonly #queue: Message[] = [];
  #queued = 0;
  #peer: UnixSocket | undefined;
  #path = "";
  #peerPath = "";
  #unbind: (() => void) | undefined;
  #pending: UnixSocket[] | undefined;
  #backlog = 0;
  #readShut = false;
  #writeShut = false;
  #isClosed = false;
  #wasConnected = false;
  /** Who connected it, or listens (SO_PEERCRED of the other end). */
  credentials = NOBODY;
  peerCredentials = NOBODY;

  constructor(type: number, flags: number) {
    super(type, 0, flags);
  }

  get address(): UnixAddress {
    return { family: Family.UNIX, path: this.#path };
  }

  get isListening(): boolean {
    return this.#pending !== undefined;
  }

  get peerAddress(): Outcome<UnixAddress> {
    return this.#peer ? { family: Family.UNIX, path: this.#peerPath } : { errno: "ENOTCONN" };
  }

  get isBound(): boolean {
    return this.#path !== "";
  }

  protected get available(): number {
    if (this.type === SocketType.STREAM) return this.#queued;
    return this.#queue[0]?.bytes.length ?? 0;
  }

  /** Joins two sockets (socketpair(2)). */
  join(other: UnixSocket): void {
    this.#connectTo(other);
    other.#connectTo(this);
  }

  #connectTo(peer: UnixSocket): void {
    this.#peer = peer;
    this.#peerPath = peer.#path;
    this.peerCredentials = peer.credentials;
    this.#wasConnected = true;
  }

  bind({ path, names, node }: BindingPlace): void {
    this.#path = path;
    if (node) node.socket = this;
    names?.set(path, this);
    this.#unbind = () => {
      if (node?.socket === this) node.socket = undefined;
      if (names?.get(path) === this) names.delete(path);
    };
  }

  listen(backlog: number): Failure | undefined {
    if (this.type === SocketType.DGRAM) return { errno: "EOPNOTSUPP" };
    if (!this.isBound || this.#peer) return { errno: "EINVAL" };
    this.#pending ??= [];
    this.#backlog = Math.min(Math.max(backlog, 0), MOST_BACKLOG);
    return undefined;
  }

  /** EAGAIN while too many others wait to be accepted. */
  connect(target: UnixSocket | undefined): Outcome<undefined> {
    if (this.type === SocketType.DGRAM && !target) return this.#disconnect();
    if (!target || target.#isClosed) return { errno: "ECONNREFUSED" };
    if (target.type !== this.type) return { errno: "EPROTOTYPE" };
    if (this.type === SocketType.DGRAM) {
      this.#connectTo(target);
      return undefined;
    }
    if (this.isListening) return { errno: "EINVAL" };
    if (this.#peer) return { errno: "EISCONN" };
    if (!target.#pending) return { errno: "ECONNREFUSED" };
    if (target.#pending.length > target.#backlog) {
      // Whoever accepts wakes those that wait to connect.
      target.#waiting.add(this);
      return { errno: "EAGAIN" };
    }
    target.#waiting.delete(this);
    const accepted = new UnixSocket(this.type, 0);
    accepted.#path = target.#path;
    accepted.credentials = target.credentials;
    this.join(accepted);
    target.#pending.push(accepted);
    target.changed.wake();
    return undefined;
  }

  readonly #waiting = new Set<UnixSocket>();

  #disconnect(): undefined {
    this.#peer = undefined;
    this.#wasConnected = false;
  }

  accept(): Outcome<UnixSocket> {
    if (!this.#pending) return { errno: "EINVAL" };
    const next = this.#pending.shift();
    for (const socket of this.#waiting) socket.changed.wake();
    return next ?? { errno: "EAGAIN" };
  }

  send(from: Uint8Array, ancillary: Ancillary): Outcome<number> {
    if (this.#writeShut) return { errno: "EPIPE" };
    if (this.#peer) return this.sendTo(this.#peer, from, ancillary);
    if (this.type === SocketType.STREAM) return { errno: this.#wasConnected ? "EPIPE" : "ENOTCONN" };
    return { errno: this.#wasConnected ? "EPIPE" : "ENOTCONN" };
  }

  /** To another socket, which is the peer or any for datagrams; undefined where nobody has that name any more. */
  sendTo(
    target: UnixSocket | undefined,
    from: Uint8Array,
    { files, credentials }: Ancillary,
  ): Outcome<number> {
    if (this.#writeShut) return { errno: "EPIPE" };
    const isDatagram = this.type === SocketType.DGRAM;
    if (!target || target.#isClosed) return { errno: isDatagram ? "ECONNREFUSED" : "EPIPE" };
    if (target.type !== this.type) return { errno: "EPROTOTYPE" };
    if (isDatagram && target.#peer && target.#peer !== this) return { errno: "EPERM" };
    if (target.#readShut) return { errno: "EPIPE" };
    const room = CAPACITY - target.#queued;
    const isStream = this.type === SocketType.STREAM;
    if (!isStream && from.length > CAPACITY) return { errno: "EMSGSIZE" };
    if (isStream && from.length === 0) return 0;
    const isFull = target.#queue.length >= MOST_MESSAGES;
    if (room <= 0 || (!isStream && (isFull || room < from.length))) {
      target.#waiting.add(this);
      return { errno: "EAGAIN" };
    }
    target.#waiting.delete(this);
    const count = isStream ? Math.min(room, from.length) : from.length;
    for (const file of files) file.hold();
    target.#queue.push({ bytes: from.slice(0, count), from: this.#path, files, credentials });
    target.#queued += count;
    target.changed.wake();
    return count;
  }

  receive(into: Uint8Array, peeks: boolean): Outcome<Received> {
    if (this.isListening) return { errno: "EINVAL" };
    const first = this.#queue[0];
    if (!first) return this.#nothing();
    if (this.type === SocketType.STREAM) return this.#receiveStream(into, peeks, first);
    const count = Math.min(into.length, first.bytes.length);
    into.set(first.bytes.subarray(0, count));
    const received = { ...first, count, length: first.bytes.length, from: addressOf(first) };
    if (!peeks) this.#drop(first.bytes.length);
    return received;
  }

  #nothing(): Outcome<Received> {
    const atEnd = { ...NOTHING, count: 0, length: 0, from: undefined };
    if (this.#readShut) return atEnd;
    if (this.type === SocketType.DGRAM) return { errno: "EAGAIN" };
    if (!this.#wasConnected) return { errno: this.type === SocketType.STREAM ? "EINVAL" : "ENOTCONN" };
    if (this.error) return { errno: this.takeError() ?? "ECONNRESET" };
    const isOver = !this.#peer || this.#peer.#isClosed || this.#peer.#writeShut;
    return isOver ? atEnd : { errno: "EAGAIN" };
  }

  #receiveStream(into: Uint8Array, peeks: boolean, first: Message): Received {
    const { files, credentials } = first;
    let count = 0;
    for (const message of [...this.#queue]) {
      const part = message.bytes.subarray(0, into.length - count);
      into.set(part, count);
      count += part.length;
      if (!peeks) this.#drop(part.length);
      const next = this.#queue[peeks ? 1 : 0];
      if (count === into.length || (next && next.files.length > 0)) break;
    }
    return { count, length: count, from: addressOf(first), files, credentials };
  }

  /** Takes bytes from the first message. */
  #drop(count: number): void {
    const first = this.#queue[0];
    if (!first) return;
    first.bytes = first.bytes.subarray(count);
    first.files = [];
    this.#queued -= count;
    if (first.bytes.length === 0) this.#queue.shift();
    this.#peer?.changed.wake();
    for (const socket of this.#waiting) socket.changed.wake();
  }

  shutdown(reading: boolean, writing: boolean): Failure | undefined {
    if (!this.#peer) return { errno: "ENOTCONN" };
    this.#readShut ||= reading;
    this.#writeShut ||= writing;
    this.changed.wake();
    this.#peer.changed.wake();
    return undefined;
  }

  override poll(): number {
    if (this.#pending) return this.#pending.length > 0 ? Poll.IN | Poll.RDNORM : 0;
    const peer = this.#peer;
    const over = this.#wasConnected && (!peer || peer.#isClosed);
    const peerEnds = peer === undefined ? false : peer.#writeShut;
    const ends = over || this.#readShut || peerEnds;
    let events = this.#queue.length > 0 || ends ? Poll.IN | Poll.RDNORM : 0;
    if (ends) events |= Poll.RDHUP;
    const room = !peer || CAPACITY - peer.#queued > 0;
    if (room || over) events |= Poll.OUT | Poll.WRNORM;
    if (over || (this.type !== SocketType.DGRAM && !this.#wasConnected)) events |= Poll.HUP;
    return events;
  }

  protected override close(): void {
    this.#isClosed = true;
    this.#unbind?.();
    // What the other end sent and nobody read is lost: it hears of that.
    const isStream = this.type !== SocketType.DGRAM;
    if (isStream && this.#peer && this.#queue.length > 0) this.#peer.error = "ECONNRESET";
    for (const message of this.#queue) for (const file of message.files) file.release();
    this.#queue.length = 0;
    for (const waiting of this.#pending ?? []) waiting.close();
    this.#peer?.changed.wake();
    for (const socket of this.#waiting) socket.changed.wake();
  }
}

function addressOf({ from }: Message): UnixAddress {
  return { family: Family.UNIX, path: from };
}
