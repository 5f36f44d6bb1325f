/** `npm run bench`: Strata beside QEMU, the same programs and files in the same run, taking turns. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { geometricMean, median } from "../src/base/statistics.ts";
import { guestImage } from "../src/cli/guest-image.ts";
import { compileOptimized } from "../src/host/node/wasm-flags.ts";
import { secondsToPrompt } from "./boot.ts";
import { measureBrowser } from "./browser.ts";
import { buildProgram, programs } from "./build.ts";
import { measureDebian } from "./debian.ts";
import { measureExec } from "./exec.ts";
import { measurePascal } from "./pascal.ts";
import { type ProgramRun, runOnQemu, runOnStrata } from "./peers.ts";

interface Row {
  readonly name: string;
  readonly strata: number;
  readonly qemu: number;
  readonly note: string;
  /** Guest instructions a second, in millions, on Strata. */
  readonly speed?: number;
}

const options = new Command("npm run bench --")
  .description("Measures Strata beside QEMU.")
  .option("--rounds <N>", "how often each measurement is repeated; medians are shown", "3")
  .option(
    "--only <WORDS>",
    "only what has one of these words, separated by commas, in its name: boot, sieve, exec, exec/sort, pascal, browser, debian, debian/gzip",
    "",
  )
  .option(
    "--strata-args <OPTIONS>",
    "more options for `strata run`: for the boot, and for all inside Debian",
    "",
  )
  .parse()
  .opts<{ rounds: string; only: string; strataArgs: string }>();
const rounds = Math.max(1, Number(options.rounds) || 1);
const wanted = (name: string): boolean => options.only.split(",").some((word) => name.includes(word));
const strataArgs = options.strataArgs.split(/\s+/).filter(Boolean);

async function measureProgram(name: string): Promise<Row> {
  const elf = buildProgram(name);
  const strata: ProgramRun[] = [];
  const qemu: ProgramRun[] = [];
  for (let round = 0; round < rounds; round++) {
    qemu.push(runOnQemu(elf));
    strata.push(await runOnStrata(elf));
  }
  const results = new Set([...strata, ...qemu].map(({ result }) => result));
  if (results.size !== 1) throw new Error(`${name}: Strata and QEMU disagree: ${[...results].join(", ")}`);
  const seconds = median(strata.map((run) => run.seconds));
  const speed = (strata[0]?.instructions ?? 0) / 1e6 / seconds;
  return {
    name,
    strata: seconds,
    qemu: median(qemu.map((run) => run.seconds)),
    note: `${speed.toFixed(0)} million/s`,
    speed,
  };
}

async function measureBoot(): Promise<Row[]> {
  const guest = await guestImage();
  const folder = mkdtempSync(join(tmpdir(), "strata-bench-"));
  const [kernel, initrdFile] = [join(folder, "vmlinux"), join(folder, "initrd.cpio")];
  writeFileSync(kernel, guest.kernel);
  writeFileSync(initrdFile, guest.initrd ?? new Uint8Array(0));
  const cli = join(process.cwd(), "dist", "bin", "main.js");
  const args = [cli, "run", ...strataArgs, "--kernel", kernel, "--initrd", initrdFile];
  const first: number[] = [];
  const again: number[] = [];
  const qemu: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const common = ["-kernel", kernel, "-initrd", initrdFile, "-append", "console=ttyS0 quiet"];
    const machine = ["-M", "virt", "-m", "512M", "-display", "none", "-serial", "stdio"];
    qemu.push(await secondsToPrompt("qemu-system-riscv64", [...machine, ...common]));
    const env = { ...process.env, STRATA_CACHE: join(folder, `cache${round}`) };
    first.push(await secondsToPrompt(process.execPath, args, env));
    again.push(await secondsToPrompt(process.execPath, args, env));
  }
  rmSync(folder, { recursive: true });
  const row = (note: string, strata: readonly number[]) => {
    return { name: "Debian, power-on to shell", strata: median(strata), qemu: median(qemu), note };
  };
  return [row("wall time, first run", first), row("wall time, again", again)];
}

function printHost(): void {
  const qemu = execFileSync("qemu-system-riscv64", ["--version"], { encoding: "utf8" }).split("\n")[0];
  const [cpu] = cpus();
  console.log(
    `\n${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpu?.model}, Node ${process.version}, ${qemu}\n`,
  );
}

function print(rows: readonly Row[]): void {
  if (rows.length === 0) return;
  console.log("| work | Strata, s | QEMU, s | Strata / QEMU | |");
  console.log("| --- | --- | --- | --- | --- |");
  for (const { name, strata, qemu, note } of rows) {
    console.log(
      `| ${name} | ${strata.toFixed(2)} | ${qemu.toFixed(2)} | ${(strata / qemu).toFixed(2)} | ${note} |`,
    );
  }
  console.log();
}

compileOptimized();
printHost();
// What we spawn is killed as this process exits.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));
const groups: { readonly name: string; readonly rows: readonly Row[] }[] = [];
for (const [name, group] of Object.entries(programs)) {
  const rows: Row[] = [];
  for (const program of group.filter(wanted)) rows.push(await measureProgram(program));
  groups.push({ name, rows });
}
const boot = wanted("boot") ? await measureBoot() : [];
const bare = [...groups.flatMap(({ rows }) => rows), ...boot];
print(bare);
for (const { name, rows } of groups) {
  if (rows.length < 2) continue;
  const ratio = geometricMean(rows.map(({ strata, qemu }) => strata / qemu)).toFixed(2);
  const speed = geometricMean(rows.map((row) => row.speed ?? 0)).toFixed(0);
  console.log(
    `${name} programs, geometric means: Strata / QEMU ${ratio}; ${speed} million instructions a second.`,
  );
}
const processes = await measureExec({ wanted, rounds });
const pascal = await measurePascal({ wanted, rounds });
const inside = await measureDebian({ wanted, rounds, strataArgs });
const browser = wanted("browser") ? await measureBrowser(rounds) : 0;
if (bare.length + processes + pascal + inside + browser === 0)
  throw new Error(`Nothing is named "${options.only}"`);
