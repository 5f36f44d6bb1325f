/**
 * Chooses Linux kernel modules and what they depend on, in an order in which they can be loaded.
 * Packages hold no `modules.dep` (depmod(8) makes it on installation): dependencies are read from each module's
 * `.modinfo` section, as depmod's own `depends=` lines.
 */

import { type Bytes, fromUtf8 } from "../../base/bytes.ts";
import { InputError } from "../../base/errors.ts";
import { readElf } from "../../formats/elf.ts";

/** A kernel module that is not there. */
export class ModuleError extends InputError {
  override readonly name = "ModuleError";
}

/** A module and the modules that must be loaded before it, by name. */
export interface KernelModule {
  readonly name: string;
  readonly depends: readonly string[];
}

/** The name of the module in a file: without its extensions, and "-" is the same as "_" (modprobe(8)). */
export function moduleName(path: string): string | undefined {
  const file = path.slice(path.lastIndexOf("/") + 1);
  return /^([\w-]+)\.ko(\.\w+)?$/.exec(file)?.[1]?.replaceAll("-", "_");
}

/** The names in the `depends=` line of a module's `.modinfo` section. */
export function moduleDepends(module: Bytes, file: string): string[] {
  const depends = moduleInfo(module, file, "depends").at(0) ?? "";
  return depends
    .split(",")
    .filter((name) => name !== "")
    .map((name) => name.replaceAll("-", "_"));
}

/** The other names by which the kernel asks for a module, such as `fs-ext4`; patterns of devices left out. */
export function moduleAliases(module: Bytes, file: string): string[] {
  return moduleInfo(module, file, "alias").filter((alias) => /^[\w-]+$/.test(alias));
}

/** The values of a key in a module's `.modinfo` section. */
function moduleInfo(module: Bytes, file: string, key: string): string[] {
  const info = readElf(module, file).sections.find(({ name }) => name === ".modinfo");
  const lines = info ? fromUtf8(info.bytes).split("\0") : [];
  return lines.filter((line) => line.startsWith(`${key}=`)).map((line) => line.slice(key.length + 1));
}

/** The modules `names` and all that they depend on, each after what it depends on. */
export function inLoadOrder<M extends KernelModule>(all: readonly M[], names: readonly string[]): M[] {
  const ordered = new Set<M>();
  const visit = (name: string, from: readonly string[]): void => {
    const module = all.find((candidate) => candidate.name === name.replaceAll("-", "_"));
    if (!module) throw new ModuleError(`Kernel module "${name}" is not among the guest's files`);
    if (ordered.has(module) || from.includes(name)) return;
    for (const needed of module.depends) visit(needed, [...from, name]);
    ordered.add(module);
  };
  for (const name of names) visit(name, []);
  return [...ordered];
}
