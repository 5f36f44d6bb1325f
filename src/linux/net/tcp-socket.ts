/** TCP sockets (tcp(7)): streams to sockets of the same run, or by the platform's network. */

import type { Failure, Outcome } from "../../base/errno.ts";
import { Poll } from "../files/open-file.ts";
import { type Ancillary, NOTHING, type Received, SocketType } from "../files/socket.ts";
import type { HostListener } from "../platform.ts";
import { type Channel, channelPair } from "./channel.ts";
import { type Endpoint, InternetSocket } from "./internet-socket.ts";
import { destination, type InternetStack, isLoopback } from "./internet-stack.ts";
import type { InternetAddress } from "./socket-address.ts";
import { unmapped } from "./socket-address.ts";

export const IPPROTO_TCP = 6;
/** net.core.somaxconn. */
const MOST_BACKLOG = 4096;
const EAGAIN = { errno: "EAGAIN" } as const;

type State = "idle" | "listening" | "connecting" | "connected" | "dead";

export class TcpSocket extends InternetSocket {
  #state: State = "idle";
  #channel: Channel | undefined;
  #pending: TcpSocket[] = [];
  #backlog = 0;
  #listener: HostListener | undefined;
  #readShut = false;
  #writeShut = false;
  /** connect(2) has not told yet how it went. */
  #isUntold = false;
  /** SO_LINGER with no time: closing resets. */
  resetsAtClose = false;

  constructor(stack: InternetStack, domain: InternetAddress["family"], flags: number) {
    super(stack, domain, SocketType.STREAM, IPPROTO_TCP, flags);
  }

  get isListening(): boolean {
    return this.#state === "listening";
  }

  protected get isConnected(): boolean {
    return this.#state === "connected";
  }

  protected get available(): number {
    return this.#channel?.available ?? 0;
  }

  listen(backlog: number): Failure | undefined {
    if (this.#state !== "idle" && this.#state !== "listening") return { errno: "EINVAL" };
    const refused = this.bindSomewhere();
    if (refused) return refused;
    this.#backlog = Math.min(backlog < 0 ? MOST_BACKLOG : backlog, MOST_BACKLOG);
    const others = this.stack.reach(IPPROTO_TCP, this.local);
    const isTaken = others.some((other) => other !== this && other.isListening && !other.reusesPort);
    if (isTaken) return { errno: "EADDRINUSE" };
    const { host } = this.stack;
    if (host && !this.#listener) {
      this.#listener = host.listen(this.local, { backlog: this.#backlog, ipv6Only: this.isIpv6Only });
      this.#listener.changed = () => this.#lookOutside();
    }
    const state = this.#listener?.state;
    if (state === "opening") return EAGAIN;
    if (state !== undefined && state !== "open") {
      this.#listener = undefined;
      return state;
    }
    this.#state = "listening";
    return undefined;
  }

  #lookOutside(): void {
    for (let next = this.#listener?.accept(); next; next = this.#listener?.accept()) {
      this.#pending.push(this.#accepted(next, next.local, next.remote));
    }
    this.changed.wake();
    this.stack.ports.wake();
  }

