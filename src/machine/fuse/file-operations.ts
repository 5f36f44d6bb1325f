/** Requests about open files (Linux include/uapi/linux/fuse.h). */

import { failed } from "../../base/errno.ts";
import type { OpenMode } from "../../base/file-tree.ts";
import {
  entrySize,
  FOPEN_KEEP_CACHE,
  FUSE_FSYNC_FDATASYNC,
  largestFile,
  O_ACCMODE,
  O_EXCL,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
} from "./protocol.ts";
import type { FuseReply } from "./reply.ts";
import type { Operation } from "./session.ts";

const openSize = 16;
const statisticsSize = 80;
const longestName = 255;

/** flags:u32 _:u32 → fuse_open_out */
export const OPEN: Operation = {
  reply: openSize,
  run(session, request, reply) {
    const node = session.node(request);
    if (failed(node)) return node;
    const mode = openMode(request.u32());
    if (session.readOnly && (mode.write || mode.truncate)) return { errno: "EROFS" };
    const file = node.open(mode);
    const handle = failed(file) ? file : session.files.add(file);
    if (failed(handle)) return handle;
    opened(reply, handle);
    return undefined;
  },
};

/** flags:u32 mode:u32 umask:u32 _:u32 name → fuse_entry_out fuse_open_out */
export const CREATE: Operation = {
  changes: true,
  reply: entrySize + openSize,
  run(session, request, reply) {
    const parent = session.node(request);
    if (failed(parent)) return parent;
    const flags = request.u32();
    const mode = request.u32() & 0o7777;
    request.skip(8);
    const made = parent.create(request.name(), mode, openMode(flags), (flags & O_EXCL) !== 0);
    if (failed(made)) return made;
    const handle = session.files.add(made.file);
    if (failed(handle)) return handle;
    const told = session.entry(reply, made.node);
    if (failed(told)) {
      session.files.close(handle);
      return told;
    }
    opened(reply, handle);
    return undefined;
  },
};

/** fh:u64 offset:u64 size:u32 ... → the bytes */
export const READ: Operation = {
  run(session, request, reply) {
    const file = session.files.get(request.u64());
    if (failed(file)) return file;
    const offset = request.u64();
    const into = reply.space(request.u32());
    if (offset > largestFile) return { errno: "EINVAL" };
    const count = file.read(offset, into);
    if (failed(count)) return count;
    reply.advance(count);
    return undefined;
  },
};

/** fh:u64 offset:u64 size:u32 write_flags:u32 lock_owner:u64 flags:u32 _:u32 bytes → size:u32 _:u32 */
export const WRITE: Operation = {
  changes: true,
  reply: 8,
  run(session, request, reply) {
    const file = session.files.get(request.u64());
    if (failed(file)) return file;
    const offset = request.u64();
    const size = request.u32();
    request.skip(20);
    const from = request.bytes(size);
    if (offset + size > largestFile) return { errno: "EFBIG" };
    const count = file.write(offset, from);
    if (failed(count)) return count;
    reply.u32(count).u32(0);
    return undefined;
  },
};

/** fh:u64 flags:u32 release_flags:u32 lock_owner:u64 → nothing */
export const RELEASE: Operation = {
  run(session, request) {
    session.files.close(request.u64());
    return undefined;
  },
};

/** fh:u64 fsync_flags:u32 _:u32 → nothing */
export const FSYNC: Operation = {
  run(session, request) {
    const file = session.files.get(request.u64());
    return failed(file) ? file : file.sync((request.u32() & FUSE_FSYNC_FDATASYNC) !== 0);
  },
};

/** → fuse_statfs_out: blocks bfree bavail files ffree (u64), bsize namelen frsize _ (u32), spare[6] (u32) */
export const STATFS: Operation = {
  reply: statisticsSize,
  run(session, _, reply) {
    const found = session.tree.statistics();
    if (failed(found)) return found;
    reply.u64(found.blocks).u64(found.freeBlocks).u64(found.availableBlocks);
    reply.u64(found.files).u64(found.freeFiles);
    reply
      .u32(found.blockSize)
      .u32(longestName)
      .u32(found.blockSize)
      .zeros(4 + 24);
    return undefined;
  },
};

/** O_APPEND is the guest's affair: it sends the offset of the end. */
function openMode(flags: number): OpenMode {
  const access = flags & O_ACCMODE;
  return {
    read: access !== O_WRONLY,
    write: access === O_WRONLY || access === O_RDWR,
    truncate: (flags & O_TRUNC) !== 0,
  };
}

/** fuse_open_out: fh:u64 open_flags:u32 _:u32. The guest may keep pages it has: it sees a change by mtime. */
function opened(reply: FuseReply, handle: number): void {
  reply.u64(handle).u32(FOPEN_KEEP_CACHE).u32(0);
}
