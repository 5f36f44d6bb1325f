/** The command for programs in Pascal, and its options. */

import { type Command, Option } from "commander";
import { examples, techniqueOption } from "./common-options.ts";
import { type Outcome, pascalStatusHelp } from "./exit-status.ts";
import type { PascalOptions } from "./pascal-command.ts";

/** @param done takes how the command went */
export function addPascal(program: Command, done: (outcome: Outcome) => void): void {
  program
    .command("pascal")
    .summary("compile and run a program in Pascal")
    .description(
      "Compiles FILE, a program in ISO 7185 Pascal (see --std), to p-code, and runs it on a p-machine with the standard " +
        "streams of this process. The files in the program's heading are those that ARGS name, in order. FILE may also be what --emit wrote.",
    )
    .argument("<FILE>", "the program")
    .argument("[ARGS...]", "files for the program's parameters other than input and output")
    .passThroughOptions()
    .option("--check", "only look for errors in the program")
    .option("--trace", "print each line that is executed on standard error; interprets")
    .option("--step", "run step by step in a debugger, with commands from standard input: help lists them")
    .option("--input <FILE>", "what the program reads as its standard input; with --step, nothing if absent")
    .option("--no-checks", "run without checks of ranges, overflow, pointers and variables without a value")
    .addOption(
      new Option(
        "--std <STANDARD>",
        "the language: that of ISO 7185, or with what Turbo Pascal adds (strings, ...)",
      )
        .choices(["iso", "turbo"])
        .default("iso"),
    )
    .addOption(
      new Option(
        "--emit <WHAT>",
        "write the code instead of running it: as text, as a program of the p-machine, or translated",
      ).choices(["pcode", "pco", "wasm"]),
    )
    .option("-o, --output <FILE>", "where to write it")
    .addOption(techniqueOption("translate"))
    .addHelpText(
      "after",
      examples(
        "strata pascal hello.pas",
        "strata pascal copy.pas from.txt to.txt",
        "strata pascal --std turbo greet.pas",
        "strata pascal --step --input numbers.txt sum.pas",
        "strata pascal --emit pcode hello.pas",
        "strata pascal --emit pco -o hello.pco hello.pas && strata pascal hello.pco",
      ),
    )
    .addHelpText("after", `\n${pascalStatusHelp}`)
    .action(async (path: string, args: string[], options: PascalOptions) => {
      const { pascal } = await import("./pascal-command.ts");
      done(await pascal(path, args, options));
    });
}
