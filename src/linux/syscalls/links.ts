/** link(2), symlink(2), readlink(2), unlink(2), rename(2). */

import { stringBytes } from "../../base/bytes.ts";
import { type Failure, failed } from "../../base/errno.ts";
import { Notice } from "../files/inotify.ts";
import { OpenFile } from "../files/open-file.ts";
import { isDirectory, type LastComponent, typeOf } from "../fs/mount-table.ts";
import { NamedNode } from "../fs/named-nodes.ts";
import { Mode, type Place } from "../fs/place.ts";
import type { CallResult } from "../kernel/task.ts";
import { type CallContext, call } from "./call.ts";
import { directory, int, path, pointer, uint } from "./kinds.ts";
import { temporaryName } from "./open.ts";
import { At, changeable, childOf, fileAt, findAt, freeName, isDots, isMountPoint } from "./paths.ts";

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
  return flags ? removeDirectory(context, last, child) : removeName(context, last, child);
}

function removeDirectory({ kernel }: CallContext, { parent, name }: LastComponent, child: Place): CallResult {
  if (kernel.mounts.entriesOver(child.node).size > 0) return { errno: "ENOTEMPTY" };
  const done = parent.node.removeDirectory(stringBytes(name));
  if (failed(done)) return done;
  kernel.watches.deleted(parent, name, child);
  return 0;
}

function removeName({ kernel }: CallContext, { parent, name }: LastComponent, child: Place): CallResult {
  if (child.node instanceof NamedNode) {
    kernel.mounts.named.remove(parent.node, name);
    child.node.linked(-1);
  } else {
    const done = parent.node.unlink(stringBytes(name));
    if (failed(done)) return done;
  }
  kernel.watches.deleted(parent, name, child);
  return 0;
}

const RENAME_NOREPLACE = 1;
const RENAME_EXCHANGE = 2;

function rename(
  context: CallContext,
  from: number,
  name: string,
  to: number,
  newName: string,
  flags: number,
): CallResult {
  if (flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE)) return { errno: "EINVAL" };
  if (flags === (RENAME_NOREPLACE | RENAME_EXCHANGE)) return { errno: "EINVAL" };
  const old = changeable(context, from, name);
  if (failed(old)) return old;
  const target = changeable(context, to, newName);
  if (failed(target)) return target;
  if ([old, target].some(({ name: last }) => last === "" || isDots(last))) return { errno: "EBUSY" };
  if (isMountPoint(context, old) || isMountPoint(context, target)) return { errno: "EBUSY" };
  if (old.parent.mount !== target.parent.mount) return { errno: "EXDEV" };
  const child = childOf(context, old);
  if (failed(child)) return child;
  const there = childOf(context, target);
  if (failed(there) && there.errno !== "ENOENT") return there;
  if (!failed(there) && flags === RENAME_NOREPLACE) return { errno: "EEXIST" };
  if (flags === RENAME_EXCHANGE) {
    return failed(there) ? there : exchange(context, old, child, target, there);
  }
  if ((old.directory || target.directory) && !isDirectory(child.node)) return { errno: "ENOTDIR" };
  if (ancestors(target.parent).includes(child.node)) return { errno: "EINVAL" };
  if (!failed(there) && ancestors(old.parent).includes(there.node)) return { errno: "ENOTEMPTY" };
  const moved = move(context, old, child, target, failed(there) ? undefined : there);
  if (moved === 0) tellOfMove(context, old, child, target);
  return moved;
}

function tellOfMove(
  { kernel: { watches } }: CallContext,
  old: LastComponent,
  { node }: Place,
  target: LastComponent,
): void {
  const cookie = watches.cookie();
  const kind = isDirectory(node) ? Notice.ISDIR : 0;
  watches.entry(old.parent, old.name, Notice.MOVED_FROM | kind, cookie);
  watches.entry(target.parent, target.name, Notice.MOVED_TO | kind, cookie);
  watches.self(node, Notice.MOVE_SELF | kind);
}

/** Gives a file another name; what had that name has lost it. */
function move(
  context: CallContext,
  old: LastComponent,
  child: Place,
  target: LastComponent,
  there: Place | undefined,
): CallResult {
  const { named } = context.kernel.mounts;
  if (there?.node === child.node) return 0;
  if (there && context.kernel.mounts.entriesOver(there.node).size > 0) return { errno: "ENOTEMPTY" };
  const isNamed = child.node instanceof NamedNode;
  if (isNamed || there?.node instanceof NamedNode) {
    const refused = there && refuseReplacing(child, there);
    if (refused) return refused;
    const removed = there ? removeName(context, target, there) : 0;
    if (removed !== 0) return removed;
  }
  if (child.node instanceof NamedNode) {
    named.remove(old.parent.node, old.name);
    return named.add(target.parent.node, target.name, child.node);
  }
  const bytes = [stringBytes(old.name), stringBytes(target.name)] as const;
  const done = old.parent.node.rename(bytes[0], target.parent.node, bytes[1], false);
  return failed(done) ? done : 0;
}

/** A directory and another file cannot replace one another. */
function refuseReplacing({ node: from }: Place, { node: to }: Place): Failure | undefined {
  if (isDirectory(to)) return { errno: "EISDIR" };
  return isDirectory(from) ? { errno: "ENOTDIR" } : undefined;
}

/** RENAME_EXCHANGE, by a third name: the platform cannot do it at once. */
function exchange(
  context: CallContext,
  old: LastComponent,
  child: Place,
  target: LastComponent,
  there: Place,
): CallResult {
  const isBelow = ancestors(target.parent).includes(child.node) || ancestors(old.parent).includes(there.node);
  if (isBelow) return { errno: "EINVAL" };
  if (child.node === there.node) return 0;
  const aside = { ...target, name: temporaryName(context) };
  const steps = [
    () => move(context, target, there, aside, undefined),
    () => move(context, old, child, target, undefined),
    () => move(context, aside, there, old, undefined),
  ];
  for (const step of steps) {
    const done = step();
    if (done !== 0) return done;
  }
  return 0;
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
  if (place.node instanceof NamedNode) {
    const added = context.kernel.mounts.named.add(last.parent.node, last.name, place.node);
    if (added === 0) place.node.linked(1);
    return added;
  }
  const done = last.parent.node.link(stringBytes(last.name), place.node);
  if (failed(done)) return done;
  context.kernel.watches.self(place.node, Notice.ATTRIB);
  context.kernel.watches.entry(last.parent, last.name, Notice.CREATE);
  return 0;
}

function symlink(context: CallContext, target: string, to: number, name: string): CallResult {
  if (target === "") return { errno: "ENOENT" };
  const last = freeName(context, to, name);
  if (failed(last)) return last;
  if (last.directory) return { errno: "ENOENT" };
  const done = last.parent.node.makeSymlink(stringBytes(last.name), stringBytes(target));
  if (failed(done)) return done;
  context.kernel.watches.entry(last.parent, last.name, Notice.CREATE);
  return 0;
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

export const links = {
  unlinkat: call(35, [directory, path, int], unlink),
  symlinkat: call(36, [path, directory, path], symlink),
  linkat: call(37, [directory, path, directory, path, int], link),
  renameat2: call(
    276,
    [directory, path, directory, path, uint],
    rename,
    "RENAME_WHITEOUT; RENAME_EXCHANGE is not one step for others on this system",
  ),
  readlinkat: call(78, [directory, path, pointer, int], readLink),
};
