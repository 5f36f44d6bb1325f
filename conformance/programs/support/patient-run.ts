/**
 * Runs a program to its end, with a limit of time that a busy machine does not use up: what counts is seconds in which this
 * process had its turn as well. Where both are stopped for minutes, or the machine sleeps, none of that counts.
 */

import { spawn } from "node:child_process";
import type { Result } from "../../process/support/programs.ts";

const SECOND = 1000;

export interface PatientOptions {
  readonly directory: string;
  /** Seconds after which it is killed: the status is null then, and the errors say so. */
  readonly limit: number;
}

export function runPatiently(
  file: string,
  args: readonly string[],
  options: PatientOptions,
): Promise<Result> {
  const child = spawn(file, args, { cwd: options.directory, stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.end();
  const text = { output: "", errors: "" };
  child.stdout.setEncoding("latin1").on("data", (part: string) => (text.output += part));
  child.stderr.setEncoding("latin1").on("data", (part: string) => (text.errors += part));
  let seconds = 0;
  // A process that was stopped gets one tick, however many it missed.
  const clock = setInterval(() => {
    if (++seconds < options.limit) return;
    clearInterval(clock);
    text.errors += `killed after ${options.limit} seconds\n`;
    child.kill("SIGKILL");
  }, SECOND);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => resolve({ status, ...text }));
  }).finally(() => clearInterval(clock)) as Promise<Result>;
}
