/**
 * Gets Debian's riscv64 kernel with the modules that our machines can use.
 *
 * Two sources have the same kernel: the installer's packages (`*-di`, a tenth of the size, but not all mirrors
 * serve them) and the full `linux-image` package. The smaller is tried first; it has to have the modules of
 * `required`, and may lack others. A package is unpacked only after its hash was verified as a whole, although
 * the kernel comes first in it: a kernel that nobody vouches for never runs.
 */

import type { Bytes } from "../../base/bytes.ts";
import { collect } from "../../formats/byte-reader.ts";
import { decompressed } from "../../formats/compression.ts";
import { readRiscvImage } from "../../formats/riscv-image.ts";
import { IntegrityError, MirrorError } from "./errors.ts";
import { inLoadOrder, type KernelModule, moduleDepends, moduleName } from "./modules.ts";
import { type DebianPackage, fetchPackage, findPackages, packageFiles, type Suite } from "./packages.ts";
import type { DebianPorts, TarFile } from "./ports.ts";
import { store } from "./store.ts";

/** A module's file in the cache, decompressed. */
export interface ModuleFile extends KernelModule {
  readonly path: string;
}

export interface KernelFiles {
  /** The version of the package, such as 6.12.107-1. */
  readonly version: string;
  readonly path: string;
  /** Each after those it depends on. */
  readonly modules: readonly ModuleFile[];
}

const architecture = "riscv64";
/** Disks, networks and the file system of most images. */
const required = ["virtio_blk", "virtio_net", "ext4"];
/** crc32c_generic: ext4 asks the kernel for the algorithm by name, so that no module "depends" on it. */
const wanted = ["crc32c_generic", ...required, "virtio_mmio", "virtio_rng", "overlay"];
/** The installer's packages that hold them. */
const installerSets = ["kernel-image", "crypto", "crc", "ext4", "scsi-core", "scsi", "nic", "nic-shared"];

const largestKernel = 256 << 20;
const largestModule = 64 << 20;

/** The newest 6.12 kernel that the mirror really has: an index also lists versions that the pool dropped. */
export async function fetchKernel(ports: DebianPorts, suite: Suite): Promise<KernelFiles> {
  return (await fromInstaller(ports, suite)) ?? (await fromPackage(ports, suite));
}

async function fromInstaller(ports: DebianPorts, suite: Suite): Promise<KernelFiles | undefined> {
  const component = "main/debian-installer";
  if (!suite.release.files.has(`${component}/binary-${architecture}/Packages.xz`)) return undefined;
  const sets = /^([a-z0-9-]+?)(?:-modules)?-(6\.12\..*)-riscv64-di$/;
  const found = await findPackages(ports, suite, component, architecture, (name) =>
    installerSets.includes(sets.exec(name)?.[1] ?? ""),
  );
  const image = found.find(({ name }) => name.startsWith("kernel-image-"));
  const abi = sets.exec(image?.name ?? "")?.[2];
  const parts = found.filter(({ name }) => sets.exec(name)?.[2] === abi);
  const fetched: string[] = [];
  for (const part of parts.sort((a) => (a === image ? -1 : 1))) {
    const cached = await fetchPackage(ports, suite, part);
    if (cached === undefined) return undefined;
    fetched.push(cached);
  }
  return image && unpackKernel(ports, image, fetched);
}

async function fromPackage(ports: DebianPorts, suite: Suite): Promise<KernelFiles> {
  const images = await findPackages(ports, suite, "main", architecture, (name) =>
    /^linux-image-6\.12\.[^-]*-riscv64$/.test(name),
  );
  for (const image of images) {
    const cached = await fetchPackage(ports, suite, image);
    if (cached === undefined) continue;
    const files = await unpackKernel(ports, image, [cached]);
    if (!files) throw new IntegrityError(`${image.name} ${image.version} lacks the kernel or needed modules`);
    return files;
  }
  throw new MirrorError(`${suite.mirror} has no linux-image-6.12.*-${architecture} in suite ${suite.name}`);
}

/** Takes kernel and modules out of packages; undefined where something is missing. */
async function unpackKernel(
  ports: DebianPorts,
  image: DebianPackage,
  packages: readonly string[],
): Promise<KernelFiles | undefined> {
  const folder = `kernels/${image.sha256.slice(0, 16)}`;
  const modules = new Map<string, Bytes>();
  let kernel: Bytes | undefined;
  for (const cached of packages) {
    for await (const file of packageFiles(ports, cached)) {
      if (/^boot\/vmlinu[xz](-.*)?$/.test(file.path)) kernel = await bodyOf(ports, file, largestKernel);
      else if (mayBeNeeded(file.path)) {
        modules.set(moduleName(file.path) ?? "", await contents(file, largestModule));
      }
    }
  }
  const chosen = await chooseModules(ports, modules);
  if (!kernel || !required.every((name) => chosen.some((module) => module.name === name))) return undefined;
  readRiscvImage(kernel, `${image.name}: vmlinux`);
  const path = `${folder}/vmlinux`;
  await store(ports.cache, path, kernel);
  for (const module of chosen) await store(ports.cache, `${folder}/${module.name}.ko`, module.bytes);
  const files = chosen.map(({ name, depends }) => ({ name, depends, path: `${folder}/${name}.ko` }));
  return { version: image.version, path, modules: files };
}

/** The wanted modules, and those that another one could depend on: nearly all of the size is drivers. */
function mayBeNeeded(path: string): boolean {
  const name = moduleName(path);
  if (name === undefined) return false;
  return !/\/kernel\/(drivers|sound)\//.test(path) || [...wanted, "net_failover"].includes(name);
}

interface LoadedModule extends KernelModule {
  readonly bytes: Bytes;
}

/** Decompresses the wanted modules and what they depend on. One that is not whole with its needs is left out. */
async function chooseModules(ports: DebianPorts, found: ReadonlyMap<string, Bytes>): Promise<LoadedModule[]> {
  const loaded = new Map<string, LoadedModule>();
  const load = async (name: string): Promise<void> => {
    const packed = found.get(name);
    if (!packed || loaded.has(name)) return;
    const file = { path: `${name}.ko`, size: packed.length, body: once(packed) };
    const bytes = await bodyOf(ports, file, largestModule);
    const depends = moduleDepends(bytes, file.path);
    loaded.set(name, { name, depends, bytes });
    for (const needed of depends) await load(needed);
  };
  for (const name of wanted) await load(name);
  const all = [...loaded.values()];
  const complete = (name: string): boolean =>
    loaded.has(name) && (loaded.get(name)?.depends ?? []).every(complete);
  return inLoadOrder(all, wanted.filter(complete));
}

async function* once(bytes: Bytes) {
  yield bytes;
}

async function bodyOf(ports: DebianPorts, file: TarFile, limit: number): Promise<Bytes> {
  return contents({ ...file, body: decompressed(file.body, ports.decompress, file.path) }, limit);
}

async function contents({ path, body }: TarFile, limit: number): Promise<Bytes> {
  const bytes = await collect(body, limit);
  if (!bytes) throw new IntegrityError(`${path} is larger than ${limit} bytes`);
  return bytes;
}
