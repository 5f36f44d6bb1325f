/** socket(2), socketpair(2), bind(2), listen(2), accept(2), connect(2), shutdown(2), getsockname(2). */

import { type Failure, failed, type Outcome } from "../../base/errno.ts";
import { type OpenFile, OpenFlag } from "../files/open-file.ts";
import { type Socket, SocketType } from "../files/socket.ts";
import { UnixSocket } from "../files/unix-socket.ts";
import type { CallResult } from "../kernel/task.ts";
import type { Blocking } from "../kernel/wait.ts";
import { InternetSocket } from "../net/internet-socket.ts";
import { NetlinkSocket } from "../net/netlink-socket.ts";
import { Family } from "../net/socket-address.ts";
import { IPPROTO_TCP, TcpSocket } from "../net/tcp-socket.ts";
import { IPPROTO_UDP, IPPROTO_UDPLITE, UdpSocket } from "../net/udp-socket.ts";
import { type CallContext, call } from "./call.ts";
import { addPair } from "./events.ts";
import { file, int, pointer, uint } from "./kinds.ts";
import { addDescriptor } from "./open.ts";
import { waitFor } from "./read-write.ts";
import {
  bindUnix,
  findUnix,
  identify,
  isInternet,
  ownCredentials,
  readAddress,
  socketOf,
  writeAddress,
} from "./socket-names.ts";

const SOCK_TYPE = 0xf;
const SOCK_FLAGS = OpenFlag.O_NONBLOCK | OpenFlag.O_CLOEXEC;
const unixTypes: readonly number[] = [
  SocketType.STREAM,
  SocketType.DGRAM,
  SocketType.RAW,
  SocketType.SEQPACKET,
];

function makeSocket(context: CallContext, domain: number, type: number, protocol: number): Outcome<Socket> {
  if (type & ~(SOCK_TYPE | SOCK_FLAGS) || (type & SOCK_TYPE) > 10) return { errno: "EINVAL" };
  const flags = type & OpenFlag.O_NONBLOCK;
  if (domain === Family.UNIX) return makeUnix(type & SOCK_TYPE, protocol, flags);
  if (domain === Family.NETLINK) return makeNetlink(context, type & SOCK_TYPE, protocol, flags);
  if (domain !== Family.INET && domain !== Family.INET6) return { errno: "EAFNOSUPPORT" };
  const { internet } = context.kernel;
  const refuse = (own: number): Failure | undefined =>
    protocol === 0 || protocol === own ? undefined : { errno: "EPROTONOSUPPORT" };
  switch (type & SOCK_TYPE) {
    case SocketType.STREAM:
      return refuse(IPPROTO_TCP) ?? new TcpSocket(internet, domain, flags);
    case SocketType.DGRAM:
      if (protocol === IPPROTO_UDPLITE) return new UdpSocket(internet, domain, protocol, flags);
      return refuse(IPPROTO_UDP) ?? new UdpSocket(internet, domain, IPPROTO_UDP, flags);
    case SocketType.RAW:
      return { errno: protocol === 0 ? "EPROTONOSUPPORT" : "EPERM" };
    default:
      return { errno: "ESOCKTNOSUPPORT" };
  }
}

const NETLINK_ROUTE = 0;

function makeNetlink(
  { process }: CallContext,
  type: number,
  protocol: number,
  flags: number,
): Outcome<Socket> {
  if (type !== SocketType.RAW && type !== SocketType.DGRAM) return { errno: "ESOCKTNOSUPPORT" };
  if (protocol !== NETLINK_ROUTE) return { errno: "EPROTONOSUPPORT" };
  return new NetlinkSocket(type, protocol, flags, process.id);
}

function makeUnix(type: number, protocol: number, flags: number): Outcome<UnixSocket> {
  if (protocol !== 0 && protocol !== Family.UNIX) return { errno: "EPROTONOSUPPORT" };
  if (!unixTypes.includes(type)) return { errno: "ESOCKTNOSUPPORT" };
  return new UnixSocket(type === SocketType.RAW ? SocketType.DGRAM : type, flags);
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
  if (!(first instanceof UnixSocket && second instanceof UnixSocket)) return { errno: "EOPNOTSUPP" };
  for (const socket of [first, second]) socket.credentials = ownCredentials(context);
  first.join(second);
  return addPair(context, [first, second], type, result);
}

const FIRST_UNPRIVILEGED_PORT = 1024;

function bind(context: CallContext, open: OpenFile, at: number, length: number): CallResult {
  const socket = socketOf(open);
  if (failed(socket)) return socket;
  const address = readAddress(context, at, length);
  if (failed(address)) return address;
  if (socket instanceof UnixSocket) {
    return "path" in address ? bindUnix(context, socket, address.path) : { errno: "EINVAL" };
  }
  if (socket instanceof NetlinkSocket) {
    if (address.family !== Family.NETLINK || !("port" in address)) return { errno: "EINVAL" };
    socket.bind(address.port);
    return 0;
  }
  if (!(socket instanceof InternetSocket)) return { errno: "EOPNOTSUPP" };
  if (!isInternet(address)) return refuseFamily(socket, address);
  const isPrivileged = address.port > 0 && address.port < FIRST_UNPRIVILEGED_PORT;
  if (isPrivileged && context.process.credentials.euid !== 0) return { errno: "EACCES" };
  return socket.bind(address) ?? 0;
}

