/** What `strata run` ends with; the one place that says so, for the code and for `--help`. */

import { constants } from "node:os";
import type { Ending } from "../host/shared/run-loop.ts";

export const exitStatus = {
  success: 0,
  input: 2,
  panic: 70,
  reset: 71,
  failure: 72,
  powerOff: 73,
  internal: 99,
  timeout: 124,
} as const;

const meanings: readonly (readonly [string, string])[] = [
  ["0-255", "the command's own status; 128+n where signal n ended it"],
  ["0", "without a command: the guest powered off, or Ctrl-A x"],
  [`${exitStatus.input}`, "bad usage or bad input; nothing ran"],
  [`${exitStatus.panic}`, "the guest's kernel panicked"],
  [`${exitStatus.reset}`, "the guest asked for a reset"],
  [
    `${exitStatus.failure}`,
    "the guest failed: it could not start the command, or says so through its test device",
  ],
  [`${exitStatus.powerOff}`, "the guest powered off before the command ended"],
  [`${exitStatus.internal}`, "a bug in Strata"],
  [`${exitStatus.timeout}`, "--timeout was reached"],
  ["128+n", "signal n ended Strata itself"],
];

/** Of `strata exec`. */
const execMeanings: readonly (readonly [string, string])[] = [
  ["0-255", "the program's own status; 128+n where signal n ended it"],
  [`${exitStatus.input}`, "bad usage; nothing ran"],
  [`${exitStatus.internal}`, "a bug in Strata"],
  [`${exitStatus.timeout}`, "--timeout was reached"],
  ["126", "the program cannot be run"],
  ["127", "there is no such program"],
];

/** Of `strata pascal`. */
export const pascalStatus = { compileError: 1, runTimeError: 3 } as const;

const pascalMeanings: readonly (readonly [string, string])[] = [
  ["0", "the program ended"],
  [`${pascalStatus.compileError}`, "it is no program: what is wrong is on standard error"],
  [`${exitStatus.input}`, "bad usage; nothing ran"],
  [`${pascalStatus.runTimeError}`, "an error while it ran"],
  [`${exitStatus.internal}`, "a bug in Strata"],
  ["other", "what the program gave halt"],
];

const table = (rows: typeof meanings): string =>
  ["Exit status:", ...rows.map(([status, meaning]) => `  ${status.padEnd(7)} ${meaning}`)].join("\n");

/** The tables for `--help`. */
export const exitStatusHelp = table(meanings);
export const execStatusHelp = table(execMeanings);
export const pascalStatusHelp = table(pascalMeanings);

/** The status that a shell gives for a process that a signal ended. */
export function signalStatus(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/** How a run ended: a status, and the line that says why where that is not obvious. */
export interface Outcome {
  readonly status: number;
  readonly message?: string;
}

export interface Circumstances {
  /** The kernel said that it panicked. */
  readonly panicked: boolean;
  /** A command was to run, and did not end. */
  readonly command: boolean;
  /** The limit of time in seconds. */
  readonly timeout?: number | undefined;
}

/** What the end of a machine means for who started it. */
export function outcomeOf(ending: Ending, { panicked, command, timeout }: Circumstances): Outcome {
  // A kernel that panics resets, or is stopped.
  if (panicked && (ending.kind === "reset" || ending.kind === "power-off")) {
    return { status: exitStatus.panic, message: "the guest's kernel panicked" };
  }
  switch (ending.kind) {
    case "stopped":
      return { status: exitStatus.success };
    case "timeout":
      return { status: exitStatus.timeout, message: `the guest was stopped after ${timeout} s (--timeout)` };
    case "reset":
      return { status: exitStatus.reset, message: "the guest asked for a reset" };
    case "fail":
      return { status: exitStatus.failure, message: `the guest failed with code ${ending.code}` };
    case "power-off":
      if (!command) return { status: exitStatus.success };
      return { status: exitStatus.powerOff, message: "the guest powered off before the command ended" };
  }
}
