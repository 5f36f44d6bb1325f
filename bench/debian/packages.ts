/**
 * Debian's own programs for the workloads, as an archive of a file system: packages with all that they depend on,
 * each verified as `strata pull` does, reduced to what the workloads run. The archive stays in Strata's cache.
 */

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { extract } from "tar-stream";
import { utf8 } from "../../src/base/bytes.ts";
import { arMembers } from "../../src/formats/ar.ts";
import { collect } from "../../src/formats/byte-reader.ts";
import { decompressed } from "../../src/formats/compression.ts";
import { type CpioEntry, cpioArchive } from "../../src/formats/cpio.ts";
import { type Paragraph, parseDeb822 } from "../../src/formats/deb822.ts";
import { describe, fetchPackage, indexParagraphs, type Suite } from "../../src/guests/debian/packages.ts";
import type { DebianPorts } from "../../src/guests/debian/ports.ts";
import { store } from "../../src/guests/debian/store.ts";
import { openSuite } from "../../src/guests/debian/suite.ts";
import { compareVersions } from "../../src/guests/debian/version.ts";
import { findMirror } from "../../src/host/node/apt-mirror.ts";
import { debianPorts, hostKeyring } from "../../src/host/node/debian-ports.ts";

const suiteName = "trixie";
const roots = ["coreutils", "gzip", "7zip", "python3.13-minimal", "sqlite3"];
/** What is taken out of the packages: the programs that workloads run, and libraries. */
const wanted = [
  /^usr\/bin\/(sort|sha256sum|gzip|python3\.13|sqlite3)$/,
  /^usr\/lib\/7zip\/7zr$/,
  /^usr\/lib\/python3\.13\//,
  /^usr\/lib\/(riscv64-linux-gnu\/)?[^/]+\.so[.\d]*$/,
];
/** As Debian merges them (file-hierarchy(7)). */
const mergedDirectories = ["bin", "lib", "sbin"];

/** What an earlier run wrote down. */
interface Made {
  readonly roots: readonly string[];
  readonly filter: string;
  /** Names and versions. */
  readonly packages: readonly string[];
  readonly archive: string;
}

const filter = String(wanted);
const list = `bench/${suiteName}-riscv64.json`;

/** The archive and the packages in it; without any network where the cache has it. */
export async function debianPrograms(): Promise<{ archive: Uint8Array; packages: readonly string[] }> {
  const ports = debianPorts();
  const made = (await readMade(ports)) ?? (await make(ports));
  return { archive: await readFile(ports.cache.path(made.archive)), packages: made.packages };
}

async function readMade({ cache }: DebianPorts): Promise<Made | undefined> {
  const text = await readFile(cache.path(list), "utf8").catch(() => undefined);
  const made = text === undefined ? undefined : (JSON.parse(text) as Made);
  const current = String(made?.roots) === String(roots) && made?.filter === filter;
  return current && made && (await cache.size(made.archive)) ? made : undefined;
}

async function make(ports: DebianPorts): Promise<Made> {
  const suite = await findSuite(ports);
  const chosen = closure(await newestPackages(ports, suite));
  const packages = chosen.map((paragraph) => `${field(paragraph, "Package")} ${field(paragraph, "Version")}`);
  const key = createHash("sha256").update(`${packages.join()}${filter}`).digest("hex").slice(0, 16);
  const made: Made = { roots, filter, packages, archive: `bench/${key}.cpio` };
  const entries = new Map<string, CpioEntry>();
  for (const paragraph of chosen) {
    for (const entry of await unpack(ports, suite, paragraph)) entries.set(entry.path, entry);
  }
  await store(
    ports.cache,
    made.archive,
    cpioArchive([...directoriesOf(entries.keys()), ...entries.values()]),
  );
  await store(ports.cache, list, utf8(JSON.stringify(made, undefined, 2)));
  for (const used of suite.spent) await ports.cache.remove(used);
  return made;
}

