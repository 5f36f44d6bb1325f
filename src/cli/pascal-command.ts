/** `strata pascal`: compiles a program in Pascal and runs it. */

import { basename } from "node:path";
import { InternalError } from "../base/errors.ts";
import { listProgram } from "../boards/pmachine/assemble.ts";
import { encodeProgram } from "../boards/pmachine/encode.ts";
import { type Ending, PMachine } from "../boards/pmachine/machine.ts";
import type { ProgramImage } from "../boards/pmachine/program-image.ts";
import type { Technique } from "../engine/technique.ts";
import { PascalFiles } from "../host/node/pascal-files.ts";
import { compileOptimized } from "../host/node/wasm-flags.ts";
import { serviceNumber } from "../isa/pcode/services.ts";
import { checkPascal, compileToCode } from "../language/pascal/compile.ts";
import { CompileError, Source } from "../language/pascal/diagnostics.ts";
import { readInput } from "./errors.ts";
import type { Outcome } from "./exit-status.ts";

export interface PascalOptions {
  readonly check?: boolean;
  readonly checks: boolean;
  readonly emit?: "pcode";
  readonly technique: Technique;
}

const status = { compileError: 1, runTimeError: 3 } as const;

export async function pascal(
  path: string,
  args: readonly string[],
  options: PascalOptions,
): Promise<Outcome> {
  compileOptimized();
  const text = Buffer.from(await readInput("program", path)).toString("latin1");
  try {
    if (options.check) {
      checkPascal(new Source(path, text));
      return { status: 0 };
    }
    const image = compile(text, path, options.checks);
    if (options.emit) return emit(image, new Source(path, text));
    return run(image, new Source(path, text), args, options.technique);
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return { status: status.compileError };
  }
}

function compile(text: string, path: string, checks: boolean): ProgramImage {
  const numberOf = (name: string): number => {
    const number = serviceNumber(name);
    if (number === undefined) throw new InternalError(`the p-machine has no service ${name}`);
    return number;
  };
  return encodeProgram(compileToCode(text, path, { checks, serviceNumber: numberOf }), basename(path));
}

function emit(image: ProgramImage, source: Source): Outcome {
  for (const line of listProgram(image, (number) => source.line(number))) process.stdout.write(`${line}\n`);
  return { status: 0 };
}

function run(image: ProgramImage, source: Source, args: readonly string[], technique: Technique): Outcome {
  const machine = new PMachine({ files: new PascalFiles(args), technique });
  machine.load(image);
  const ending = machine.run();
  if (ending.kind === "ended") return { status: ending.status };
  process.stderr.write(`${showError(ending, source)}\n`);
  return { status: status.runTimeError };
}

/** A run-time error as it is shown: place, message, line, and the routines round it. */
function showError({ message, places }: Extract<Ending, { kind: "error" }>, source: Source): string {
  const [first, ...others] = places;
  if (!first) return `${source.name}: run-time error: ${message}`;
  const text = source.line(first.line);
  const caret = `${text.slice(0, first.column - 1).replace(/[^\t]/g, " ")}^`;
  const lines = [
    `${source.name}:${first.line}:${first.column}: run-time error: ${message}`,
    `  ${text}`,
    `  ${caret}`,
  ];
  lines.push(`  in ${first.routine}`);
  for (const { routine, line } of others) lines.push(`  called from ${routine}, line ${line}`);
  return lines.join("\n");
}
