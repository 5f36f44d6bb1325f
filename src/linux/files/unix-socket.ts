/**
 * Sockets of the family AF_UNIX (unix(7)): streams, datagrams and packets in order, between processes of one kernel. Names are
 * kept by the kernel: binding to a path makes no file there.
 */

import type { Failure, Outcome } from "../../base/errno.ts";
import type { Attributes } from "../../base/file-tree.ts";
import { Mode } from "../fs/place.ts";
import { anonymousAttributes } from "./anonymous.ts";
import { type IoctlMemory, OpenFile, OpenFlag, Poll } from "./open-file.ts";
import { FIONREAD } from "./pipe.ts";

export const SocketType = { STREAM: 1, DGRAM: 2, SEQPACKET: 5 } as const;

/** Bytes that may wait in a socket, and connections that may wait to be accepted. */
const CAPACITY = 212_992;
const MOST_BACKLOG = 128;

let lastInode = 0x8000n;

/** Addresses of sockets that are bound, as the bytes of sun_path. */
export type SocketNames = Map<string, UnixSocket>;

interface Message {
  bytes: Uint8Array;
  readonly from: string;
  /** Open files that came with it (SCM_RIGHTS). */
  files: readonly OpenFile[];
}

export interface Received {
  readonly count: number;
  /** The length of the whole datagram, of which the rest is lost. */
  readonly length: number;
  readonly from: string;
  readonly files: readonly OpenFile[];
}

export class UnixSocket extends OpenFile {
  readonly name: string;
  readonly type: number;
  readonly #inode = ++lastInode;
  readonly #names: SocketNames;
  readonly #queue: Message[] = [];
  #queued = 0;
  #peer: UnixSocket | undefined;
  #address = "";
  #peerAddress = "";
  #pending: UnixSocket[] | undefined;
  #backlog = 0;
  #readShut = false;
  #writeShut = false;
  #isClosed = false;
  #wasConnected = false;
  peerCredentials = { pid: 0, uid: 0, gid: 0 };

  constructor(type: number, flags: number, names: SocketNames) {
    super(OpenFlag.O_RDWR | flags);
    this.type = type;
    this.#names = names;
    this.name = `socket:[${this.#inode}]`;
  }

  attributes(): Outcome<Attributes> {
    return anonymousAttributes(this.#inode, Mode.S_IFSOCK | 0o777);
  }

  get address(): string {
    return this.#address;
  }

  get isListening(): boolean {
    return this.#pending !== undefined;
  }

  get peerAddress(): Outcome<string> {
    return this.#peer ? this.#peerAddress : { errno: "ENOTCONN" };
  }

  /** Joins two sockets (socketpair(2)). */
  join(other: UnixSocket): void {
    this.#connectTo(other);
    other.#connectTo(this);
  }

  #connectTo(peer: UnixSocket): void {
    this.#peer = peer;
    this.#peerAddress = peer.#address;
    this.#wasConnected = true;
  }