/** An address that a socket cannot use: too short, or of another family. */
function refuseFamily(socket: Socket, { family }: { readonly family: number }): Failure {
  return { errno: family === socket.domain ? "EINVAL" : "EAFNOSUPPORT" };
}

/** Waits only for the platform, even where the socket does not wait. */
function* listen(context: CallContext, open: OpenFile, backlog: number): Blocking<CallResult> {
  const socket = socketOf(open);
  if (failed(socket)) return socket;
  identify(context, socket);
  for (;;) {
    const done = socket.listen(backlog);
    if (done?.errno !== "EAGAIN") return done ?? 0;
    yield { queues: [socket.changed], uninterruptible: true };
  }
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
  const accepted = yield* waitFor(context, socket, () => socket.accept(), socket.readTimeout);
  if (failed(accepted)) return accepted;
  accepted.flags |= flags & OpenFlag.O_NONBLOCK;
  const peer = accepted.peerAddress;
  const stored = writeAddress(context, failed(peer) ? socket.address : peer, addressAt, lengthAt);
  const added = addDescriptor(context, accepted, flags);
  if (failed(stored) && !failed(added)) context.process.descriptors.close(added);
  return failed(stored) ? stored : added;
}

function* connect(context: CallContext, open: OpenFile, at: number, length: number): Blocking<CallResult> {
  const socket = socketOf(open);
  if (failed(socket)) return socket;
  const address = readAddress(context, at, length);
  if (failed(address)) return address;
  if (socket instanceof UnixSocket) return yield* connectUnix(context, socket, address);
  if (!(socket instanceof InternetSocket)) return { errno: "EOPNOTSUPP" };
  const isNobody = address.family === Family.UNSPEC;
  if (socket instanceof UdpSocket && isNobody) return socket.connect(undefined) ?? 0;
  if (!isInternet(address) || address.family !== socket.domain) return refuseFamily(socket, address);
  if (socket instanceof UdpSocket) return socket.connect(address) ?? 0;
  if (!(socket instanceof TcpSocket)) return { errno: "EOPNOTSUPP" };
  const begun = socket.connect(address);
  if (!begun) return 0;
  const isWaiting = begun.errno === "EINPROGRESS" || begun.errno === "EALREADY";
  return isWaiting && !socket.nonblocking ? yield* waitForConnection(context, socket) : begun;
}

function* waitForConnection({ kernel }: CallContext, socket: TcpSocket): Blocking<CallResult> {
  const { writeTimeout } = socket;
  const deadline = writeTimeout === undefined ? undefined : kernel.now + writeTimeout;
  for (;;) {
    const outcome = socket.outcome();
    if (outcome?.errno !== "EINPROGRESS") return outcome ?? 0;
    const why = yield { queues: [socket.changed], deadline };
    if (why === "signal") return { errno: "ERESTARTSYS" };
    if (why === "timeout") return { errno: "EINPROGRESS" };
  }
}

function* connectUnix(
  context: CallContext,
  socket: UnixSocket,
  address: { readonly family: number } | { readonly path: string },
): Blocking<CallResult> {
  if (!("path" in address)) {
    if (address.family !== Family.UNSPEC) return { errno: "EINVAL" };
    const done = socket.connect(undefined);
    return failed(done) ? done : 0;
  }
  identify(context, socket);
  const target = findUnix(context, address.path);
  if (failed(target)) return target;
  const done = yield* waitFor(context, socket, () => socket.connect(target), socket.writeTimeout);
  return failed(done) ? done : 0;
}

const SHUT_RD = 0;
const SHUT_WR = 1;
const SHUT_RDWR = 2;

type SocketCall = (context: CallContext, socket: Socket, first: number, second: number) => CallResult;

const onSocket =
  (make: SocketCall) =>
  (context: CallContext, open: OpenFile, first: number, second: number): CallResult => {
    const socket = socketOf(open);
    return failed(socket) ? socket : make(context, socket, first, second);
  };

export const sockets = {
  socket: call(
    198,
    [int, int, int],
    (context, domain, type, protocol) => {
      const socket = makeSocket(context, domain, type, protocol);
      return failed(socket) ? socket : addDescriptor(context, socket, type);
    },
    "AF_UNIX, AF_INET, AF_INET6, and of AF_NETLINK what getifaddrs(3) asks; no raw sockets",
  ),
  socketpair: call(199, [int, int, int, pointer], pair),
  bind: call(
    200,
    [file, pointer, uint],
    bind,
    "with --network host a port that another program of this system has is refused by listen, or by the next call",
  ),
  listen: call(201, [file, int], listen),
  accept: call(202, [file, pointer, pointer], (context, open, at, lengthAt) =>
    accept(context, open, at, lengthAt, 0),
  ),
  accept4: call(242, [file, pointer, pointer, int], accept),
  connect: call(203, [file, pointer, uint], connect),
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
  shutdown: call(210, [file, int], (_, open, how) => {
    const socket = socketOf(open);
    if (failed(socket)) return socket;
    if (how < SHUT_RD || how > SHUT_RDWR) return { errno: "EINVAL" };
    return socket.shutdown(how !== SHUT_WR, how !== SHUT_RD) ?? 0;
  }),
};
