/** The kinds of arguments that system calls have. */

import { viewOf } from "../../base/bytes.ts";
import { failed, type Outcome } from "../../base/errno.ts";
import type { OpenFile } from "../files/open-file.ts";
import type { CallContext, Kind } from "./call.ts";

const unsigned = (low: number, high: number): number => (high >>> 0) * 2 ** 32 + (low >>> 0);
const hexadecimal = (value: number): string => (value === 0 ? "NULL" : `0x${value.toString(16)}`);

function kind<T>(
  decode: (context: CallContext, low: number, high: number) => Outcome<T>,
  show: (context: CallContext, low: number, high: number, count: number) => string,
): Kind<T> {
  return { decode, show };
}

export const int = kind<number>(
  (_, low) => low,
  (_, low) => `${low}`,
);
export const uint = kind<number>(
  (_, low) => low >>> 0,
  (_, low) => hexadecimal(low >>> 0),
);
/** A signed 64-bit number; beyond 2^53 it is rounded. */
export const long = kind<number>(
  (_, low, high) => high * 2 ** 32 + (low >>> 0),
  (_, low, high) => `${high * 2 ** 32 + (low >>> 0)}`,
);
/** An unsigned one. */
export const size = kind<number>(
  (_, low, high) => unsigned(low, high),
  (_, low, high) => `${unsigned(low, high)}`,
);
export const pointer = kind<number>(
  (_, low, high) => unsigned(low, high),
  (_, low, high) => hexadecimal(unsigned(low, high)),
);
export const octal = kind<number>(
  (_, low) => low >>> 0,
  (_, low) => `0${(low >>> 0).toString(8)}`,
);

/** The file of a descriptor; EBADF. */
export const file = kind<OpenFile>(
  ({ process }, low) => process.descriptors.get(low),
  (_, low) => `${low}`,
);

/** A directory for a relative path: AT_FDCWD or a descriptor, looked at only if it is needed. */
export const directory = kind<number>(
  (_, low) => low,
  (_, low) => (low === AT_FDCWD ? "AT_FDCWD" : `${low}`),
);
export const AT_FDCWD = -100;

/** A path, a character for each byte. */
export const path = kind<string>(
  ({ memory }, low, high) => memory.getString(unsigned(low, high)),
  ({ memory }, low, high) => shownString(memory.getString(unsigned(low, high))),
);

const MOST_BYTES_SHOWN = 32;

/** Bytes that go with the next argument, their count; printed as a string. */
export const buffer = kind<number>(
  (_, low, high) => unsigned(low, high),
  ({ memory }, low, high, count) => {
    const address = unsigned(low, high);
    const shown = Math.min(MOST_BYTES_SHOWN, count);
    const bytes = memory.read(address, Math.min(shown, memory.readableBytes(address, shown)));
    if (!bytes || bytes.length === 0) return hexadecimal(address);
    return `${shownString(String.fromCharCode(...bytes))}${count > shown ? "..." : ""}`;
  },
);

const LONGEST_SHOWN = 64;

/** A string as strace prints it. */
export function shownString(text: Outcome<string>): string {
  if (failed(text)) return text.errno;
  const shown = text.slice(0, LONGEST_SHOWN).replaceAll(/[^\x20-\x7e]|["\\]/g, (character) => {
    const known = { "\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\" }[character];
    return known ?? `\\${character.charCodeAt(0).toString(8)}`;
  });
  return `"${shown}"${text.length > LONGEST_SHOWN ? "..." : ""}`;
}

/** A struct timespec in nanoseconds; undefined for a null pointer. EINVAL where it is no time. */
export const timespec = kind<number | undefined>(
  ({ memory }, low, high) => {
    const address = unsigned(low, high);
    if (address === 0) return undefined;
    const view = memory.get(address, 16);
    return failed(view) ? view : readTimespec(view, 0);
  },
  (_, low, high) => hexadecimal(unsigned(low, high)),
);

const BILLION = 1_000_000_000;
/** In seconds: times since 1970 are below it too. */
export const CENTURY = 3_155_760_000;

/** A struct timespec at an offset; EINVAL. Longer times than a century are a century. */
export function readTimespec(view: DataView, offset: number): Outcome<number> {
  const seconds = view.getBigInt64(offset, true);
  const nanoseconds = view.getBigInt64(offset + 8, true);
  if (seconds < 0n || nanoseconds < 0n || nanoseconds >= 1_000_000_000n) return { errno: "EINVAL" };
  return Math.min(Number(seconds), CENTURY) * BILLION + Number(nanoseconds);
}

export function timespecBytes(nanoseconds: number | bigint): Uint8Array<ArrayBuffer> {
  const whole = BigInt(typeof nanoseconds === "number" ? Math.floor(nanoseconds) : nanoseconds);
  const bytes = new Uint8Array(16);
  const view = viewOf(bytes);
  view.setBigInt64(0, whole / 1_000_000_000n, true);
  view.setBigInt64(8, whole % 1_000_000_000n, true);
  return bytes;
}

/** struct itimerspec: what is left of a timer's time, and between two expirations. */
export function settingBytes({
  left,
  interval,
}: {
  readonly left: number;
  readonly interval: number;
}): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(32);
  bytes.set(timespecBytes(interval));
  bytes.set(timespecBytes(left), 16);
  return bytes;
}

/** A sigset_t; undefined for a null pointer. */
export const signalSet = kind<bigint | undefined>(
  ({ memory }, low, high) => {
    const address = unsigned(low, high);
    if (address === 0) return undefined;
    const view = memory.get(address, 8);
    return failed(view) ? view : view.getBigUint64(0, true);
  },
  (_, low, high) => hexadecimal(unsigned(low, high)),
);

/** A null-terminated list of strings, such as argv. */
export function readStrings({ memory }: CallContext, start: number): Outcome<readonly string[]> {
  const list: string[] = [];
  let bytes = 0;
  for (let at = start; at !== 0; at += 8) {
    const address = memory.getLong(at);
    if (failed(address)) return address;
    if (address === 0) break;
    const text = memory.getString(address, LONGEST_STRING);
    if (failed(text)) return text.errno === "ENAMETOOLONG" ? { errno: "E2BIG" } : text;
    bytes += text.length + 9;
    if (bytes > LONGEST_LIST) return { errno: "E2BIG" };
    list.push(text);
  }
  return list;
}
const LONGEST_STRING = 1 << 17;
const LONGEST_LIST = 6 << 20;

export interface Vector {
  readonly address: number;
  readonly length: number;
}

const IOV_MAX = 1024;
/** The most that one call reads or writes (MAX_RW_COUNT). */
export const MOST_BYTES = 0x7ffff000;

/** The parts of a readv or writev: `count` of them. */
export function readVectors({ memory }: CallContext, address: number, count: number): Outcome<Vector[]> {
  if (count > IOV_MAX || count < 0) return { errno: "EINVAL" };
  const view = memory.get(address, 16 * count);
  if (failed(view)) return view;
  const vectors: Vector[] = [];
  let left = MOST_BYTES;
  for (let index = 0; index < count; index++) {
    const length = Number(view.getBigInt64(16 * index + 8, true));
    if (length < 0) return { errno: "EINVAL" };
    vectors.push({
      address: Number(view.getBigUint64(16 * index, true)),
      length: Math.min(left, length),
    });
    left -= Math.min(left, length);
  }
  return vectors;
}
