/** `strata pascal`: compiles a program in Pascal and runs it. */

import { readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { listProgram } from "../boards/pmachine/assemble.ts";
import { PMachine, translateImage } from "../boards/pmachine/machine.ts";
import type { Ending } from "../boards/pmachine/program-host.ts";
import { packTranslated } from "../boards/pmachine/translated-file.ts";
import type { Technique } from "../engine/technique.ts";
import { writePco } from "../formats/pco.ts";
import { PascalFiles } from "../host/node/pascal-files.ts";
import { compileOptimized } from "../host/node/wasm-flags.ts";
import { checkPascal } from "../language/pascal/compile.ts";
import { CompileError, Source } from "../language/pascal/diagnostics.ts";
import type { Dialect } from "../language/pascal/dialect.ts";
import { readInput } from "./errors.ts";
import { type Outcome, pascalStatus as status } from "./exit-status.ts";
import { UsageError } from "./option-values.ts";
import { type GivenProgram, openProgram, sourceText } from "./pascal-program.ts";
import { runWhole } from "./pascal-run.ts";
import { openTranslations } from "./region-compiler.ts";
import { Resources } from "./resources.ts";

export interface PascalOptions {
  readonly check?: boolean;
  readonly checks: boolean;
  readonly std?: Dialect;
  readonly emit?: "pcode" | "pco" | "wasm";
  /** What the program reads as its standard input. */
  readonly input?: string;
  readonly output?: string;
  readonly step?: boolean;
  readonly technique: Technique;
  readonly trace?: boolean;
}

export async function pascal(
  path: string,
  args: readonly string[],
  options: PascalOptions,
): Promise<Outcome> {
  const bytes = await readInput("program", path);
  try {
    if (options.check) {
      checkPascal(new Source(path, sourceText(bytes)), options.std);
      return { status: 0 };
    }
    const program = openProgram(bytes, path, options.checks, options.std);
    if (options.emit) return await emit(program, options.emit, options.output);
    if (options.step) return await step(program, path, args, options.input);
    return await run(program, args, options);
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return { status: status.compileError };
  }
}

/** `strata translate` of a program in Pascal. */
export async function translatePascal(path: string, output: string): Promise<Outcome> {
  return pascal(path, [], { checks: true, emit: "wasm", output, technique: "translate" });
}

async function emit(
  program: GivenProgram,
  what: "pcode" | "pco" | "wasm",
  output?: string,
): Promise<Outcome> {
  const { image, source } = program;
  if (what === "pcode") {
    const rows = listProgram(image, source && ((number) => source.line(number)));
    const lines = Array.from(rows, ({ text }) => text);
    await write(`${lines.join("\n")}\n`, output);
  } else if (output === undefined) throw new UsageError(`--emit ${what} needs --output FILE`);
  else await write(what === "pco" ? writePco(image) : packTranslated(image, translateImage(image)), output);
  return { status: 0 };
}

async function write(contents: string | Uint8Array, output: string | undefined): Promise<void> {
  if (output === undefined) process.stdout.write(contents);
  else await writeFile(output, contents);
}

/** Standard input is the user's then: the program has none of its own, if it is given none. */
async function step(
  program: GivenProgram,
  path: string,
  args: readonly string[],
  input = "/dev/null",
): Promise<Outcome> {
  compileOptimized();
  const { stepThrough } = await import("./pascal-debugger.ts");
  const source = program.source ?? (await findSource(path, program.image.source));
  const known = source ? { ...program, source } : program;
  return stepThrough(known, new PascalFiles(args, input));
}

/** The source of a program that was compiled before, if it is beside it. */
async function findSource(path: string, name: string): Promise<Source | undefined> {
  const beside = join(dirname(path), basename(name));
  const bytes = await readFile(beside).catch(() => undefined);
  return bytes && new Source(beside, sourceText(bytes));
}

async function run(program: GivenProgram, args: readonly string[], options: PascalOptions): Promise<Outcome> {
  const ending = await runAsAsked(program, args, options);
  if (ending.kind === "ended") return { status: ending.status };
  process.stderr.write(`${showError(ending, program)}\n`);
  return { status: status.runTimeError };
}

function runAsAsked(
  program: GivenProgram,
  args: readonly string[],
  { technique, trace = false, input }: PascalOptions,
): Ending | Promise<Ending> {
  const { image, module } = program;
  if (!trace && (technique === "translate" || module)) return runWhole({ image, args, input }, module);
  compileOptimized();
  const files = new PascalFiles(args, input);
  const resources = new Resources();
  try {
    const translations = openTranslations(true, resources.keep);
    const machine = new PMachine({ files, technique: trace ? "interpret" : technique, translations });
    machine.load(image);
    return trace ? runTraced(machine, program) : machine.run();
  } finally {
    resources.close();
  }
}

/** Prints each line of the source that control comes to on standard error, with its routine. */
function runTraced(machine: PMachine, { source }: GivenProgram): Ending {
  let before = "";
  for (;;) {
    const { place } = machine;
    const here = place ? `${place.routine}:${place.line}` : before;
    if (place && here !== before) process.stderr.write(`${here}: ${source?.line(place.line).trim() ?? ""}\n`);
    before = here;
    const ending = machine.runFor(1);
    if (ending) return ending;
  }
}

/** A run-time error as it is shown: place, message, line, and the routines round it. */
function showError(
  { message, places }: Extract<Ending, { kind: "error" }>,
  { image, source }: GivenProgram,
): string {
  const name = source?.name ?? image.source;
  const [first, ...others] = places;
  if (!first) return `${name}: run-time error: ${message}`;
  const lines = [`${name}:${first.line}:${first.column}: run-time error: ${message}`];
  if (source) {
    const text = source.line(first.line);
    lines.push(`  ${text}`, `  ${text.slice(0, first.column - 1).replace(/[^\t]/g, " ")}^`);
  }
  lines.push(`  in ${first.routine}`);
  for (const { routine, line } of others) lines.push(`  called from ${routine}, line ${line}`);
  return lines.join("\n");
}
