/**
 * A file tree kept in the origin's private file system (File System Standard, section 4): `tree.0` and `tree.1` in turn have
 * the list of all nodes, `content` a file for each that has contents. What is written last wins; contents are there before
 * the list that names them, so that a page that is closed in between loses only what is newer than the list.
 */

import { byteString, stringBytes, utf8 } from "../../base/bytes.ts";
import { failed } from "../../base/errno.ts";
import type { FileNode } from "../../base/file-tree.ts";
import { FileType, readWhole, type TreeEntry, treeEntries } from "../../base/tree-files.ts";
import { openStore, type Refusal, writeFile } from "./origin-storage.ts";

/** A node as the list has it. Names are byte strings: a character is a byte. */
interface StoredNode {
  readonly names: readonly string[];
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: string;
  /** The name of the file with its contents; several links have the same. */
  readonly content?: string;
  readonly target?: string;
}

interface StoredTree {
  readonly sequence: number;
  readonly nodes: readonly StoredNode[];
}

const LISTS = ["tree.0", "tree.1"] as const;

export class FileStore {
  readonly #directory: FileSystemDirectoryHandle;
  readonly #contents: FileSystemDirectoryHandle;
  #sequence = 0;
  #nextContent = 0;
  /** Content files by inode, with the state of the inode that they are of. */
  #kept = new Map<bigint, { readonly name: string; readonly state: string }>();
  #last = "";

  private constructor(directory: FileSystemDirectoryHandle, contents: FileSystemDirectoryHandle) {
    this.#directory = directory;
    this.#contents = contents;
  }

  /** Opens the store of a name, which belongs to one page at a time. */
  static async open(name: string): Promise<FileStore | Refusal> {
    const store = await openStore(name);
    if (typeof store === "string") return store;
    const { directory, release } = store;
    try {
      return new FileStore(directory, await directory.getDirectoryHandle("content", { create: true }));
    } catch {
      release();
      return "denied";
    }
  }

  /** Makes in an empty tree what is stored. */
  async load(root: FileNode): Promise<void> {
    const lists = await Promise.all(LISTS.map((name) => this.#readList(name)));
    const newest = lists.reduce(
      (best, list) => ((list?.sequence ?? 0) > (best?.sequence ?? 0) ? list : best),
      undefined,
    );
    this.#sequence = newest?.sequence ?? 0;
    const made = new Map<string, FileNode>();
    for (const node of newest?.nodes ?? []) await this.#make(root, node, made);
    const used = (newest?.nodes ?? []).map(({ content }) => Number(content ?? -1));
    this.#nextContent = Math.max(0, ...used.map((number) => number + 1));
    const contentOf = new Map([...made].map(([content, node]) => [node, content]));
    for (const { node, attributes } of treeEntries(root)) {
      const name = contentOf.get(node);
      if (name !== undefined) this.#kept.set(attributes.ino, { name, state: stateOf({ attributes }) });
    }
  }

  async #make(root: FileNode, stored: StoredNode, made: Map<string, FileNode>): Promise<void> {
    const names = stored.names.map(stringBytes);
    const name = names.pop();
    let directory = root;
    for (const above of names) {
      const next = directory.lookup(above);
      if (failed(next)) return;
      directory = next;
    }
    if (!name) return;
    const node = await this.#makeNode(directory, name, stored, made);
    if (node)
      node.change({
        mode: stored.mode & 0o7777,
        uid: stored.uid,
        gid: stored.gid,
        mtime: BigInt(stored.mtime),
      });
  }

  async #makeNode(
    directory: FileNode,
    name: Uint8Array,
    { mode, content, target }: StoredNode,
    made: Map<string, FileNode>,
  ): Promise<FileNode | undefined> {
    const found = async () => {
      if ((mode & FileType.mask) === FileType.directory) return directory.makeDirectory(name, mode);
      if (target !== undefined) return directory.makeSymlink(name, stringBytes(target));
      const before = content === undefined ? undefined : made.get(content);
      if (before) return directory.link(name, before);
      const file = directory.create(name, mode, { read: false, write: true, truncate: true }, true);
      if (failed(file)) return file;
      const bytes = content === undefined ? undefined : await this.#readContent(content);
      if (bytes) file.file.write(0, bytes);
      file.file.close();
      if (content !== undefined) made.set(content, file.node);
      return file.node;
    };
    const node = await found();
    return failed(node) ? undefined : node;
  }

  /**
   * Stores a tree, given as all its entries, as far as it has changed. Rejects where the browser has no room for it: what was stored
   * before is then still there.
   * @returns whether something was to be stored
   */
  async save(entries: readonly TreeEntry[]): Promise<boolean> {
    const now = entries
      .map((entry) => `${entry.names.map(byteString).join("/")} ${stateOf(entry)}`)
      .join("\n");
    if (now === this.#last) return false;
    const kept = new Map<bigint, { readonly name: string; readonly state: string }>();
    const nodes: StoredNode[] = [];
    for (const entry of entries) nodes.push(await this.#store(entry, kept));
    this.#sequence += 1;
    const list: StoredTree = { sequence: this.#sequence, nodes };
    await writeFile(this.#directory, LISTS[this.#sequence % 2] ?? LISTS[0], utf8(JSON.stringify(list)));
    const before = this.#kept;
    this.#kept = kept;
    this.#last = now;
    await this.#removeUnused(before, kept);
    return true;
  }

  async #store(entry: TreeEntry, kept: Map<bigint, { name: string; state: string }>): Promise<StoredNode> {
    const { names, node, attributes } = entry;
    const { mode, uid, gid, mtime, ino } = attributes;
    const common = { names: names.map(byteString), mode, uid, gid, mtime: mtime.toString() };
    const type = mode & FileType.mask;
    if (type === FileType.link) {
      const target = node.readLink();
      return { ...common, target: failed(target) ? "" : byteString(target) };
    }
    if (type !== FileType.regular) return common;
    const state = stateOf(entry);
    const known = kept.get(ino) ?? this.#kept.get(ino);
    const isSame = known?.state === state;
    const name = isSame ? known.name : `${this.#nextContent++}`;
    if (!isSame) {
      const bytes = readWhole(node);
      await writeFile(this.#contents, name, failed(bytes) ? new Uint8Array(0) : bytes);
    }
    kept.set(ino, { name, state });
    return { ...common, content: name };
  }

  async #removeUnused(
    before: ReadonlyMap<bigint, { readonly name: string }>,
    now: ReadonlyMap<bigint, { readonly name: string }>,
  ): Promise<void> {
    const used = new Set([...now.values()].map(({ name }) => name));
    for (const { name } of before.values()) {
      if (!used.has(name)) await this.#contents.removeEntry(name).catch(() => {});
    }
  }

  async #readList(name: string): Promise<StoredTree | undefined> {
    try {
      const handle = await this.#directory.getFileHandle(name);
      return JSON.parse(await (await handle.getFile()).text()) as StoredTree;
    } catch {
      return undefined;
    }
  }

  async #readContent(name: string): Promise<Uint8Array | undefined> {
    try {
      const handle = await this.#contents.getFileHandle(name);
      return new Uint8Array(await (await handle.getFile()).arrayBuffer());
    } catch {
      return undefined;
    }
  }
}

/** What tells whether a node has changed. */
function stateOf({
  attributes: { ino, size, mtime, mode, uid, gid, nlink },
}: Pick<TreeEntry, "attributes">): string {
  return `${ino} ${size} ${mtime} ${mode} ${uid} ${gid} ${nlink}`;
}
