/** An open directory, whose entries getdents64(2) gives. */

import { byteString, stringBytes } from "../../base/bytes.ts";
import { failed, type Outcome } from "../../base/errno.ts";
import type { Attributes, OpenDirectory } from "../../base/file-tree.ts";
import type { Place } from "../fs/place.ts";
import { OpenFile } from "./open-file.ts";

export interface Entry {
  readonly name: string;
  /** DT_*. */
  readonly type: number;
}

const DT_DIR = 4;

export class DirectoryFile extends OpenFile {
  readonly name: string;
  readonly #place: Place;
  readonly #directory: OpenDirectory;
  readonly #others: () => ReadonlyMap<string, number>;
  readonly #otherInode: (name: string) => bigint | undefined;
  #entries: readonly Entry[] | undefined;
  /** The next entry to be given; that is also what lseek(2) sets. */
  position = 0;

  /**
   * @param others entries that lie over it, with their types
   * @param otherInode the inodes of these
   */
  constructor(
    place: Place,
    flags: number,
    directory: OpenDirectory,
    others: () => ReadonlyMap<string, number>,
    otherInode: (name: string) => bigint | undefined,
  ) {
    super(flags, place);
    this.name = place.name;
    this.#place = place;
    this.#directory = directory;
    this.#others = others;
    this.#otherInode = otherInode;
  }

  override get isPollable(): boolean {
    return false;
  }

  attributes(): Outcome<Attributes> {
    return this.#place.node.attributes();
  }

  override read(): Outcome<number> {
    return { errno: "EISDIR" };
  }

  /** All entries, with "." and ".."; a picture taken when reading begins. */
  entries(): Outcome<readonly Entry[]> {
    if (this.#entries && this.position > 0) return this.#entries;
    const done = this.#directory.rewind();
    if (failed(done)) return done;
    const own = this.#directory.entries.map(({ name, type }) => ({ name: byteString(name), type }));
    const others = this.#others();
    const visible = own.filter(({ name }) => !others.has(name));
    const added = [...others].map(([name, type]) => ({ name, type }));
    const dots = [
      { name: ".", type: DT_DIR },
      { name: "..", type: DT_DIR },
    ];
    this.#entries = [...dots, ...visible, ...added];
    return this.#entries;
  }

  /** The number of an entry's inode, as stat(2) has it. */
  inodeOf(name: string): bigint {
    const { node, parent } = this.#place;
    const known = { ".": node, "..": parent?.node ?? node }[name];
    const attributes = known?.attributes();
    if (attributes && !failed(attributes)) return attributes.ino;
    return this.#otherInode(name) ?? this.#directory.inode(stringBytes(name)) ?? 1n;
  }

  override seek(offset: number, whence: number): Outcome<number> {
    const to = whence === 1 ? this.position + offset : offset;
    if (whence > 1 || to < 0 || to > 2 ** 31) return { errno: "EINVAL" };
    this.position = to;
    return to;
  }

  override sync(): Outcome<undefined> {
    return undefined;
  }

  protected override close(): void {
    this.#directory.close();
  }
}
