/**
 * The network of a run (ip(7)): which ports are bound, and who is at an address. Sockets of one run reach each other by the
 * loopback addresses; all else is the platform's network, if there is one (`HostNetwork`), and unreachable otherwise.
 */

import type { Failure, Outcome } from "../../base/errno.ts";
import { SocketType } from "../files/socket.ts";
import type { HostNetwork } from "../platform.ts";
import type { Endpoint, InternetSocket } from "./internet-socket.ts";
import { ANY4, isAny, LOOPBACK4, LOOPBACK6 } from "./socket-address.ts";

/** net.ipv4.ip_local_port_range. */
const FIRST_PORT = 32768;
const LAST_PORT = 60999;

export interface StackPorts {
  /** Where programs may reach beyond the run. */
  readonly host: HostNetwork | undefined;
  readonly fillRandom: (bytes: Uint8Array) => Uint8Array;
  /** Something has come from outside. */
  readonly wake: () => void;
}

/** Whether a host is this machine itself. */
export function isLoopback(host: string): boolean {
  return host === LOOPBACK6 || (host.length === 4 && host.charCodeAt(0) === 127);
}

/** What an address means to which something is sent: any is this machine. */
export function destination({ host, port }: Endpoint): Endpoint {
  if (!isAny(host)) return { host, port };
  return { host: host === ANY4 ? LOOPBACK4 : LOOPBACK6, port };
}

export class InternetStack {
  readonly ports: StackPorts;
  /** By protocol and port. */
  readonly #bound = new Map<string, InternetSocket[]>();
  readonly #keys = new Map<InternetSocket, string>();

  constructor(ports: StackPorts) {
    this.ports = ports;
  }

  get host(): HostNetwork | undefined {
    return this.ports.host;
  }

  bind(socket: InternetSocket, { host, port }: Endpoint): Failure | undefined {
    if (!this.#isOwn(host)) return { errno: "EADDRNOTAVAIL" };
    const chosen = port === 0 ? this.#freePort(socket, host) : port;
    if (typeof chosen !== "number") return chosen;
    const others = this.#at(socket.protocol, chosen);
    if (port !== 0 && others.some((other) => conflict(socket, host, other))) return { errno: "EADDRINUSE" };
    socket.local = { host, port: chosen };
    const key = keyOf(socket.protocol, chosen);
    this.#bound.set(key, [...others, socket]);
    this.#keys.set(socket, key);
    return undefined;
  }

  unbind(socket: InternetSocket): void {
    const key = this.#keys.get(socket) ?? "";
    this.#keys.delete(socket);
    const left = (this.#bound.get(key) ?? []).filter((other) => other !== socket);
    if (left.length > 0) this.#bound.set(key, left);
    else this.#bound.delete(key);
  }

  /** The sockets of one protocol that an address reaches, the most particular first. */
  reach(protocol: number, { host, port }: Endpoint): InternetSocket[] {
    const found = this.#at(protocol, port).filter((socket) => socket.accepts(host));
    return [
      ...found.filter(({ local }) => !isAny(local.host)),
      ...found.filter(({ local }) => isAny(local.host)),
    ];
  }

  /** Why another machine cannot be reached; undefined where it perhaps can. */
  refusal(host: string): Failure | undefined {
    return this.host || isLoopback(host) ? undefined : { errno: "ENETUNREACH" };
  }

  #at(protocol: number, port: number): readonly InternetSocket[] {
    return this.#bound.get(keyOf(protocol, port)) ?? [];
  }

  #isOwn(host: string): boolean {
    return isAny(host) || isLoopback(host) || (this.host?.hosts.includes(host) ?? false);
  }

  #freePort(socket: InternetSocket, host: string): Outcome<number> {
    const [low = 0, high = 0] = this.ports.fillRandom(new Uint8Array(2));
    const count = LAST_PORT - FIRST_PORT + 1;
    for (let tries = 0; tries < count; tries++) {
      const port = FIRST_PORT + ((low + 256 * high + tries) % count);
      if (!this.#at(socket.protocol, port).some((other) => overlap(host, other))) return port;
    }
    return { errno: "EADDRINUSE" };
  }
}

const keyOf = (protocol: number, port: number): string => `${protocol}:${port}`;

function overlap(host: string, other: InternetSocket): boolean {
  const there = other.local.host;
  return host === there || (isAny(host) && mayMeet(host, there)) || (isAny(there) && mayMeet(there, host));
}

/** Whether "any" of one family covers an address. */
function mayMeet(any: string, host: string): boolean {
  return any.length === 16 || host.length === 4;
}

/** Whether a socket cannot be bound beside another one of the same port (socket(7), SO_REUSEADDR and SO_REUSEPORT). */
function conflict(socket: InternetSocket, host: string, other: InternetSocket): boolean {
  const pair = [socket, other];
  const differ = host.length !== other.local.host.length;
  if (differ && pair.some(({ isIpv6Only }) => isIpv6Only)) return false;
  if (!overlap(host, other)) return false;
  if (pair.every(({ reusesPort }) => reusesPort)) return false;
  const mayShare = socket.type === SocketType.DGRAM || !other.isListening;
  return !(mayShare && pair.every(({ reusesAddress }) => reusesAddress));
}
