/**
 * Makes a directory into a Debian system: chooses packages, fetches and unpacks them, and has them configured by their own
 * scripts, which run in the directory (Debian Policy 6). The steps are those of debootstrap(8) and dpkg(1): essential
 * packages are unpacked and configured first, as scripts may rely on them; then the others, each after its dependencies.
 * What an earlier run has done stays, and is not done again.
 */

import type { FileNode } from "../../../base/file-tree.ts";
import { MirrorError } from "../errors.ts";
import { describe, fetchPackage, indexParagraphs, type Suite } from "../packages.ts";
import type { DebianPorts } from "../ports.ts";
import type { Trust } from "../release.ts";
import { openSuite } from "../suite.ts";
import { ADMIN, DpkgDatabase } from "./database.ts";
import { inDependencyOrder } from "./order.ts";
import { ARCHITECTURE, Package } from "./package.ts";
import { PackageIndex } from "./package-index.ts";
import { resolve } from "./resolve.ts";
import { RootTree } from "./root-tree.ts";
import { type Failure, type RunInRoot, Scripts } from "./scripts.ts";
import { controlFiles, linesOf, unpackFiles } from "./unpack.ts";

export interface InstallRequest extends Trust {
  /** Base URL of a Debian archive. */
  readonly mirror: string;
  readonly suite?: string;
  /** Names of packages, perhaps with versions as in `sed (>= 4)`. */
  readonly packages: readonly string[];
  /** The directory. */
  readonly root: FileNode;
  /** Runs a program of the directory. */
  readonly run: RunInRoot;
  /** Told what is done, a line at a time. */
  readonly say?: (line: string) => void;
}

export interface Installed {
  readonly name: string;
  readonly version: string;
}

export interface InstallResult {
  /** What was unpacked now. */
  readonly unpacked: readonly Installed[];
  readonly failures: readonly Failure[];
}

/** Downloads at a time. */
const parallel = 4;

export async function install(ports: DebianPorts, request: InstallRequest): Promise<InstallResult> {
  const tree = new RootTree(request.root);
  mergeUsr(tree);
  const database = await DpkgDatabase.open(tree);
  const suite = await openSuite(ports, request.mirror, request.suite ?? "trixie", request);
  const index = await readIndex(ports, suite);
  const before = database.installed;
  const chosen = inDependencyOrder(resolve(index, request.packages, before));
  const say = request.say ?? (() => {});
  if (chosen.length > 0) say(`fetching ${chosen.length} packages`);
  const cached = await fetchAll(ports, suite, chosen);
  const scripts = new Scripts(tree, database, request.run, say);
  const installer = new Installer(ports, tree, database, scripts, cached, say);
  await installer.run(chosen, index, before);
  return { unpacked: chosen.map(({ name, version }) => ({ name, version })), failures: scripts.failures };
}

class Installer {
  readonly #ports: DebianPorts;
  readonly #tree: RootTree;
  readonly #database: DpkgDatabase;
  readonly #scripts: Scripts;
  readonly #cached: ReadonlyMap<Package, string>;
  readonly #say: (line: string) => void;

  constructor(
    ports: DebianPorts,
    tree: RootTree,
    database: DpkgDatabase,
    scripts: Scripts,
    cached: ReadonlyMap<Package, string>,
    say: (line: string) => void,
  ) {
    this.#ports = ports;
    this.#tree = tree;
    this.#database = database;
    this.#scripts = scripts;
    this.#cached = cached;
    this.#say = say;
  }

  async run(chosen: readonly Package[], index: PackageIndex, before: readonly Package[]): Promise<void> {
    const present = new Set(before.map(({ name }) => name));
    const all = [...before, ...chosen];
    const base = new Set(resolve(index, [], []).map(({ name }) => name));
    const essential = chosen.filter(({ name }) => base.has(name));
    const isNew = !all.every(({ name }) => !base.has(name) || present.has(name));
    if (isNew) await this.#bootstrap(essential);
    else await this.#scripts.configure();
    const others = chosen.filter((item) => !isNew || !base.has(item.name));
    for (const item of others) {
      if (this.#scripts.mustConfigureBefore(item)) await this.#scripts.configure();
      await this.#unpack(item, (files) => this.#scripts.preinst(item, files));
    }
    await this.#scripts.configure();
  }

  /** No script can run before all of these are unpacked. */
  async #bootstrap(essential: readonly Package[]): Promise<void> {
    this.#say(`unpacking the ${essential.length} packages of the base system`);
    for (const item of essential) await this.#unpack(item, async () => true);
    await this.#scripts.configureFirst("base-passwd");
    await this.#scripts.configure();
  }

  async #unpack(item: Package, prepare: (files: boolean) => Promise<boolean>): Promise<void> {
    const cached = this.#cached.get(item);
    if (cached === undefined) return;
    const files = await controlFiles(this.#ports, cached);
    await this.#database.addControlFiles(item, files);
    if (!(await prepare(files.has("preinst")))) return;
    const conffiles = new Set(linesOf(files, "conffiles"));
    const divert = this.#database.diversionsFor(item.name);
    const unpacked = await unpackFiles(this.#ports, cached, this.#tree, divert, (path) =>
      conffiles.has(path),
    );
    await this.#database.addUnpacked(item, files, unpacked);
  }
}

async function readIndex(ports: DebianPorts, suite: Suite): Promise<PackageIndex> {
  const packages: Package[] = [];
  for await (const paragraph of indexParagraphs(ports, suite, "main", ARCHITECTURE, () => true)) {
    packages.push(new Package(paragraph));
  }
  return new PackageIndex(packages);
}

/** Fetches packages, several at a time; their names in the cache. */
async function fetchAll(
  ports: DebianPorts,
  suite: Suite,
  packages: readonly Package[],
): Promise<ReadonlyMap<Package, string>> {
  const cached = new Map<Package, string>();
  const left = [...packages];
  const fetchNext = async () => {
    for (let item = left.shift(); item; item = left.shift()) {
      const { name, version } = item;
      const file = await fetchPackage(ports, suite, describe({ get: item.field.bind(item) })).catch(
        (error) => {
          left.length = 0;
          throw error;
        },
      );
      if (file === undefined)
        throw new MirrorError(`${suite.mirror} lists ${name} ${version}, but does not have it`);
      cached.set(item, file);
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: parallel }, fetchNext));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return cached;
}

/** The links that packages rely on before base-files is unpacked (Debian Policy 10.1; usrmerge). */
function mergeUsr(tree: RootTree): void {
  for (const name of ["bin", "sbin", "lib"]) {
    tree.makeDirectory(`/usr/${name}`);
    if (!tree.exists(`/${name}`)) tree.makeLink(`/${name}`, `usr/${name}`);
  }
  tree.makeDirectory(ADMIN);
}