  /** The socket of a connection that has come. */
  #accepted(channel: Channel, local: Endpoint, remote: Endpoint): TcpSocket {
    const socket = new TcpSocket(this.stack, this.domain, 0);
    socket.local = local;
    socket.#connected(channel, remote);
    return socket;
  }

  #connected(channel: Channel, remote: Endpoint): void {
    this.peer = remote;
    this.#channel = channel;
    this.#state = "connected";
    channel.changed = () => this.#channelChanged();
  }

  #channelChanged(): void {
    const { error } = this.#channel ?? {};
    if (error && this.#state === "connected") {
      this.#state = "dead";
      this.error = error;
    }
    this.changed.wake();
    this.stack.ports.wake();
  }

  accept(): Outcome<TcpSocket> {
    if (this.#state !== "listening") return { errno: "EINVAL" };
    return this.#pending.shift() ?? EAGAIN;
  }

  /** Begins to connect; EINPROGRESS until it is known how that went, which a later call tells. */
  connect({ host, port }: InternetAddress): Failure | undefined {
    if (this.#state === "connecting") return { errno: "EALREADY" };
    if (this.#isUntold) return this.outcome();
    if (this.#state === "connected") return { errno: "EISCONN" };
    if (this.#state === "listening") return { errno: "EISCONN" };
    const to = destination({ host: unmapped(host), port });
    const refused = this.stack.refusal(to.host) ?? this.bindSomewhere();
    if (refused) return refused;
    this.error = undefined;
    [this.#readShut, this.#writeShut] = [false, false];
    const target = this.stack.reach(IPPROTO_TCP, to).find(({ isListening }) => isListening);
    this.#isUntold = true;
    if (target instanceof TcpSocket) this.#connectHere(target, to);
    else if (this.stack.host) this.#connectOutside(to);
    else this.#failed("ECONNREFUSED");
    return { errno: "EINPROGRESS" };
  }

  /** How connecting went: told once. */
  outcome(): Failure | undefined {
    if (this.#state === "connecting") return { errno: "EINPROGRESS" };
    this.#isUntold = false;
    if (this.#state === "connected") return undefined;
    const errno = this.takeError() ?? "ECONNABORTED";
    this.#state = "idle";
    return { errno };
  }

  #failed(errno: Failure["errno"]): void {
    this.error = errno;
    this.#state = "dead";
    this.changed.wake();
  }

  #connectHere(target: TcpSocket, to: Endpoint): void {
    if (target.#pending.length > target.#backlog) {
      this.#failed("ECONNREFUSED");
      return;
    }
    const [own, other] = channelPair();
    const host = isLoopback(this.local.host) ? this.local.host : to.host;
    this.local = { host, port: this.local.port };
    this.#connected(own, to);
    target.#pending.push(target.#accepted(other, to, this.local));
    target.changed.wake();
  }

  #connectOutside(to: Endpoint): void {
    const connection = this.stack.host?.connect(to);
    if (!connection) return;
    this.#state = "connecting";
    this.peer = to;
    this.#channel = connection;
    connection.changed = () => {
      if (connection.error) this.#failed(connection.error);
      else if (connection.isOpen) {
        this.stack.unbind(this);
        this.local = connection.local;
        this.#connected(connection, to);
        this.changed.wake();
      }
      this.stack.ports.wake();
    };
  }

  send(from: Uint8Array, _ancillary: Ancillary): Outcome<number> {
    if (this.error) return { errno: this.takeError() ?? "EPIPE" };
    if (this.#state === "connecting") return EAGAIN;
    if (this.#state !== "connected" || !this.#channel || this.#writeShut) return { errno: "EPIPE" };
    if (from.length === 0) return 0;
    return this.#channel.room === 0 ? EAGAIN : this.#channel.put(from);
  }

  receive(into: Uint8Array, peeks: boolean): Outcome<Received> {
    const nothing = { ...NOTHING, count: 0, length: 0, from: undefined };
    const channel = this.#channel;
    const count = channel && into.length > 0 ? channel.take(into, peeks) : 0;
    if (count > 0) return { ...nothing, count, length: count };
    if (this.error) return { errno: this.takeError() ?? "ECONNRESET" };
    if (this.#state === "connecting") return EAGAIN;
    if (this.#state === "idle" || this.#state === "listening") return { errno: "ENOTCONN" };
    const isOver = this.#state === "dead" || this.#readShut || (channel?.ended ?? true);
    return isOver || into.length === 0 ? nothing : EAGAIN;
  }

  shutdown(reading: boolean, writing: boolean): Failure | undefined {
    if (this.#state === "listening" && reading) {
      this.#stopListening();
      this.#state = "idle";
      this.changed.wake();
      return undefined;
    }
    if (this.#state !== "connected") return { errno: "ENOTCONN" };
    this.#readShut ||= reading;
    if (writing && !this.#writeShut) {
      this.#writeShut = true;
      this.#channel?.end();
    }
    this.changed.wake();
    return undefined;
  }

  #stopListening(): void {
    this.#listener?.close();
    this.#listener = undefined;
    for (const socket of this.#pending.splice(0)) socket.#channel?.close(true);
  }

  override poll(): number {
    if (this.#state === "listening") return this.#pending.length > 0 ? Poll.IN | Poll.RDNORM : 0;
    if (this.#state === "connecting") return 0;
    const isOff = this.#state !== "connected";
    const hasBeen = this.#state === "dead";
    const noInput = hasBeen || this.#readShut || (this.#channel?.ended ?? false);
    const noOutput = hasBeen || this.#writeShut;
    let events = this.error ? Poll.ERR : 0;
    if (isOff || (noInput && noOutput)) events |= Poll.HUP;
    if (noInput) events |= Poll.IN | Poll.RDNORM | Poll.RDHUP;
    if (this.available > 0) events |= Poll.IN | Poll.RDNORM;
    if (isOff || noOutput || (this.#channel?.room ?? 0) > 0) events |= Poll.OUT | Poll.WRNORM;
    return events;
  }

  protected override close(): void {
    this.#stopListening();
    this.#channel?.close(this.resetsAtClose);
    super.close();
  }
}
