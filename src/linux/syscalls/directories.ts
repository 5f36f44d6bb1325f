/** getdents64(2), mkdir(2), mknod(2), chdir(2), getcwd(2), chroot(2). */

import { stringBytes, viewOf } from "../../base/bytes.ts";
import { failed, type Outcome } from "../../base/errno.ts";
import { DirectoryFile, type Entry } from "../files/directory-file.ts";
import { Notice } from "../files/inotify.ts";
import { OpenFile } from "../files/open-file.ts";
import { mayAccess } from "../fs/credentials.ts";
import { isDirectory, type LastComponent } from "../fs/mount-table.ts";
import { FifoNode, type NamedNode, type NodeOwner, SocketNode } from "../fs/named-nodes.ts";
import { Mode, type Place, pathOf } from "../fs/place.ts";
import type { CallResult } from "../kernel/task.ts";
import { type CallContext, call } from "./call.ts";
import { AT_FDCWD, directory, file, octal, path, pointer, size, uint } from "./kinds.ts";
import { findAt, freeName } from "./paths.ts";

const ENTRY_HEADER = 19;

/** As many struct linux_dirent64 as fit. */
function getEntries({ memory }: CallContext, open: OpenFile, address: number, length: number): CallResult {
  if (!(open instanceof DirectoryFile)) return { errno: "ENOTDIR" };
  const entries = open.entries();
  if (failed(entries)) return entries;
  const bytes = new Uint8Array(Math.min(length, 1 << 16));
  let used = 0;
  for (let index = open.position; index < entries.length; index++) {
    const written = writeEntry(bytes, used, open, entries[index], index + 1);
    if (written === 0) break;
    used += written;
    open.position = index + 1;
  }
  if (used === 0 && open.position < entries.length) return { errno: "EINVAL" };
  return memory.write(address, bytes.subarray(0, used)) ? used : { errno: "EFAULT" };
}

/** The bytes it took; 0 where there is no room. */
function writeEntry(
  bytes: Uint8Array,
  at: number,
  directory: DirectoryFile,
  entry: Entry | undefined,
  next: number,
): number {
  if (!entry) return 0;
  const name = stringBytes(entry.name);
  const length = Math.ceil((ENTRY_HEADER + name.length + 1) / 8) * 8;
  if (at + length > bytes.length) return 0;
  const view = viewOf(bytes);
  view.setBigUint64(at, directory.inodeOf(entry.name), true);
  view.setBigInt64(at + 8, BigInt(next), true);
  view.setUint16(at + 16, length, true);
  view.setUint8(at + 18, entry.type);
  bytes.set(name, at + ENTRY_HEADER);
  return length;
}

function makeDirectory(context: CallContext, from: number, name: string, mode: number): CallResult {
  const last = freeName(context, from, name);
  if (failed(last)) return last;
  const permissions = mode & 0o1777 & ~context.process.view.umask;
  const made = last.parent.node.makeDirectory(stringBytes(last.name), permissions);
  if (failed(made)) return made;
  context.kernel.watches.entry(last.parent, last.name, Notice.CREATE | Notice.ISDIR);
  return 0;
}

/** A directory that the process may make its own. */
function enterable({ process }: CallContext, place: Place): Outcome<Place> {
  if (!isDirectory(place.node)) return { errno: "ENOTDIR" };
  const attributes = place.node.attributes();
  if (failed(attributes)) return attributes;
  return mayAccess(attributes, process.credentials, 1) ? place : { errno: "EACCES" };
}

function placeAt(context: CallContext, name: string): Outcome<Place> {
  const found = findAt(context, AT_FDCWD, name, true);
  if (failed(found)) return found;
  return found instanceof OpenFile ? { errno: "ENOTDIR" } : enterable(context, found);
}

function changeDirectory(context: CallContext, name: string): CallResult {
  const place = placeAt(context, name);
  if (failed(place)) return place;
  context.process.view.directory = place;
  return 0;
}

function changeToOpen(context: CallContext, open: OpenFile): CallResult {
  const place = open.place ? enterable(context, open.place) : ({ errno: "ENOTDIR" } as const);
  if (failed(place)) return place;
  context.process.view.directory = place;
  return 0;
}

function changeRoot(context: CallContext, name: string): CallResult {
  const place = placeAt(context, name);
  if (failed(place)) return place;
  if (context.process.credentials.euid !== 0) return { errno: "EPERM" };
  context.process.view.root = place;
  return 0;
}

function workingDirectory({ process, memory }: CallContext, result: number, length: number): CallResult {
  const { directory: place, root } = process.view;
  const path = stringBytes(`${pathOf(place, root)}\0`);
  if (path.length > length) return { errno: "ERANGE" };
  return memory.write(result, path) ? path.length : { errno: "EFAULT" };
}

function makeNode(context: CallContext, from: number, name: string, mode: number): CallResult {
  const last = freeName(context, from, name);
  if (failed(last)) return last;
  const permissions = mode & 0o7777 & ~context.process.view.umask;
  switch (mode & Mode.S_IFMT) {
    case 0:
    case Mode.S_IFREG:
      return makeFile(last, permissions);
    case Mode.S_IFIFO:
      return nameNode(context, last, new FifoNode(permissions, ...ownerOf(context)));
    case Mode.S_IFSOCK:
      return nameNode(context, last, new SocketNode(permissions, ...ownerOf(context)));
    case Mode.S_IFCHR:
    case Mode.S_IFBLK:
    case Mode.S_IFDIR:
      return { errno: "EPERM" };
    default:
      return { errno: "EINVAL" };
  }
}

function makeFile({ parent, name }: LastComponent, permissions: number): CallResult {
  const open = { read: false, write: true, truncate: false };
  const made = parent.node.create(stringBytes(name), permissions, open, true);
  if (failed(made)) return made;
  made.file.close();
  return 0;
}

/** Who a new node belongs to, and the clock that its times come from. */
export function ownerOf({ kernel, process }: CallContext): [NodeOwner, () => bigint] {
  const { fsuid: uid, fsgid: gid } = process.credentials;
  const { clocks } = kernel.platform;
  return [{ uid, gid, now: clocks.realtime() }, () => clocks.realtime()];
}

/** Gives a node a name that is free. */
export function nameNode(
  { kernel }: CallContext,
  { parent, name }: LastComponent,
  node: NamedNode,
): Outcome<0> {
  kernel.watches.entry(parent, name, Notice.CREATE);
  return kernel.mounts.named.add(parent.node, name, node);
}

export const directories = {
  getdents64: call(61, [file, pointer, uint], getEntries),
  mkdirat: call(34, [directory, path, octal], makeDirectory),
  mknodat: call(
    33,
    [directory, path, octal, uint],
    makeNode,
    "devices; FIFOs and sockets are there for the run only",
  ),
  chdir: call(49, [path], changeDirectory),
  fchdir: call(50, [file], changeToOpen),
  chroot: call(51, [path], changeRoot),
  getcwd: call(17, [pointer, size], workingDirectory),
};
