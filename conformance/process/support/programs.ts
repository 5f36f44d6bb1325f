/** The programs of the process tests, and how they are run. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const programsFolder = fileURLToPath(new URL("../programs", import.meta.url));
/** Programs of which the output is not compared: what it must be is said in a test. */
export const probesFolder = fileURLToPath(new URL("../probes", import.meta.url));
const buildFolder = fileURLToPath(new URL("../../../.build/process", import.meta.url));
export const command = fileURLToPath(new URL("../../../dist/bin/main.js", import.meta.url));

const found = (name: string): boolean => spawnSync(name, ["--version"]).status === 0;
const names = { native: "cc", riscv64: "riscv64-linux-gnu-gcc" } as const;

/** Both C compilers; undefined where one is missing. */
export const compilers = Object.values(names).every(found) ? names : undefined;

/** Where the programs for a target are. */
export function built(target: string): string {
  return join(buildFolder, target);
}

/** Names of the programs. */
export const programs = readdirSync(programsFolder)
  .filter((file) => file.endsWith(".c"))
  .map((file) => file.slice(0, -2));

export interface Result {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

const MINUTE = 60_000;

export function run(
  file: string,
  args: readonly string[],
  options: { readonly directory: string; readonly input?: string; readonly environment?: NodeJS.ProcessEnv },
): Result {
  const { status, stdout, stderr } = spawnSync(file, args, {
    cwd: options.directory,
    input: options.input ?? "",
    env: options.environment ?? process.env,
    encoding: "latin1",
    timeout: 5 * MINUTE,
    maxBuffer: 1 << 26,
  });
  return { status, output: stdout, errors: stderr };
}

/** `strata exec` with these arguments. */
export function strataExec(args: readonly string[], directory: string, input?: string): Result {
  const options = input === undefined ? { directory } : { directory, input };
  return run(process.execPath, [command, "exec", ...args], options);
}

/** Does something in a directory that is gone afterwards: once a promise that comes back is settled. */
export function inDirectory<T>(action: (directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), "strata-process-"));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  let result: T | undefined;
  try {
    result = action(directory);
    return result instanceof Promise ? (result.finally(remove) as T) : result;
  } finally {
    if (!(result instanceof Promise)) remove();
  }
}
