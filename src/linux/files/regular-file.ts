/** An open regular file of the platform. */

import { failed, type Outcome } from "../../base/errno.ts";
import type { AttributeChanges, Attributes, OpenFile as TreeFile } from "../../base/file-tree.ts";
import type { Place } from "../fs/place.ts";
import type { FileCache } from "../memory/file-cache.ts";
import type { FilePages } from "../memory/file-pages.ts";
import { OpenFile, OpenFlag, SEEK_CUR, SEEK_END, SEEK_SET } from "./open-file.ts";

const LONGEST_FILE = 2 ** 53 - 4096;
const SEEK_DATA = 3;
const SEEK_HOLE = 4;

export class RegularFile extends OpenFile {
  readonly name: string;
  readonly #file: TreeFile;
  readonly #place: Place;
  readonly #cache: FileCache;
  #position = 0;

  /** @param cache the pages of this file that processes have mapped */
  constructor(file: TreeFile, flags: number, place: Place, cache: FileCache) {
    super(flags, place);
    this.name = place.name;
    this.#file = file;
    this.#place = place;
    this.#cache = cache;
  }

  override get isPollable(): boolean {
    return false;
  }

  attributes(): Outcome<Attributes> {
    return this.#file.attributes();
  }

  override read(into: Uint8Array): Outcome<number> {
    const count = this.readAt(this.#position, into);
    if (!failed(count)) this.#position += count;
    return count;
  }

  override write(from: Uint8Array): Outcome<number> {
    const start = this.#writeStart(this.#position);
    if (failed(start)) return start;
    const count = this.#put(start, from);
    if (!failed(count)) this.#position = start + count;
    return count;
  }

  /** With O_APPEND all is written at the end, by pwrite(2) too (its BUGS section). */
  #writeStart(position: number): Outcome<number> {
    if (!(this.flags & OpenFlag.O_APPEND)) return position;
    const attributes = this.attributes();
    return failed(attributes) ? attributes : Number(attributes.size);
  }

  override readAt(offset: number, into: Uint8Array): Outcome<number> {
    this.#cache.mapped(this.#place.node)?.sync();
    return this.#file.read(offset, into);
  }

  override writeAt(offset: number, from: Uint8Array): Outcome<number> {
    const start = this.#writeStart(offset);
    return failed(start) ? start : this.#put(start, from);
  }

  #put(offset: number, from: Uint8Array): Outcome<number> {
    if (offset + from.length > LONGEST_FILE) return { errno: "EFBIG" };
    const count = this.#file.write(offset, from);
    if (!failed(count)) this.#cache.written(this.#place.node, offset, from.subarray(0, count));
    return count;
  }

  override seek(offset: number, whence: number): Outcome<number> {
    const attributes = this.attributes();
    if (failed(attributes)) return attributes;
    const size = Number(attributes.size);
    const to = target(offset, whence, this.#position, size);
    if (to === undefined || to < 0 || to > LONGEST_FILE) return { errno: "EINVAL" };
    if (whence >= SEEK_DATA && (offset < 0 || offset >= size)) return { errno: "ENXIO" };
    this.#position = to;
    return to;
  }

  override change(changes: AttributeChanges): Outcome<Attributes> {
    if (changes.size !== undefined) {
      if (!this.writable) return { errno: "EINVAL" };
      const cut = this.#file.truncate(changes.size);
      if (failed(cut)) return cut;
      this.#cache.cut(this.#place.node, changes.size);
    }
    return this.attributes();
  }

  override sync(dataOnly: boolean): Outcome<undefined> {
    return this.#file.sync(dataOnly);
  }

  override pages(): Outcome<FilePages> {
    return this.#cache.of(this.#place);
  }

  protected override close(): void {
    this.#file.close();
  }
}

/** The whole file is data, with a hole at its end. */
function target(offset: number, whence: number, position: number, size: number): number | undefined {
  switch (whence) {
    case SEEK_SET:
    case SEEK_DATA:
      return offset;
    case SEEK_CUR:
      return position + offset;
    case SEEK_END:
      return size + offset;
    case SEEK_HOLE:
      return size;
    default:
      return undefined;
  }
}
