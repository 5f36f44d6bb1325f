/**
 * The directory that becomes a Debian system, as dpkg(1) writes to one. Every path is walked here, component by component:
 * links are followed from the root of the tree (path_resolution(7)), so that neither `..` nor a link leads out of it.
 * Whole files appear by rename. Left out: owners, set-user-ID and set-group-ID bits, devices.
 */

import { type Bytes, fromUtf8, utf8 } from "../../../base/bytes.ts";
import { failed, type Outcome } from "../../../base/errno.ts";
import { InputError } from "../../../base/errors.ts";
import type { FileNode, OpenFile } from "../../../base/file-tree.ts";
import type { Chunks } from "../../../formats/byte-reader.ts";

/** Something that cannot be put into the directory. */
export class UnpackError extends InputError {
  override readonly name = "UnpackError";
}

export interface FileDetails {
  readonly mode: number;
  /** Seconds since 1970. */
  readonly mtime?: number | undefined;
}

const S_IFMT = 0o170000;
const S_IFDIR = 0o040000;
const S_IFLNK = 0o120000;
const LONGEST_NAME = 255;
const LONGEST_PATH = 4095;
const MOST_LINKS = 40;
const DIRECTORY = { mode: 0o755 };

/** A walk along a path: the directories on the way down, and the links that were followed. */
interface Walk {
  readonly path: string;
  /** Directories that are missing are made. */
  readonly create: boolean;
  readonly trail: FileNode[];
  links: number;
}

/** A name in a directory. */
interface Entry {
  readonly path: string;
  readonly parent: FileNode;
  readonly name: Bytes;
  /** What a file is called until it is whole. */
  readonly temporary: Bytes;
}

export class RootTree {
  readonly #root: FileNode;

  constructor(root: FileNode) {
    this.#root = root;
  }

  /** Makes a directory and those above it; one that is there, or a link to one, stays as it is. */
  makeDirectory(path: string, details: FileDetails = DIRECTORY): void {
    const names = namesOf(path);
    if (names.length === 0) return;
    const { parent, name } = this.#entry(path);
    if (failed(parent.lookup(name)))
      change(path, done(path, parent.makeDirectory(name, details.mode)), details);
    else this.#advance(this.#walk(path, true), names);
  }

  /** Writes a regular file, in place of what is there unless that is a directory. */
  async writeFile(path: string, details: FileDetails, body: Chunks): Promise<void> {
    const entry = this.#entry(path);
    const { node, file } = createNew(entry);
    try {
      let offset = 0;
      for await (const chunk of body) offset += done(path, file.write(offset, chunk));
    } finally {
      file.close();
    }
    change(path, node, details);
    moveInPlace(entry);
    node.release();
  }

  /** Writes a file of ours. */
  async write(path: string, content: string | Bytes, mode = 0o644): Promise<void> {
    await this.writeFile(path, { mode }, once(typeof content === "string" ? utf8(content) : content));
  }

  /** Makes a symbolic link, in place of what is there; a directory stays, as dpkg leaves it. */
  makeLink(path: string, target: string): void {
    const entry = this.#entry(path);
    if (isDirectory(entry.parent.lookup(entry.name))) return;
    entry.parent.unlink(entry.temporary);
    done(path, entry.parent.makeSymlink(entry.temporary, utf8(target)));
    moveInPlace(entry);
  }

  /** Gives the file at `existing` one more name. */
  makeHardLink(path: string, existing: string): void {
    const from = this.#entry(existing);
    const node = done(existing, from.parent.lookup(from.name));
    if (isDirectory(node)) throw new UnpackError(`Cannot link "${path}" to the directory "${existing}"`);
    const entry = this.#entry(path);
    entry.parent.unlink(entry.temporary);
    done(path, entry.parent.link(entry.temporary, node));
    moveInPlace(entry);
    // Where both names were of one file already, rename(2) has done nothing.
    entry.parent.unlink(entry.temporary);
  }

  /** The bytes of a file, links to it followed; undefined where there is none. */
  read(path: string): Bytes | undefined {
    const node = this.#advance(this.#walk(path, false), namesOf(path));
    if (failed(node)) return undefined;
    const file = node.open({ read: true, write: false, truncate: false });
    if (failed(file)) return undefined;
    try {
      const bytes = new Uint8Array(Number(done(path, file.attributes()).size));
      return bytes.subarray(0, done(path, file.read(0, bytes)));
    } finally {
      file.close();
    }
  }

  readText(path: string): string {
    const bytes = this.read(path);
    return bytes ? fromUtf8(bytes) : "";
  }

