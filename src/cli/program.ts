/** The command line: its commands, options and help (npm package commander). */

import { readFileSync } from "node:fs";
import { Argument, Command } from "commander";
import { examples, gather, memoryOption, techniqueOption } from "./common-options.ts";
import { exitStatusHelp, type Outcome } from "./exit-status.ts";
import {
  parseAddress,
  parseDisk,
  parseList,
  parsePort,
  parseShare,
  parseTimeout,
  UsageError,
} from "./option-values.ts";
import { addPascal } from "./pascal-options.ts";
import { addProcessCommands } from "./process-commands.ts";
import type { PullOptions } from "./pull-command.ts";
import type { PullPackagesOptions } from "./pull-packages.ts";
import type { RunOptions } from "./run-command.ts";
import type { WebOptions } from "./web-command.ts";

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
  addProcessCommands(program, (done) => {
    outcome = done;
  });
  addPascal(program, (done) => {
    outcome = done;
  });
  addPull(program, (done) => {
    outcome = done;
  });
  addWeb(program, (done) => {
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

function addWeb(program: Command, done: (outcome: Outcome) => void): void {
  program
    .command("web")
    .summary("serve the page in which machines run in a browser")
    .description(
      "Serves a page whose machines run in the browser that opens it, and Debian's kernel and busybox for them. With " +
        "--export it writes the files of the guest beside a page that any server may have.",
    )
    .option("--port <PORT>", "where to serve", parsePort, 8080)
    .option("--host <ADDRESS>", "on which address of this system", "127.0.0.1")
    .option(
      "--disk <PATH>",
      "offer a disk image, or all of a directory, to the page's machines (repeatable)",
      gather((path) => path),
    )
    .option("--no-isolation", "serve without the headers that isolate the page from others")
    .option("--export <DIR>", "write the guest's files into DIR instead")
    .option("--mirror <URL>", mirrorHelp)
    .addHelpText("after", examples("strata web", "strata web --disk disk.img"))
    .action(async (options: WebOptions) => {
      const { web } = await import("./web-command.ts");
      done(await web(options));
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
