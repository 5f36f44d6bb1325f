/** A process machine: a kernel with one program in it, ready to run. */

import { fromUtf8, stringBytes, utf8 } from "../base/bytes.ts";
import { failed, type Outcome } from "../base/errno.ts";
import type { Technique } from "../engine/technique.ts";
import type { TranslationCache } from "../engine/translation-cache.ts";
import { Riscv64Processor, riscv64 } from "./arch/riscv64.ts";
import { StreamFile, TerminalState } from "./files/stream-file.ts";
import { credentialsOf } from "./fs/credentials.ts";
import type { MountTable } from "./fs/mount-table.ts";
import { Kernel } from "./kernel/kernel.ts";
import type { Task } from "./kernel/task.ts";
import { execute } from "./loader/execute.ts";
import type { Platform } from "./platform.ts";
import type { ProgramTerminal } from "./program-terminal.ts";
import { dispatch } from "./syscalls/dispatch.ts";

export interface ProgramMachineOptions {
  readonly platform: Platform;
  readonly memoryBytes: number;
  readonly mostProcesses: number;
  readonly technique: Technique;
  /** Every access is checked as Linux does, at some cost in speed. */
  readonly strict?: boolean | undefined;
  /** What earlier runs compiled. */
  readonly translations?: TranslationCache | undefined;
  /** The files that programs see. */
  readonly mounts: (kernel: Kernel) => MountTable;
  readonly user: { readonly uid: number; readonly gid: number };
}

export interface ProgramRequest {
  /** A path in the guest; without a slash it is looked for in PATH. */
  readonly path: string;
  readonly arguments: readonly string[];
  readonly environment: readonly string[];
  readonly directory: string;
  /** Those of the standard streams that the platform does not have. */
  readonly terminal?: ProgramTerminal;
}

/** Why a program cannot be started: its errno, and what it is about. */
export interface StartFailure {
  readonly errno: Extract<Outcome<never>, { errno: unknown }>["errno"];
  readonly what: string;
}

const TICKS_PER_SECOND = 10_000_000;

export function makeKernel({
  platform,
  memoryBytes,
  mostProcesses,
  technique,
  strict = false,
  translations,
  mounts,
}: ProgramMachineOptions) {
  return new Kernel({
    architecture: riscv64,
    platform,
    dispatch,
    mostProcesses,
    makeMounts: mounts,
    makeProcessor: (ports) => {
      const ticks = () => BigInt(Math.floor((platform.clocks.monotonic() * TICKS_PER_SECOND) / 1e9));
      return new Riscv64Processor(
        memoryBytes,
        { technique, translations, flat: !strict },
        { ...ports, ticks },
      );
    },
  });
}

/** Text of the platform as the byte strings that paths and arguments are. */
function toBytes(text: string): string {
  return String.fromCharCode(...utf8(text));
}

/** Loads the first program. ElfError says what is wrong with it. */
export function startProgram(
  kernel: Kernel,
  request: ProgramRequest,
  user: { readonly uid: number; readonly gid: number },
): StartFailure | undefined {
  const task = kernel.lifecycle.firstProcess();
  const { process } = task;
  process.credentials = credentialsOf(user.uid, user.gid);
  openStreams(kernel, task);
  kernel.scheduler.switchTo(task);
  request.terminal?.openFor(task);
  const view = process.walkView;
  const directory = kernel.mounts.walk(view, toBytes(request.directory), { follow: true });
  if (failed(directory)) return { errno: directory.errno, what: request.directory };
  process.view.directory = directory;
  const path = findProgram(kernel, task, toBytes(request.path), request.environment);
  const place = kernel.mounts.walk(process.walkView, path, { follow: true });
  if (failed(place)) return { errno: place.errno, what: request.path };
  const [args, environment] = [request.arguments, request.environment].map((list) => list.map(toBytes));
  const done = execute(kernel, task, {
    place,
    path,
    arguments: args ?? [],
    environment: environment ?? [],
  });
  if (failed(done)) return { errno: done.errno, what: fromUtf8(stringBytes(path)) };
  task.call = done;
  kernel.scheduler.enqueue(task);
  return undefined;
}

function openStreams(kernel: Kernel, { process }: Task): void {
  const terminal = new TerminalState(kernel);
  for (const [index, stream] of kernel.platform.streams.entries()) {
    const file = new StreamFile(stream, index, terminal);
    if (stream.terminal) kernel.terminal ??= file;
    stream.changed = () => {
      file.changed.wake();
      kernel.platform.wake();
    };
    process.descriptors.put(index, file, false);
  }
}

/** A name without a slash is looked for in the directories of PATH. */
function findProgram(
  kernel: Kernel,
  { process }: Task,
  path: string,
  environment: readonly string[],
): string {
  if (path.includes("/")) return path;
  const search = environment.find((entry) => entry.startsWith("PATH="))?.slice(5) ?? "/usr/bin:/bin";
  const candidates = search.split(":").map((folder) => `${folder === "" ? "." : folder}/${path}`);
  const isThere = (candidate: string) =>
    !failed(kernel.mounts.walk(process.walkView, candidate, { follow: true }));
  return candidates.find(isThere) ?? path;
}
