/** What joins a machine to the streams, signals and terminal of this process. */

import type { MachineOptions } from "../boards/virt/machine.ts";
import type { RunLoop } from "../host/shared/run-loop.ts";
import type { VirtioConsole } from "../machine/virtio/console/virtio-console.ts";
import type { Outcome } from "./exit-status.ts";

/** What a session has of a machine. */
export interface SessionMachine {
  readonly console: Pick<VirtioConsole, "input" | "end" | "resize">;
}

export interface Session {
  /** The options by which the machine reaches the session. */
  readonly machineOptions: Pick<MachineOptions, "consoleOutput" | "consoleRoom" | "consolePorts">;
  /** Joins a machine that is about to run. */
  start(machine: SessionMachine, loop: RunLoop): void;
  /** After the run, however it ended: gives the streams back, with all output written. */
  finish(): Promise<void>;
  /** How the run ended, where the session knows better than the machine. */
  readonly outcome: Outcome | undefined;
  /** Whether the kernel said on the session's terminal that it panicked. */
  readonly panicked: boolean;
}

/** The signals that end a process in general, by which somebody may want to end a session. */
const endingSignals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

/** Gives these signals to `handle` until the function that it returns is called. */
export function onEndingSignals(handle: (signal: NodeJS.Signals) => void): () => void {
  for (const signal of endingSignals) process.on(signal, handle);
  return () => {
    for (const signal of endingSignals) process.off(signal, handle);
  };
}
