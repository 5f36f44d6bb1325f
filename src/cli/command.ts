/** The `strata` command: runs a program of `program.ts`, says what went wrong, and exits. */

import { outcomeOfError } from "./errors.ts";
import type { Outcome } from "./exit-status.ts";
import { runProgram } from "./program.ts";

async function main(args: readonly string[]): Promise<Outcome> {
  try {
    return await runProgram(args);
  } catch (error) {
    return outcomeOfError(error);
  }
}

function leave({ status, message }: Outcome): void {
  if (message !== undefined) process.stderr.write(`strata: ${message}\n`);
  process.stdout.write("", () => process.stderr.write("", () => process.exit(status)));
}

process.on("uncaughtException", (error) => leave(outcomeOfError(error)));
main(process.argv.slice(2)).then(leave);
