/** What the FUSE server keeps between requests, and what one operation is. */

import { type Failure, failed, type Outcome } from "../../base/errno.ts";
import type { FileNode, FileTree, OpenDirectory, OpenFile } from "../../base/file-tree.ts";
import { InodeTable } from "./inode-table.ts";
import type { FuseReply } from "./reply.ts";
import type { FuseRequest } from "./request.ts";

/** Open files and directories that a guest can have; then it gets EMFILE. */
const mostHandles = 1 << 16;

export interface FuseOptions {
  /** Everything that would change a file gets EROFS. */
  readonly readOnly?: boolean;
  /**
   * How long, in seconds, the guest may believe names and attributes without asking again. What other
   * processes change on the host shows in the guest after at most this time.
   */
  readonly cacheSeconds?: number;
}

/** The state of a connection between a guest and a tree. */
export class Session {
  readonly tree: FileTree;
  readonly readOnly: boolean;
  readonly cacheSeconds: number;
  readonly inodes: InodeTable;
  readonly files = new HandleTable<OpenFile>();
  readonly directories = new HandleTable<OpenDirectory>();

  constructor(tree: FileTree, { readOnly = false, cacheSeconds = 1 }: FuseOptions) {
    this.tree = tree;
    this.readOnly = readOnly;
    this.cacheSeconds = cacheSeconds;
    this.inodes = new InodeTable(tree.root);
  }

  /** Closes and forgets everything. */
  reset(): void {
    this.files.clear();
    this.directories.clear();
    this.inodes.clear();
  }

  /** The inode that a request is about. */
  node(request: FuseRequest): Outcome<FileNode> {
    return this.inodes.get(request.node);
  }

  /** Tells the guest of an inode (fuse_entry_out): its number, how long to believe all this, its attributes. */
  entry(reply: FuseReply, found: Outcome<FileNode>): Done {
    if (failed(found)) return found;
    const id = this.inodes.tell(found);
    if (failed(id)) return id;
    const attributes = found.attributes();
    if (failed(attributes)) {
      this.inodes.forget(id, 1);
      return attributes;
    }
    reply.u64(id).u64(0).u64(this.cacheSeconds).u64(this.cacheSeconds).u32(0).u32(0).attributes(attributes);
    return undefined;
  }
}

/** Numbers for what the guest has open. */
export class HandleTable<T extends { close(): void }> {
  readonly #open = new Map<number, T>();
  #next = 1;

  get size(): number {
    return this.#open.size;
  }

  add(opened: T): Outcome<number> {
    if (this.#open.size >= mostHandles) {
      opened.close();
      return { errno: "EMFILE" };
    }
    this.#open.set(this.#next, opened);
    return this.#next++;
  }

  get(handle: number): Outcome<T> {
    return this.#open.get(handle) ?? { errno: "EBADF" };
  }

  close(handle: number): void {
    this.#open.get(handle)?.close();
    this.#open.delete(handle);
  }

  clear(): void {
    for (const handle of [...this.#open.keys()]) this.close(handle);
  }
}

/** The outcome of an operation whose result, if any, is in the reply already. */
export type Done = Failure | undefined;

/** One opcode. A picture above each lists its fields in the request, and behind the arrow those of the reply. */
export interface Operation {
  /** It changes files: EROFS where that is not allowed. */
  readonly changes?: true;
  /** The bytes that its reply has at least; with less room it is not carried out. */
  readonly reply?: number;
  run(session: Session, request: FuseRequest, reply: FuseReply): Done;
}
