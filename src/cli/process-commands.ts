/** The commands for programs of another instruction set: exec, translate, bench. */

import { type Command, Option } from "commander";
import type { BenchOptions } from "./bench-command.ts";
import { examples, gather, memoryOption, techniqueOption } from "./common-options.ts";
import type { ExecOptions } from "./exec-command.ts";
import { execStatusHelp, type Outcome } from "./exit-status.ts";
import { parseCount, parseTimeout, parseUser, parseVolume } from "./option-values.ts";
import type { TranslateOptions } from "./translate-command.ts";

/** @param done takes how the command went */
export function addProcessCommands(program: Command, done: (outcome: Outcome) => void): void {
  addExec(program, done);
  addTranslate(program, done);
  addBench(program, done);
}

function addExec(program: Command, done: (outcome: Outcome) => void): void {
  program
    .command("exec")
    .summary("run a riscv64 Linux program as a process of this system")
    .description(
      "Runs a riscv64 Linux PROGRAM, unmodified and without a kernel, with the standard streams, the signals and the exit " +
        "status of this process. Without --root or --host-files it sees the current directory, its own file, /proc and " +
        "/dev, and nothing else.",
    )
    .argument("<PROGRAM>", "a path that the program sees, or a name that is looked for in its PATH")
    .argument("[ARGS...]", "its arguments")
    .passThroughOptions()
    .option("--root <DIR>", "a directory that is / for the program; no path leads out of it")
    .option("--host-files", "let the program see and change all files of this system")
    .option(
      "--volume <HOST:GUEST[:ro]>",
      "a directory of this system at a path of the program's (repeatable)",
      gather(parseVolume),
    )
    .option(
      "--env <NAME[=VALUE]>",
      "set a variable; with --root, none but PATH, HOME and TERM is there (repeatable)",
      gather((text: string) => text),
    )
    .option("--workdir <DIR>", "where it begins (default: this directory, or / with --root)")
    .addOption(
      new Option("--user <UID[:GID]>", "who it is").argParser(parseUser).default({ uid: 0, gid: 0 }, "0:0"),
    )
    .addOption(memoryOption(2 ** 30, "1G"))
    .addOption(
      new Option("--max-processes <N>", "processes and threads at a time")
        .argParser(parseCount("--max-processes", 10_000))
        .default(1024),
    )
    .addOption(
      new Option(
        "--network <NAME>",
        "whom it may talk to: programs of the same run only, or whoever this system can",
      )
        .choices(["none", "host"])
        .default("none"),
    )
    .option(
      "--allow-host-exec",
      "let it start programs of this system that it sees; these may do all that you may, whatever it sees",
    )
    .addOption(techniqueOption())
    .option(
      "--strict",
      "check every access of translated code as Linux does; otherwise what is below 1 GiB may be read and written though it is " +
        "not mapped, unless the program handles SIGSEGV",
    )
    .option("--no-cache", "neither use nor keep what is translated")
    .option("--trace", "print its system calls on standard error, as strace does")
    .option("-v, --verbose", "say at the end how much was translated")
    .option("--timeout <SECONDS>", "stop it after so many seconds", parseTimeout)
    .addHelpText(
      "after",
      `${examples(
        "strata exec ./hello",
        "cat names | strata exec ./sort | uniq",
        "strata exec --root /srv/debian-riscv64 bash -c 'python3 --version'",
      )}\n\n${execStatusHelp}`,
    )
    .action(async (path: string, args: string[], options: ExecOptions) => {
      const { exec } = await import("./exec-command.ts");
      done(await exec(path, args, options));
    });
}

function addTranslate(program: Command, done: (outcome: Outcome) => void): void {
  program
    .command("translate")
    .summary("translate a program whole, so that it starts without")
    .description(
      "Translates PROGRAM, its interpreter and the libraries that it names: into one file where OUTPUT ends with .strata " +
        "and is no directory, into a directory otherwise. `strata exec OUTPUT` runs it from there; what " +
        "could not be found ahead of time is translated while it runs. A PROGRAM in Pascal (.pas) becomes a WebAssembly " +
        "module, which `strata pascal` runs.",
    )
    .argument("<PROGRAM>", "a path, in --root if that is given")
    .requiredOption("-o, --output <OUTPUT>", "where to put the translations, or the module")
    .option("--root <DIR>", "a directory that is / for the program")
    .addHelpText(
      "after",
      examples(
        "strata translate ./hello -o hello.strata && strata exec hello.strata",
        "strata translate --root /srv/debian-riscv64 /usr/bin/python3 -o python.strata",
      ),
    )
    .action(async (path: string, options: TranslateOptions) => {
      if (path.endsWith(".pas")) {
        const { translatePascal } = await import("./pascal-command.ts");
        done(await translatePascal(path, options.output));
        return;
      }
      const { translate } = await import("./translate-command.ts");
      await translate(path, options);
    });
}

function addBench(program: Command, done: (outcome: Outcome) => void): void {
  program
    .command("bench")
    .summary("measure a riscv64 Linux program with each technique")
    .description(
      "Runs PROGRAM interpreted, translated ahead of time, and translated as it runs, and by qemu-riscv64 where that is " +
        "installed, with the same arguments and standard input; prints the medians of the wall time. All must print the same " +
        "and end alike: where they do not, the status is 1.",
    )
    .argument("<PROGRAM>", "a path, in --root if that is given")
    .argument("[ARGS...]", "its arguments")
    .passThroughOptions()
    .option("--root <DIR>", "a directory that is / for the program; of qemu-riscv64's only for its libraries")
    .option("--host-files", "let the program see and change all files of this system, as qemu-riscv64 does")
    .addOption(
      new Option("--rounds <N>", "how often each is run, taking turns")
        .argParser(parseCount("--rounds", 1000))
        .default(3),
    )
    .addHelpText("after", examples("strata bench ./sort numbers", "strata bench --rounds 1 ./hash < file"))
    .action(async (path: string, args: string[], options: BenchOptions) => {
      const { bench } = await import("./bench-command.ts");
      done(await bench(path, args, options));
    });
}
