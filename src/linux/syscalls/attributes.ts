/** setxattr(2), getxattr(2), listxattr(2), removexattr(2): attributes are kept for the run, beside the files. */

import { stringBytes } from "../../base/bytes.ts";
import { failed, type Outcome } from "../../base/errno.ts";
import type { FileNode } from "../../base/file-tree.ts";
import { OpenFile } from "../files/open-file.ts";
import { typeOf } from "../fs/mount-table.ts";
import { Mode, type Place } from "../fs/place.ts";
import type { CallResult } from "../kernel/task.ts";
import { type CallContext, call } from "./call.ts";
import { file, int, path, pointer, size } from "./kinds.ts";
import { findAt } from "./paths.ts";

const XATTR_CREATE = 1;
const XATTR_REPLACE = 2;
/** XATTR_NAME_MAX, XATTR_SIZE_MAX, XATTR_LIST_MAX. */
const LONGEST_NAME = 255;
const LONGEST_VALUE = 65536;
const LONGEST_LIST = 65536;

const kept = new WeakMap<FileNode, Map<string, Uint8Array>>();

function attributesOf(node: FileNode): Map<string, Uint8Array> {
  const known = kept.get(node) ?? new Map<string, Uint8Array>();
  kept.set(node, known);
  return known;
}

type Target = Outcome<Place | OpenFile>;
type FindTarget<T> = (context: CallContext, target: T) => Target;

const followed: FindTarget<string> = (context, name) => findAt(context, undefined, name, true);
const notFollowed: FindTarget<string> = (context, name) => findAt(context, undefined, name, false);
const opened: FindTarget<OpenFile> = (_, open) => open;

/** The file that a name is an attribute of; its name space says who may have it where (xattr(7)). */
function placeFor({ process }: CallContext, target: Target, name: string, changes: boolean): Outcome<Place> {
  if (failed(target)) return target;
  if (name === "" || name.length > LONGEST_NAME) return { errno: "ERANGE" };
  const place = target instanceof OpenFile ? target.place : target;
  if (!place) return { errno: "EOPNOTSUPP" };
  if (changes && place.mount.readOnly) return { errno: "EROFS" };
  const isRoot = process.credentials.fsuid === 0;
  const type = typeOf(place.node);
  const space = name.slice(0, name.indexOf(".") + 1);
  if (space === "user." && type !== Mode.S_IFREG && type !== Mode.S_IFDIR) {
    return { errno: changes ? "EPERM" : "ENODATA" };
  }
  if (space === "trusted." && !isRoot) return { errno: changes ? "EPERM" : "ENODATA" };
  if (space === "security." && !isRoot && changes) return { errno: "EPERM" };
  return ["user.", "trusted.", "security."].includes(space) ? place : { errno: "EOPNOTSUPP" };
}

function set<T>(find: FindTarget<T>) {
  return (
    context: CallContext,
    target: T,
    name: string,
    valueAt: number,
    length: number,
    flags: number,
  ): CallResult => {
    if (flags & ~(XATTR_CREATE | XATTR_REPLACE)) return { errno: "EINVAL" };
    if (name === "" || name.length > LONGEST_NAME) return { errno: "ERANGE" };
    if (length > LONGEST_VALUE) return { errno: "E2BIG" };
    const value = context.memory.read(valueAt, length);
    if (!value) return { errno: "EFAULT" };
    const place = placeFor(context, find(context, target), name, true);
    if (failed(place)) return place;
    const attributes = attributesOf(place.node);
    if (attributes.has(name) && flags & XATTR_CREATE) return { errno: "EEXIST" };
    if (!attributes.has(name) && flags & XATTR_REPLACE) return { errno: "ENODATA" };
    const used = [...attributes].reduce((sum, [key, { length: bytes }]) => sum + key.length + bytes, 0);
    if (used + name.length + length > LONGEST_LIST) return { errno: "ENOSPC" };
    attributes.set(name, value);
    return 0;
  };
}

/** Stores bytes where there is room, and says how many there are; `length` 0 only asks that. */
function give({ memory }: CallContext, bytes: Uint8Array, at: number, length: number): CallResult {
  if (length === 0) return bytes.length;
  if (bytes.length > length) return { errno: "ERANGE" };
  return memory.write(at, bytes) ? bytes.length : { errno: "EFAULT" };
}

function get<T>(find: FindTarget<T>) {
  return (context: CallContext, target: T, name: string, valueAt: number, length: number): CallResult => {
    const place = placeFor(context, find(context, target), name, false);
    if (failed(place)) return place;
    const value = kept.get(place.node)?.get(name);
    return value ? give(context, value, valueAt, length) : { errno: "ENODATA" };
  };
}

function list<T>(find: FindTarget<T>) {
  return (context: CallContext, target: T, listAt: number, length: number): CallResult => {
    const found = find(context, target);
    if (failed(found)) return found;
    const place = found instanceof OpenFile ? found.place : found;
    const names = place ? [...(kept.get(place.node)?.keys() ?? [])] : [];
    const bytes = stringBytes(names.map((name) => `${name}\0`).join(""));
    return give(context, bytes, listAt, length);
  };
}

function remove<T>(find: FindTarget<T>) {
  return (context: CallContext, target: T, name: string): CallResult => {
    const place = placeFor(context, find(context, target), name, true);
    if (failed(place)) return place;
    return kept.get(place.node)?.delete(name) ? 0 : { errno: "ENODATA" };
  };
}

const missing = "kept for the run only, not in the file system; no ACLs";

export const attributes = {
  setxattr: call(5, [path, path, pointer, size, int], set(followed), missing),
  lsetxattr: call(6, [path, path, pointer, size, int], set(notFollowed), missing),
  fsetxattr: call(7, [file, path, pointer, size, int], set(opened), missing),
  getxattr: call(8, [path, path, pointer, size], get(followed), missing),
  lgetxattr: call(9, [path, path, pointer, size], get(notFollowed), missing),
  fgetxattr: call(10, [file, path, pointer, size], get(opened), missing),
  listxattr: call(11, [path, pointer, size], list(followed), missing),
  llistxattr: call(12, [path, pointer, size], list(notFollowed), missing),
  flistxattr: call(13, [file, pointer, size], list(opened), missing),
  removexattr: call(14, [path, path], remove(followed), missing),
  lremovexattr: call(15, [path, path], remove(notFollowed), missing),
  fremovexattr: call(16, [file, path], remove(opened), missing),
};
