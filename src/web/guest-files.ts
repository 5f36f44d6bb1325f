/** The guest's directory /mnt: in memory, and kept by the browser as far as it lets us. */

import { utf8 } from "../base/bytes.ts";
import { failed } from "../base/errno.ts";
import { InputError } from "../base/errors.ts";
import type { FileNode, FileTree } from "../base/file-tree.ts";
import { findNode, readWhole, treeEntries, writeWhole } from "../base/tree-files.ts";
import { FileStore } from "../host/browser/file-store.ts";
import { browserClock } from "../host/browser/ports.ts";
import { memoryTree } from "../linux/fs/memory-tree.ts";
import { type FileEntry, fileEntry } from "./file-entry.ts";

/** Bytes that the files may have together. */
const MOST_BYTES = 256 * 2 ** 20;
/** Milliseconds between looks for changes. */
const SAVE_INTERVAL = 1000;

/** What happens to the files, for the page. */
export interface GuestFilesEvents {
  /** @param isKept whether the browser has them all as they are now */
  changed(entries: readonly FileEntry[], isKept: boolean): void;
  notice(text: string): void;
}

const REFUSED = {
  taken: "Another tab has this machine's files: what this one writes to /mnt is gone when it is closed.",
  denied:
    "This browser keeps nothing for this page: what is written to /mnt is gone when the page is closed.",
} as const;

export class GuestFiles {
  readonly tree: FileTree;
  readonly #root: FileNode;
  readonly #events: GuestFilesEvents;
  #store: FileStore | undefined;
  #shown = "";
  #isFull = false;
  #isSaving = false;

  /** @param name of the store; undefined: nothing is kept */
  static async open(name: string | undefined, events: GuestFilesEvents): Promise<GuestFiles> {
    const files = new GuestFiles(events);
    const store = name === undefined ? undefined : await FileStore.open(name);
    if (typeof store === "string") events.notice(REFUSED[store]);
    else if (store) {
      await store.load(files.#root);
      files.#store = store;
    }
    setInterval(() => void files.save(), SAVE_INTERVAL);
    await files.save();
    return files;
  }

  private constructor(events: GuestFilesEvents) {
    this.tree = memoryTree(MOST_BYTES, browserClock.nanoseconds);
    this.#root = this.tree.root;
    this.#events = events;
  }

  /** Tells the page what there is, and stores what has changed. */
  async save(): Promise<void> {
    const nodes = [...treeEntries(this.#root)];
    const entries = nodes.map((node) => fileEntry(node));
    const text = JSON.stringify(entries);
    if (text !== this.#shown) this.#events.changed(entries, false);
    this.#shown = text;
    if (!this.#store || this.#isSaving) return;
    this.#isSaving = true;
    try {
      if (await this.#store.save(nodes)) this.#events.changed(entries, true);
      if (this.#isFull) this.#events.notice("There is room again: the files of /mnt are kept.");
      this.#isFull = false;
    } catch (error) {
      if (!this.#isFull) {
        const why =
          error instanceof DOMException && error.name === "QuotaExceededError"
            ? "has no room left"
            : "failed";
        this.#events.notice(
          `The browser's storage ${why}: the newest changes in /mnt are in memory only. Remove files, or save them to your computer.`,
        );
      }
      this.#isFull = true;
    } finally {
      this.#isSaving = false;
    }
  }

  /** Throws InputError where there is no such file. */
  read(path: string): Uint8Array<ArrayBuffer> {
    const node = findNode(this.#root, path);
    const bytes = failed(node) ? node : readWhole(node);
    if (failed(bytes)) throw new InputError(`Cannot read ${path}: ${bytes.errno}`);
    return bytes;
  }

  /** Makes a file, and the directories above it. Throws InputError where it cannot. */
  async write(path: string, bytes: Uint8Array): Promise<void> {
    const names = path.split("/").filter((name) => name !== "" && name !== "." && name !== "..");
    const last = names.pop();
    let directory = this.#root;
    for (const name of names) {
      const there = directory.lookup(utf8(name));
      const next = failed(there) ? directory.makeDirectory(utf8(name), 0o755) : there;
      if (failed(next)) throw new InputError(`Cannot make the directory ${name}: ${next.errno}`);
      directory = next;
    }
    const made =
      last === undefined ? ({ errno: "EINVAL" } as const) : writeWhole(directory, utf8(last), bytes);
    if (failed(made)) throw new InputError(`Cannot write ${path}: ${made.errno}`);
    await this.save();
  }

  async remove(path: string): Promise<void> {
    const names = path.split("/");
    const last = utf8(names.pop() ?? "");
    const directory = findNode(this.#root, names.join("/"));
    const file = failed(directory) ? directory : directory.unlink(last);
    const done = failed(file) && !failed(directory) ? directory.removeDirectory(last) : file;
    if (failed(done)) throw new InputError(`Cannot remove ${path}: ${done.errno}`);
    await this.save();
  }
}
