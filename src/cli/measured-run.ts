/** A command that is run to its end: how long it took, and all that can be seen of it from outside. */

import { spawn } from "node:child_process";

export interface MeasuredRun {
  readonly seconds: number;
  /** The exit status, or the signal that ended it. */
  readonly status: number | NodeJS.Signals;
  readonly output: Buffer;
  readonly errors: Buffer;
}

export interface RunRequest {
  readonly file: string;
  readonly args: readonly string[];
  readonly input: Uint8Array;
  readonly environment?: NodeJS.ProcessEnv;
}

/** From its start until it has ended and its streams are closed. */
export function measureRun({ file, args, input, environment }: RunRequest): Promise<MeasuredRun> {
  return new Promise((resolve, reject) => {
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    const start = performance.now();
    const child = spawn(file, args, { env: environment ?? process.env });
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
    child.once("error", reject);
    child.once("close", (status, signal) => {
      const seconds = (performance.now() - start) / 1000;
      resolve({
        seconds,
        status: signal ?? status ?? 0,
        output: Buffer.concat(output),
        errors: Buffer.concat(errors),
      });
    });
    // It need not read all.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

/** What is different about two runs that should be alike; undefined where nothing is. */
export function runDifference(one: MeasuredRun, other: MeasuredRun): string | undefined {
  if (one.status !== other.status) return `its status is ${one.status} there and ${other.status} here`;
  for (const [what, stream] of [
    ["output", "output"],
    ["standard error", "errors"],
  ] as const) {
    const at = firstDifference(one[stream], other[stream]);
    if (at >= 0) return `its ${what} differs from byte ${at + 1} on`;
  }
  return undefined;
}

function firstDifference(one: Buffer, other: Buffer): number {
  if (one.equals(other)) return -1;
  const shared = Math.min(one.length, other.length);
  for (let at = 0; at < shared; at++) if (one[at] !== other[at]) return at;
  return shared;
}
