/** socket(2), socketpair(2), bind(2), listen(2), accept(2), connect(2), shutdown(2), getsockopt(2). */

import { viewOf } from "../../base/bytes.ts";
import { failed, type Outcome } from "../../base/errno.ts";
import type { OpenFile } from "../files/open-file.ts";
import { OpenFlag } from "../files/open-file.ts";
import { SocketType, UnixSocket } from "../files/unix-socket.ts";
import type { CallResult } from "../kernel/task.ts";
import type { Blocking } from "../kernel/wait.ts";
import { byteString, stringBytes } from "../memory/user-memory.ts";
import { type CallContext, call } from "./call.ts";
import { addPair } from "./events.ts";
import { file, int, pointer, uint } from "./kinds.ts";
import { addDescriptor } from "./open.ts";
import { waitFor } from "./read-write.ts";

const AF_UNIX = 1;
const SOCK_TYPE = 0xf;
const SOCK_FLAGS = OpenFlag.O_NONBLOCK | OpenFlag.O_CLOEXEC;
const types: readonly number[] = Object.values(SocketType);
/** sun_path. */
const LONGEST_NAME = 108;

function makeSocket(
  { kernel }: CallContext,
  domain: number,
  type: number,
  protocol: number,
): Outcome<UnixSocket> {
  if (type & ~(SOCK_TYPE | SOCK_FLAGS)) return { errno: "EINVAL" };
  if (domain !== AF_UNIX) return { errno: "EAFNOSUPPORT" };
  if (!types.includes(type & SOCK_TYPE)) return { errno: "ESOCKTNOSUPPORT" };
  if (protocol !== 0 && protocol !== AF_UNIX) return { errno: "EPROTONOSUPPORT" };
  return new UnixSocket(type & SOCK_TYPE, type & OpenFlag.O_NONBLOCK, kernel.socketNames);
}

function pair(
  context: CallContext,
  domain: number,
  type: number,
  protocol: number,
  result: number,
): CallResult {
  const first = makeSocket(context, domain, type, protocol);
  const second = makeSocket(context, domain, type, protocol);
  if (failed(first)) return first;
  if (failed(second)) return second;
  first.join(second);
  for (const socket of [first, second]) socket.peerCredentials = ownCredentials(context);
  return addPair(context, [first, second], type, result);
}

function ownCredentials({ process }: CallContext) {
  return { pid: process.id, uid: process.credentials.euid, gid: process.credentials.egid };
}

/** The socket behind a descriptor. */
export function socketOf(open: OpenFile): Outcome<UnixSocket> {
  return open instanceof UnixSocket ? open : { errno: "ENOTSOCK" };
}

/** A struct sockaddr_un as the string of its path; abstract names begin with a zero byte. */
export function readAddress({ memory, process }: CallContext, at: number, length: number): Outcome<string> {
  if (length < 2 || length > LONGEST_NAME + 2) return { errno: "EINVAL" };
  const view = memory.get(at, length);
  if (failed(view)) return view;
  if (view.getUint16(0, true) !== AF_UNIX) return { errno: "EINVAL" };
  const path = byteString(new Uint8Array(view.buffer, 2));
  if (path.startsWith("\0")) return path;
  const name = path.replace(/\0.*$/s, "");
  if (name === "" || name.startsWith("/")) return name;
  // A relative name is the same socket only for whoever is in the same directory.
  return `${process.view.directory.mount.id}:${process.view.directory.name}/${name}`;
}

/** Stores an address, cut to the room there is, and its whole length. */
export function writeAddress(
  { memory }: CallContext,
  address: string,
  at: number,
  lengthAt: number,
): CallResult {
  if (at === 0) return 0;
  const room = memory.getUint32(lengthAt);
  if (failed(room)) return room;
  if ((room | 0) < 0) return { errno: "EINVAL" };
  const name =
    address === "" || address.startsWith("\0") ? address : `${address.replace(/^\d+:[^/]*\//, "")}\0`;
  const bytes = new Uint8Array(2 + name.length);
  viewOf(bytes).setUint16(0, AF_UNIX, true);
  bytes.set(stringBytes(name), 2);
  if (failed(memory.put(at, bytes.subarray(0, room)))) return { errno: "EFAULT" };
  return memory.putUint32(lengthAt, bytes.length);
}

function* accept(
  context: CallContext,
  open: OpenFile,
  addressAt: number,
  lengthAt: number,
  flags: number,
): Blocking<CallResult> {
  if (flags & ~SOCK_FLAGS) return { errno: "EINVAL" };
  const socket = socketOf(open);
  if (failed(socket)) return socket;
  const accepted = yield* waitFor(socket, () => socket.accept());
  if (failed(accepted)) return accepted;
  accepted.flags |= flags & OpenFlag.O_NONBLOCK;
  const peer = accepted.peerAddress;
  const stored = writeAddress(context, failed(peer) ? "" : peer, addressAt, lengthAt);
  const added = addDescriptor(context, accepted, flags);
  if (failed(stored) && !failed(added)) context.process.descriptors.close(added);
  return failed(stored) ? stored : added;
}