  /** Whether a path is there, be it a link to nothing. */
  exists(path: string): boolean {
    const names = namesOf(path);
    const name = names.pop();
    const parent = this.#advance(this.#walk(path, false), names);
    return !failed(parent) && (name === undefined || !failed(parent.lookup(utf8(name))));
  }

  /** Removes a file or a link; none is fine. */
  remove(path: string): void {
    if (!this.exists(path)) return;
    const { parent, name } = this.#entry(path);
    parent.unlink(name);
  }

  #walk(path: string, create: boolean): Walk {
    return { path, create, trail: [this.#root], links: 0 };
  }

  /** A path's last component and its directory, which is made where it is missing. */
  #entry(path: string): Entry {
    const names = namesOf(path);
    const name = names.pop();
    if (name === undefined) throw new UnpackError(`Cannot write "${path}": it is a directory`);
    const parent = done(path, this.#advance(this.#walk(path, true), names));
    return { path, parent, name: utf8(name), temporary: utf8(temporaryName(name)) };
  }

  /** Goes down by `names`, and by what links on the way say. */
  #advance(walk: Walk, names: readonly string[]): Outcome<FileNode> {
    const { trail, path } = walk;
    const here = () => trail.at(-1) ?? this.#root;
    for (const name of names) {
      if (name === "..") {
        if (trail.length > 1) trail.pop();
        continue;
      }
      const next = this.#child(walk, here(), name);
      if (failed(next)) return next;
      if (typeOf(next) !== S_IFLNK) {
        trail.push(next);
        continue;
      }
      if (++walk.links > MOST_LINKS) throw new UnpackError(`Cannot write "${path}": too many links`);
      const target = fromUtf8(done(path, next.readLink()));
      if (target.startsWith("/")) trail.length = 1;
      const end = this.#advance(walk, target.split("/").filter(isName));
      if (failed(end)) return end;
    }
    return here();
  }

  #child({ path, create }: Walk, parent: FileNode, name: string): Outcome<FileNode> {
    const found = parent.lookup(utf8(name));
    if (!failed(found) || !create || found.errno !== "ENOENT") return found;
    const made = parent.makeDirectory(utf8(name), DIRECTORY.mode);
    if (!failed(made)) change(path, made, DIRECTORY);
    return made;
  }
}

/** The components of a path in an archive; refuses those that no package has any business with. */
export function namesOf(path: string): string[] {
  const names = path.split("/").filter(isName);
  const isOdd = names.some(
    (name) => name === ".." || name.includes("\0") || utf8(name).length > LONGEST_NAME,
  );
  if (isOdd || path.length > LONGEST_PATH) {
    throw new UnpackError(`Cannot write "${path.slice(0, LONGEST_NAME)}": a bad path`);
  }
  return names;
}

function isName(name: string): boolean {
  return name !== "" && name !== ".";
}

/** Like dpkg's, but never too long. */
function temporaryName(name: string): string {
  const suffix = ".dpkg-new";
  return utf8(name).length + suffix.length <= LONGEST_NAME ? `${name}${suffix}` : suffix;
}

function createNew({ path, parent, name, temporary }: Entry): { node: FileNode; file: OpenFile } {
  if (isDirectory(parent.lookup(name))) throw new UnpackError(`Cannot write "${path}": it is a directory`);
  parent.unlink(temporary);
  return done(path, parent.create(temporary, 0o600, { read: false, write: true, truncate: true }, true));
}

function moveInPlace({ path, parent, name, temporary }: Entry): void {
  done(path, parent.rename(temporary, parent, name, false));
}

function change(path: string, node: FileNode, { mode, mtime }: FileDetails): void {
  const time = mtime === undefined ? {} : { mtime: BigInt(Math.trunc(mtime)) * 1_000_000_000n };
  done(path, node.change({ mode: mode & 0o7777, ...time }));
}

function isDirectory(node: Outcome<FileNode>): boolean {
  return !failed(node) && typeOf(node) === S_IFDIR;
}

function typeOf(node: FileNode): number {
  if (node.type !== undefined) return node.type;
  const attributes = node.attributes();
  return failed(attributes) ? 0 : attributes.mode & S_IFMT;
}

/** A value, or an error that names the path. */
function done<T>(path: string, outcome: Outcome<T>): T {
  if (failed(outcome)) throw new UnpackError(`Cannot write "${path}": ${outcome.errno}`);
  return outcome;
}

async function* once(bytes: Bytes) {
  yield bytes;
}
