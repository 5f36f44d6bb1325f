/** stat(2), statx(2), access(2), chmod(2), chown(2), utimensat(2), statfs(2). */

import { viewOf } from "../../base/bytes.ts";
import { failed, type Outcome } from "../../base/errno.ts";
import type { AttributeChanges, Attributes } from "../../base/file-tree.ts";
import { OpenFile } from "../files/open-file.ts";
import { mayAccess } from "../fs/credentials.ts";
import { Mode, type Mount, type Place } from "../fs/place.ts";
import type { CallResult } from "../kernel/task.ts";
import { type CallContext, call } from "./call.ts";
import { AT_FDCWD, directory, file, int, octal, path, pointer, uint } from "./kinds.ts";
import { At, changeFile, fileAt } from "./paths.ts";

const BILLION = 1_000_000_000n;
/** st_dev of what is in no file system. */
const ANONYMOUS_DEVICE = 15;

interface Status {
  readonly attributes: Attributes;
  readonly device: number;
}

function statusOf(found: Place | OpenFile): Outcome<Status> {
  const place = found instanceof OpenFile ? found.place : found;
  const attributes = found instanceof OpenFile ? found.attributes() : found.node.attributes();
  if (failed(attributes)) return attributes;
  return { attributes, device: place?.mount.device ?? ANONYMOUS_DEVICE };
}

/** struct stat (include/uapi/asm-generic/stat.h). */
function statBytes({ attributes, device }: Status): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(128);
  const view = viewOf(bytes);
  view.setBigUint64(0, BigInt(device), true);
  view.setBigUint64(8, attributes.ino, true);
  view.setUint32(16, attributes.mode, true);
  view.setUint32(20, attributes.nlink, true);
  view.setUint32(24, attributes.uid, true);
  view.setUint32(28, attributes.gid, true);
  view.setBigUint64(32, BigInt(attributes.rdev), true);
  view.setBigInt64(48, attributes.size, true);
  view.setInt32(56, attributes.blockSize, true);
  view.setBigInt64(64, attributes.blocks, true);
  for (const [index, time] of [attributes.atime, attributes.mtime, attributes.ctime].entries()) {
    view.setBigInt64(72 + 16 * index, time / BILLION, true);
    view.setBigInt64(80 + 16 * index, time % BILLION, true);
  }
  return bytes;
}

const STATX_BASIC_STATS = 0x7ff;

/** struct statx. */
function statxBytes({ attributes, device }: Status): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(256);
  const view = viewOf(bytes);
  view.setUint32(0, STATX_BASIC_STATS, true);
  view.setUint32(4, attributes.blockSize, true);
  view.setUint32(16, attributes.nlink, true);
  view.setUint32(20, attributes.uid, true);
  view.setUint32(24, attributes.gid, true);
  view.setUint16(28, attributes.mode, true);
  view.setBigUint64(32, attributes.ino, true);
  view.setBigInt64(40, attributes.size, true);
  view.setBigInt64(48, attributes.blocks, true);
  const times = [
    [64, attributes.atime],
    [96, attributes.ctime],
    [112, attributes.mtime],
  ] as const;
  for (const [offset, time] of times) {
    view.setBigInt64(offset, time / BILLION, true);
    view.setUint32(offset + 8, Number(time % BILLION), true);
  }
  view.setUint32(128, attributes.rdev >>> 8, true);
  view.setUint32(132, attributes.rdev & 0xff, true);
  view.setUint32(136, device >>> 8, true);
  view.setUint32(140, device & 0xff, true);
  return bytes;
}

function statAt(context: CallContext, from: number, name: string, result: number, flags: number): CallResult {
  if (flags & ~(At.SYMLINK_NOFOLLOW | At.NO_AUTOMOUNT | At.EMPTY_PATH)) return { errno: "EINVAL" };
  const found = fileAt(context, from, name, flags);
  if (failed(found)) return found;
  const status = statusOf(found);
  return failed(status) ? status : context.memory.put(result, statBytes(status));
}

const STATX_RESERVED = 0x80000000;
const SYNC_TYPES = 0x6000;

function statx(
  context: CallContext,
  from: number,
  name: string,
  flags: number,
  mask: number,
  result: number,
): CallResult {
  const known = At.SYMLINK_NOFOLLOW | At.NO_AUTOMOUNT | At.EMPTY_PATH | SYNC_TYPES;
  if (flags & ~known || (flags & SYNC_TYPES) === SYNC_TYPES || mask & STATX_RESERVED)
    return { errno: "EINVAL" };
  const found = fileAt(context, from, name, flags);
  if (failed(found)) return found;
  const status = statusOf(found);
  return failed(status) ? status : context.memory.put(result, statxBytes(status));
}

function access(context: CallContext, from: number, name: string, mode: number, flags: number): CallResult {
  if (mode & ~7 || flags & ~(At.EACCESS | At.SYMLINK_NOFOLLOW | At.EMPTY_PATH)) return { errno: "EINVAL" };
  const found = fileAt(context, from, name, flags & ~At.EACCESS);
  if (failed(found)) return found;
  const status = statusOf(found);
  if (failed(status)) return status;
  const place = found instanceof OpenFile ? found.place : found;
  const isWritten = (mode & 2) !== 0 && (status.attributes.mode & Mode.S_IFMT) !== Mode.S_IFCHR;
  if (isWritten && place?.mount.readOnly) return { errno: "EROFS" };
  const { credentials } = context.process;
  const who =
    flags & At.EACCESS ? credentials : { ...credentials, fsuid: credentials.uid, fsgid: credentials.gid };
  return mayAccess(status.attributes, who, mode) ? 0 : { errno: "EACCES" };
}

