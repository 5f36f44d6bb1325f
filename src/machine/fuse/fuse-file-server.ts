/**
 * Serves a tree of files over FUSE (Linux include/uapi/linux/fuse.h, version 7.31) as the virtio-fs driver of
 * Linux speaks it. Every request is answered at once; what is not in the table below gets ENOSYS, after which
 * Linux does without it: extended attributes, locks between guests, allocation, holes, notifications, DAX.
 *
 * FLUSH is left out on purpose: nothing is held back that closing a file would have to write.
 *
 * Threats. The guest chooses every byte of a request. Structures are read only inside the message; names are
 * single components; numbers of inodes and handles are looked up, never used as addresses; their count, the
 * size of a message and of a reply have bounds. A file's contents and names are the tree's: see it for what
 * keeps a guest inside. The state (numbers that stand for open files of the host) cannot be saved.
 */

import type { Bytes } from "../../base/bytes.ts";
import { type Failure, failed } from "../../base/errno.ts";
import type { FileTree } from "../../base/file-tree.ts";
import type { FuseServer } from "../virtio/fs/fuse-server.ts";
import * as directories from "./directory-operations.ts";
import * as files from "./file-operations.ts";
import * as inodes from "./inode-operations.ts";
import {
  FUSE_ASYNC_READ,
  FUSE_ATOMIC_O_TRUNC,
  FUSE_AUTO_INVAL_DATA,
  FUSE_BIG_WRITES,
  FUSE_DO_READDIRPLUS,
  FUSE_KERNEL_MINOR_VERSION,
  FUSE_KERNEL_VERSION,
  FUSE_MAX_PAGES,
  FUSE_PARALLEL_DIROPS,
  FUSE_READDIRPLUS_AUTO,
  inHeaderSize,
  type Opcode,
  opcodes,
} from "./protocol.ts";
import { FuseReply } from "./reply.ts";
import { FuseRequest, Malformed } from "./request.ts";
import { type Done, type FuseOptions, type Operation, Session } from "./session.ts";

/** The bytes that one READ or WRITE can carry, in pages as INIT says it too. */
const mostBytes = 1 << 20;
const pageSize = 4096;

/** What we can do, of which the guest chooses. */
const abilities =
  FUSE_ASYNC_READ |
  FUSE_ATOMIC_O_TRUNC |
  FUSE_BIG_WRITES |
  FUSE_AUTO_INVAL_DATA |
  FUSE_DO_READDIRPLUS |
  FUSE_READDIRPLUS_AUTO |
  FUSE_PARALLEL_DIROPS |
  FUSE_MAX_PAGES;

/**
 * major:u32 minor:u32 max_readahead:u32 flags:u32 ... → fuse_init_out: major minor max_readahead flags (u32),
 * max_background congestion_threshold (u16), max_write time_gran (u32), max_pages map_alignment (u16),
 * flags2 max_stack_depth (u32), unused[6] (u32)
 */
const INIT: Operation = {
  reply: 64,
  run(session, request, reply) {
    const major = request.u32();
    const minor = request.u32();
    if (major < FUSE_KERNEL_VERSION || (major === FUSE_KERNEL_VERSION && minor < FUSE_KERNEL_MINOR_VERSION)) {
      return { errno: "EPROTO" };
    }
    const readahead = request.u32();
    const flags = request.u32();
    session.reset();
    reply.u32(FUSE_KERNEL_VERSION).u32(FUSE_KERNEL_MINOR_VERSION);
    reply.u32(Math.min(readahead, mostBytes)).u32(flags & abilities);
    reply.u32(mostBackground | (congestion << 16));
    reply
      .u32(mostBytes)
      .u32(1)
      .u32(mostBytes / pageSize);
    reply.zeros(4 + 4 + 24);
    return undefined;
  },
};
/** How many requests the guest may have under way without waiting, and from when on it holds back readahead. */
const mostBackground = 64;
const congestion = 48;

const DESTROY: Operation = {
  run(session): Done {
    session.reset();
    return undefined;
  },
};

/** Linux asks for it on sync(2): what was written is the host's already. */
const SYNCFS: Operation = { run: () => undefined };

const operations: Record<Opcode, Operation> = { INIT, DESTROY, SYNCFS, ...inodes, ...files, ...directories };

const byNumber = new Map<number, Operation>(
  Object.entries(opcodes).map(([name, number]) => [number, operations[name as Opcode]]),
);

const withoutReply = new Set<number>([opcodes.FORGET, opcodes.BATCH_FORGET]);

export class FuseFileServer implements FuseServer {
  readonly #session: Session;
  readonly #reply = new FuseReply(mostBytes);

  constructor(tree: FileTree, options: FuseOptions = {}) {
    this.#session = new Session(tree, options);
  }

  handle(request: Bytes, replyCapacity: number): Bytes | undefined {
    if (request.length < inHeaderSize) return undefined;
    const message = new FuseRequest(request);
    this.#reply.begin(replyCapacity);
    const failure = this.#run(message);
    if (withoutReply.has(message.opcode)) return undefined;
    return this.#reply.finish(message.unique, replyCapacity, failure);
  }

  #run(request: FuseRequest): Failure | undefined {
    const operation = byNumber.get(request.opcode);
    if (!operation) return { errno: "ENOSYS" };
    if (operation.changes && this.#session.readOnly) return { errno: "EROFS" };
    if (this.#reply.room < (operation.reply ?? 0)) return { errno: "EINVAL" };
    try {
      const done = operation.run(this.#session, request, this.#reply);
      return failed(done) ? done : undefined;
    } catch (error) {
      if (error instanceof Malformed) return { errno: "EINVAL" };
      throw error;
    }
  }

  /** Closes everything that the guest has open. */
  close(): void {
    this.#session.reset();
  }
}
