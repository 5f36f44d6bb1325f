/** Addresses of sockets, and how struct sockaddr has them (unix(7), ip(7), ipv6(7)). */

import { byteString, stringBytes, viewOf } from "../../base/bytes.ts";
import type { Outcome } from "../../base/errno.ts";

export const Family = { UNSPEC: 0, UNIX: 1, INET: 2, INET6: 10, NETLINK: 16 } as const;

/** `path` is sun_path: abstract names begin with a zero byte, the empty one is no name. */
export interface UnixAddress {
  readonly family: typeof Family.UNIX;
  readonly path: string;
}

/** `host` has 4 or 16 bytes, a character each. */
export interface InternetAddress {
  readonly family: typeof Family.INET | typeof Family.INET6;
  readonly host: string;
  readonly port: number;
}

/** netlink(7). */
export interface NetlinkAddress {
  readonly family: typeof Family.NETLINK;
  readonly port: number;
}

export type SocketAddress = UnixAddress | InternetAddress | NetlinkAddress;

export const ANY4 = "\0\0\0\0";
export const ANY6 = "\0".repeat(16);
export const LOOPBACK4 = "\x7f\0\0\x01";
export const LOOPBACK6 = `${"\0".repeat(15)}\x01`;
const MAPPED = `${"\0".repeat(10)}\xff\xff`;

const UNIX_PATH = 108;
const INET_BYTES = 16;
const INET6_BYTES = 28;
const NETLINK_BYTES = 12;
/** Without sin6_scope_id (RFC 2133). */
const INET6_LEAST = 24;

export const isAny = (host: string): boolean => host === ANY4 || host === ANY6;

/** An IPv4 address in an IPv6 one (::ffff:a.b.c.d) as what it is. */
export function unmapped(host: string): string {
  return host.length === 16 && host.startsWith(MAPPED) ? host.slice(12) : host;
}

/** The address as a socket of `family` shows it. */
export function addressIn(family: InternetAddress["family"], host: string, port: number): InternetAddress {
  const shown = family === Family.INET6 && host.length === 4 ? (host === ANY4 ? ANY6 : MAPPED + host) : host;
  return { family, host: shown, port };
}

/** The address in the bytes of a struct sockaddr; where they are too few, or of another family, only that. */
export function readSocketAddress(bytes: Uint8Array): Outcome<SocketAddress | { readonly family: number }> {
  if (bytes.length < 2) return { errno: "EINVAL" };
  const view = viewOf(bytes);
  const family = view.getUint16(0, true);
  switch (family) {
    case Family.UNIX:
      return readUnix(bytes);
    case Family.INET:
      if (bytes.length < INET_BYTES) return { family };
      return { family, host: byteString(bytes.subarray(4, 8)), port: view.getUint16(2) };
    case Family.INET6:
      if (bytes.length < INET6_LEAST) return { family };
      return { family, host: byteString(bytes.subarray(8, 24)), port: view.getUint16(2) };
    case Family.NETLINK:
      return bytes.length < NETLINK_BYTES ? { family } : { family, port: view.getUint32(4, true) };
    default:
      return { family };
  }
}

function readUnix(bytes: Uint8Array): Outcome<UnixAddress> {
  if (bytes.length > UNIX_PATH + 2) return { errno: "EINVAL" };
  const path = byteString(bytes.subarray(2));
  return { family: Family.UNIX, path: path.startsWith("\0") ? path : path.replace(/\0.*$/s, "") };
}

/** The bytes of a struct sockaddr. */
export function socketAddressBytes(address: SocketAddress): Uint8Array<ArrayBuffer> {
  if (address.family === Family.UNIX) {
    const { path } = address;
    const name = path === "" || path.startsWith("\0") ? path : `${path}\0`;
    const bytes = new Uint8Array(2 + name.length);
    viewOf(bytes).setUint16(0, Family.UNIX, true);
    bytes.set(stringBytes(name), 2);
    return bytes;
  }
  if (address.family === Family.NETLINK) {
    const bytes = new Uint8Array(NETLINK_BYTES);
    viewOf(bytes).setUint16(0, address.family, true);
    viewOf(bytes).setUint32(4, address.port, true);
    return bytes;
  }
  const isOld = address.family === Family.INET;
  const bytes = new Uint8Array(isOld ? INET_BYTES : INET6_BYTES);
  viewOf(bytes).setUint16(0, address.family, true);
  viewOf(bytes).setUint16(2, address.port);
  bytes.set(stringBytes(address.host), isOld ? 4 : 8);
  return bytes;
}