function changeAt(
  context: CallContext,
  from: number,
  name: string,
  flags: number,
  changes: AttributeChanges,
): CallResult {
  const found = fileAt(context, from, name, flags);
  return failed(found) ? found : changeFile(context, found, changes);
}

const owners = (uid: number, gid: number): AttributeChanges => ({
  ...(uid === 0xffff_ffff ? {} : { uid }),
  ...(gid === 0xffff_ffff ? {} : { gid }),
});

function changeOwner(
  context: CallContext,
  from: number,
  name: string,
  uid: number,
  gid: number,
  flags: number,
): CallResult {
  if (flags & ~(At.SYMLINK_NOFOLLOW | At.EMPTY_PATH)) return { errno: "EINVAL" };
  return changeAt(context, from, name, flags, owners(uid, gid));
}

const UTIME_NOW = 0x3fffffffn;
const UTIME_OMIT = 0x3ffffffen;

/** The times of utimensat(2): now where there are none. */
function times({ memory }: CallContext, address: number): Outcome<AttributeChanges> {
  if (address === 0) return { atime: "now", mtime: "now" };
  const view = memory.get(address, 32);
  if (failed(view)) return view;
  const changes: { atime?: bigint | "now"; mtime?: bigint | "now" } = {};
  for (const [offset, field] of [
    [0, "atime"],
    [16, "mtime"],
  ] as const) {
    const nanoseconds = view.getBigInt64(offset + 8, true);
    if (nanoseconds === UTIME_OMIT) continue;
    if (nanoseconds === UTIME_NOW) {
      changes[field] = "now";
      continue;
    }
    if (nanoseconds < 0n || nanoseconds >= BILLION) return { errno: "EINVAL" };
    changes[field] = view.getBigInt64(offset, true) * BILLION + nanoseconds;
  }
  return changes;
}

function setTimes(
  context: CallContext,
  from: number,
  nameAt: number,
  address: number,
  flags: number,
): CallResult {
  if (flags & ~(At.SYMLINK_NOFOLLOW | At.EMPTY_PATH)) return { errno: "EINVAL" };
  const changes = times(context, address);
  if (failed(changes)) return changes;
  const name = nameAt === 0 ? "" : context.memory.getString(nameAt);
  if (failed(name)) return name;
  if (nameAt === 0 && from === AT_FDCWD) return { errno: "EFAULT" };
  const isEmpty = nameAt === 0 ? At.EMPTY_PATH : 0;
  const found = fileAt(context, from, name, flags | isEmpty);
  if (failed(found)) return found;
  return changeFile(context, found, changes, changes.atime === "now" ? 2 : undefined);
}

/** f_type by what is mounted (statfs(2)). */
const types: Readonly<Record<string, number>> = {
  hostfs: 0xef53,
  tmpfs: 0x01021994,
  proc: 0x9fa0,
  devtmpfs: 0x01021994,
  devpts: 0x1cd1,
};

/** struct statfs: sizes are made up, large and half free. */
function fileSystem({ memory }: CallContext, mount: Mount | undefined, result: number): CallResult {
  const bytes = new Uint8Array(120);
  const view = viewOf(bytes);
  const words = [types[mount?.type ?? "tmpfs"] ?? 0, 4096, 1 << 24, 1 << 23, 1 << 23, 1 << 20, 1 << 19];
  for (const [index, word] of words.entries()) view.setBigInt64(8 * index, BigInt(word), true);
  view.setInt32(56, mount?.device ?? 0, true);
  view.setBigInt64(64, 255n, true);
  view.setBigInt64(72, 4096n, true);
  view.setBigInt64(80, mount?.readOnly ? 0x21n : 0x20n, true);
  return memory.put(result, bytes);
}

export const stat = {
  newfstatat: call(79, [directory, path, pointer, int], statAt),
  fstat: call(80, [file, pointer], ({ memory }, open, result) => {
    const status = statusOf(open);
    return failed(status) ? status : memory.put(result, statBytes(status));
  }),
  statx: call(
    291,
    [directory, path, int, uint, pointer],
    statx,
    "time of birth, mount number, alignment for direct I/O",
  ),
  faccessat: call(48, [directory, path, int], (context, from, name, mode) =>
    access(context, from, name, mode, 0),
  ),
  faccessat2: call(439, [directory, path, int, int], access),
  fchmod: call(52, [file, octal], (context, open, mode) =>
    changeFile(context, open, { mode: mode & 0o7777 }),
  ),
  fchmodat: call(
    53,
    [directory, path, octal],
    (context, from, name, mode) => changeAt(context, from, name, 0, { mode: mode & 0o7777 }),
    "set-user-ID and set-group-ID bits are dropped",
  ),
  fchmodat2: call(452, [directory, path, octal, int], (context, from, name, mode, flags) =>
    flags & ~(At.SYMLINK_NOFOLLOW | At.EMPTY_PATH)
      ? { errno: "EINVAL" }
      : changeAt(context, from, name, flags, { mode: mode & 0o7777 }),
  ),
  fchown: call(55, [file, uint, uint], (context, open, uid, gid) =>
    changeFile(context, open, owners(uid, gid)),
  ),
  fchownat: call(54, [directory, path, uint, uint, int], changeOwner),
  utimensat: call(88, [directory, pointer, pointer, int], setTimes, "times are exact to about 200 ns"),
  statfs: call(
    43,
    [path, pointer],
    (context, name, result) => {
      const found = fileAt(context, AT_FDCWD, name, 0);
      if (failed(found)) return found;
      const place = found instanceof OpenFile ? found.place : found;
      return fileSystem(context, place?.mount, result);
    },
    "sizes are made up",
  ),
  fstatfs: call(
    44,
    [file, pointer],
    (context, open, result) => fileSystem(context, open.place?.mount, result),
    "sizes are made up",
  ),
};
