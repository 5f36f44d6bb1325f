/** A file tree as a list: for those who copy trees, and for people who look into one. */

import { type Bytes, fromUtf8, utf8 } from "./bytes.ts";
import { failed, type Outcome } from "./errno.ts";
import type { Attributes, FileNode } from "./file-tree.ts";

export const FileType = { mask: 0o170000, directory: 0o040000, regular: 0o100000, link: 0o120000 } as const;

/** A node, and the names of the directories above it and its own. */
export interface TreeEntry {
  readonly names: readonly Bytes[];
  readonly node: FileNode;
  readonly attributes: Attributes;
}

/** All nodes below one, each directory before what it holds. */
export function* treeEntries(node: FileNode, above: readonly Bytes[] = []): Generator<TreeEntry> {
  const directory = node.openDirectory();
  if (failed(directory)) return;
  directory.rewind();
  const found = [...directory.entries];
  directory.close();
  for (const { name } of found) {
    const child = node.lookup(name);
    if (failed(child)) continue;
    const attributes = child.attributes();
    if (failed(attributes)) continue;
    const names = [...above, name];
    yield { names, node: child, attributes };
    if ((attributes.mode & FileType.mask) === FileType.directory) yield* treeEntries(child, names);
  }
}

/** The contents of a regular file. */
export function readWhole(node: FileNode): Outcome<Uint8Array<ArrayBuffer>> {
  const attributes = node.attributes();
  if (failed(attributes)) return attributes;
  const file = node.open({ read: true, write: false, truncate: false });
  if (failed(file)) return file;
  const bytes = new Uint8Array(Number(attributes.size));
  const count = file.read(0, bytes);
  file.close();
  return failed(count) ? count : bytes.subarray(0, count);
}

/** Makes a regular file, or replaces the contents of one. */
export function writeWhole(
  directory: FileNode,
  name: Bytes,
  bytes: Uint8Array,
  mode = 0o644,
): Outcome<FileNode> {
  const open = { read: false, write: true, truncate: true };
  const made = directory.create(name, mode, open, false);
  if (failed(made)) return made;
  const count = made.file.write(0, bytes);
  made.file.close();
  return failed(count) ? count : made.node;
}

/** The node at a path: names separated by "/", as text. */
export function findNode(root: FileNode, path: string): Outcome<FileNode> {
  let node: Outcome<FileNode> = root;
  for (const name of path.split("/").filter((part) => part !== "")) {
    if (name === "." || name === "..") return { errno: "EINVAL" };
    node = failed(node) ? node : node.lookup(utf8(name));
  }
  return node;
}

/** The path of an entry, as text. */
export function pathOf({ names }: Pick<TreeEntry, "names">): string {
  return names.map((name) => fromUtf8(name)).join("/");
}
