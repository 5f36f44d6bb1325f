/** What a machine is booted with: kernel, initial file system and command line, pulled where the user gives none. */

import { readFile } from "node:fs/promises";
import { concatBytes } from "../base/bytes.ts";
import type { GuestFiles } from "../boards/virt/loader.ts";
import { parseDeb822 } from "../formats/deb822.ts";
import { type BootFiles, bootFiles } from "../guests/debian/boot-files.ts";
import type { ModuleFile } from "../guests/debian/kernel.ts";
import { inLoadOrder, moduleAliases } from "../guests/debian/modules.ts";
import type { Progress } from "../guests/debian/ports.ts";
import { commandArchive, initramfs, moduleArchive } from "../guests/initramfs.ts";
import { findMirror } from "../host/node/apt-mirror.ts";
import { debianPorts, hostKeyring } from "../host/node/debian-ports.ts";
import { readInput } from "./errors.ts";
import { UsageError } from "./option-values.ts";

export interface GuestRequest {
  /** A kernel instead of Debian's. Debian's modules do not fit it: what it needs for disks must be built in. */
  readonly kernel?: string | undefined;
  /** An initial file system instead of Strata's. It cannot take a command. */
  readonly initrd?: string | undefined;
  /** What to add to the kernel's command line. */
  readonly append?: string | undefined;
  readonly mirror?: string | undefined;
  /** What to run instead of a shell. */
  readonly command?: readonly string[];
  /** The machine has disks. */
  readonly disks?: boolean;
  /** The machine's shares, to be mounted. */
  readonly shares?: readonly { readonly tag: string; readonly readOnly: boolean }[];
  /** The terminal's type, for the shell's environment. */
  readonly term?: string | undefined;
  /** Lets the kernel say all that it has to say. */
  readonly verbose?: boolean;
  readonly progress?: Progress;
}

/** Reads, pulls and makes what a machine is booted with. */
export async function guestImage(request: GuestRequest = {}): Promise<GuestFiles> {
  const { kernel, initrd, command = [] } = request;
  if (initrd !== undefined && command.length > 0) {
    throw new UsageError("A command needs Strata's own initrd: leave out --initrd, or the command");
  }
  // Read first: what is wrong with it should not be found out after a download.
  const ownKernel = kernel === undefined ? undefined : await readInput("kernel", kernel);
  const ownInitrd = initrd === undefined ? undefined : await readInput("initrd", initrd);
  const files = ownKernel && ownInitrd ? undefined : await pullBootFiles(request);
  return {
    kernel: ownKernel ?? (await readFile(files?.kernel ?? "")),
    kernelName: kernel ?? files?.kernel ?? "",
    initrd: ownInitrd ?? (await makeInitrd(request, files)),
    commandLine: commandLine(request),
  };
}

export interface PullRequest {
  readonly mirror?: string | undefined;
  readonly refresh?: boolean;
  readonly progress?: Progress | undefined;
}

/** Debian's files from the cache, or from a mirror. */
export async function pullBootFiles({ mirror, refresh, progress }: PullRequest = {}): Promise<BootFiles> {
  return bootFiles(debianPorts(progress ? { progress } : {}), {
    mirror: await findMirror(parseDeb822, { flag: mirror }),
    keyring: await hostKeyring(),
    now: Date.now(),
    refresh: refresh ?? false,
  });
}

/** The driver of disks is loaded at the start; the file system of most of them takes long, and comes when it is mounted. */
const diskDrivers = ["virtio_blk"];
const diskFileSystems = ["crc32c_generic", "ext4"];

async function makeInitrd(request: GuestRequest, files: BootFiles | undefined): Promise<Uint8Array> {
  const { kernel, command = [], disks } = request;
  const drivers = await diskDriversOf(disks && kernel === undefined ? (files?.modules ?? []) : []);
  const base = initramfs({ busybox: await readFile(files?.busybox ?? ""), ...drivers });
  return command.length === 0 ? base : concatBytes([base, commandArchive(command)]);
}

/** What a guest without disks needs besides its initial file system, where it has some. */
export async function diskDriverArchive({ modules }: BootFiles): Promise<Uint8Array> {
  return moduleArchive(await diskDriversOf(modules));
}

async function diskDriversOf(available: readonly ModuleFile[]) {
  const choose = (wanted: readonly string[]) => {
    const names = wanted.filter((name) => available.some((module) => module.name === name));
    return Promise.all(inLoadOrder(available, names).map(readModule));
  };
  return { modules: await choose(diskDrivers), onDemand: await choose(diskFileSystems) };
}

async function readModule({ name, depends, path }: ModuleFile) {
  const bytes = await readFile(path);
  return { name, depends, bytes, aliases: moduleAliases(bytes, path) };
}

/**
 * The kernel's log goes to the serial port, from its first line on; the terminal of an interactive machine is hvc0.
 * A kernel that panics resets at once.
 */
export function commandLine(request: GuestRequest): string {
  const { command = [], shares = [], term, verbose, append } = request;
  const words = ["earlycon", "console=ttyS0"];
  if (command.length === 0) words.push("console=hvc0");
  words.push(verbose ? "ignore_loglevel" : "quiet", "panic=-1");
  words.push(...shares.map(({ tag, readOnly }) => `strata.share=${tag}${readOnly ? ":ro" : ""}`));
  if (term !== undefined && /^[\w.+-]+$/.test(term)) words.push(`TERM=${term}`);
  if (append) words.push(append);
  return words.join(" ");
}
