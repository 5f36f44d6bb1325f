/** The pages of files in memory, for all processes: what is mapped, and what was. */

import { failed, type Outcome } from "../../base/errno.ts";
import type { Attributes, FileNode } from "../../base/file-tree.ts";
import { type Place, pathOf } from "../fs/place.ts";
import { FilePages } from "./file-pages.ts";
import type { Frames } from "./frames.ts";

/** Files that are remembered; those that are mapped come on top. */
const MOST_FILES = 512;

export class FileCache {
  readonly #frames: Frames;
  /** In the order of their last use. */
  readonly #files = new Map<FileNode, FilePages>();

  constructor(frames: Frames) {
    this.#frames = frames;
  }

  /** The pages of a regular file. */
  of(place: Place): Outcome<FilePages> {
    const { node, mount } = place;
    const attributes = node.attributes();
    if (failed(attributes)) return attributes;
    const known = this.#files.get(node);
    const pages =
      known ??
      new FilePages(
        this.#frames,
        { name: pathOf(place), device: mount.device, inode: attributes.ino },
        (write) => node.open({ read: true, write, truncate: false }),
      );
    pages.refresh(versionOf(attributes));
    this.#files.delete(node);
    this.#files.set(node, pages);
    this.#forgetOld();
    return pages;
  }

  /** The pages of a file that someone has mapped now. */
  mapped(node: FileNode): FilePages | undefined {
    const pages = this.#files.get(node);
    return pages?.isMapped ? pages : undefined;
  }

  /** A file was written: those who have it mapped see that. */
  written(node: FileNode, offset: number, bytes: Uint8Array): void {
    this.#changed(node)?.written(offset, bytes);
  }

  /** A file has another size. */
  cut(node: FileNode, size: number): void {
    this.#changed(node)?.cut(size);
  }

  /** Pages that nobody has mapped are read again: times of files are too coarse to tell that they changed. */
  #changed(node: FileNode): FilePages | undefined {
    const pages = this.#files.get(node);
    if (!pages || pages.isMapped) return pages;
    this.#forget(node, pages);
    return undefined;
  }

  #forgetOld(): void {
    if (this.#files.size <= MOST_FILES) return;
    for (const [node, pages] of this.#files) {
      if (this.#files.size <= MOST_FILES) return;
      if (!pages.isMapped) this.#forget(node, pages);
    }
  }

  #forget(node: FileNode, pages: FilePages): void {
    pages.drop();
    this.#files.delete(node);
  }

  /** Memory is short: gives back the pages of files that nobody has mapped. */
  reclaim(): boolean {
    const before = this.#frames.freeCount;
    for (const [node, pages] of this.#files) if (!pages.isMapped) this.#forget(node, pages);
    return this.#frames.freeCount > before;
  }

  /** At the end: writes back what shared mappings changed. */
  sync(): void {
    for (const pages of this.#files.values()) pages.sync();
  }
}

function versionOf({ size, mtime, ctime }: Attributes): string {
  return `${size}:${mtime}:${ctime}`;
}
