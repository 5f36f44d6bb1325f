/**
 * Makes the initial file system of a guest: busybox, kernel modules, and the script that the kernel starts
 * (`init-script.ts`). A command to run comes in an archive of its own after it: Linux unpacks one after another.
 */

import { type Bytes, utf8 } from "../base/bytes.ts";
import { InputError } from "../base/errors.ts";
import { type CpioEntry, cpioArchive } from "../formats/cpio.ts";
import { initScript } from "./init-script.ts";

/** A command that cannot be handed to a guest. */
export class CommandError extends InputError {
  override readonly name = "CommandError";
}

export interface InitramfsContents {
  /** A statically linked busybox. */
  readonly busybox: Bytes;
  /** The modules to load, each after those it depends on. */
  readonly modules: readonly ModuleContents[];
  /** More modules, which the kernel gets when it asks for them: as a mount asks for its file system. */
  readonly onDemand?: readonly OnDemandModule[];
}

export interface ModuleContents {
  readonly name: string;
  readonly bytes: Bytes;
}

export interface OnDemandModule extends ModuleContents {
  /** The modules that it needs itself, all of them on demand too. */
  readonly depends: readonly string[];
  /** Other names that the kernel knows it by. */
  readonly aliases: readonly string[];
}

const directories = [
  ..."bin dev etc lib lib/modules mnt proc root run sbin strata sys tmp usr usr/bin usr/sbin var".split(" "),
];

/** The archive with everything but a command. */
export function initramfs({ busybox, modules, onDemand = [] }: InitramfsContents): Uint8Array<ArrayBuffer> {
  return cpioArchive([
    ...directories.map(
      (path): CpioEntry => ({ kind: "directory", path, mode: path === "tmp" ? 0o1777 : 0o755 }),
    ),
    { kind: "character-device", path: "dev/console", mode: 0o600, major: 5, minor: 1 },
    { kind: "character-device", path: "dev/null", mode: 0o666, major: 1, minor: 3 },
    { kind: "file", path: "bin/busybox", mode: 0o755, data: busybox },
    { kind: "symlink", path: "bin/sh", target: "busybox" },
    file("init", 0o755, initScript),
    file("etc/passwd", 0o644, "root:x:0:0:root:/root:/bin/sh\n"),
    file("etc/group", 0o644, "root:x:0:\n"),
    ...moduleEntries({ modules, onDemand }),
  ]);
}

/** An archive of modules: after one without any, it takes their place. */
export function moduleArchive(
  contents: Required<Omit<InitramfsContents, "busybox">>,
): Uint8Array<ArrayBuffer> {
  return cpioArchive(moduleEntries(contents));
}

function moduleEntries({ modules, onDemand }: Required<Omit<InitramfsContents, "busybox">>): CpioEntry[] {
  return [
    file("strata/modules", 0o644, modules.map(({ name }) => `${name}\n`).join("")),
    file("lib/modules/modules.dep", 0o644, onDemand.map((module) => dependencies(module, onDemand)).join("")),
    file("lib/modules/modules.alias", 0o644, onDemand.map(aliasLines).join("")),
    file("etc/filesystems", 0o644, onDemand.map(fileSystemLines).join("")),
    ...[...modules, ...onDemand].map(({ name, bytes }): CpioEntry => {
      return { kind: "file", path: `lib/modules/${name}.ko`, mode: 0o644, data: bytes };
    }),
  ];
}

/** A line of modules.dep(5): a module, then all that it needs, what is needed by others after those. */
function dependencies(module: OnDemandModule, all: readonly OnDemandModule[]): string {
  const needed = new Set<string>();
  const visit = ({ depends }: OnDemandModule): void => {
    for (const name of depends) {
      needed.delete(name);
      needed.add(name);
      const found = all.find((other) => other.name === name);
      if (found) visit(found);
    }
  };
  visit(module);
  return `${module.name}.ko:${[...needed].map((name) => ` ${name}.ko`).join("")}\n`;
}

function aliasLines({ name, aliases }: OnDemandModule): string {
  return aliases.map((alias) => `alias ${alias} ${name}\n`).join("");
}

/** What mount(8) tries where nobody says what a disk holds. */
function fileSystemLines({ aliases }: OnDemandModule): string {
  return aliases
    .filter((alias) => alias.startsWith("fs-"))
    .map((alias) => `${alias.slice("fs-".length)}\n`)
    .join("");
}

export interface CommandOptions {
  /** Where it starts: an absolute path; by default the share, or /root where there is none. */
  readonly cwd?: string;
  /** What to add to its environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The archive that makes the guest run a program, found by PATH, with its arguments, instead of a shell. */
export function commandArchive(
  argv: readonly string[],
  options: CommandOptions = {},
): Uint8Array<ArrayBuffer> {
  if (argv.length === 0) throw new CommandError("Cannot run a command without a name");
  const variables = Object.entries(options.env ?? {}).map(([name, value]) => {
    if (!/^[A-Za-z_]\w*$/.test(name)) throw new CommandError(`"${name}" cannot be the name of a variable`);
    return `export ${name}=${quoted(value)}\n`;
  });
  // A directory that cannot be entered ends with 125, as env(1) and timeout(1) do when they fail themselves.
  const directory = options.cwd === undefined ? "" : `cd -- ${quoted(options.cwd)} || exit 125\n`;
  const script = `${variables.join("")}${directory}exec ${argv.map(quoted).join(" ")}\n`;
  return cpioArchive([file("strata/command", 0o600, script)]);
}

function file(path: string, mode: number, text: string): CpioEntry {
  return { kind: "file", path, mode, data: utf8(text) };
}

/** One word of shell, whatever is in it (POSIX shell command language 2.2.2). */
function quoted(word: string): string {
  if (word.includes("\0")) throw new CommandError("A zero byte cannot be in a command");
  return `'${word.replaceAll("'", "'\\''")}'`;
}
