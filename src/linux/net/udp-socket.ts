/** UDP sockets (udp(7)): datagrams to sockets of the same run, or by the platform's network. */

import type { Failure, Outcome } from "../../base/errno.ts";
import { Poll } from "../files/open-file.ts";
import { type Ancillary, NOTHING, type Received, SocketType } from "../files/socket.ts";
import type { HostDatagrams } from "../platform.ts";
import { type Endpoint, InternetSocket } from "./internet-socket.ts";
import { destination, type InternetStack, isLoopback } from "./internet-stack.ts";
import {
  addressIn,
  Family,
  type InternetAddress,
  isAny,
  LOOPBACK4,
  LOOPBACK6,
  unmapped,
} from "./socket-address.ts";

export const IPPROTO_UDP = 17;
export const IPPROTO_UDPLITE = 136;
/** Bytes that may wait, each datagram counted with something for itself, as Linux does. */
const CAPACITY = 212_992;
const OVERHEAD = 512;
const LONGEST = 65507;

/** What the head of a packet says besides addresses. */
interface PacketHead {
  readonly hopLimit: number;
  readonly trafficClass: number;
}

interface Datagram extends PacketHead {
  readonly bytes: Uint8Array;
  readonly from: Endpoint;
}

const USUAL_HEAD: PacketHead = { hopLimit: 64, trafficClass: 0 };
/** IPV6_UNICAST_HOPS and IPV6_TCLASS, by level and number. */
const HOPS = "41:16";
const CLASS = "41:67";

export class UdpSocket extends InternetSocket {
  readonly #queue: Datagram[] = [];
  #queued = 0;
  #outside: HostDatagrams | undefined;
  #readShut = false;
  #writeShut = false;
  readonly isListening = false;

  constructor(stack: InternetStack, domain: InternetAddress["family"], protocol: number, flags: number) {
    super(stack, domain, SocketType.DGRAM, protocol, flags);
  }

  protected get isConnected(): boolean {
    return this.peer !== undefined;
  }

  protected get available(): number {
    return this.#queue[0]?.bytes.length ?? 0;
  }

  override bind(address: InternetAddress): Failure | undefined {
    const refused = super.bind(address);
    if (!refused) this.#openOutside();
    return refused;
  }

  /** Datagrams of other machines come from now on. */
  #openOutside(): void {
    const { host } = this.stack;
    if (!host || this.#outside || this.protocol !== IPPROTO_UDP) return;
    const outside = host.datagrams(this.local, { ipv6Only: this.isIpv6Only, reuses: this.reusesAddress });
    this.#outside = outside;
    outside.changed = () => {
      for (let next = outside.receive(); next; next = outside.receive())
        this.#arrive(next.bytes, next.from, USUAL_HEAD);
      if (outside.error) this.error = outside.error;
      this.changed.wake();
      this.stack.ports.wake();
    };
  }

  listen(): Failure {
    return { errno: "EOPNOTSUPP" };
  }

  accept(): Failure {
    return { errno: "EOPNOTSUPP" };
  }

  /** @param address undefined: with nobody any more */
  connect(address: InternetAddress | undefined): Failure | undefined {
    if (!address) {
      this.peer = undefined;
      return undefined;
    }
    const to = destination({ host: unmapped(address.host), port: address.port });
    const refused = this.stack.refusal(to.host) ?? this.bindSomewhere();
    if (refused) return refused;
    if (isLoopback(to.host) && isAny(this.local.host)) this.local = { ...this.local, host: to.host };
    this.peer = to;
    this.#readShut = false;
    this.#writeShut = false;
    return undefined;
  }

  send(from: Uint8Array, ancillary: Ancillary): Outcome<number> {
    const refused = this.bindSomewhere();
    if (refused) return refused;
    return this.peer ? this.#sendTo(this.peer, from, ancillary) : { errno: "EDESTADDRREQ" };
  }

