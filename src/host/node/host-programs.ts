/**
 * Programs of this system, started for processes of guests. File and directory are named by descriptors that are held open, so
 * that they are those that the guest saw.
 */

import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { constants } from "node:os";
import { failed, type Outcome } from "../../base/errno.ts";
import type { Ending } from "../../linux/kernel/process.ts";
import type { HostProcess, HostProgramRequest, HostPrograms } from "../../linux/platform.ts";
import { NodeStream } from "./host-stream.ts";
import { NodeChannel } from "./node-channel.ts";
import { attempt } from "./outcome.ts";
import { HostNode } from "./shared-node.ts";

/** e_machine by what Node calls the processor. */
const machines: Readonly<Record<string, number>> = {
  ia32: 3,
  ppc64: 21,
  s390x: 22,
  arm: 40,
  x64: 62,
  arm64: 183,
  riscv64: 243,
  loong64: 258,
};

export interface NodePrograms extends HostPrograms {
  /** Ends all that still run. */
  close(): void;
}

export function nodePrograms(): NodePrograms {
  const running = new Set<ChildProcess>();
  return {
    machine: machines[process.arch] ?? 0,
    start: (request) => {
      const child = startChild(request);
      if (failed(child)) return child;
      running.add(child);
      child.once("exit", () => running.delete(child));
      return new NodeProcess(child);
    },
    close: () => {
      for (const child of running) child.kill("SIGKILL");
    },
  };
}

function startChild(request: HostProgramRequest): Outcome<ChildProcess> {
  const { program, directory } = request;
  if (!(program instanceof HostNode)) return { errno: "ENOEXEC" };
  // A directory of /proc or in memory: this system has none to begin in.
  if (!(directory instanceof HostNode)) return { errno: "ENOENT" };
  return program.use((file) => directory.use((cwd) => spawnAt(file, cwd, request)));
}

function spawnAt(file: string, cwd: string, request: HostProgramRequest): Outcome<ChildProcess> {
  const [argv0 = "", ...args] = request.arguments;
  const stdio = request.streams.map((stream) => {
    if (stream === undefined) return "ignore";
    return (stream instanceof NodeStream ? stream.lend() : undefined) ?? "pipe";
  });
  const options: SpawnOptions = { argv0, cwd, env: variables(request.environment), stdio };
  const umask = process.umask(request.umask);
  const child = attempt(() => spawn(file, args, options));
  process.umask(umask);
  if (failed(child) || child.pid !== undefined) return child;
  child.on("error", () => {});
  return { errno: "EACCES" };
}

function variables(environment: readonly string[]): NodeJS.ProcessEnv {
  const entries = environment.map((entry) => {
    const [name = "", ...value] = entry.split("=");
    return [name, value.join("=")] as const;
  });
  return Object.fromEntries(entries.filter(([name]) => name !== ""));
}

class NodeProcess implements HostProcess {
  changed: () => void = () => {};
  ending: Ending | undefined;
  readonly channels: readonly (NodeChannel | undefined)[];
  readonly #child: ChildProcess;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.channels = child.stdio.map((stream) => (stream ? this.#channel(stream as Socket) : undefined));
    child.once("exit", (status, signal) => {
      this.ending = signal
        ? { kind: "killed", signal: constants.signals[signal] }
        : { kind: "exited", status: status ?? 0 };
      this.changed();
    });
    child.on("error", () => {});
  }

  #channel(stream: Socket): NodeChannel {
    const channel = new NodeChannel(stream);
    channel.changed = () => this.changed();
    return channel;
  }

  signal(number: number): void {
    if (!this.ending) attempt(() => this.#child.kill(number));
  }
}
