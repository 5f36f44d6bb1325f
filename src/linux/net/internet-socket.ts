/** What TCP and UDP sockets have in common: their addresses (ip(7), ipv6(7)). */

import type { Failure, Outcome } from "../../base/errno.ts";
import { Socket } from "../files/socket.ts";
import type { InternetStack } from "./internet-stack.ts";
import { ANY4, ANY6, addressIn, Family, type InternetAddress, unmapped } from "./socket-address.ts";

/** An address without the form in which a socket shows it: 4 bytes wherever it is IPv4. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export abstract class InternetSocket extends Socket {
  readonly domain: InternetAddress["family"];
  protected readonly stack: InternetStack;
  /** Where it is bound; port 0: nowhere. */
  local: Endpoint;
  /** What it was bound to before it was connected. */
  protected peer: Endpoint | undefined;
  /** IPV6_V6ONLY. */
  isIpv6Only = false;
  /** SO_REUSEADDR, SO_REUSEPORT. */
  reusesAddress = false;
  reusesPort = false;

  constructor(
    stack: InternetStack,
    domain: InternetAddress["family"],
    type: number,
    protocol: number,
    flags: number,
  ) {
    super(type, protocol, flags);
    this.stack = stack;
    this.domain = domain;
    this.local = { host: domain === Family.INET ? ANY4 : ANY6, port: 0 };
  }

  get address(): InternetAddress {
    return addressIn(this.domain, this.local.host, this.local.port);
  }

  get peerAddress(): Outcome<InternetAddress> {
    const { peer } = this;
    return peer && this.isConnected ? addressIn(this.domain, peer.host, peer.port) : { errno: "ENOTCONN" };
  }

  protected abstract get isConnected(): boolean;

  get isBound(): boolean {
    return this.local.port !== 0;
  }

  /** Whether what is sent to a host comes to it: its own address, or any. */
  accepts(host: string): boolean {
    const own = this.local.host;
    if (own === ANY6) return host.length === 16 || !this.isIpv6Only;
    return own === ANY4 ? host.length === 4 : own === host;
  }

  bind({ family, host, port }: InternetAddress): Failure | undefined {
    if (family !== this.domain) return { errno: "EAFNOSUPPORT" };
    if (this.isBound) return { errno: "EINVAL" };
    return this.stack.bind(this, { host: unmapped(host), port });
  }

  /** Gives it a port of its own where it has none. */
  protected bindSomewhere(): Failure | undefined {
    return this.isBound ? undefined : this.stack.bind(this, { host: this.local.host, port: 0 });
  }

  protected override close(): void {
    this.stack.unbind(this);
  }
}
