/** getsockopt(2), setsockopt(2): socket(7), tcp(7), ip(7), ipv6(7). Most options are only remembered. */

import { viewOf } from "../../base/bytes.ts";
import { errno, failed, type Outcome } from "../../base/errno.ts";
import type { OpenFile } from "../files/open-file.ts";
import { type Socket, SocketType } from "../files/socket.ts";
import { UnixSocket } from "../files/unix-socket.ts";
import type { CallResult } from "../kernel/task.ts";
import { InternetSocket } from "../net/internet-socket.ts";
import { Family } from "../net/socket-address.ts";
import { TcpSocket } from "../net/tcp-socket.ts";
import { type CallContext, call } from "./call.ts";
import { file, int, pointer } from "./kinds.ts";
import { socketOf } from "./socket-names.ts";

const Level = { IP: 0, SOCKET: 1, TCP: 6, IPV6: 41, UDPLITE: 136 } as const;

/** The words of a value, from 32-bit numbers. */
type Words = readonly number[];

interface OptionKind {
  readonly initial: Words;
  /** What is kept of a value that is set; undefined refuses it. */
  readonly accept?: (words: Words) => Words | undefined;
  /** What it does besides. */
  readonly apply?: (socket: Socket, words: Words) => void;
  /** Its value where that is not kept. */
  readonly read?: (socket: Socket) => Words;
}

const flag = (initial = 0, apply?: OptionKind["apply"]): OptionKind => ({
  initial: [initial],
  accept: ([value]) => [value ? 1 : 0],
  ...(apply ? { apply } : {}),
});
const between = (initial: number, low: number, high: number): OptionKind => ({
  initial: [initial],
  accept: ([value = 0]) => (value >= low && value <= high ? [value] : undefined),
});
const fixed = (read: (socket: Socket) => Words): OptionKind => ({ initial: [], read });

/** Sizes of buffers are doubled, within limits. */
const bufferSize = (initial: number, least: number): OptionKind => ({
  initial: [initial],
  accept: ([value = 0]) => [Math.max(least, 2 * Math.min(value < 0 ? 212_992 : value, 212_992))],
});

/** A timeval as 32-bit words, in nanoseconds; undefined: without end. */
function timeoutOf([low = 0, high = 0, micro = 0]: Words): number | undefined {
  if (high < 0) return 0;
  const nanoseconds = (high * 2 ** 32 + (low >>> 0)) * 1e9 + micro * 1000;
  return nanoseconds === 0 ? undefined : Math.min(nanoseconds, 1e17);
}

const timeout = (which: keyof Socket["timeouts"]): OptionKind => ({
  initial: [0, 0, 0, 0],
  accept: (words) => (words.length < 4 || (words[2] ?? 0) < 0 || (words[2] ?? 0) >= 1e6 ? undefined : words),
  apply: (socket, words) => {
    socket.timeouts[which] = timeoutOf(words);
  },
});

const onInternet =
  (apply: (socket: InternetSocket, isOn: boolean) => void) =>
  (socket: Socket, [value]: Words): void => {
    if (socket instanceof InternetSocket) apply(socket, value === 1);
  };

const ofSockets: Readonly<Record<number, OptionKind>> = {
  1: flag(),
  2: flag(
    0,
    onInternet((socket, isOn) => {
      socket.reusesAddress = isOn;
    }),
  ),
  3: fixed(({ type }) => [type]),
  4: fixed((socket) => [numberOf(socket.takeError())]),
  5: flag(),
  6: flag(),
  7: bufferSize(212_992, 4608),
  8: bufferSize(212_992, 2304),
  9: flag(),
  10: flag(),
  12: between(0, 0, 6),
  13: {
    initial: [0, 0],
    accept: ([isOn = 0, seconds = 0]) => [isOn ? 1 : 0, seconds],
    apply: (socket, [isOn, seconds]) => {
      if (socket instanceof TcpSocket) socket.resetsAtClose = isOn === 1 && seconds === 0;
    },
  },
  15: flag(
    0,
    onInternet((socket, isOn) => {
      socket.reusesPort = isOn;
    }),
  ),
  16: flag(),
  17: fixed((socket) => {
    if (!(socket instanceof UnixSocket)) return [0, -1, -1];
    const { pid, uid, gid } = socket.peerCredentials;
    return [pid, pid === 0 ? -1 : uid, pid === 0 ? -1 : gid];
  }),
  18: { initial: [1], accept: ([value = 0]) => [value <= 0 ? 1 : value] },
  19: fixed(() => [1]),
  20: timeout("receive"),
  21: timeout("send"),
  29: flag(),
  30: fixed(({ isListening }) => [isListening ? 1 : 0]),
  32: bufferSize(212_992, 4608),
  33: bufferSize(212_992, 2304),
  35: flag(),
  36: { initial: [0] },
  38: fixed(({ protocol }) => [protocol]),
  39: fixed(({ domain }) => [domain]),
  46: { initial: [0] },
  49: { initial: [0] },
};

const ofTcp: Readonly<Record<number, OptionKind>> = {
  1: flag(),
  2: between(536, 88, 32767),
  3: flag(),
  4: between(7200, 1, 32767),
  5: between(75, 1, 32767),
  6: between(9, 1, 127),
  7: between(6, 1, 127),
  8: { initial: [60] },
  9: { initial: [0] },
  10: { initial: [0] },
  12: flag(1),
  18: between(0, 0, 0x7fffffff),
  23: { initial: [0] },
  25: { initial: [0] },
};

