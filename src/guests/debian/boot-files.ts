/**
 * What a machine needs to boot Debian's kernel to a shell: kernel, modules and a static busybox, taken from a
 * mirror once and from the cache ever after, without any network.
 */

import { utf8 } from "../../base/bytes.ts";
import { InputError } from "../../base/errors.ts";
import { collect } from "../../formats/byte-reader.ts";
import { IntegrityError, MirrorError } from "./errors.ts";
import { fetchKernel, type ModuleFile } from "./kernel.ts";
import { fetchPackage, findPackages, packageFiles, type Suite } from "./packages.ts";
import type { DebianPorts } from "./ports.ts";
import type { Trust } from "./release.ts";
import { store } from "./store.ts";
import { checkSuiteName, openSuite, text } from "./suite.ts";

/** Paths are those of the host where `bootFiles` gives them. */
export interface BootFiles {
  /** The version of the kernel's package. */
  readonly version: string;
  readonly kernel: string;
  readonly busybox: string;
  readonly busyboxVersion: string;
  /** Each after those it depends on. */
  readonly modules: readonly ModuleFile[];
}

export interface BootFilesOptions extends Trust {
  /** Base URL of a Debian archive; needed only where the cache does not have the files. */
  readonly mirror?: string | undefined;
  readonly suite?: string;
  /** Asks the mirror even where the cache has the files. */
  readonly refresh?: boolean;
}

const largestProgram = 64 << 20;
const largestList = 1 << 20;

/** The files for booting, from the cache or else from the mirror. */
export async function bootFiles(ports: DebianPorts, options: BootFilesOptions): Promise<BootFiles> {
  const suite = options.suite ?? "trixie";
  checkSuiteName(suite);
  const list = `${suite}-riscv64.json`;
  const cached = options.refresh ? undefined : await readList(ports, list);
  if (cached) return located(ports, cached);
  try {
    return located(ports, await pull(ports, suite, list, options));
  } catch (error) {
    // Another process that pulled at the same time, and was first, may have removed the packages under us.
    const theirs = error instanceof InputError ? undefined : await readList(ports, list);
    if (!theirs) throw error;
    return located(ports, theirs);
  }
}

async function pull(
  ports: DebianPorts,
  name: string,
  list: string,
  options: BootFilesOptions,
): Promise<BootFiles> {
  if (options.mirror === undefined) {
    throw new MirrorError("The boot files are not in the cache, and no Debian mirror is known");
  }
  const suite = await openSuite(ports, options.mirror, name, options);
  const busybox = await fetchBusybox(ports, suite);
  const { version, path: kernel, modules } = await fetchKernel(ports, suite);
  const files = { version, kernel, busybox: busybox.path, busyboxVersion: busybox.version, modules };
  await store(ports.cache, list, utf8(JSON.stringify(files, undefined, 2)));
  for (const used of suite.spent) await ports.cache.remove(used);
  return files;
}

async function fetchBusybox(ports: DebianPorts, suite: Suite): Promise<{ version: string; path: string }> {
  const found = await findPackages(ports, suite, "main", "riscv64", (name) => name === "busybox-static");
  for (const candidate of found) {
    const cached = await fetchPackage(ports, suite, candidate);
    if (cached === undefined) continue;
    for await (const file of packageFiles(ports, cached)) {
      if (!/^(usr\/)?bin\/busybox$/.test(file.path)) continue;
      const bytes = await collect(file.body, largestProgram);
      if (!bytes) break;
      const path = `programs/${candidate.sha256.slice(0, 16)}/busybox`;
      await store(ports.cache, path, bytes);
      return { version: candidate.version, path };
    }
    throw new IntegrityError(`busybox-static ${candidate.version} has no bin/busybox`);
  }
  throw new MirrorError(`${suite.mirror} has no busybox-static in suite ${suite.name}`);
}

/** What an earlier pull wrote down, if all of its files are still there. */
async function readList(ports: DebianPorts, name: string): Promise<BootFiles | undefined> {
  if (!(await ports.cache.size(name))) return undefined;
  try {
    const files = JSON.parse(await text(ports.cache.read(name), largestList, name)) as BootFiles;
    const names = [files.kernel, files.busybox, ...files.modules.map(({ path }) => path)];
    const sizes = await Promise.all(names.map((file) => ports.cache.size(file)));
    return sizes.every((size) => size) ? files : undefined;
  } catch {
    // Written by another version of Strata, or damaged: pulled anew.
    return undefined;
  }
}

function located(ports: DebianPorts, files: BootFiles): BootFiles {
  const at = (name: string) => ports.cache.path(name);
  return {
    ...files,
    kernel: at(files.kernel),
    busybox: at(files.busybox),
    modules: files.modules.map((module) => ({ ...module, path: at(module.path) })),
  };
}
