/** An open file in memory without a name (memfd_create(2)). */

import { failed, type Outcome } from "../../base/errno.ts";
import type { AttributeChanges, Attributes } from "../../base/file-tree.ts";
import { Mode } from "../fs/place.ts";
import type { SharedPages } from "../memory/file-pages.ts";
import { anonymousAttributes } from "./anonymous.ts";
import type { MemoryContent } from "./memory-content.ts";
import { OpenFile, OpenFlag, SEEK_CUR, SEEK_END, SEEK_SET } from "./open-file.ts";

const KEPT = OpenFlag.O_ACCMODE | OpenFlag.O_APPEND | OpenFlag.O_NONBLOCK;

export class MemoryFile extends OpenFile {
  readonly name: string;
  readonly content: MemoryContent;
  #position = 0;

  constructor(content: MemoryContent, flags: number) {
    super(flags & KEPT);
    this.name = content.pages.name;
    this.content = content;
    content.open();
  }

  /** The same file, opened once more by /proc/self/fd. */
  reopen(flags: number): Outcome<MemoryFile> {
    if (flags & OpenFlag.O_TRUNC) {
      const cut = this.content.resize(0);
      if (cut) return cut;
    }
    return new MemoryFile(this.content, flags);
  }

  attributes(): Outcome<Attributes> {
    const { inode, mode, owner } = this.content;
    const size = BigInt(this.content.size);
    const blocks = (size + 511n) / 512n;
    return { ...anonymousAttributes(inode, Mode.S_IFREG | mode), ...owner, size, blocks };
  }

  override get isPollable(): boolean {
    return false;
  }

  override read(into: Uint8Array): Outcome<number> {
    const count = this.readAt(this.#position, into);
    if (!failed(count)) this.#position += count;
    return count;
  }

  override write(from: Uint8Array): Outcome<number> {
    if (this.flags & OpenFlag.O_APPEND) this.#position = this.content.size;
    const count = this.writeAt(this.#position, from);
    if (!failed(count)) this.#position += count;
    return count;
  }

  override readAt(offset: number, into: Uint8Array): Outcome<number> {
    return this.content.read(offset, into);
  }

  override writeAt(offset: number, from: Uint8Array): Outcome<number> {
    return this.content.write(offset, from);
  }

  override seek(offset: number, whence: number): Outcome<number> {
    const from = { [SEEK_SET]: 0, [SEEK_CUR]: this.#position, [SEEK_END]: this.content.size }[whence];
    if (from === undefined || from + offset < 0) return { errno: "EINVAL" };
    this.#position = from + offset;
    return this.#position;
  }

  override change({ size, mode }: AttributeChanges): Outcome<Attributes> {
    const refused = size === undefined ? undefined : this.content.resize(size);
    return refused ?? (mode === undefined ? undefined : this.content.setMode(mode)) ?? this.attributes();
  }

  override sync(): Outcome<undefined> {
    return undefined;
  }

  override pages(): Outcome<SharedPages> {
    return this.content.pages;
  }

  protected override close(): void {
    this.content.close();
  }
}