  sendTo({ family, host, port }: InternetAddress, from: Uint8Array, ancillary: Ancillary): Outcome<number> {
    if (family === Family.INET6 && this.domain === Family.INET) return { errno: "EAFNOSUPPORT" };
    if (port === 0) return { errno: "EINVAL" };
    return this.#sendTo(destination({ host: unmapped(host), port }), from, ancillary);
  }

  #sendTo(to: Endpoint, from: Uint8Array, ancillary: Ancillary): Outcome<number> {
    if (this.#writeShut) return { errno: "EPIPE" };
    if (from.length > LONGEST) return { errno: "EMSGSIZE" };
    if (this.error) return { errno: this.takeError() ?? "ECONNREFUSED" };
    if (to.host === "\xff\xff\xff\xff" && !this.options.has("1:6")) return { errno: "EACCES" };
    const refused = this.stack.refusal(to.host) ?? this.bindSomewhere();
    if (refused) return refused;
    const target = this.stack.reach(this.protocol, to).find((socket) => socket instanceof UdpSocket);
    if (target && (isLoopback(to.host) || target.local.host === to.host)) {
      target.#arrive(from, { host: this.#sourceFor(to.host), port: this.local.port }, this.#head(ancillary));
    } else if (this.stack.host && this.protocol === IPPROTO_UDP) {
      this.#openOutside();
      this.#outside?.send(from, to);
    } else if (this.peer) this.error = "ECONNREFUSED";
    return from.length;
  }

  /** What a packet says: of the message, else of the socket; -1 is the usual. */
  #head({ hopLimit = -1, trafficClass = -1 }: Ancillary): PacketHead {
    const own = (option: string, usual: number): number => this.options.get(option)?.[0] ?? usual;
    return {
      hopLimit: hopLimit < 0 ? own(HOPS, USUAL_HEAD.hopLimit) : hopLimit,
      trafficClass: trafficClass < 0 ? own(CLASS, USUAL_HEAD.trafficClass) : trafficClass,
    };
  }

  #sourceFor(host: string): string {
    if (!isAny(this.local.host)) return this.local.host;
    return host.length === 4 ? LOOPBACK4 : LOOPBACK6;
  }

  /** Whatever has no room is lost. */
  #arrive(bytes: Uint8Array, from: Endpoint, head: PacketHead): void {
    const { peer } = this;
    if (peer && (peer.port !== from.port || peer.host !== from.host)) return;
    if (this.#queued + bytes.length + OVERHEAD > CAPACITY) return;
    this.#queue.push({ ...head, bytes: bytes.slice(), from });
    this.#queued += bytes.length + OVERHEAD;
    this.changed.wake();
  }

  receive(into: Uint8Array, peeks: boolean): Outcome<Received> {
    if (this.error) return { errno: this.takeError() ?? "ECONNREFUSED" };
    const first = this.#queue[0];
    if (!first) {
      if (this.#readShut) return { ...NOTHING, count: 0, length: 0, from: undefined };
      return { errno: "EAGAIN" };
    }
    if (!peeks) {
      this.#queue.shift();
      this.#queued -= first.bytes.length + OVERHEAD;
    }
    const count = Math.min(into.length, first.bytes.length);
    into.set(first.bytes.subarray(0, count));
    const from = addressIn(this.domain, first.from.host, first.from.port);
    const { hopLimit, trafficClass } = first;
    return { ...NOTHING, hopLimit, trafficClass, count, length: first.bytes.length, from };
  }

  shutdown(reading: boolean, writing: boolean): Failure | undefined {
    if (!this.peer) return { errno: "ENOTCONN" };
    this.#readShut ||= reading;
    this.#writeShut ||= writing;
    this.changed.wake();
    return undefined;
  }

  override poll(): number {
    let events = Poll.OUT | Poll.WRNORM;
    if (this.#queue.length > 0 || this.#readShut) events |= Poll.IN | Poll.RDNORM;
    if (this.#readShut) events |= Poll.RDHUP;
    if (this.#readShut && this.#writeShut) events |= Poll.HUP;
    if (this.error) events |= Poll.ERR;
    return events;
  }

  protected override close(): void {
    this.#outside?.close();
    super.close();
  }
}
