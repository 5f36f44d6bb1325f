/**
 * Unpacks a package (deb(5)) into a directory as dpkg does: the control files are returned, the files go where they belong,
 * or where a diversion sends them (dpkg-divert(1)). Left out: devices and FIFOs, which no package has, and the question
 * whether two packages have the same file.
 */

import { type Bytes, fromUtf8 } from "../../../base/bytes.ts";
import { arMembers } from "../../../formats/ar.ts";
import { type Chunks, collect } from "../../../formats/byte-reader.ts";
import { decompressed } from "../../../formats/compression.ts";
import type { DebianPorts, TarEntry } from "../ports.ts";
import type { Diversions } from "./diversions.ts";
import { namesOf, type RootTree, UnpackError } from "./root-tree.ts";

/** A file of control.tar: a maintainer script, a list. */
export interface ControlFile {
  readonly bytes: Bytes;
  readonly mode: number;
}

export type ControlFiles = ReadonlyMap<string, ControlFile>;

/** What was unpacked. */
export interface Unpacked {
  /** With a leading slash, in the archive's order; directories too, and "/." for the root. */
  readonly paths: readonly string[];
  /** The MD5 digests of regular files, by path. */
  readonly digests: ReadonlyMap<string, string>;
}

const largestControlFile = 64 << 20;
/** Paths in one package; the largest of Debian's have some tens of thousands. */
const mostPaths = 1_000_000;

/** The control files of a package in the cache. */
export async function controlFiles(ports: DebianPorts, cached: string): Promise<ControlFiles> {
  const files = new Map<string, ControlFile>();
  for await (const { kind, path, mode, body } of entriesOf(ports, cached, "control.tar")) {
    const [name, ...more] = namesOf(path);
    if (kind !== "file" || name === undefined || more.length > 0) continue;
    const bytes = await collect(body, largestControlFile);
    if (!bytes) throw new UnpackError(`${ports.cache.path(cached)}: "${name}" is too large`);
    files.set(name, { bytes, mode: mode & 0o777 });
  }
  if (!files.has("control")) throw new UnpackError(`${ports.cache.path(cached)} has no control file`);
  return files;
}

/**
 * Unpacks the files of a package.
 *
 * @param keep tells of a configuration file that must not be replaced
 */
export async function unpackFiles(
  ports: DebianPorts,
  cached: string,
  tree: RootTree,
  divert: Diversions,
  keep: (path: string) => boolean = () => false,
): Promise<Unpacked> {
  const paths: string[] = [];
  const digests = new Map<string, string>();
  for await (const entry of entriesOf(ports, cached, "data.tar")) {
    if (paths.length >= mostPaths) throw new UnpackError(`${ports.cache.path(cached)} has too many files`);
    const path = `/${namesOf(entry.path).join("/")}`;
    paths.push(path === "/" ? "/." : path);
    const digest = await unpackEntry(ports, entry, path, tree, divert, keep);
    if (digest !== undefined) digests.set(path, digest);
  }
  return { paths, digests };
}

async function unpackEntry(
  ports: DebianPorts,
  { kind, mode, mtime, target, body }: TarEntry,
  path: string,
  tree: RootTree,
  divert: Diversions,
  keep: (path: string) => boolean,
): Promise<string | undefined> {
  const place = divert.placeOf(path);
  switch (kind) {
    case "directory":
      tree.makeDirectory(path, { mode, mtime });
      return undefined;
    case "symlink":
      tree.makeLink(place, target);
      return undefined;
    case "link":
      tree.makeHardLink(place, divert.placeOf(`/${namesOf(target).join("/")}`));
      return undefined;
    case "file": {
      const hash = ports.md5();
      const hashed = hashing(body, hash);
      if (keep(path) && tree.exists(place)) for await (const _ of hashed);
      else await tree.writeFile(place, { mode, mtime }, hashed);
      return hash.digest();
    }
    case "other":
      throw new UnpackError(`Cannot write "${path}": neither a file, a directory nor a link`);
  }
}

async function* hashing(body: Chunks, hash: { update(chunk: Bytes): void }): Chunks {
  for await (const chunk of body) {
    hash.update(chunk);
    yield chunk;
  }
}

async function* entriesOf(ports: DebianPorts, cached: string, member: string): AsyncGenerator<TarEntry> {
  const file = ports.cache.path(cached);
  for await (const { name, body } of arMembers(ports.cache.read(cached), file)) {
    if (!name.startsWith(member)) continue;
    yield* ports.untar(decompressed(body, ports.decompress, `${file}: ${name}`));
    return;
  }
  throw new UnpackError(`${file} has no ${member}`);
}

/** The lines of a control file; none where there is no such file. */
export function linesOf(files: ControlFiles, name: string): string[] {
  const text = fromUtf8(files.get(name)?.bytes ?? new Uint8Array(0));
  return text.split("\n").filter((line) => line.trim() !== "");
}
