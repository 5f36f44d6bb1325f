/** The command line: its commands, options and help (npm package commander). */

import { readFileSync } from "node:fs";
import { Argument, Command, Option } from "commander";
import type { ExecOptions } from "./exec-command.ts";
import { execStatusHelp, exitStatusHelp, type Outcome, pascalStatusHelp } from "./exit-status.ts";
import {
  parseAddress,
  parseCount,
  parseDisk,
  parseList,
  parseMemory,
  parseShare,
  parseTimeout,
  parseUser,
  parseVolume,
  UsageError,
} from "./option-values.ts";
import type { PascalOptions } from "./pascal-command.ts";
import type { PullOptions } from "./pull-command.ts";
import type { PullPackagesOptions } from "./pull-packages.ts";
import type { RunOptions } from "./run-command.ts";
import type { TranslateOptions } from "./translate-command.ts";

const examples = (...lines: string[]) => `\nExamples:\n${lines.map((line) => `  $ ${line}`).join("\n")}`;
/** For an option that may be given several times. */
const gather =
  <T>(parse: (text: string) => T) =>
  (text: string, before: readonly T[] = []): readonly T[] => [...before, parse(text)];

const techniques = ["interpret", "dynamic", "translate"];
const mirrorHelp = "Debian mirror (default: $STRATA_MIRROR, or the one of this host's apt)";

/** Runs the command that `args` say; throws what went wrong. */
export async function runProgram(args: readonly string[]): Promise<Outcome> {
  let outcome: Outcome = { status: 0 };
  const program = new Command("strata")
    .description("Runs whole RISC-V machines that boot unmodified operating systems.")
    .version(packageVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "strata: ")) })
    .addHelpText("after", examples("strata run", "echo hello | strata run -- wc -c", "strata pull"));
  addRun(program, (done) => {
    outcome = done;
  });
  addExec(program, (done) => {
    outcome = done;
  });
  addPascal(program, (done) => {
    outcome = done;
  });
  addTranslate(program, (done) => {
    outcome = done;
  });
  addPull(program, (done) => {
    outcome = done;
  });
  addDisasm(program);
  await program.parseAsync(args, { from: "user" });
  return outcome;
}

