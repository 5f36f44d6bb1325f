/** What system calls with paths have in common: where a path begins, and whether something may be changed. */

import { type Failure, failed, type Outcome } from "../../base/errno.ts";
import type { AttributeChanges } from "../../base/file-tree.ts";
import { Notice } from "../files/inotify.ts";
import { OpenFile } from "../files/open-file.ts";
import { type Credentials, mayAccess } from "../fs/credentials.ts";
import { isDirectory, type LastComponent } from "../fs/mount-table.ts";
import { Mode, type Place } from "../fs/place.ts";
import type { CallResult } from "../kernel/task.ts";
import type { CallContext } from "./call.ts";
import { AT_FDCWD } from "./kinds.ts";

/** Flags of the calls whose names end in "at". */
export const At = {
  SYMLINK_NOFOLLOW: 0x100,
  REMOVEDIR: 0x200,
  EACCESS: 0x200,
  SYMLINK_FOLLOW: 0x400,
  NO_AUTOMOUNT: 0x800,
  EMPTY_PATH: 0x1000,
} as const;

/** Where a relative path begins; the working directory if it is absolute. */
export function startOf({ process }: CallContext, directory: number, name: string): Outcome<Place> {
  if (directory === AT_FDCWD || name.startsWith("/")) return process.view.directory;
  const open = process.descriptors.get(directory);
  if (failed(open)) return open;
  if (!open.place || !isDirectory(open.place.node)) return { errno: "ENOTDIR" };
  return open.place;
}

/** The file at a path, or an open file without a place that a link in /proc leads to. */
export function findAt(
  context: CallContext,
  directory: number | undefined,
  name: string,
  follow: boolean,
): Outcome<Place | OpenFile> {
  const from = startOf(context, directory ?? AT_FDCWD, name);
  if (failed(from)) return from;
  return context.kernel.mounts.find(context.process.walkView, name, { follow, from });
}

/** As `findAt`; with AT_EMPTY_PATH also the file of the descriptor itself. */
export function fileAt(
  context: CallContext,
  directory: number,
  name: string,
  flags: number,
): Outcome<Place | OpenFile> {
  if (name === "" && flags & At.EMPTY_PATH) {
    if (directory === AT_FDCWD) return context.process.view.directory;
    return context.process.descriptors.get(directory);
  }
  return findAt(context, directory, name, !(flags & At.SYMLINK_NOFOLLOW));
}

/** The last component of a path and its directory. */
export function lastAt(context: CallContext, directory: number, name: string): Outcome<LastComponent> {
  const from = startOf(context, directory, name);
  if (failed(from)) return from;
  return context.kernel.mounts.last(context.process.walkView, name, from);
}

/** Why a directory's entries may not be changed. */
export function refuseChange({ process }: CallContext, { node, mount }: Place): Failure | undefined {
  if (mount.readOnly) return { errno: "EROFS" };
  if (process.credentials.fsuid === 0) return undefined;
  const attributes = node.attributes();
  if (failed(attributes)) return attributes;
  return mayAccess(attributes, process.credentials, 3) ? undefined : { errno: "EACCES" };
}

/** Changes a file's attributes. `access` is what must be allowed; undefined: one must be its owner. */
export function changeAttributes(
  context: CallContext,
  directory: number | undefined,
  name: string,
  follow: boolean,
  changes: AttributeChanges,
  access?: number,
): CallResult {
  const found = findAt(context, directory, name, follow);
  if (failed(found)) return found;
  return changeFile(context, found, changes, access);
}

export function changeFile(
  { kernel, process: { credentials } }: CallContext,
  file: Place | OpenFile,
  changes: AttributeChanges,
  access?: number,
): CallResult {
  const place = file instanceof OpenFile ? file.place : file;
  if (!place) return changeNameless(credentials, file as OpenFile, changes);
  if (place.mount.readOnly) return { errno: "EROFS" };
  const attributes = place.node.attributes();
  if (failed(attributes)) return attributes;
  if (changes.size !== undefined && (attributes.mode & Mode.S_IFMT) === Mode.S_IFDIR) {
    return { errno: "EISDIR" };
  }
  const isOwner = credentials.fsuid === 0 || credentials.fsuid === attributes.uid;
  if (access === undefined && !isOwner) return { errno: "EPERM" };
  if (access !== undefined && !isOwner && !mayAccess(attributes, credentials, access))
    return { errno: "EACCES" };
  const done = place.node.change(changes);
  if (failed(done)) return done;
  if (changes.size !== undefined) kernel.files.cut(place.node, changes.size);
  kernel.watches.file(place, changes.size === undefined ? Notice.ATTRIB : Notice.MODIFY);
  return 0;
}

/** A file that is in no file system. */
function changeNameless({ fsuid }: Credentials, file: OpenFile, changes: AttributeChanges): CallResult {
  const attributes = file.attributes();
  if (failed(attributes)) return attributes;
  if (fsuid !== 0 && fsuid !== attributes.uid) return { errno: "EPERM" };
  const done = file.change(changes);
  return failed(done) ? done : 0;
}

/** The last component, in a directory that may be changed. */
export function changeable(context: CallContext, from: number, name: string): Outcome<LastComponent> {
  const last = lastAt(context, from, name);
  if (failed(last)) return last;
  return refuseChange(context, last.parent) ?? last;
}

export const isDots = (name: string): boolean => name === "." || name === "..";

/** What a new name is; EEXIST where there is such a file already. */
export function freeName(context: CallContext, from: number, name: string): Outcome<LastComponent> {
  const last = lastAt(context, from, name);
  if (failed(last)) return last;
  const exists = last.name === "" || isDots(last.name) || !failed(childOf(context, last));
  if (exists) return { errno: "EEXIST" };
  return refuseChange(context, last.parent) ?? last;
}

export function childOf({ kernel, process }: CallContext, { parent, name }: LastComponent): Outcome<Place> {
  return kernel.mounts.walk(process.walkView, name, { follow: false, from: parent });
}

export function isMountPoint({ kernel }: CallContext, { parent, name }: LastComponent): boolean {
  return kernel.mounts.mountedIn(parent.node).has(name);
}
