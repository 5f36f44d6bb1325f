/**
 * The tree of files that processes see: file systems mounted on one another, and the walk along a path, component by component
 * (path_resolution(7)). Links are followed here, from the process's own root, so that none leads out of it; what is
 * below a mount's root is only ever asked for by single names.
 */

import { byteString, stringBytes } from "../../base/bytes.ts";
import { type Failure, failed, type Outcome } from "../../base/errno.ts";
import type { FileNode } from "../../base/file-tree.ts";
import { OpenFile } from "../files/open-file.ts";
import { type Credentials, mayAccess } from "./credentials.ts";
import { NamedNodes } from "./named-nodes.ts";
import { Mode, type Mount, type Place, pathOf } from "./place.ts";
import { SpecialDirectory, SpecialNode } from "./special-node.ts";

const LONGEST_NAME = 255;
const LONGEST_PATH = 4095;
/** Links in one walk (MAXSYMLINKS). */
const MOST_LINKS = 40;

/** From where a process sees the tree. */
export interface View {
  readonly root: Place;
  readonly directory: Place;
  readonly credentials: Credentials;
}

export interface WalkOptions {
  /** Follow a link that is the last component. */
  readonly follow: boolean;
  /** Where a relative path begins, if not at the working directory. */
  readonly from?: Place | undefined;
}

/** The last component of a path, which may not exist, and its directory. */
export interface LastComponent {
  readonly parent: Place;
  readonly name: string;
  /** The path ends with a slash. */
  readonly directory: boolean;
}

interface Walk {
  readonly view: View;
  links: number;
}

export class MountTable {
  readonly root: Place;
  /** FIFOs and sockets, which lie over directories of the platform. */
  readonly named = new NamedNodes();
  readonly #mounts: Mount[] = [];
  /** By the directory and the name that they hide. */
  readonly #points = new Map<FileNode, Map<string, Mount>>();

  constructor(root: FileNode, type: string, readOnly: boolean) {
    this.root = { node: root, mount: this.#newMount(root, "/", type, readOnly), parent: undefined, name: "" };
  }

  get mounts(): readonly Mount[] {
    return this.#mounts;
  }

  #newMount(root: FileNode, path: string, type: string, readOnly: boolean): Mount {
    const id = this.#mounts.length + 1;
    const mount = { id, device: 0x10 + id, type, source: type, path, root, readOnly };
    this.#mounts.push(mount);
    return mount;
  }

  /** Mounts at a path; directories that are missing on the way are made, empty and for mounts only. */
  mount(path: string, root: FileNode, type: string, readOnly = false): void {
    const names = path.split("/").filter((name) => name !== "");
    let place = this.root;
    for (const [index, name] of names.entries()) {
      const found = this.#child(place, name);
      const last = index === names.length - 1;
      if (last) this.#attach(place, name, this.#newMount(root, path, type, readOnly));
      else if (failed(found) || !isDirectory(found.node)) {
        const empty = new SpecialDirectory(() => new Map());
        this.#attach(place, name, this.#newMount(empty, pathOf(place), "tmpfs", true));
      }
      const next = this.#child(place, name);
      if (failed(next)) return;
      place = next;
    }
  }

