/**
 * Netlink sockets (netlink(7), rtnetlink(7)): a dump of the links and of their addresses, which is what getifaddrs(3) and
 * if_nameindex(3) ask for. There is the loopback alone. All other requests are refused.
 */

import { concatBytes, stringBytes, viewOf } from "../../base/bytes.ts";
import { errno, type Failure, type Outcome } from "../../base/errno.ts";
import { Poll } from "../files/open-file.ts";
import { type Ancillary, NOTHING, type Received, Socket } from "../files/socket.ts";
import { LOOPBACK_INDEX, LOOPBACK_NAME } from "./interface-requests.ts";
import { Family, LOOPBACK4, LOOPBACK6, type NetlinkAddress } from "./socket-address.ts";

const HEADER = 16;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const NLM_F_MULTI = 2;
const NLM_F_DUMP = 0x300;
const RTM_NEWLINK = 16;
const RTM_GETLINK = 18;
const RTM_NEWADDR = 20;
const RTM_GETADDR = 22;
const ARPHRD_LOOPBACK = 772;
/** IFF_UP, IFF_LOOPBACK, IFF_RUNNING, IFF_LOWER_UP. */
const LOOPBACK_FLAGS = 0x10049;
const MTU = 65536;
const PERMANENT = 0x80;
const HOST_SCOPE = 254;
const MOST_WAITING = 64;

const Link = { ADDRESS: 1, BROADCAST: 2, NAME: 3, MTU: 4 } as const;
const Address = { ADDRESS: 1, LOCAL: 2, LABEL: 3 } as const;

const align = (length: number): number => Math.ceil(length / 4) * 4;

/** struct rtattr: length, type, bytes. */
function attribute(type: number, value: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(align(4 + value.length));
  viewOf(bytes).setUint16(0, 4 + value.length, true);
  viewOf(bytes).setUint16(2, type, true);
  bytes.set(value, 4);
  return bytes;
}

const name = stringBytes(`${LOOPBACK_NAME}\0`);

/** struct ifinfomsg: family, type, index, flags, change. */
function linkBytes(): Uint8Array {
  const head = new Uint8Array(16);
  const view = viewOf(head);
  view.setUint16(2, ARPHRD_LOOPBACK, true);
  view.setInt32(4, LOOPBACK_INDEX, true);
  view.setUint32(8, LOOPBACK_FLAGS, true);
  return concatBytes([
    head,
    attribute(Link.NAME, name),
    attribute(Link.MTU, new Uint8Array(new Uint32Array([MTU]).buffer)),
    attribute(Link.ADDRESS, new Uint8Array(6)),
    attribute(Link.BROADCAST, new Uint8Array(6)),
  ]);
}

/** struct ifaddrmsg: family, length of the prefix, flags, scope, index. */
function addressBytes(family: number, host: string, prefix: number): Uint8Array {
  const head = new Uint8Array([family, prefix, PERMANENT, HOST_SCOPE, LOOPBACK_INDEX, 0, 0, 0]);
  const address = attribute(Address.ADDRESS, stringBytes(host));
  const isOld = family === Family.INET;
  const more = isOld ? [attribute(Address.LOCAL, stringBytes(host)), attribute(Address.LABEL, name)] : [];
  return concatBytes([head, address, ...more]);
}

export class NetlinkSocket extends Socket {
  readonly domain = Family.NETLINK;
  readonly isListening = false;
  readonly #queue: Uint8Array[] = [];
  #port: number;

  /** @param port the number that it has as long as it is not bound to another */
  constructor(type: number, protocol: number, flags: number, port: number) {
    super(type, protocol, flags);
    this.#port = port;
  }

  get address(): NetlinkAddress {
    return { family: Family.NETLINK, port: this.#port };
  }

  get peerAddress(): Outcome<NetlinkAddress> {
    return { family: Family.NETLINK, port: 0 };
  }

  protected get available(): number {
    return this.#queue[0]?.length ?? 0;
  }

  bind(port: number): void {
    if (port !== 0) this.#port = port;
  }

  listen(): Failure {
    return { errno: "EOPNOTSUPP" };
  }

  accept(): Failure {
    return { errno: "EOPNOTSUPP" };
  }

  shutdown(): Failure {
    return { errno: "EOPNOTSUPP" };
  }

  /** struct nlmsghdr: length, type, flags, sequence, port. */
  send(from: Uint8Array, _ancillary: Ancillary): Outcome<number> {
    if (this.#queue.length >= MOST_WAITING) return { errno: "ENOBUFS" };
    if (from.length < HEADER) return from.length;
    const view = viewOf(from);
    const [type, flags, sequence] = [
      view.getUint16(4, true),
      view.getUint16(6, true),
      view.getUint32(8, true),
    ];
    const family = from[HEADER] ?? 0;
    const isDump = (flags & NLM_F_DUMP) === NLM_F_DUMP;
    if (isDump && type === RTM_GETLINK) this.#dump(RTM_NEWLINK, sequence, [linkBytes()]);
    else if (isDump && type === RTM_GETADDR) this.#dump(RTM_NEWADDR, sequence, addresses(family));
    else this.#refuse(from, sequence);
    this.changed.wake();
    return from.length;
  }

  #dump(type: number, sequence: number, parts: readonly Uint8Array[]): void {
    const messages = parts.map((part) => this.#message(type, NLM_F_MULTI, sequence, part));
    this.#queue.push(concatBytes(messages));
    this.#queue.push(this.#message(NLMSG_DONE, NLM_F_MULTI, sequence, new Uint8Array(4)));
  }

  #refuse(request: Uint8Array, sequence: number): void {
    const code = new Uint8Array(new Int32Array([-errno.EOPNOTSUPP]).buffer);
    const payload = concatBytes([code, request.slice(0, HEADER)]);
    this.#queue.push(this.#message(NLMSG_ERROR, 0, sequence, payload));
  }

  #message(type: number, flags: number, sequence: number, payload: Uint8Array): Uint8Array {
    const bytes = new Uint8Array(align(HEADER + payload.length));
    const view = viewOf(bytes);
    view.setUint32(0, HEADER + payload.length, true);
    view.setUint16(4, type, true);
    view.setUint16(6, flags, true);
    view.setUint32(8, sequence, true);
    view.setUint32(12, this.#port, true);
    bytes.set(payload, HEADER);
    return bytes;
  }

  receive(into: Uint8Array, peeks: boolean): Outcome<Received> {
    const first = this.#queue[0];
    if (!first) return { errno: "EAGAIN" };
    if (!peeks) this.#queue.shift();
    const count = Math.min(into.length, first.length);
    into.set(first.subarray(0, count));
    return { ...NOTHING, count, length: first.length, from: { family: Family.NETLINK, port: 0 } };
  }

  override poll(): number {
    return (this.#queue.length > 0 ? Poll.IN | Poll.RDNORM : 0) | Poll.OUT | Poll.WRNORM;
  }
}

function addresses(family: number): Uint8Array[] {
  const all = [
    { family: Family.INET, bytes: addressBytes(Family.INET, LOOPBACK4, 8) },
    { family: Family.INET6, bytes: addressBytes(Family.INET6, LOOPBACK6, 128) },
  ];
  return all.filter((entry) => family === Family.UNSPEC || family === entry.family).map(({ bytes }) => bytes);
}