function addRun(program: Command, done: (outcome: Outcome) => void): void {
  program
    .command("run")
    .summary("run a machine: a shell, or a command")
    .description(
      "Boots Debian's kernel in a virtual RISC-V machine, and runs a shell in it (Ctrl-A x leaves), or COMMAND with " +
        "the standard streams, the signals and the exit status of this process.",
    )
    .argument("[COMMAND...]", "what to run in the guest, with its arguments; the guest has busybox")
    .passThroughOptions()
    .addOption(memoryOption())
    .option("--kernel <FILE>", "a kernel instead of Debian's: a boot Image or an ELF file")
    .option("--initrd <FILE>", "an initial file system instead of Strata's; cannot run a COMMAND")
    .option("--append <STRING>", "add to the kernel's command line")
    .option("--disk <FILE[:ro]>", "attach a raw disk image (repeatable)", gather(parseDisk))
    .option(
      "--share <DIR:TAG[:ro]>",
      "share a directory, mounted at /mnt, or at /mnt/TAG if there are several (repeatable)",
      gather(parseShare),
    )
    .option("--mirror <URL>", mirrorHelp)
    .addOption(techniqueOption())
    .option("--no-cache", "neither use nor keep what is translated")
    .option("--check", "run the interpreter beside, and stop at the first difference; writes no disk")
    .option(
      "--profile <FILE>",
      "say where the time went, and write a .cpuprofile: for Chrome, VS Code, speedscope",
    )
    .option("--timeout <SECONDS>", "stop the guest after so many seconds", parseTimeout)
    .option("-v, --verbose", "print the kernel's log on standard error")
    .addHelpText(
      "after",
      `${examples(
        "strata run",
        "strata run --memory 1G --disk root.img --share .:work",
        "echo hello | strata run -- wc -c",
        "strata run --share src:src:ro --timeout 60 -- sh -c 'md5sum *'",
        "strata run --kernel Image --initrd initrd.gz --append 'rdinit=/bin/sh'",
      )}\n\n${exitStatusHelp}`,
    )
    .action(async (command: string[], options: RunOptions) => {
      const { run } = await import("./run-command.ts");
      done(await run(command, options));
    });
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
    .addOption(techniqueOption())
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

function memoryOption(bytes = 512 * 2 ** 20, text = "512M"): Option {
  return new Option("-m, --memory <SIZE>", "the guest's RAM: 64M to 3G")
    .argParser(parseMemory)
    .default(bytes, text);
}

function techniqueOption(usual = "dynamic"): Option {
  return new Option("--technique <NAME>", "how guest code is executed").choices(techniques).default(usual);
}

function addTranslate(program: Command, done: (outcome: Outcome) => void): void {
  program
    .command("translate")
    .summary("translate a program whole, so that it starts without")
    .description(
      "Translates PROGRAM, its interpreter and the libraries that it names into a directory. `strata exec DIR` runs it from " +
        "there; what could not be found ahead of time is translated while it runs. A PROGRAM in Pascal (.pas) becomes a " +
        "WebAssembly module, which `strata pascal` runs.",
    )
    .argument("<PROGRAM>", "a path, in --root if that is given")
    .requiredOption("-o, --output <PATH>", "the directory for the translations, or the module")
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

function addPascal(program: Command, done: (outcome: Outcome) => void): void {
  program
    .command("pascal")
    .summary("compile and run a program in Pascal")
    .description(
      "Compiles FILE, a program in ISO 7185 Pascal, to p-code, and runs it on a p-machine with the standard streams of this " +
        "process. The files in the program's heading are those that ARGS name, in order. FILE may also be what --emit wrote.",
    )
    .argument("<FILE>", "the program")
    .argument("[ARGS...]", "files for the program's parameters other than input and output")
    .passThroughOptions()
    .option("--check", "only look for errors in the program")
    .option("--no-checks", "run without checks of ranges, overflow, pointers and variables without a value")
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

function addPull(program: Command, done: (outcome: Outcome) => void): void {
  program
    .command("pull")
    .summary("fetch what machines boot into the cache, or make a Debian root for processes")
    .description(
      "Fetches Debian's kernel and busybox, verifies their signatures, and keeps them in the cache ($STRATA_CACHE, or " +
        "$XDG_CACHE_HOME/strata): machines boot from there ever after, without a network. With --packages it makes DIR " +
        "a Debian system for `strata exec --root DIR`: packages and all that they depend on are unpacked there, and " +
        "configured by their own scripts. What DIR has already stays as it is.",
    )
    .addArgument(new Argument("[SYSTEM]", "what to fetch").choices(["debian"]).default("debian"))
    .option("--packages <NAME,...>", "Debian packages for riscv64", parseList)
    .option("--root <DIR>", "where packages are unpacked; made if it does not exist")
    .option("--mirror <URL>", mirrorHelp)
    .option("--refresh", "look for newer versions even if the cache is complete")
    .addHelpText(
      "after",
      examples(
        "strata pull",
        "strata pull --refresh",
        "strata pull debian --packages gcc,git --root sysroot",
      ),
    )
    .action(async (_system: string, options: PullOptions & Partial<PullPackagesOptions>) => {
      const { mirror, packages, root } = options;
      if (packages === undefined && root === undefined) {
        const { pull } = await import("./pull-command.ts");
        return pull(options);
      }
      if (!packages || root === undefined) throw new UsageError("--packages and --root need each other");
      const { pullPackages } = await import("./pull-packages.ts");
      done(await pullPackages({ packages, root, ...(mirror === undefined ? {} : { mirror }) }));
    });
}

function addDisasm(program: Command): void {
  const address = (option: string) => (text: string) => parseAddress(option, text);
  program
    .command("disasm")
    .summary("print the instructions of a RISC-V program or kernel")
    .description("Prints the executable parts of an ELF file, or a kernel's boot Image, as assembly.")
    .argument("<FILE>", "an ELF file for riscv64, or a boot Image (listed where the board loads it)")
    .option("--start <ADDRESS>", "the first address", address("--start"))
    .option("--stop <ADDRESS>", "the address after the last", address("--stop"))
    .addHelpText(
      "after",
      examples("strata disasm a.out", "strata disasm vmlinux --start 0x80200000 --stop 0x80200100"),
    )
    .action(async (path: string, range: { start?: bigint; stop?: bigint }) => {
      const { disasm } = await import("./disasm-command.ts");
      await disasm(path, range);
    });
}

/** The version in package.json, which lies two folders up from here in the package. */
function packageVersion(): string {
  const path = new URL("../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
}