function* connect(context: CallContext, open: OpenFile, at: number, length: number): Blocking<CallResult> {
  const socket = socketOf(open);
  if (failed(socket)) return socket;
  const address = readAddress(context, at, length);
  if (failed(address)) return address;
  socket.peerCredentials = ownCredentials(context);
  const done = yield* waitFor(socket, () => socket.connect(address));
  return failed(done) ? done : 0;
}

const SHUT_RD = 0;
const SHUT_WR = 1;
const SHUT_RDWR = 2;

const SOL_SOCKET = 1;
const Option = {
  TYPE: 3,
  ERROR: 4,
  SNDBUF: 7,
  RCVBUF: 8,
  PEERCRED: 17,
  ACCEPTCONN: 30,
  PROTOCOL: 38,
  DOMAIN: 39,
} as const;

function getOption(
  { memory }: CallContext,
  open: OpenFile,
  level: number,
  option: number,
  valueAt: number,
  lengthAt: number,
): CallResult {
  const socket = socketOf(open);
  if (failed(socket)) return socket;
  if (level !== SOL_SOCKET) return { errno: "EOPNOTSUPP" };
  const room = memory.getUint32(lengthAt);
  if (failed(room)) return room;
  const { pid, uid, gid } = socket.peerCredentials;
  const values: Readonly<Record<number, readonly number[]>> = {
    [Option.TYPE]: [socket.type],
    [Option.ERROR]: [0],
    [Option.SNDBUF]: [212_992],
    [Option.RCVBUF]: [212_992],
    [Option.PEERCRED]: [pid, uid, gid],
    [Option.ACCEPTCONN]: [socket.isListening ? 1 : 0],
    [Option.PROTOCOL]: [0],
    [Option.DOMAIN]: [AF_UNIX],
  };
  const bytes = new Uint8Array(new Int32Array(values[option] ?? [0]).buffer);
  const cut = bytes.subarray(0, room);
  if (failed(memory.put(valueAt, cut))) return { errno: "EFAULT" };
  return memory.putUint32(lengthAt, cut.length);
}

type SocketCall = (context: CallContext, socket: UnixSocket, first: number, second: number) => CallResult;

const onSocket =
  (make: SocketCall) =>
  (context: CallContext, open: OpenFile, first: number, second: number): CallResult => {
    const socket = socketOf(open);
    return failed(socket) ? socket : make(context, socket, first, second);
  };

const only = "AF_UNIX only";

export const sockets = {
  socket: call(
    198,
    [int, int, int],
    (context, domain, type, protocol) => {
      const socket = makeSocket(context, domain, type, protocol);
      return failed(socket) ? socket : addDescriptor(context, socket, type);
    },
    only,
  ),
  socketpair: call(199, [int, int, int, pointer], pair),
  bind: call(
    200,
    [file, pointer, uint],
    onSocket((context, socket, at, length) => {
      const address = readAddress(context, at, length);
      return failed(address) ? address : (socket.bind(address) ?? 0);
    }),
    `${only}; a path is a name that other programs of the same run know, not a file`,
  ),
  listen: call(201, [file, int], (_, open, backlog) => {
    const socket = socketOf(open);
    return failed(socket) ? socket : (socket.listen(backlog) ?? 0);
  }),
  accept: call(202, [file, pointer, pointer], (context, open, at, lengthAt) =>
    accept(context, open, at, lengthAt, 0),
  ),
  accept4: call(242, [file, pointer, pointer, int], accept),
  connect: call(203, [file, pointer, uint], connect, only),
  getsockname: call(
    204,
    [file, pointer, pointer],
    onSocket((context, socket, at, lengthAt) => writeAddress(context, socket.address, at, lengthAt)),
  ),
  getpeername: call(
    205,
    [file, pointer, pointer],
    onSocket((context, { peerAddress }, at, lengthAt) =>
      failed(peerAddress) ? peerAddress : writeAddress(context, peerAddress, at, lengthAt),
    ),
  ),
  setsockopt: call(
    208,
    [file, int, int, pointer, uint],
    (_, open) => {
      const socket = socketOf(open);
      return failed(socket) ? socket : 0;
    },
    "accepted without effect",
  ),
  getsockopt: call(
    209,
    [file, int, int, pointer, pointer],
    getOption,
    "options other than those of AF_UNIX are 0",
  ),
  shutdown: call(210, [file, int], (_, open, how) => {
    const socket = socketOf(open);
    if (failed(socket)) return socket;
    if (how < SHUT_RD || how > SHUT_RDWR) return { errno: "EINVAL" };
    return socket.shutdown(how !== SHUT_WR, how !== SHUT_RD) ?? 0;
  }),
};
