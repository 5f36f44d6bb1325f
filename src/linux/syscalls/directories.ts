/** getdents64(2), mkdir(2), unlink(2), rename(2), link(2), symlink(2), readlink(2), chdir(2), getcwd(2), chroot(2), mknod(2). */

import { viewOf } from "../../base/bytes.ts";
import { failed, type Outcome } from "../../base/errno.ts";
import { DirectoryFile, type Entry } from "../files/directory-file.ts";
import { OpenFile } from "../files/open-file.ts";
import { mayAccess } from "../fs/credentials.ts";
import { isDirectory, type LastComponent, typeOf } from "../fs/mount-table.ts";
import { Mode, type Place, pathOf } from "../fs/place.ts";
import type { CallResult } from "../kernel/task.ts";
import { stringBytes } from "../memory/user-memory.ts";
import { type CallContext, call } from "./call.ts";
import { AT_FDCWD, directory, file, int, octal, path, pointer, size, uint } from "./kinds.ts";
import { At, fileAt, findAt, lastAt, refuseChange } from "./paths.ts";

const ENTRY_HEADER = 19;

/** As many struct linux_dirent64 as fit. */
function getEntries({ memory }: CallContext, open: OpenFile, address: number, length: number): CallResult {
  if (!(open instanceof DirectoryFile)) return { errno: "ENOTDIR" };
  const entries = open.entries();
  if (failed(entries)) return entries;
  const bytes = new Uint8Array(Math.min(length, 1 << 16));
  let used = 0;
  for (let index = open.position; index < entries.length; index++) {
    const written = writeEntry(bytes, used, entries[index], index + 1);
    if (written === 0) break;
    used += written;
    open.position = index + 1;
  }
  if (used === 0 && open.position < entries.length) return { errno: "EINVAL" };
  return memory.write(address, bytes.subarray(0, used)) ? used : { errno: "EFAULT" };
}

/** The bytes it took; 0 where there is no room. */
function writeEntry(bytes: Uint8Array, at: number, entry: Entry | undefined, next: number): number {
  if (!entry) return 0;
  const name = stringBytes(entry.name);
  const length = Math.ceil((ENTRY_HEADER + name.length + 1) / 8) * 8;
  if (at + length > bytes.length) return 0;
  const view = viewOf(bytes);
  view.setBigUint64(at, BigInt(1 + next), true);
  view.setBigInt64(at + 8, BigInt(next), true);
  view.setUint16(at + 16, length, true);
  view.setUint8(at + 18, entry.type);
  bytes.set(name, at + ENTRY_HEADER);
  return length;
}

/** The last component, in a directory that may be changed. */
function changeable(context: CallContext, from: number, name: string): Outcome<LastComponent> {
  const last = lastAt(context, from, name);
  if (failed(last)) return last;
  return refuseChange(context, last.parent) ?? last;
}

const isDots = (name: string): boolean => name === "." || name === "..";

/** What a new name is; EEXIST where there is such a file already. */
function freeName(context: CallContext, from: number, name: string): Outcome<LastComponent> {
  const last = lastAt(context, from, name);
  if (failed(last)) return last;
  const exists = last.name === "" || isDots(last.name) || !failed(childOf(context, last));
  if (exists) return { errno: "EEXIST" };
  return refuseChange(context, last.parent) ?? last;
}

function childOf({ kernel, process }: CallContext, { parent, name }: LastComponent): Outcome<Place> {
  return kernel.mounts.walk(process.walkView, name, { follow: false, from: parent });
}

function isMountPoint({ kernel }: CallContext, { parent, name }: LastComponent): boolean {
  return kernel.mounts.mountedIn(parent.node).has(name);
}

function makeDirectory(context: CallContext, from: number, name: string, mode: number): CallResult {
  const last = freeName(context, from, name);
  if (failed(last)) return last;
  const permissions = mode & 0o1777 & ~context.process.view.umask;
  const made = last.parent.node.makeDirectory(stringBytes(last.name), permissions);
  return failed(made) ? made : 0;
}

function unlink(context: CallContext, from: number, name: string, flags: number): CallResult {
  if (flags & ~At.REMOVEDIR) return { errno: "EINVAL" };
  const last = changeable(context, from, name);
  if (failed(last)) return last;
  if (last.name === "") return flags ? { errno: "EBUSY" } : { errno: "EISDIR" };
  if (isDots(last.name))
    return flags ? { errno: last.name === "." ? "EINVAL" : "ENOTEMPTY" } : { errno: "EISDIR" };
  if (isMountPoint(context, last)) return { errno: "EBUSY" };
  const child = childOf(context, last);
  if (failed(child)) return child;
  const isFolder = isDirectory(child.node);
  if (!flags && isFolder) return { errno: "EISDIR" };
  if (last.directory && !isFolder) return { errno: "ENOTDIR" };
  if (flags && !isFolder) return { errno: "ENOTDIR" };
  const bytes = stringBytes(last.name);
  const done = flags ? last.parent.node.removeDirectory(bytes) : last.parent.node.unlink(bytes);
  return failed(done) ? done : 0;
}

