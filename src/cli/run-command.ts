/** `strata run`: a machine from power-on to its end. */

import { Checker } from "../boards/virt/check/checker.ts";
import { Machine, type MachineOptions } from "../boards/virt/machine.ts";
import { TICKS_PER_SECOND } from "../boards/virt/memory-map.ts";
import { BlockFile } from "../host/node/block-file.ts";
import { hostClock, hostEntropy, hostTicks } from "../host/node/machine-ports.ts";
import { releaseBytes } from "../host/node/release-bytes.ts";
import { SharedDirectory } from "../host/node/shared-directory.ts";
import { compileOptimized, trustStack } from "../host/node/wasm-flags.ts";
import { RunLoop } from "../host/shared/run-loop.ts";
import { FuseFileServer } from "../machine/fuse/fuse-file-server.ts";
import { CommandSession } from "./command-session.ts";
import { exitStatus, type Outcome, outcomeOf } from "./exit-status.ts";
import { guestImage } from "./guest-image.ts";
import { KernelLog } from "./kernel-log.ts";
import type { DiskOption, ShareOption } from "./option-values.ts";
import { UsageError } from "./option-values.ts";
import { ProgressLine } from "./progress.ts";
import { openTranslations, regionCompiler } from "./region-compiler.ts";
import { Resources } from "./resources.ts";
import { RunProfile } from "./run-profile.ts";
import type { Session } from "./session.ts";
import { TerminalSession } from "./terminal-session.ts";

export interface RunOptions {
  readonly memory: number;
  readonly kernel?: string;
  readonly initrd?: string;
  readonly append?: string;
  readonly mirror?: string;
  readonly disk?: readonly DiskOption[];
  readonly share?: readonly ShareOption[];
  readonly technique: "interpret" | "dynamic" | "translate";
  readonly cache: boolean;
  readonly check?: boolean;
  readonly profile?: string;
  readonly timeout?: number;
  readonly verbose?: boolean;
}

/** Lines of the kernel's log that are shown when it failed. */
const shownLines = 40;
const failures: readonly number[] = [exitStatus.panic, exitStatus.failure];

export async function run(command: readonly string[], options: RunOptions): Promise<Outcome> {
  refuseCombinations(options);
  compileOptimized();
  trustStack();
  const resources = openResources(options);
  try {
    const guest = await fetchGuest(command, options);
    const session = openSession(command, options);
    const log: KernelLog = new KernelLog(() => machine.stop());
    const profile = await openProfile(options, resources);
    const machine = makeMachine(options, resources, profile, {
      ...session.machineOptions,
      serialOutput: (bytes) => {
        log.add(bytes);
        if (options.verbose) process.stderr.write(Buffer.from(bytes));
      },
    });
    machine.boot(guest);
    // Its files lie in RAM now.
    for (const bytes of [guest.kernel, guest.initrd]) if (bytes) releaseBytes(bytes);
    const outcome = await runSession(machine, session, log, command.length > 0, options.timeout);
    if (machine instanceof Machine) profile?.finish(machine);
    // What the terminal has shown already needs no second showing.
    const seen = options.verbose || (command.length === 0 && session.panicked);
    if (!seen && failures.includes(outcome.status) && outcome.message) showLog(log);
    return outcome;
  } finally {
    resources.close();
  }
}

async function openProfile(
  { profile, kernel }: RunOptions,
  { keep }: GuestResources,
): Promise<RunProfile | undefined> {
  return profile === undefined ? undefined : keep(await RunProfile.open(profile, kernel));
}

/** One machine, or two that are compared. */
function makeMachine(
  { memory, technique, check }: RunOptions,
  { disks, shares, compiler, translations }: GuestResources,
  profile: RunProfile | undefined,
  outputs: Pick<MachineOptions, "consoleOutput" | "consoleRoom" | "consolePorts" | "serialOutput">,
): Machine | Checker {
  const common = { memoryBytes: memory, disks, ...outputs, wallClock: hostClock, entropy: hostEntropy };
  const chosen = compiler ? { compiler: profile?.time(compiler) ?? compiler } : technique;
  if (check && chosen !== "interpret") return new Checker({ ...common, technique: chosen });
  const time = hostTicks(TICKS_PER_SECOND);
  const { profiler } = profile ?? {};
  return new Machine({ ...common, shares, time, technique: chosen, translations, profiler });
}

async function runSession(
  machine: Machine | Checker,
  session: Session,
  log: KernelLog,
  command: boolean,
  timeout: number | undefined,
): Promise<Outcome> {
  const loop = new RunLoop(machine, { timeout: timeout === undefined ? undefined : timeout * 1000 });
  try {
    session.start(machine, loop);
    const ending = await loop.run();
    const panicked = log.panicked || session.panicked;
    return session.outcome ?? outcomeOf(ending, { panicked, command, timeout });
  } finally {
    await session.finish();
  }
}

function openSession(command: readonly string[], { disk = [], share = [] }: RunOptions): Session {
  if (command.length > 0) {
    return new CommandSession({ untilPowerOff: [...disk, ...share].some(({ readOnly }) => !readOnly) });
  }
  if (process.stdin.isTTY) process.stderr.write("strata: Ctrl-A x leaves the machine\n");
  return new TerminalSession();
}

async function fetchGuest(command: readonly string[], options: RunOptions) {
  const line = new ProgressLine(process.stderr);
  try {
    return await guestImage({
      kernel: options.kernel,
      initrd: options.initrd,
      append: options.append,
      mirror: options.mirror,
      command,
      disks: (options.disk ?? []).length > 0,
      shares: options.share ?? [],
      ...(command.length === 0 ? { term: process.env.TERM } : {}),
      verbose: options.verbose ?? false,
      progress: (what, bytes, total) => line.show(what, bytes, total),
    });
  } finally {
    line.clear();
  }
}

/** Options that cannot be given together. */
function refuseCombinations({ check, profile, share = [], technique }: RunOptions): void {
  if (!check) return;
  if (profile !== undefined)
    throw new UsageError("Cannot use --check with --profile: two machines share the time");
  if (share.length > 0)
    throw new UsageError("Cannot use --check with --share: a directory cannot be used twice");
  if (technique === "interpret") {
    throw new UsageError("Cannot use --check with --technique interpret: there is nothing to compare");
  }
}

type GuestResources = ReturnType<typeof openResources>;

/** The host's files behind the machine's devices. */
function openResources({ disk = [], share = [], technique, cache }: RunOptions) {
  const tags = share.map(({ tag }) => tag);
  const twice = tags.find((tag, index) => tags.indexOf(tag) !== index);
  if (twice !== undefined) throw new UsageError(`Two shares have the tag "${twice}"`);
  const resources = new Resources();
  const { keep } = resources;
  try {
    const disks = disk.map(({ path, readOnly }) => keep(new BlockFile(path, { readOnly })));
    const shares = share.map(({ directory, tag, readOnly }) => {
      const tree = keep(new SharedDirectory(directory));
      return { tag, server: keep(new FuseFileServer(tree, { readOnly })) };
    });
    const compiler = technique === "dynamic" ? keep(regionCompiler()) : undefined;
    // A boot has work for it at once.
    compiler?.prepare();
    const translations = openTranslations(cache, keep);
    return { disks, shares, compiler, translations, keep, close: () => resources.close() };
  } catch (error) {
    resources.close();
    throw error;
  }
}

/** What the kernel said last, which is why it failed. */
function showLog(log: KernelLog): void {
  for (const line of log.tail(shownLines)) process.stderr.write(`${line.replaceAll(/[^\x20-\x7e]/g, "?")}\n`);
}
