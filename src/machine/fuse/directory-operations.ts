/** Requests about open directories (Linux include/uapi/linux/fuse.h). */

import { alignUp } from "../../base/bits.ts";
import { failed, type Outcome } from "../../base/errno.ts";
import type { DirectoryEntry, FileNode, OpenDirectory } from "../../base/file-tree.ts";
import { directoryEntrySize, entrySize } from "./protocol.ts";
import type { FuseReply } from "./reply.ts";
import type { FuseRequest } from "./request.ts";
import type { Done, Operation, Session } from "./session.ts";

/** FUSE_UNKNOWN_INO of libfuse: entries need some number that is not 0. */
const unknownIno = 0xffff_ffff;

const DT_DIR = 4;
const dots: readonly DirectoryEntry[] = [
  { name: Uint8Array.of(0x2e), type: DT_DIR },
  { name: Uint8Array.of(0x2e, 0x2e), type: DT_DIR },
];

/** flags:u32 _:u32 → fuse_open_out */
export const OPENDIR: Operation = {
  reply: 16,
  run(session, request, reply) {
    const node = session.node(request);
    const directory = failed(node) ? node : node.openDirectory();
    const handle = failed(directory) ? directory : session.directories.add(directory);
    if (failed(handle)) return handle;
    reply.u64(handle).u32(0).u32(0);
    return undefined;
  },
};

/** fh:u64 offset:u64 size:u32 ... → fuse_dirent... */
export const READDIR: Operation = {
  run(session, request, reply) {
    return eachEntry(session, request, reply, (entry, next, end) => {
      if (sizeOf(entry) > roomLeft(reply, end)) return false;
      dirent(reply, entry, next, unknownIno);
      return true;
    });
  },
};

/** fh:u64 offset:u64 size:u32 ... → (fuse_entry_out fuse_dirent)... Each entry counts as a lookup. */
export const READDIRPLUS: Operation = {
  run(session, request, reply) {
    const node = session.node(request);
    if (failed(node)) return node;
    return eachEntry(session, request, reply, (entry, next, end) => {
      if (entrySize + sizeOf(entry) > roomLeft(reply, end)) return false;
      if (dots.includes(entry) || failed(session.entry(reply, lookup(node, entry)))) reply.zeros(entrySize);
      dirent(reply, entry, next, unknownIno);
      return true;
    });
  },
};

/** fh:u64 ... → nothing */
export const RELEASEDIR: Operation = {
  run(session, request) {
    session.directories.close(request.u64());
    return undefined;
  },
};

/** Directories are as durable as the host makes them. */
export const FSYNCDIR: Operation = {
  run: () => undefined,
};

function lookup(node: FileNode, { name }: DirectoryEntry): Outcome<FileNode> {
  return node.lookup(name);
}

/** Puts one entry into the reply, unless that would take the last `end` bytes of its room. `next` is the offset behind it. */
type Put = (entry: DirectoryEntry, next: number, end: number) => boolean;

/** Puts the entries from the offset of the request on until one does not fit. */
function eachEntry(session: Session, request: FuseRequest, reply: FuseReply, put: Put): Done {
  const directory = session.directories.get(request.u64());
  if (failed(directory)) return directory;
  const offset = request.u64();
  const end = reply.room - Math.min(request.u32(), reply.room);
  const rewound = offset === 0 ? directory.rewind() : undefined;
  if (failed(rewound)) return rewound;
  for (let index = offset; ; index++) {
    const entry = entryAt(directory, index);
    if (!entry || !put(entry, index + 1, end)) return undefined;
  }
}

function entryAt(directory: OpenDirectory, index: number): DirectoryEntry | undefined {
  return index < dots.length ? dots[index] : directory.entries[index - dots.length];
}

/** What is left of the guest's `size`; `end` is the room that must remain untouched. */
function roomLeft(reply: FuseReply, end: number): number {
  return reply.room - end;
}

function sizeOf({ name }: DirectoryEntry): number {
  return alignUp(directoryEntrySize + name.length, 8);
}

/** fuse_dirent: ino:u64 off:u64 namelen:u32 type:u32 name, padded to 8 bytes */
function dirent(reply: FuseReply, entry: DirectoryEntry, next: number, ino: number): void {
  reply.u64(ino).u64(next).u32(entry.name.length).u32(entry.type).bytes(entry.name);
  reply.zeros(sizeOf(entry) - directoryEntrySize - entry.name.length);
}