  bind(address: string): Failure | undefined {
    if (this.#address !== "") return { errno: "EINVAL" };
    if (this.#names.has(address)) return { errno: "EADDRINUSE" };
    this.#address = address;
    this.#names.set(address, this);
    return undefined;
  }

  listen(backlog: number): Failure | undefined {
    if (this.type === SocketType.DGRAM) return { errno: "EOPNOTSUPP" };
    if (this.#address === "" || this.#peer) return { errno: "EINVAL" };
    this.#pending ??= [];
    this.#backlog = Math.min(Math.max(backlog, 1), MOST_BACKLOG);
    return undefined;
  }

  connect(address: string): Outcome<undefined> {
    const target = this.#names.get(address);
    if (this.#peer && this.type !== SocketType.DGRAM) return { errno: "EISCONN" };
    if (!target) return { errno: address.startsWith("\0") ? "ECONNREFUSED" : "ENOENT" };
    if (target.type !== this.type) return { errno: "EPROTOTYPE" };
    if (this.type === SocketType.DGRAM) {
      this.#connectTo(target);
      return undefined;
    }
    if (!target.#pending) return { errno: "ECONNREFUSED" };
    if (target.#pending.length >= target.#backlog) return { errno: "EAGAIN" };
    const accepted = new UnixSocket(this.type, 0, this.#names);
    accepted.#address = target.#address;
    this.join(accepted);
    target.#pending.push(accepted);
    target.changed.wake();
    return undefined;
  }

  accept(): Outcome<UnixSocket> {
    if (!this.#pending) return { errno: "EINVAL" };
    const next = this.#pending.shift();
    this.changed.wake();
    return next ?? { errno: "EAGAIN" };
  }

  /** @param to the address for a datagram, if it is not the peer's */
  send(from: Uint8Array, to?: string, files: readonly OpenFile[] = []): Outcome<number> {
    if (this.#writeShut) return { errno: "EPIPE" };
    const target = to === undefined || this.type !== SocketType.DGRAM ? this.#peer : this.#names.get(to);
    if (!target) return this.#refusal(to);
    if (target.#isClosed) return { errno: this.type === SocketType.DGRAM ? "ECONNREFUSED" : "EPIPE" };
    if (target.#readShut) return { errno: "EPIPE" };
    const room = CAPACITY - target.#queued;
    const isStream = this.type === SocketType.STREAM;
    if (!isStream && from.length > CAPACITY) return { errno: "EMSGSIZE" };
    if (room <= 0 || (!isStream && room < from.length)) return { errno: "EAGAIN" };
    const count = isStream ? Math.min(room, from.length) : from.length;
    for (const file of files) file.hold();
    target.#queue.push({ bytes: from.slice(0, count), from: this.#address, files });
    target.#queued += count;
    target.changed.wake();
    return count;
  }

  #refusal(to: string | undefined): Failure {
    if (to !== undefined && this.type === SocketType.DGRAM) {
      return { errno: to.startsWith("\0") ? "ECONNREFUSED" : "ENOENT" };
    }
    return { errno: this.#wasConnected ? "EPIPE" : "ENOTCONN" };
  }

  /** The files that come with it are held for whoever receives them; not where it only `peeks`. */
  receive(into: Uint8Array, peeks = false): Outcome<Received> {
    if (this.isListening) return { errno: "EINVAL" };
    const first = this.#queue[0];
    if (!first) return this.#nothing();
    if (this.type !== SocketType.STREAM) {
      const count = Math.min(into.length, first.bytes.length);
      into.set(first.bytes.subarray(0, count));
      if (!peeks) this.#drop(first.bytes.length);
      return { count, length: first.bytes.length, from: first.from, files: first.files };
    }
    return this.#receiveStream(into, peeks, first);
  }

  #nothing(): Outcome<Received> {
    const atEnd = { count: 0, length: 0, from: "", files: [] };
    if (this.#readShut) return atEnd;
    if (this.type === SocketType.DGRAM) return { errno: "EAGAIN" };
    if (!this.#wasConnected) return { errno: this.type === SocketType.STREAM ? "EINVAL" : "ENOTCONN" };
    const isOver = !this.#peer || this.#peer.#isClosed || this.#peer.#writeShut;
    return isOver ? atEnd : { errno: "EAGAIN" };
  }

  #receiveStream(into: Uint8Array, peeks: boolean, first: Message): Received {
    let count = 0;
    for (const message of [...this.#queue]) {
      const part = message.bytes.subarray(0, into.length - count);
      into.set(part, count);
      count += part.length;
      if (!peeks) this.#drop(part.length);
      const next = this.#queue[peeks ? 1 : 0];
      if (count === into.length || (next && next.files.length > 0)) break;
    }
    return { count, length: count, from: first.from, files: first.files };
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
  }

  shutdown(reading: boolean, writing: boolean): Failure | undefined {
    if (!this.#peer) return { errno: "ENOTCONN" };
    this.#readShut ||= reading;
    this.#writeShut ||= writing;
    this.changed.wake();
    this.#peer.changed.wake();
    return undefined;
  }

  override read(into: Uint8Array): Outcome<number> {
    const received = this.receive(into);
    if ("errno" in received) return received;
    for (const file of received.files) file.release();
    return received.count;
  }

  override write(from: Uint8Array): Outcome<number> {
    return this.send(from);
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

  override ioctl(request: number, argument: number, memory: IoctlMemory): Outcome<number> {
    if (request !== FIONREAD) return { errno: "ENOTTY" };
    const waiting = new Uint8Array(new Uint32Array([this.#queued]).buffer);
    return memory.write(argument, waiting) ? 0 : { errno: "EFAULT" };
  }

  protected override close(): void {
    this.#isClosed = true;
    if (this.#names.get(this.#address) === this) this.#names.delete(this.#address);
    for (const message of this.#queue) for (const file of message.files) file.release();
    this.#queue.length = 0;
    for (const waiting of this.#pending ?? []) waiting.close();
    this.#peer?.changed.wake();
  }
}