const RENAME_NOREPLACE = 1;

function rename(
  context: CallContext,
  from: number,
  name: string,
  to: number,
  newName: string,
  flags: number,
): CallResult {
  if (flags & ~RENAME_NOREPLACE) return { errno: "EINVAL" };
  const old = changeable(context, from, name);
  if (failed(old)) return old;
  const target = changeable(context, to, newName);
  if (failed(target)) return target;
  if ([old, target].some(({ name: last }) => last === "" || isDots(last))) return { errno: "EBUSY" };
  if (isMountPoint(context, old) || isMountPoint(context, target)) return { errno: "EBUSY" };
  if (old.parent.mount !== target.parent.mount) return { errno: "EXDEV" };
  const child = childOf(context, old);
  if (failed(child)) return child;
  if ((old.directory || target.directory) && !isDirectory(child.node)) return { errno: "ENOTDIR" };
  const isBelow = ancestors(target.parent).includes(child.node);
  if (isBelow) return { errno: "EINVAL" };
  const bytes = stringBytes(old.name);
  const noReplace = (flags & RENAME_NOREPLACE) !== 0;
  const done = old.parent.node.rename(bytes, target.parent.node, stringBytes(target.name), noReplace);
  return failed(done) ? done : 0;
}

function ancestors(place: Place): Place["node"][] {
  const nodes: Place["node"][] = [];
  for (let at: Place | undefined = place; at; at = at.parent) nodes.push(at.node);
  return nodes;
}

function link(
  context: CallContext,
  from: number,
  name: string,
  to: number,
  newName: string,
  flags: number,
): CallResult {
  if (flags & ~(At.SYMLINK_FOLLOW | At.EMPTY_PATH)) return { errno: "EINVAL" };
  const follow = flags & At.SYMLINK_FOLLOW ? 0 : At.SYMLINK_NOFOLLOW;
  const existing = fileAt(context, from, name, (flags & At.EMPTY_PATH) | follow);
  if (failed(existing)) return existing;
  const place = existing instanceof OpenFile ? existing.place : existing;
  if (!place) return { errno: "EXDEV" };
  const last = freeName(context, to, newName);
  if (failed(last)) return last;
  if (isDirectory(place.node)) return { errno: "EPERM" };
  if (place.mount !== last.parent.mount) return { errno: "EXDEV" };
  const done = last.parent.node.link(stringBytes(last.name), place.node);
  return failed(done) ? done : 0;
}

function symlink(context: CallContext, target: string, to: number, name: string): CallResult {
  if (target === "") return { errno: "ENOENT" };
  const last = freeName(context, to, name);
  if (failed(last)) return last;
  if (last.directory) return { errno: "ENOENT" };
  const done = last.parent.node.makeSymlink(stringBytes(last.name), stringBytes(target));
  return failed(done) ? done : 0;
}

function readLink(
  context: CallContext,
  from: number,
  name: string,
  result: number,
  length: number,
): CallResult {
  if (length <= 0) return { errno: "EINVAL" };
  const found = name === "" ? fileAt(context, from, name, At.EMPTY_PATH) : findAt(context, from, name, false);
  if (failed(found)) return found;
  const place = found instanceof OpenFile ? found.place : found;
  if (!place || typeOf(place.node) !== Mode.S_IFLNK) return { errno: name === "" ? "ENOENT" : "EINVAL" };
  const target = place.node.readLink();
  if (failed(target)) return target;
  const cut = target.subarray(0, length);
  return context.memory.write(result, cut) ? cut.length : { errno: "EFAULT" };
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
  const type = mode & Mode.S_IFMT;
  if (type === Mode.S_IFDIR) return { errno: "EPERM" };
  if (type !== 0 && type !== Mode.S_IFREG) return { errno: "EPERM" };
  const open = { read: false, write: true, truncate: false };
  const permissions = mode & 0o7777 & ~context.process.view.umask;
  const made = last.parent.node.create(stringBytes(last.name), permissions, open, true);
  if (failed(made)) return made;
  made.file.close();
  return 0;
}

export const directories = {
  getdents64: call(61, [file, pointer, uint], getEntries, "inode numbers (d_ino) are not those of stat"),
  mkdirat: call(34, [directory, path, octal], makeDirectory),
  unlinkat: call(35, [directory, path, int], unlink),
  symlinkat: call(36, [path, directory, path], symlink),
  linkat: call(37, [directory, path, directory, path, int], link),
  renameat2: call(276, [directory, path, directory, path, uint], rename, "RENAME_EXCHANGE, RENAME_WHITEOUT"),
  readlinkat: call(78, [directory, path, pointer, int], readLink),
  mknodat: call(
    33,
    [directory, path, octal, uint],
    makeNode,
    "FIFOs, sockets and devices: regular files only",
  ),
  chdir: call(49, [path], changeDirectory),
  fchdir: call(50, [file], changeToOpen),
  chroot: call(51, [path], changeRoot),
  getcwd: call(17, [pointer, size], workingDirectory),
};
