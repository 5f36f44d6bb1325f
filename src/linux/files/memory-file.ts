/** A file in memory without a name (memfd_create(2)). */

import { failed, type Outcome } from "../../base/errno.ts";
import type { AttributeChanges, Attributes } from "../../base/file-tree.ts";
import { Mode } from "../fs/place.ts";
import { SharedPages } from "../memory/file-pages.ts";
import { type Frames, PAGE } from "../memory/frames.ts";
import type { PageUser } from "../memory/mapping.ts";
import { anonymousAttributes } from "./anonymous.ts";
import { OpenFile, OpenFlag, SEEK_CUR, SEEK_END, SEEK_SET } from "./open-file.ts";

const LONGEST = 2 ** 40;
let lastInode = 0x1000n;

export class MemoryFile extends OpenFile implements PageUser {
  readonly name: string;
  readonly #frames: Frames;
  readonly #pages: SharedPages;
  readonly #inode = ++lastInode;
  #size = 0;
  #position = 0;

  constructor(frames: Frames, name: string) {
    super(OpenFlag.O_RDWR);
    this.name = `/memfd:${name} (deleted)`;
    this.#frames = frames;
    this.#pages = new SharedPages(frames, this.name, this.#inode, () => this.#size);
    this.#pages.attach(this);
  }

  attributes(): Outcome<Attributes> {
    const size = BigInt(this.#size);
    return { ...anonymousAttributes(this.#inode, Mode.S_IFREG | 0o777), size, blocks: (size + 511n) / 512n };
  }

  override read(into: Uint8Array): Outcome<number> {
    const count = this.readAt(this.#position, into);
    if (!failed(count)) this.#position += count;
    return count;
  }

  override write(from: Uint8Array): Outcome<number> {
    if (this.flags & OpenFlag.O_APPEND) this.#position = this.#size;
    const count = this.writeAt(this.#position, from);
    if (!failed(count)) this.#position += count;
    return count;
  }

  override readAt(offset: number, into: Uint8Array): Outcome<number> {
    const count = Math.max(0, Math.min(into.length, this.#size - offset));
    for (let done = 0; done < count; ) {
      const at = offset + done;
      const part = Math.min(count - done, PAGE - (at % PAGE));
      const frame = this.#pages.frame(Math.floor(at / PAGE));
      if (failed(frame)) return done > 0 ? done : frame;
      into.set(this.#frames.bytes(frame).subarray(at % PAGE, (at % PAGE) + part), done);
      done += part;
    }
    return count;
  }

  override writeAt(offset: number, from: Uint8Array): Outcome<number> {
    if (offset + from.length > LONGEST) return { errno: "EFBIG" };
    const before = this.#size;
    this.#size = Math.max(this.#size, offset + from.length);
    for (let done = 0; done < from.length; ) {
      const at = offset + done;
      const part = Math.min(from.length - done, PAGE - (at % PAGE));
      const frame = this.#pages.frame(Math.floor(at / PAGE));
      if (failed(frame)) {
        this.#size = Math.max(before, at);
        return done > 0 ? done : { errno: "ENOSPC" };
      }
      this.#frames.write(frame, at % PAGE, from.subarray(done, done + part));
      done += part;
    }
    return from.length;
  }

  override seek(offset: number, whence: number): Outcome<number> {
    const from = { [SEEK_SET]: 0, [SEEK_CUR]: this.#position, [SEEK_END]: this.#size }[whence];
    if (from === undefined || from + offset < 0) return { errno: "EINVAL" };
    this.#position = from + offset;
    return this.#position;
  }

  override change({ size }: AttributeChanges): Outcome<Attributes> {
    if (size === undefined) return this.attributes();
    if (size > LONGEST) return { errno: "EFBIG" };
    this.#pages.dropFrom(Math.ceil(size / PAGE));
    const last = size % PAGE === 0 ? undefined : this.#pages.known(Math.floor(size / PAGE));
    if (last !== undefined) this.#frames.write(last, size % PAGE, new Uint8Array(PAGE - (size % PAGE)));
    this.#size = size;
    return this.attributes();
  }

  override sync(): Outcome<undefined> {
    return undefined;
  }

  override pages(): Outcome<SharedPages> {
    return this.#pages;
  }

  /** It has none but by its pages. */
  forgetFrom(): void {}

  protected override close(): void {
    this.#pages.detach(this);
  }
}
