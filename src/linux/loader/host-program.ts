/**
 * A program of the platform in a process of ours: execve(2) of a file for the platform's own processor, where that is allowed.
 *
 * The process stays in the tables, with its number, parent and descriptors. Streams of the platform are the program's own where
 * they can be; for any other file bytes are carried between it and the program. Signals are passed on; those that the platform
 * has no number for are not. The process ends as the program does, when all that it wrote has been carried.
 *
 * Left out: descriptors above 2, which are closed; that its parent hears when it stops; limits, user and priority, which are
 * those of the platform's process.
 */

import { fromUtf8, stringBytes, utf8 } from "../../base/bytes.ts";
import { failed, type Outcome } from "../../base/errno.ts";
import type { OpenFile } from "../files/open-file.ts";
import { StreamFile } from "../files/stream-file.ts";
import type { Place } from "../fs/place.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Process } from "../kernel/process.ts";
import { signals } from "../kernel/signals.ts";
import type { Task } from "../kernel/task.ts";
import { type Blocking, WaitQueue } from "../kernel/wait.ts";
import type { Channel } from "../net/channel.ts";
import type { HostProcess } from "../platform.ts";

interface HostProgram {
  readonly place: Place;
  readonly arguments: readonly string[];
  readonly environment: readonly string[];
}

/** Standard input, output and error. */
const STREAMS = [0, 1, 2] as const;
/** Bytes that are carried at once. */
const CHUNK = 1 << 16;

/** Starts it; the process is as it was yet. */
export function startOnHost(kernel: Kernel, process: Process, program: HostProgram): Outcome<HostProcess> {
  const args = program.arguments.map(toText);
  const environment = program.environment.map(toText);
  if (!args.every(isText) || !environment.every(isText)) return { errno: "EINVAL" };
  const files = STREAMS.map((number) => fileOf(process, number));
  return (
    kernel.platform.programs?.start({
      program: program.place.node,
      directory: process.view.directory.node,
      arguments: args,
      environment,
      umask: process.view.umask,
      streams: files.map((file) => (file instanceof StreamFile ? file.stream : file && "channel")),
    }) ?? { errno: "ENOEXEC" }
  );
}

/** The text of a byte string; undefined where it is none. */
function toText(string: string): string | undefined {
  const bytes = stringBytes(string);
  const text = fromUtf8(bytes);
  return utf8(text).length === bytes.length ? text : undefined;
}

function isText(text: string | undefined): text is string {
  return text !== undefined;
}

function fileOf(process: Process, number: number): OpenFile | undefined {
  const file = process.descriptors.get(number);
  return failed(file) ? undefined : file;
}

/** The process's last call: it ends with the program. */
export function* followOnHost(kernel: Kernel, task: Task, running: HostProcess): Blocking<undefined> {
  const { process } = task;
  const changed = new WaitQueue();
  running.changed = () => {
    changed.wake();
    kernel.platform.wake();
  };
  process.ended.add(() => running.signal(signals.SIGKILL));
  for (const number of process.descriptors.numbers) if (number > 2) process.descriptors.close(number);
  // The program begins with no signal blocked.
  task.mask = 0n;
  const carriers = carriersOf(process, running);
  for (;;) {
    passSignals(task, running);
    for (const carrier of carriers) carrier.carry();
    const { ending } = running;
    if (ending && carriers.every((carrier) => carrier.isInput || carrier.isDone)) {
      kernel.lifecycle.exitProcess(process, ending);
      return undefined;
    }
    yield { queues: [changed, ...carriers.flatMap(({ file, isDone }) => (isDone ? [] : [file.changed]))] };
  }
}

function carriersOf(process: Process, { channels }: HostProcess): Carrier[] {
  const carriers: Carrier[] = [];
  for (const number of STREAMS) {
    const [file, channel] = [fileOf(process, number), channels[number]];
    if (!file || !channel) continue;
    const done = () => process.descriptors.close(number);
    carriers.push(new Carrier(file, channel, number === 0, done));
  }
  return carriers;
}

function passSignals(task: Task, running: HostProcess): void {
  while (task.deliverable !== 0n) {
    const info = task.pending.take(task.deliverable) ?? task.process.pending.take(task.deliverable);
    if (info) running.signal(info.signal);
  }
}

/** Carries bytes between a file of ours and a stream of the program. */
class Carrier {
  readonly file: OpenFile;
  readonly isInput: boolean;
  readonly #channel: Channel;
  readonly #done: () => void;
  isDone = false;

  /** @param done called when nothing more can be carried */
  constructor(file: OpenFile, channel: Channel, isInput: boolean, done: () => void) {
    this.file = file;
    this.#channel = channel;
    this.isInput = isInput;
    this.#done = done;
  }

  /** Carries what there is. */
  carry(): void {
    while (!this.isDone && (this.isInput ? this.#carryIn() : this.#carryOut())) {}
  }

  /** False where it has to be tried again later. */
  #carryIn(): boolean {
    const channel = this.#channel;
    if (channel.error) return this.#finish();
    const bytes = new Uint8Array(Math.min(CHUNK, channel.room));
    if (bytes.length === 0) return false;
    const count = this.file.readable ? this.file.read(bytes) : 0;
    if (failed(count) && count.errno === "EAGAIN") return false;
    if (failed(count) || count === 0) {
      channel.end();
      return this.#finish();
    }
    channel.put(bytes.subarray(0, count));
    return true;
  }

  #carryOut(): boolean {
    const channel = this.#channel;
    const bytes = new Uint8Array(Math.min(CHUNK, channel.available));
    if (bytes.length === 0) return channel.ended && this.#finish();
    channel.take(bytes, true);
    const count = this.file.writable ? this.file.write(bytes) : { errno: "EBADF" as const };
    if (failed(count)) {
      if (count.errno === "EAGAIN") return false;
      // Nobody takes it: the program hears of it as it writes on.
      channel.close(false);
      return this.#finish();
    }
    channel.take(bytes.subarray(0, count), false);
    return true;
  }

  #finish(): boolean {
    this.isDone = true;
    this.#done();
    return true;
  }
}
