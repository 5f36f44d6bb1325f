/** Runs the built command as a user does, and says whether a guest can be had here. */

import { type SpawnOptions, spawn } from "node:child_process";
import { join } from "node:path";

const main = join(process.cwd(), "dist", "bin", "main.js");

export interface Finished {
  readonly status: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface StrataOptions {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Called with the process once it has written its first output. */
  readonly onOutput?: (child: { kill(signal: NodeJS.Signals): void }) => void;
}

/** Runs `strata` with arguments to its end. */
export function strata(args: readonly string[], options: StrataOptions = {}): Promise<Finished> {
  const spawnOptions: SpawnOptions = { stdio: "pipe", env: { ...process.env, ...options.env } };
  const child = spawn(process.execPath, [main, ...args], spawnOptions);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => {
    if (stdout.push(chunk) === 1) options.onOutput?.(child);
  });
  child.stderr?.on("data", (chunk: Buffer) => stderr.push(chunk));
  child.stdin?.on("error", () => {});
  child.stdin?.end(options.input ?? "");
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => {
      resolve({ status, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() });
    });
  });
}

/** Whether it is an error if there is no guest to test with. */
const required = process.env.CI === "true" || process.env.STRATA_REQUIRE_GUEST === "1";

/** Pulls the guest; why there is none, where no mirror can be reached. */
export async function missingGuest(): Promise<string | undefined> {
  const { status, stderr } = await strata(["pull"]);
  if (status === 0) return undefined;
  if (required) throw new Error(`There is no guest to test with: ${stderr}`);
  console.warn(`Skipped: ${stderr}`);
  return stderr.trim();
}
