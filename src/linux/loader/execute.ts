/** execve(2): another program in the place of the one that a process runs. */

import { failed, type Outcome } from "../../base/errno.ts";
import { ElfError } from "../../formats/elf.ts";
import { type Place, pathOf } from "../fs/place.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { NO_STACK, type Task } from "../kernel/task.ts";
import type { Blocking } from "../kernel/wait.ts";
import type { AddressSpace } from "../memory/address-space.ts";
import { UserMemory } from "../memory/user-memory.ts";
import { followOnHost, startOnHost } from "./host-program.ts";
import { writeInitialStack } from "./initial-stack.ts";
import { isTooLong, loadProgram } from "./load-program.ts";
import { MissingInterpreter, type ProgramFile, readProgram } from "./program-file.ts";

export interface ExecuteRequest {
  readonly place: Place;
  /** As the caller named it. */
  readonly path: string;
  readonly arguments: readonly string[];
  readonly environment: readonly string[];
}

/** Stacks are never larger, whatever RLIMIT_STACK says. */
const MOST_STACK = 64 << 20;
const RANDOM_BYTES = 16;

/** As `execute`; what is wrong with an ELF file is an errno too. */
export function executeForGuest(kernel: Kernel, task: Task, request: ExecuteRequest): Outcome<Executed> {
  try {
    return execute(kernel, task, request);
  } catch (error) {
    if (error instanceof MissingInterpreter) return { errno: "ENOENT" };
    if (error instanceof ElfError) return { errno: "ENOEXEC" };
    throw error;
  }
}

/** Nothing where the program is ready to run; one of the platform's is a call that ends with the process. */
export type Executed = undefined | Blocking<undefined>;

/** Replaces the program of the task that runs. Until all is loaded nothing changes. ElfError tells what is wrong with the file. */
export function execute(kernel: Kernel, task: Task, request: ExecuteRequest): Outcome<Executed> {
  const { process } = task;
  const search = {
    mounts: kernel.mounts,
    view: process.walkView,
    machine: kernel.architecture.elfMachine,
    hostMachine: kernel.platform.programs?.machine,
  };
  const args = request.arguments.length > 0 ? request.arguments : [""];
  const file = readProgram(search, request.place, request.path, args);
  if (failed(file)) return file;
  return file.program ? load(kernel, task, request, file) : runOnHost(kernel, task, request, file);
}

function load(kernel: Kernel, task: Task, request: ExecuteRequest, file: ProgramFile): Outcome<undefined> {
  const { process } = task;
  const stackBytes = Math.min(process.limits.RLIMIT_STACK.soft, MOST_STACK);
  const usable = Math.max(stackBytes - (stackBytes % 4096), 1 << 18);
  if (isTooLong([...file.arguments, ...request.environment], usable)) return { errno: "E2BIG" };
  const space = kernel.makeSpace();
  const ready = prepare(kernel, task, request, file, space, usable);
  if (failed(ready)) {
    space.clear();
    return ready;
  }
  ready();
  become(kernel, task, request, file);
  return undefined;
}

/** Fills the space; the function it gives makes it the process's own and starts the program. */
function prepare(
  kernel: Kernel,
  task: Task,
  request: ExecuteRequest,
  file: ProgramFile,
  space: AddressSpace,
  stackBytes: number,
): Outcome<() => void> {
  const { process } = task;
  const { trampoline } = kernel.architecture;
  if (!file.program) return { errno: "ENOEXEC" };
  const loaded = loadProgram(space, file.program, { files: kernel.files, trampoline, stackBytes });
  if (failed(loaded)) return loaded;
  const random = new Uint8Array(RANDOM_BYTES);
  kernel.platform.fillRandom(random);
  const { environment } = request;
  const stack = writeInitialStack(loaded, {
    path: request.path,
    arguments: file.arguments,
    environment,
    random,
    credentials: process.credentials,
    architecture: kernel.architecture,
  });
  if (failed(stack)) return stack;
  const { auxiliary } = stack;
  return () => {
    enterSpace(kernel, task, loaded.memory);
    process.program = { place: file.place, arguments: file.arguments, environment, auxiliary };
    kernel.processor.start(loaded.start, stack.pointer);
  };
}

/** The other threads end before the memory that they know is gone. */
function enterSpace(kernel: Kernel, task: Task, memory: UserMemory): void {
  const { process } = task;
  for (const other of [...process.tasks]) {
    if (other !== task) kernel.lifecycle.exitTask(other, { kind: "exited", status: 0 });
  }
  kernel.lifecycle.leaveMemory(task);
  kernel.lifecycle.releaseMemory(process);
  process.memory = memory;
  kernel.scheduler.useSpace(memory.space);
}

/** A program of the platform in the place of this one: nothing of the process is left here but its descriptors. */
function runOnHost(
  kernel: Kernel,
  task: Task,
  request: ExecuteRequest,
  file: ProgramFile,
): Outcome<Blocking<undefined>> {
  const { process } = task;
  const { environment } = request;
  const running = startOnHost(kernel, process, { ...file, environment });
  if (failed(running)) return running;
  enterSpace(kernel, task, new UserMemory(kernel.makeSpace()));
  process.program = {
    place: file.place,
    arguments: file.arguments,
    environment,
    auxiliary: new Uint8Array(0),
  };
  become(kernel, task, request, file);
  return followOnHost(kernel, task, running);
}

/** What else changes (execve(2), "Effect on process attributes"). */
function become(kernel: Kernel, task: Task, { path }: ExecuteRequest, { place }: ProgramFile): void {
  const { process } = task;
  kernel.lifecycle.released(task);
  if (process.descriptors.users > 1) {
    process.descriptors.users--;
    process.descriptors = process.descriptors.copy();
  }
  process.descriptors.closeOnExec();
  process.actions = process.actions.copy();
  process.actions.resetHandlers();
  process.dropTimers();
  process.hasExecuted = true;
  process.dumpable = 1;
  task.alternateStack = NO_STACK;
  task.name = (path.split("/").at(-1) ?? place.name).slice(0, 15);
}

/** The path of a program that runs, for /proc/self/exe. */
export function programPath(place: Place): string {
  return pathOf(place);
}
