/** Finds packages in a suite's indexes, fetches them, and takes files out of them (deb(5)). */

import { InputError } from "../../base/errors.ts";
import { arMembers } from "../../formats/ar.ts";
import { decompressed } from "../../formats/compression.ts";
import { type Paragraph, packageParagraphs } from "../../formats/deb822.ts";
import { download } from "./download.ts";
import { MirrorError } from "./errors.ts";
import type { DebianPorts, TarFile } from "./ports.ts";
import type { Release } from "./release.ts";
import { compareVersions } from "./version.ts";

/** A package as the index describes it. */
export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  /** Its path on the mirror. */
  readonly filename: string;
  readonly size: number;
  readonly sha256: string;
}

/** A suite on a mirror, verified. */
export interface Suite {
  readonly mirror: string;
  readonly name: string;
  readonly release: Release;
  /** Collects the files in the cache that are of no use once everything was taken from them. */
  readonly spent: string[];
  /**
   * The same suite, if the release has another name for it. A cache in front of a mirror may have this release with the
   * indexes of another day, and hold the other name's files as they belong together.
   */
  readonly underOtherName?: () => Promise<Suite>;
}

/**
 * The packages of a component whose names `wanted` accepts, newest first.
 *
 * @param component such as "main" or "main/debian-installer"
 */
export async function findPackages(
  ports: DebianPorts,
  suite: Suite,
  component: string,
  architecture: string,
  wanted: (name: string) => boolean,
): Promise<DebianPackage[]> {
  const found: DebianPackage[] = [];
  for await (const paragraph of indexParagraphs(ports, suite, component, architecture, wanted)) {
    found.push(describe(paragraph));
  }
  return found.sort((a, b) => compareVersions(b.version, a.version));
}

/** As `findPackages`, all that the index says of them, in its order. */
export async function* indexParagraphs(
  ports: DebianPorts,
  suite: Suite,
  component: string,
  architecture: string,
  wanted: (name: string) => boolean,
): AsyncGenerator<Paragraph> {
  const index = await fetchIndex(ports, suite, `${component}/binary-${architecture}/Packages.xz`);
  const plain = decompressed(ports.cache.read(index), ports.decompress, ports.cache.path(index));
  yield* packageParagraphs(plain, wanted);
}

/** Fetches an index; its name in the cache. */
async function fetchIndex(ports: DebianPorts, suite: Suite, path: string): Promise<string> {
  try {
    return await fetchListed(ports, suite, path);
  } catch (error) {
    const other =
      error instanceof InputError ? await suite.underOtherName?.().catch(() => undefined) : undefined;
    if (!other) throw error;
    return fetchListed(ports, other, path).catch(() => Promise.reject(error));
  }
}

/** Fetches an index as the release lists it. */
async function fetchListed(
  ports: DebianPorts,
  { mirror, name: suite, release, spent }: Suite,
  path: string,
): Promise<string> {
  const listed = release.files.get(path);
  if (!listed) throw new MirrorError(`${mirror} has no ${path} in suite ${suite}`);
  const folder = `${mirror}/dists/${suite}/${path.slice(0, path.lastIndexOf("/"))}`;
  const urls = [
    ...(release.byHash ? [`${folder}/by-hash/SHA256/${listed.sha256}`] : []),
    `${mirror}/dists/${suite}/${path}`,
  ];
  const name = `indexes/${listed.sha256}.xz`;
  spent.push(name);
  for (const url of urls) {
    if (await download(ports, { ...listed, url, what: path, name })) return name;
  }
  throw new MirrorError(`Cannot fetch ${urls.at(-1)}: the mirror answers 404`);
}

/** What is needed to fetch a package of an index. */
export function describe(paragraph: Pick<Paragraph, "get">): DebianPackage {
  const field = (name: string) => paragraph.get(name) ?? "";
  return {
    name: field("Package"),
    version: field("Version"),
    filename: field("Filename"),
    size: Number(field("Size")),
    sha256: field("SHA256"),
  };
}

/** Fetches a package; its name in the cache, undefined where the mirror does not have it. */
export async function fetchPackage(
  ports: DebianPorts,
  { mirror, spent }: Suite,
  { name, version, filename, size, sha256 }: DebianPackage,
): Promise<string | undefined> {
  // The name in the cache is the hash alone: what the index calls the file must not choose a path.
  const cached = `packages/${sha256}`;
  spent.push(cached);
  const wanted = { url: `${mirror}/${filename}`, what: `${name} ${version}`, name: cached, size, sha256 };
  return (await download(ports, wanted)) ? cached : undefined;
}

/** The regular files that a package in the cache installs, their paths without the leading "./". */
export async function* packageFiles(ports: DebianPorts, cached: string): AsyncGenerator<TarFile> {
  const file = ports.cache.path(cached);
  for await (const { name, body } of arMembers(ports.cache.read(cached), file)) {
    if (!name.startsWith("data.tar")) continue;
    const tar = decompressed(body, ports.decompress, `${file}: ${name}`);
    for await (const { kind, path, size, body } of ports.untar(tar)) {
      if (kind === "file") yield { path: path.replace(/^\.?\//, ""), size, body };
    }
    return;
  }
}