  #attach(place: Place, name: string, mount: Mount): void {
    const points = this.#points.get(place.node) ?? new Map<string, Mount>();
    points.set(name, mount);
    this.#points.set(place.node, points);
  }

  /** Names in a directory that are mounts. */
  mountedIn(directory: FileNode): ReadonlyMap<string, Mount> {
    return this.#points.get(directory) ?? new Map();
  }

  /** Entries of a directory that its own file system does not know, with their types (DT_*). */
  entriesOver(directory: FileNode): ReadonlyMap<string, number> {
    const entries = new Map<string, number>();
    for (const [name, { mode }] of this.named.in(directory)) entries.set(name, (mode & Mode.S_IFMT) >> 12);
    for (const name of this.mountedIn(directory).keys()) entries.set(name, Mode.S_IFDIR >> 12);
    return entries;
  }

  #child(parent: Place, name: string): Outcome<Place> {
    const mount = this.#points.get(parent.node)?.get(name);
    if (mount) return { node: mount.root, mount, parent, name };
    const node = this.named.in(parent.node).get(name) ?? parent.node.lookup(stringBytes(name));
    return failed(node) ? node : { node, mount: parent.mount, parent, name };
  }

  /** The file at a path. */
  walk(view: View, path: string, options: WalkOptions): Outcome<Place> {
    const found = this.find(view, path, options);
    return found instanceof OpenFile ? { errno: "ENOENT" } : found;
  }

  /** As `walk`; a link in /proc may also lead to an open file that has no place. */
  find(view: View, path: string, { follow, from }: WalkOptions): Outcome<Place | OpenFile> {
    if (path === "") return { errno: "ENOENT" };
    if (path.length > LONGEST_PATH) return { errno: "ENAMETOOLONG" };
    return this.#go({ view, links: 0 }, from ?? view.directory, path, follow);
  }

  /** The directory of a path's last component, for what is about to be made, removed or renamed. */
  last(view: View, path: string, from?: Place): Outcome<LastComponent> {
    if (path === "") return { errno: "ENOENT" };
    if (path.length > LONGEST_PATH) return { errno: "ENAMETOOLONG" };
    const trimmed = path.replace(/\/+$/, "");
    const slash = trimmed.lastIndexOf("/");
    const name = trimmed.slice(slash + 1);
    const before = slash < 0 ? "." : trimmed.slice(0, slash + 1);
    if (name.length > LONGEST_NAME) return { errno: "ENAMETOOLONG" };
    const parent = this.walk(view, trimmed === "" ? "/" : before, { follow: true, from });
    if (failed(parent)) return parent;
    if (!isDirectory(parent.node)) return { errno: "ENOTDIR" };
    return { parent, name, directory: trimmed !== path };
  }

  #go(walk: Walk, from: Place, path: string, follow: boolean): Outcome<Place | OpenFile> {
    let place = path.startsWith("/") ? walk.view.root : from;
    const names = path.split("/").filter((name) => name !== "");
    const mustBeDirectory = path.endsWith("/") || names.at(-1) === ".";
    for (const [index, name] of names.entries()) {
      const last = index === names.length - 1;
      const next = this.#step(walk, place, name, !last || follow || mustBeDirectory);
      if (failed(next)) return next;
      if (next instanceof OpenFile) return last && !mustBeDirectory ? next : { errno: "ENOTDIR" };
      place = next;
    }
    return mustBeDirectory && !isDirectory(place.node) ? { errno: "ENOTDIR" } : place;
  }

  #step(walk: Walk, place: Place, name: string, follow: boolean): Outcome<Place | OpenFile> {
    const denied = mayEnter(place.node, walk.view.credentials);
    if (denied) return denied;
    if (name === ".") return place;
    if (name === "..") return this.#parent(walk.view, place);
    if (name.length > LONGEST_NAME) return { errno: "ENAMETOOLONG" };
    const next = this.#child(place, name);
    if (failed(next) || !follow) return next;
    return this.#follow(walk, next, place);
  }

  #parent(view: View, place: Place): Place {
    return place.node === view.root.node ? place : (place.parent ?? place);
  }

  #follow(walk: Walk, link: Place, from: Place): Outcome<Place | OpenFile> {
    if (typeOf(link.node) !== Mode.S_IFLNK) return link;
    if (++walk.links > MOST_LINKS) return { errno: "ELOOP" };
    const magic = link.node instanceof SpecialNode ? link.node.followMagic() : undefined;
    if (magic) return magic;
    const target = link.node.readLink();
    if (failed(target)) return target;
    if (target.length === 0) return { errno: "ENOENT" };
    return this.#go(walk, from, byteString(target), true);
  }
}

/** The S_IFMT bits; 0 for a file that is gone. */
export function typeOf(node: FileNode): number {
  if (node instanceof SpecialNode) return node.mode & Mode.S_IFMT;
  if (node.type !== undefined) return node.type;
  const attributes = node.attributes();
  return failed(attributes) ? 0 : attributes.mode & Mode.S_IFMT;
}

export function isDirectory(node: FileNode): boolean {
  return typeOf(node) === Mode.S_IFDIR;
}

function mayEnter(node: FileNode, credentials: Credentials): Failure | undefined {
  if (!isDirectory(node)) return { errno: "ENOTDIR" };
  if (credentials.fsuid === 0) return undefined;
  const attributes = node.attributes();
  if (failed(attributes)) return attributes;
  return mayAccess(attributes, credentials, 1) ? undefined : { errno: "EACCES" };
}