/** Coverage of checksums, which nothing here loses. */
const ofUdpLite: Readonly<Record<number, OptionKind>> = {
  10: between(0, 0, 65535),
  11: between(0, 0, 65535),
};

const ofIp: Readonly<Record<number, OptionKind>> = {
  1: { initial: [0], accept: ([value = 0]) => [value & 0xff] },
  2: { initial: [64], accept: ([value = 0]) => ttl(value, 64, 1) },
  6: flag(),
  8: flag(),
  10: between(1, 0, 5),
  11: flag(),
  12: flag(),
  13: flag(),
  15: flag(),
  24: flag(),
  33: { initial: [1], accept: ([value = 0]) => ttl(value, 1, 0) },
  34: flag(1),
  49: flag(1),
};

const ofIpv6: Readonly<Record<number, OptionKind>> = {
  16: { initial: [64], accept: ([value = 0]) => ttl(value, 64, 0) },
  18: { initial: [1], accept: ([value = 0]) => ttl(value, 1, 0) },
  19: flag(1),
  23: between(1, 0, 5),
  25: flag(),
  26: flag(
    0,
    onInternet((socket, isOn) => {
      socket.isIpv6Only = isOn;
    }),
  ),
  49: flag(),
  51: flag(),
  66: flag(),
  67: { initial: [0], accept: ([value = 0]) => (value > 255 ? undefined : [Math.max(0, value)]) },
  70: flag(),
};

/** -1 is the usual one. */
function ttl(value: number, usual: number, least: number): Words | undefined {
  if (value === -1) return [usual];
  return value >= least && value <= 255 ? [value] : undefined;
}

function numberOf(name: keyof typeof errno | undefined): number {
  return name ? errno[name] : 0;
}

/** The options of a level that a socket has; a failure as for a protocol that does not know the level. */
function optionsOf(socket: Socket, level: number): Outcome<Readonly<Record<number, OptionKind>>> {
  if (level === Level.SOCKET) return ofSockets;
  if (socket.domain === Family.UNIX) return { errno: "EOPNOTSUPP" };
  if (level === Level.IP) return ofIp;
  if (level === Level.IPV6 && socket.domain === Family.INET6) return ofIpv6;
  if (level === Level.UDPLITE && socket.protocol === Level.UDPLITE) return ofUdpLite;
  if (level === Level.TCP && socket.type === SocketType.STREAM) return ofTcp;
  return { errno: "ENOPROTOOPT" };
}

function optionOf(socket: Socket, level: number, option: number): Outcome<OptionKind> {
  const options = optionsOf(socket, level);
  return failed(options) ? options : (options[option] ?? { errno: "ENOPROTOOPT" });
}

const TCP_CONGESTION = 13;
const TCP_INFO = 11;
const CONGESTION = [0x69627563, 0x63, 0, 0];
const TCP_INFO_WORDS = 26;

function readOption(socket: Socket, level: number, option: number): Outcome<Words> {
  if (level === Level.TCP && socket instanceof TcpSocket) {
    if (option === TCP_CONGESTION) return CONGESTION;
    if (option === TCP_INFO) return [stateOf(socket), ...new Array(TCP_INFO_WORDS - 1).fill(0)];
  }
  const kind = optionOf(socket, level, option);
  if (failed(kind)) return kind;
  return kind.read?.(socket) ?? socket.options.get(`${level}:${option}`) ?? kind.initial;
}

/** tcpi_state: TCP_ESTABLISHED, TCP_LISTEN or TCP_CLOSE. */
function stateOf(socket: TcpSocket): number {
  if (socket.isListening) return 10;
  return failed(socket.peerAddress) ? 7 : 1;
}

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
  const room = memory.getUint32(lengthAt);
  if (failed(room)) return room;
  if ((room | 0) < 0) return { errno: "EINVAL" };
  const words = readOption(socket, level, option);
  if (failed(words)) {
    const isKnown = Object.values<number>(Level).includes(level);
    return isKnown ? words : { errno: "EOPNOTSUPP" };
  }
  const bytes = new Uint8Array(new Int32Array(words).buffer).subarray(0, room);
  if (failed(memory.put(valueAt, bytes))) return { errno: "EFAULT" };
  return memory.putUint32(lengthAt, bytes.length);
}

const LONGEST_VALUE = 64;

function setOption(
  { memory }: CallContext,
  open: OpenFile,
  level: number,
  option: number,
  at: number,
  length: number,
): CallResult {
  const socket = socketOf(open);
  if (failed(socket)) return socket;
  const kind = optionOf(socket, level, option);
  if (failed(kind)) return kind;
  if (kind.read) return { errno: "ENOPROTOOPT" };
  if (length < 4 * Math.max(1, kind.initial.length)) return { errno: "EINVAL" };
  const bytes = memory.read(at, Math.min(length, LONGEST_VALUE) & ~3);
  if (!bytes) return { errno: "EFAULT" };
  const view = viewOf(bytes);
  const given = Array.from({ length: bytes.length / 4 }, (_, index) => view.getInt32(4 * index, true));
  const words = kind.accept ? kind.accept(given) : given.slice(0, kind.initial.length);
  if (!words) return { errno: kind.initial.length === 4 ? "EDOM" : "EINVAL" };
  socket.options.set(`${level}:${option}`, words);
  kind.apply?.(socket, words);
  return 0;
}

export const socketOptions = {
  setsockopt: call(208, [file, int, int, pointer, int], setOption, "most are remembered without effect"),
  getsockopt: call(209, [file, int, int, pointer, pointer], getOption, "TCP_INFO has the state only"),
};
