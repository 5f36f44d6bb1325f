/** Requests about inodes and names (Linux include/uapi/linux/fuse.h). */

import { failed, type Outcome } from "../../base/errno.ts";
import type { AttributeChanges, Attributes } from "../../base/file-tree.ts";
import {
  entrySize,
  FATTR_ATIME,
  FATTR_ATIME_NOW,
  FATTR_FH,
  FATTR_GID,
  FATTR_MODE,
  FATTR_MTIME,
  FATTR_MTIME_NOW,
  FATTR_SIZE,
  FATTR_UID,
  FUSE_GETATTR_FH,
  largestFile,
  RENAME_NOREPLACE,
  S_IFMT,
  S_IFREG,
} from "./protocol.ts";
import type { FuseReply } from "./reply.ts";
import type { FuseRequest } from "./request.ts";
import type { Done, Operation, Session } from "./session.ts";

const permissions = 0o7777;
const attributesSize = 104;
/** The longest target of a symbolic link (PATH_MAX). */
const longestTarget = 4096;

/** name → fuse_entry_out */
export const LOOKUP: Operation = {
  reply: entrySize,
  run(session, request, reply) {
    const parent = session.node(request);
    return failed(parent) ? parent : session.entry(reply, parent.lookup(request.name()));
  },
};

/** nlookup:u64 → no reply at all */
export const FORGET: Operation = {
  run(session, request) {
    session.inodes.forget(request.node, request.u64());
    return undefined;
  },
};

/** count:u32 _:u32 (nodeid:u64 nlookup:u64)... → no reply at all */
export const BATCH_FORGET: Operation = {
  run(session, request) {
    const count = request.u32();
    request.skip(4);
    for (let index = 0; index < count; index++) session.inodes.forget(request.u64(), request.u64());
    return undefined;
  },
};

/** flags:u32 _:u32 fh:u64 → fuse_attr_out */
export const GETATTR: Operation = {
  reply: attributesSize,
  run(session, request, reply) {
    const byHandle = (request.u32() & FUSE_GETATTR_FH) !== 0;
    request.skip(4);
    const handle = request.u64();
    // A file that is open can have lost its name; what is open still has attributes.
    const file = byHandle ? session.files.get(handle) : { errno: "EBADF" as const };
    const from = failed(file) ? session.node(request) : file;
    return failed(from) ? from : attributes(session, reply, from.attributes());
  },
};

/**
 * valid:u32 _:u32 fh:u64 size:u64 lock_owner:u64 atime:u64 mtime:u64 ctime:u64 atimensec:u32 mtimensec:u32
 * ctimensec:u32 mode:u32 _:u32 uid:u32 gid:u32 _:u32 → fuse_attr_out
 */
export const SETATTR: Operation = {
  changes: true,
  reply: attributesSize,
  run(session, request, reply) {
    const node = session.node(request);
    if (failed(node)) return node;
    const valid = request.u32();
    request.skip(4);
    const handle = request.u64();
    const { size, ...changes } = readChanges(request, valid);
    if (size !== undefined && size > largestFile) return { errno: "EFBIG" };
    // Through the handle where there is one: the file may be open for writing, but not be writable any more.
    const file = valid & FATTR_FH ? session.files.get(handle) : undefined;
    if (size === undefined || !file || failed(file)) {
      return attributes(session, reply, node.change(size === undefined ? changes : { ...changes, size }));
    }
    const truncated = file.truncate(size);
    return failed(truncated) ? truncated : attributes(session, reply, node.change(changes));
  },
};

/** → the target, without an end */
export const READLINK: Operation = {
  run(session, request, reply) {
    const node = session.node(request);
    const target = failed(node) ? node : node.readLink();
    if (failed(target)) return target;
    if (target.length > reply.room) return { errno: "ENAMETOOLONG" };
    reply.bytes(target);
    return undefined;
  },
};

/** name, target → fuse_entry_out */
export const SYMLINK: Operation = {
  changes: true,
  reply: entrySize,
  run(session, request, reply) {
    const parent = session.node(request);
    if (failed(parent)) return parent;
    const name = request.name();
    const target = request.text();
    if (target.length >= longestTarget) return { errno: "ENAMETOOLONG" };
    return session.entry(reply, parent.makeSymlink(name, target));
  },
};

