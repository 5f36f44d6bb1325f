/** What the user sees of an error. */

import { readFile } from "node:fs/promises";
import { getSystemErrorMap } from "node:util";
import { CommanderError } from "commander";
import { InputError } from "../base/errors.ts";
import { TechniquesDiffer } from "../boards/virt/check/techniques-differ.ts";
import { exitStatus, type Outcome, signalStatus } from "./exit-status.ts";

/** A file that cannot be read. */
export class FileError extends InputError {
  override readonly name = "FileError";
}

/** A whole file that the user named. */
export async function readInput(what: string, path: string): Promise<Uint8Array> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new FileError(`Cannot read ${what} "${path}": ${reasonOf(error)}`);
  });
}

/** "no such file or directory" rather than Node's whole sentence. */
function reasonOf(error: NodeJS.ErrnoException): string {
  const [, reason] = getSystemErrorMap().get(error.errno ?? 0) ?? [];
  return reason ?? error.message;
}

/** Status and message for what was thrown. Only a bug of ours shows where it happened. */
export function outcomeOfError(error: unknown): Outcome {
  // Commander has said already what was wrong.
  if (error instanceof CommanderError) return { status: error.exitCode === 0 ? 0 : exitStatus.input };
  if (!(error instanceof Error)) return { status: exitStatus.internal, message: `a bug: ${String(error)}` };
  // Whoever read our output has stopped; that is how a process ends then.
  if ((error as NodeJS.ErrnoException).code === "EPIPE") return { status: signalStatus("SIGPIPE") };
  if (error instanceof InputError || isSystemError(error)) {
    return { status: exitStatus.input, message: error.message.replaceAll(/\s*\n\s*/g, " ") };
  }
  if (error instanceof TechniquesDiffer) return { status: exitStatus.internal, message: error.message };
  return { status: exitStatus.internal, message: `a bug: ${error.stack ?? error.message}` };
}

/** A failed system call, such as for a cache that cannot be written; its message names call and path. */
function isSystemError(error: NodeJS.ErrnoException): boolean {
  return error.syscall !== undefined && error.errno !== undefined;
}