async function findSuite(ports: DebianPorts): Promise<Suite> {
  const mirror = await findMirror(parseDeb822);
  if (mirror === undefined) throw new Error("No Debian mirror is known: set STRATA_MIRROR");
  return openSuite(ports, mirror, suiteName, { keyring: await hostKeyring(), now: Date.now() });
}

/** The newest version of every package, by its name. */
async function newestPackages(ports: DebianPorts, suite: Suite): Promise<Map<string, Paragraph>> {
  const newest = new Map<string, Paragraph>();
  for await (const paragraph of indexParagraphs(ports, suite, "main", "riscv64", () => true)) {
    const known = newest.get(field(paragraph, "Package"));
    if (!known || compareVersions(field(known, "Version"), field(paragraph, "Version")) < 0)
      newest.set(field(paragraph, "Package"), paragraph);
  }
  return newest;
}

/** The roots and what they need: of alternatives the first that exists. Versions fit, as one suite has them. */
function closure(index: ReadonlyMap<string, Paragraph>): Paragraph[] {
  const chosen = new Map<string, Paragraph>();
  const visit = (alternatives: readonly string[]): void => {
    const name = alternatives.find((alternative) => index.has(alternative));
    const paragraph = name === undefined ? undefined : index.get(name);
    if (name === undefined || !paragraph || chosen.has(name)) return;
    chosen.set(name, paragraph);
    for (const group of dependencies(paragraph)) visit(group);
  };
  for (const root of roots) {
    if (!index.has(root)) throw new Error(`Debian ${suiteName} has no package ${root}`);
    visit([root]);
  }
  return [...chosen.values()].sort((a, b) => (field(a, "Package") < field(b, "Package") ? -1 : 1));
}

/** Debian Policy 7.1: groups separated by commas, alternatives by bars; versions and architectures left out. */
function dependencies(paragraph: Paragraph): string[][] {
  const groups = `${field(paragraph, "Pre-Depends")},${field(paragraph, "Depends")}`.split(",");
  return groups.map((group) => group.split("|").map((name) => name.trim().replace(/[\s:(].*$/, "")));
}

function field(paragraph: Paragraph, name: string): string {
  return paragraph.get(name) ?? "";
}

/** The wanted files and links of a package. */
async function unpack(ports: DebianPorts, suite: Suite, paragraph: Paragraph): Promise<CpioEntry[]> {
  const name = field(paragraph, "Package");
  const cached = await fetchPackage(ports, suite, describe(paragraph));
  if (cached === undefined) throw new Error(`${suite.mirror} lists ${name} and does not have it`);
  for await (const member of arMembers(ports.cache.read(cached), name)) {
    if (!member.name.startsWith("data.tar")) continue;
    return await wantedOf(decompressed(member.body, ports.decompress, name));
  }
  return [];
}

async function wantedOf(tar: AsyncIterable<Uint8Array>): Promise<CpioEntry[]> {
  const entries: CpioEntry[] = [];
  const archive = extract();
  pipeline(tar, archive).catch((error) => archive.destroy(error));
  for await (const entry of archive) {
    const { name, type, mode = 0o755, linkname } = entry.header;
    const path = name.replace(/^\.?\//, "");
    const take = wanted.some((pattern) => pattern.test(path));
    if (take && type === "symlink") entries.push({ kind: "symlink", path, target: linkname ?? "" });
    if (take && type === "file") {
      const data = await collect(entry as AsyncIterable<Uint8Array>, 64 << 20);
      if (data) entries.push({ kind: "file", path, mode: mode & 0o777, data });
    }
    entry.resume();
  }
  return entries;
}

/** All directories above the paths, each before what it holds. */
function directoriesOf(paths: Iterable<string>): CpioEntry[] {
  const found = new Set<string>(["dev", "proc", "sys", "tmp", "usr", "usr/bin", "usr/lib", "usr/sbin"]);
  for (const path of paths) {
    for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) found.add(path.slice(0, at));
  }
  return [
    ...[...found].sort().map((path): CpioEntry => ({ kind: "directory", path, mode: 0o755 })),
    ...mergedDirectories.map((path): CpioEntry => ({ kind: "symlink", path, target: `usr/${path}` })),
  ];
}