/** mode:u32 rdev:u32 umask:u32 _:u32 name → fuse_entry_out. Only regular files: no guest makes host devices. */
export const MKNOD: Operation = {
  changes: true,
  reply: entrySize,
  run(session, request, reply) {
    const parent = session.node(request);
    if (failed(parent)) return parent;
    const mode = request.u32();
    request.skip(12);
    if ((mode & S_IFMT) !== S_IFREG) return { errno: "EPERM" };
    const open = { read: true, write: false, truncate: false };
    const made = parent.create(request.name(), mode & permissions, open, true);
    if (failed(made)) return made;
    made.file.close();
    return session.entry(reply, made.node);
  },
};

/** mode:u32 umask:u32 name → fuse_entry_out */
export const MKDIR: Operation = {
  changes: true,
  reply: entrySize,
  run(session, request, reply) {
    const parent = session.node(request);
    if (failed(parent)) return parent;
    const mode = request.u32();
    request.skip(4);
    return session.entry(reply, parent.makeDirectory(request.name(), mode & permissions));
  },
};

/** oldnodeid:u64 name → fuse_entry_out */
export const LINK: Operation = {
  changes: true,
  reply: entrySize,
  run(session, request, reply) {
    const parent = session.node(request);
    if (failed(parent)) return parent;
    const existing = session.inodes.get(request.u64());
    return failed(existing) ? existing : session.entry(reply, parent.link(request.name(), existing));
  },
};

/** name → nothing */
export const UNLINK: Operation = {
  changes: true,
  run(session, request) {
    const parent = session.node(request);
    return failed(parent) ? parent : parent.unlink(request.name());
  },
};

/** name → nothing */
export const RMDIR: Operation = {
  changes: true,
  run(session, request) {
    const parent = session.node(request);
    return failed(parent) ? parent : parent.removeDirectory(request.name());
  },
};

/** newdir:u64 name newname → nothing */
export const RENAME: Operation = {
  changes: true,
  run(session, request) {
    return rename(session, request, request.u64(), 0);
  },
};

/** newdir:u64 flags:u32 _:u32 name newname → nothing */
export const RENAME2: Operation = {
  changes: true,
  run(session, request) {
    const newParent = request.u64();
    const flags = request.u32();
    request.skip(4);
    return rename(session, request, newParent, flags);
  },
};

/** mask:u32 → nothing. The guest's kernel has checked permissions itself (default_permissions). */
export const ACCESS: Operation = {
  run(session, request) {
    const node = session.node(request);
    return failed(node) ? node : undefined;
  },
};

function rename(session: Session, request: FuseRequest, newParentId: number, flags: number): Done {
  if (flags & ~RENAME_NOREPLACE) return { errno: "EINVAL" };
  const parent = session.node(request);
  const newParent = session.inodes.get(newParentId);
  if (failed(parent)) return parent;
  if (failed(newParent)) return newParent;
  const name = request.name();
  return parent.rename(name, newParent, request.name(), (flags & RENAME_NOREPLACE) !== 0);
}

/** fuse_attr_out: attr_valid:u64 attr_valid_nsec:u32 _:u32 attr */
function attributes(session: Session, reply: FuseReply, found: Outcome<Attributes>): Done {
  if (failed(found)) return found;
  reply.u64(session.cacheSeconds).u32(0).u32(0).attributes(found);
  return undefined;
}

function readChanges(request: FuseRequest, valid: number): AttributeChanges {
  const size = request.u64();
  request.skip(8);
  const [atime, mtime] = [request.u64(), request.u64()];
  request.skip(8);
  const [atimeNanoseconds, mtimeNanoseconds] = [request.u32(), request.u32()];
  request.skip(4);
  const mode = request.u32() & permissions;
  request.skip(4);
  const [uid, gid] = [request.u32(), request.u32()];
  const time = (given: number, now: number, seconds: number, nanoseconds: number) => {
    if (valid & now) return "now" as const;
    return valid & given ? BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds) : undefined;
  };
  return without({
    mode: valid & FATTR_MODE ? mode : undefined,
    uid: valid & FATTR_UID ? uid : undefined,
    gid: valid & FATTR_GID ? gid : undefined,
    size: valid & FATTR_SIZE ? size : undefined,
    atime: time(FATTR_ATIME, FATTR_ATIME_NOW, atime, atimeNanoseconds),
    mtime: time(FATTR_MTIME, FATTR_MTIME_NOW, mtime, mtimeNanoseconds),
  });
}

/** The fields that have a value. */
function without(
  fields: { [K in keyof AttributeChanges]: AttributeChanges[K] | undefined },
): AttributeChanges {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
