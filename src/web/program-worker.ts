/** The worker that runs Linux programs: see `program-protocol.ts`. Its files stay from one program to the next. */

import { InputError } from "../base/errors.ts";
import { browserPlatform } from "../host/browser/linux-platform.ts";
import { browserClock, messageTurns } from "../host/browser/ports.ts";
import { BrowserCompiler } from "../host/browser/worker-compiler.ts";
import { RunLoop } from "../host/shared/run-loop.ts";
import { makeMounts } from "../linux/fs/guest-files.ts";
import type { Kernel } from "../linux/kernel/kernel.ts";
import type { Ending } from "../linux/kernel/process.ts";
import { nameOf } from "../linux/kernel/signals.ts";
import { makeKernel, startProgram } from "../linux/program-machine.ts";
import { ProgramTerminal } from "../linux/program-terminal.ts";
import { BoundedText } from "./bounded-text.ts";
import { ProgramFiles } from "./program-files.ts";
import {
  type FromProgram,
  HOME,
  type ProgramEnd,
  type ProgramOptions,
  type ToProgram,
} from "./program-protocol.ts";

const MEMORY = 512 * 2 ** 20;
const MOST_PROCESSES = 256;
/** Bytes of output that the page has not shown yet, from which on programs wait. */
const MOST_UNSHOWN = 1 << 18;
const user = { uid: 0, gid: 0 };
const environment = [`HOME=${HOME}`, "PATH=/bin:/usr/bin", "TERM=xterm-256color", "USER=root"];

const send = (message: FromProgram): void => self.postMessage(message);

/** A program that runs. */
interface Run {
  readonly kernel: Kernel;
  readonly terminal: ProgramTerminal;
  readonly loop: RunLoop<Ending>;
}

class ProgramWorker {
  readonly #files = new ProgramFiles(browserClock.nanoseconds);
  readonly #turns = messageTurns();
  readonly #trace = new BoundedText({
    text: (text) => send({ kind: "trace", text }),
    unshown: (count) => send({ kind: "untraced", count }),
  });
  readonly #compiler = new BrowserCompiler(
    new Worker(new URL("./compile-worker.ts", import.meta.url), { type: "module", name: "compiler" }),
  );
  #run: Run | undefined;
  #unshown = 0;

  hear(message: ToProgram): void {
    try {
      this.#do(message);
    } catch (error) {
      fail(error);
    }
  }

  #do(message: ToProgram): void {
    switch (message.kind) {
      case "put":
        this.#files.put(message.path, message.bytes, message.mode);
        this.#tellFiles();
        break;
      case "get":
        send({ kind: "file", path: message.path, bytes: this.#files.get(message.path) });
        break;
      case "remove":
        this.#files.remove(message.path);
        this.#tellFiles();
        break;
      case "run":
        void this.#start(message.options);
        break;
      case "input":
        this.#run?.terminal.type(message.bytes);
        this.#pass();
        break;
      case "shown":
        this.#unshown -= message.count;
        this.#pass();
        break;
      case "resize":
        this.#run?.terminal.resize(message.size);
        this.#run?.loop.wake();
        break;
      case "stop":
        this.#run?.loop.stop();
    }
  }

  #tellFiles(): void {
    send({ kind: "files", entries: this.#files.entries });
  }

  async #start(options: ProgramOptions): Promise<void> {
    const start = performance.now();
    const finish = (end: ProgramEnd): void => {
      this.#trace.flush();
      this.#trace.clear();
      this.#tellFiles();
      send({ kind: "ended", end, milliseconds: performance.now() - start, regions: this.#regions });
    };
    try {
      this.#run = undefined;
      const run = this.#begin(options);
      if ("text" in run) return finish(run);
      this.#run = run;
      const ending = await run.loop.run();
      this.#pass();
      finish(endText(ending));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      finish({ text: error instanceof InputError ? message : `Strata failed: ${message}`, isError: true });
    } finally {
      this.#run = undefined;
    }
  }

  /** What was translated for the present program. */
  get #regions(): number {
    return this.#run?.kernel.processor.translations?.translated ?? 0;
  }

  /** The program in a kernel of its own; why not, if that cannot be. */
  #begin(options: ProgramOptions): Run | ProgramEnd {
    const { path, input, technique, traces, size } = options;
    const trace = traces ? (line: string) => this.#trace.write(`${line}\n`) : undefined;
    const platform = browserPlatform({ input, trace });
    const kernel = makeKernel({
      platform,
      memoryBytes: MEMORY,
      mostProcesses: MOST_PROCESSES,
      technique: technique === "dynamic" ? { compiler: this.#compiler } : technique,
      mounts: (owner) => makeMounts(owner, [{ path: "/", root: this.#files.root, readOnly: false }]),
      user,
    });
    const terminal = new ProgramTerminal(kernel, size);
    const request = { path, arguments: options.arguments, environment, directory: HOME, terminal };
    const failure = startProgram(kernel, request, user);
    if (failure) return { text: `Cannot run "${failure.what}": ${failure.errno}`, isError: true };
    const machine = {
      run: (most: number) => {
        const status = kernel.run(most);
        // Where there was something to pass on, somebody may have waited for that.
        return this.#pass() && status.kind === "idle" ? ({ kind: "running" } as const) : status;
      },
    };
    const loop = new RunLoop<Ending>(machine, { soon: this.#turns });
    platform.wake = () => loop.wake();
    return { kernel, terminal, loop };
  }

  /** Gives the page what the terminal shows, as far as it keeps up; whether there was anything. */
  #pass(): boolean {
    const { terminal, loop } = this.#run ?? {};
    if (!terminal || !loop || this.#unshown > MOST_UNSHOWN) return false;
    const bytes = terminal.take();
    loop.wake();
    if (bytes.length === 0) return false;
    this.#unshown += bytes.length;
    self.postMessage({ kind: "output", bytes } satisfies FromProgram, { transfer: [bytes.buffer] });
    return true;
  }
}

function endText(ending: Ending | { readonly kind: "timeout" | "stopped" }): ProgramEnd {
  switch (ending.kind) {
    case "exited":
      return { text: `Exited with status ${ending.status}`, isError: ending.status !== 0 };
    case "killed":
      return { text: `Killed by ${nameOf(ending.signal)}`, isError: true };
    case "timeout":
    case "stopped":
      return { text: "Stopped", isError: false };
  }
}

function fail(error: unknown): void {
  send({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
}

const worker = new ProgramWorker();
self.onmessage = ({ data }: MessageEvent<ToProgram>) => worker.hear(data);
