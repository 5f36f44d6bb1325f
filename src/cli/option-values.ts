/** The values of the command line's options. */

import { InputError } from "../base/errors.ts";

/** An option whose value makes no sense. */
export class UsageError extends InputError {
  override readonly name = "UsageError";
}

const units = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 } as const;
const leastMemory = 64 * units.M;
const mostMemory = 3 * units.G;

/** Bytes of a size such as `512M`, `65536K`, `2G`. */
export function parseMemory(text: string): number {
  const refuse = (why: string) => new UsageError(`Cannot use --memory "${text}": ${why}`);
  const match = /^(\d{1,12})([KMG])?$/i.exec(text);
  if (!match) throw refuse("a size is a number with K, M or G, such as 512M");
  const unit = units[(match[2]?.toUpperCase() ?? "") as keyof typeof units] ?? 1;
  const bytes = Number(match[1]) * unit;
  if (bytes < leastMemory || bytes > mostMemory) throw refuse("it must be from 64M to 3G");
  if (bytes % units.M !== 0) throw refuse("it must be a whole number of MiB");
  return bytes;
}

/** Seconds. */
export function parseTimeout(text: string): number {
  const seconds = /^(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : Number.NaN;
  if (seconds > 0 && seconds <= 2_000_000) return seconds;
  throw new UsageError(`Cannot use --timeout "${text}": it is a number of seconds, more than 0`);
}

/** A disk image: `FILE` or `FILE:ro`. */
export interface DiskOption {
  readonly path: string;
  readonly readOnly: boolean;
}

export function parseDisk(text: string): DiskOption {
  const { rest, readOnly } = parseMode(text);
  if (rest === "") throw new UsageError(`Cannot use --disk "${text}": it is FILE or FILE:ro`);
  return { path: rest, readOnly };
}

/** A shared directory: `DIR:TAG` or `DIR:TAG:ro`; DIR may hold colons, TAG may not. */
export interface ShareOption {
  readonly directory: string;
  readonly tag: string;
  readonly readOnly: boolean;
}

/** What goes into a virtio-fs tag (36 bytes), the kernel's command line and the guest's shell as it is. */
const tagPattern = /^[\w.-]{1,36}$/;

export function parseShare(text: string): ShareOption {
  const { rest, readOnly } = parseMode(text);
  const colon = rest.lastIndexOf(":");
  const [directory, tag] = [rest.slice(0, colon), rest.slice(colon + 1)];
  if (colon <= 0) throw new UsageError(`Cannot use --share "${text}": it is DIR:TAG or DIR:TAG:ro`);
  if (!tagPattern.test(tag) || /^\.+$/.test(tag)) {
    const allowed = "up to 36 letters, digits, dots, dashes and underscores";
    throw new UsageError(`Cannot use --share "${text}": the tag "${tag}" is not ${allowed}`);
  }
  return { directory, tag, readOnly };
}

/** A directory for a program: `HOST:GUEST` or `HOST:GUEST:ro`. */
export interface VolumeOption {
  readonly host: string;
  readonly guest: string;
  readonly readOnly: boolean;
}

export function parseVolume(text: string): VolumeOption {
  const { rest, readOnly } = parseMode(text);
  const colon = rest.lastIndexOf(":");
  const [host, guest] = [rest.slice(0, colon), rest.slice(colon + 1)];
  if (colon <= 0 || !guest.startsWith("/") || guest === "/") {
    throw new UsageError(
      `Cannot use --volume "${text}": it is HOST:GUEST or HOST:GUEST:ro, GUEST a path from /`,
    );
  }
  return { host, guest, readOnly };
}

/** Numbers of a user and a group: `UID` or `UID:GID`. */
export interface UserOption {
  readonly uid: number;
  readonly gid: number;
}

export function parseUser(text: string): UserOption {
  const [, uid, gid] = /^(\d{1,9})(?::(\d{1,9}))?$/.exec(text) ?? [];
  if (uid === undefined) throw new UsageError(`Cannot use --user "${text}": it is UID or UID:GID, numbers`);
  return { uid: Number(uid), gid: Number(gid ?? uid) };
}

export function parseCount(option: string, most: number) {
  return (text: string): number => {
    const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
    if (count >= 1 && count <= most) return count;
    throw new UsageError(`Cannot use ${option} "${text}": it is a number from 1 to ${most}`);
  };
}

/** A TCP port; 0 is any that is free. */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port >= 0 && port <= 65535) return port;
  throw new UsageError(`Cannot use --port "${text}": it is a number from 0 to 65535`);
}

function parseMode(text: string): { rest: string; readOnly: boolean } {
  const mode = /:(ro|rw)$/.exec(text);
  return { rest: mode ? text.slice(0, mode.index) : text, readOnly: mode?.[1] === "ro" };
}

/** A guest address: decimal, or hexadecimal with 0x. */
export function parseAddress(option: string, text: string): bigint {
  if (/^(0x[0-9a-f]+|\d+)$/i.test(text) && BigInt(text) < 1n << 64n) return BigInt(text);
  throw new UsageError(`Cannot use ${option} "${text}": it is an address such as 0x80200000`);
}

/** Words between commas. */
export function parseList(text: string): readonly string[] {
  return text
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
}
