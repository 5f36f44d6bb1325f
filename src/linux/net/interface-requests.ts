/** Requests about network interfaces (netdevice(7)), of which there is the loopback alone. */

import { stringBytes, viewOf } from "../../base/bytes.ts";
import type { Outcome } from "../../base/errno.ts";
import type { IoctlMemory } from "../files/open-file.ts";
import { Family, LOOPBACK4, socketAddressBytes } from "./socket-address.ts";

export const LOOPBACK_NAME = "lo";
export const LOOPBACK_INDEX = 1;

const SIOCGIFNAME = 0x8910;
const SIOCGIFFLAGS = 0x8913;
const SIOCGIFADDR = 0x8915;
const SIOCGIFMTU = 0x8921;
const SIOCGIFINDEX = 0x8933;
/** IFF_UP, IFF_LOOPBACK, IFF_RUNNING. */
const FLAGS = 0x49;
const MTU = 65536;
/** struct ifreq: a name of 16 bytes, then what is asked for. */
const REQUEST_BYTES = 40;
const NAME_BYTES = 16;

/** Undefined where the request is no such one. */
export function interfaceRequest(
  request: number,
  argument: number,
  memory: IoctlMemory,
): Outcome<number> | undefined {
  if (![SIOCGIFNAME, SIOCGIFFLAGS, SIOCGIFADDR, SIOCGIFMTU, SIOCGIFINDEX].includes(request)) return undefined;
  const bytes = memory.read(argument, REQUEST_BYTES);
  if (!bytes) return { errno: "EFAULT" };
  const view = viewOf(bytes);
  if (request === SIOCGIFNAME) {
    if (view.getInt32(NAME_BYTES, true) !== LOOPBACK_INDEX) return { errno: "ENODEV" };
    bytes.fill(0, 0, NAME_BYTES);
    bytes.set(stringBytes(LOOPBACK_NAME));
  } else {
    const name = String.fromCharCode(...bytes.subarray(0, NAME_BYTES)).replace(/\0.*$/s, "");
    if (name !== LOOPBACK_NAME) return { errno: "ENODEV" };
    if (request === SIOCGIFINDEX) view.setInt32(NAME_BYTES, LOOPBACK_INDEX, true);
    else if (request === SIOCGIFFLAGS) view.setInt16(NAME_BYTES, FLAGS, true);
    else if (request === SIOCGIFMTU) view.setInt32(NAME_BYTES, MTU, true);
    else bytes.set(socketAddressBytes({ family: Family.INET, host: LOOPBACK4, port: 0 }), NAME_BYTES);
  }
  return memory.write(argument, bytes) ? 0 : { errno: "EFAULT" };
}
