/** Addresses that programs give to sockets and get from them, and the sockets that names of AF_UNIX stand for (unix(7)). */

import { failed, type Outcome } from "../../base/errno.ts";
import type { OpenFile } from "../files/open-file.ts";
import { NOBODY, type PeerCredentials, Socket } from "../files/socket.ts";
import { UnixSocket } from "../files/unix-socket.ts";
import { mayAccess } from "../fs/credentials.ts";
import { SocketNode } from "../fs/named-nodes.ts";
import type { CallResult } from "../kernel/task.ts";
import {
  type InternetAddress,
  readSocketAddress,
  type SocketAddress,
  socketAddressBytes,
} from "../net/socket-address.ts";
import type { CallContext } from "./call.ts";
import { nameNode, ownerOf } from "./directories.ts";
import { AT_FDCWD } from "./kinds.ts";
import { findAt, freeName } from "./paths.ts";

/** sizeof(struct sockaddr_storage). */
const LONGEST_ADDRESS = 128;

/** The socket behind a descriptor. */
export function socketOf(open: OpenFile): Outcome<Socket> {
  return open instanceof Socket ? open : { errno: "ENOTSOCK" };
}

export function ownCredentials({ process }: CallContext): PeerCredentials {
  return { pid: process.id, uid: process.credentials.euid, gid: process.credentials.egid };
}

export function readAddress(
  { memory }: CallContext,
  at: number,
  length: number,
): Outcome<ReturnType<typeof readSocketAddress>> {
  if (length > LONGEST_ADDRESS) return { errno: "EINVAL" };
  const view = memory.get(at, length);
  return failed(view) ? view : readSocketAddress(new Uint8Array(view.buffer));
}

type ReadAddress = Exclude<ReturnType<typeof readSocketAddress>, { readonly errno: unknown }>;

export function isInternet(address: ReadAddress): address is InternetAddress {
  return "host" in address;
}

/** Stores an address, cut to the room there is, and its whole length. */
export function writeAddress(
  { memory }: CallContext,
  address: SocketAddress | undefined,
  at: number,
  lengthAt: number,
): CallResult {
  if (at === 0) return 0;
  const room = memory.getUint32(lengthAt);
  if (failed(room)) return room;
  if ((room | 0) < 0) return { errno: "EINVAL" };
  const bytes = address ? socketAddressBytes(address) : new Uint8Array(0);
  if (failed(memory.put(at, bytes.subarray(0, room)))) return { errno: "EFAULT" };
  return memory.putUint32(lengthAt, bytes.length);
}

const SOCKET_PERMISSIONS = 0o777;

/** Binds a socket to a path, which becomes a node of the tree, or to an abstract name. */
export function bindUnix(context: CallContext, socket: UnixSocket, path: string): CallResult {
  if (path === "" || path.startsWith("\0")) return bindAbstract(context, socket, path);
  const last = freeName(context, AT_FDCWD, path);
  if (failed(last)) return last.errno === "EEXIST" ? { errno: "EADDRINUSE" } : last;
  if (socket.isBound) return { errno: "EINVAL" };
  const permissions = SOCKET_PERMISSIONS & ~context.process.view.umask;
  const node = new SocketNode<UnixSocket>(permissions, ...ownerOf(context));
  const named = nameNode(context, last, node);
  if (failed(named)) return named;
  socket.bind({ path, node });
  return 0;
}

function bindAbstract({ kernel }: CallContext, socket: UnixSocket, path: string): CallResult {
  if (socket.isBound) return { errno: "EINVAL" };
  const names = kernel.socketNames;
  const name = path === "" ? freeAbstract(names) : path;
  if (names.has(name)) return { errno: "EADDRINUSE" };
  socket.bind({ path: name, names });
  return 0;
}

/** Autobind: a name of five digits. */
function freeAbstract(names: ReadonlyMap<string, unknown>): string {
  const nameOf = (number: number): string => `\0${number.toString(16).padStart(5, "0")}`;
  let number = names.size;
  while (names.has(nameOf(number))) number++;
  return nameOf(number);
}

/** Who has a name; a failure as connect(2) says it. */
export function findUnix(context: CallContext, path: string): Outcome<UnixSocket> {
  const { kernel, process } = context;
  const refused = { errno: "ECONNREFUSED" } as const;
  if (path === "" || path.startsWith("\0")) return kernel.socketNames.get(path) ?? refused;
  const found = findAt(context, AT_FDCWD, path, true);
  if (failed(found)) return found;
  if (!("node" in found) || !(found.node instanceof SocketNode)) return refused;
  const attributes = found.node.attributes();
  if (failed(attributes)) return attributes;
  if (!mayAccess(attributes, process.credentials, 2)) return { errno: "EACCES" };
  const { socket } = found.node;
  return socket instanceof UnixSocket ? socket : refused;
}

/** Gives a socket the credentials that its peer shall see. */
export function identify(context: CallContext, socket: Socket): void {
  if (socket instanceof UnixSocket && socket.credentials === NOBODY) {
    socket.credentials = ownCredentials(context);
  }
}
