/**
 * `npm run bench`: Strata beside QEMU, the same programs and files in the same run, taking turns.
 *
 *   --rounds N   how often each measurement is repeated (3); medians are shown
 *   --only WORD  only the rows whose name has this word
 */

import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { guestImage } from "../src/cli/guest-image.ts";
import { compileOptimized } from "../src/host/node/wasm-flags.ts";
import { secondsToPrompt } from "./boot.ts";
import { buildProgram, programs } from "./build.ts";
import { type ProgramRun, runOnQemu, runOnStrata } from "./peers.ts";

interface Row {
  readonly name: string;
  readonly strata: number;
  readonly qemu: number;
  readonly note: string;
  /** Guest instructions a second, in millions, on Strata. */
  readonly speed?: number;
}

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "3" }, only: { type: "string", default: "" } },
});
const rounds = Math.max(1, Number(values.rounds) || 1);
const wanted = (name: string): boolean => name.includes(values.only);

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function measureProgram(name: string): Row {
  const elf = buildProgram(name);
  const strata: ProgramRun[] = [];
  const qemu: ProgramRun[] = [];
  for (let round = 0; round < rounds; round++) {
    qemu.push(runOnQemu(elf));
    strata.push(runOnStrata(elf));
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

async function measureBoot(): Promise<Row> {
  const guest = await guestImage();
  const folder = mkdtempSync(join(tmpdir(), "strata-bench-"));
  const [kernel, initrdFile] = [join(folder, "vmlinux"), join(folder, "initrd.cpio")];
  writeFileSync(kernel, guest.kernel);
  writeFileSync(initrdFile, guest.initrd ?? new Uint8Array(0));
  const cli = join(process.cwd(), "dist", "cli", "main.js");
  const strata: number[] = [];
  const qemu: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const common = ["-kernel", kernel, "-initrd", initrdFile, "-append", "console=ttyS0 quiet"];
    const machine = ["-M", "virt", "-m", "512M", "-display", "none", "-serial", "stdio"];
    qemu.push(await secondsToPrompt("qemu-system-riscv64", [...machine, ...common]));
    strata.push(
      await secondsToPrompt(process.execPath, [cli, "run", "--kernel", kernel, "--initrd", initrdFile]),
    );
  }
  return { name: "Debian, power-on to shell", strata: median(strata), qemu: median(qemu), note: "wall time" };
}

function print(rows: readonly Row[]): void {
  const qemu = execFileSync("qemu-system-riscv64", ["--version"], { encoding: "utf8" }).split("\n")[0];
  const [cpu] = cpus();
  console.log(
    `\n${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpu?.model}, Node ${process.version}, ${qemu}\n`,
  );
  console.log("| work | Strata, s | QEMU, s | Strata / QEMU | |");
  console.log("| --- | --- | --- | --- | --- |");
  for (const { name, strata, qemu, note } of rows) {
    console.log(
      `| ${name} | ${strata.toFixed(2)} | ${qemu.toFixed(2)} | ${(strata / qemu).toFixed(2)} | ${note} |`,
    );
  }
}

function geometricMean(numbers: readonly number[]): number {
  return Math.exp(numbers.reduce((logs, number) => logs + Math.log(number), 0) / numbers.length);
}

compileOptimized();
const groups = Object.entries(programs).map(([name, group]) => ({
  name,
  rows: group.filter(wanted).map(measureProgram),
}));
const boot = wanted("boot") ? [await measureBoot()] : [];
print([...groups.flatMap(({ rows }) => rows), ...boot]);
console.log();
for (const { name, rows } of groups) {
  if (rows.length < 2) continue;
  const ratio = geometricMean(rows.map(({ strata, qemu }) => strata / qemu)).toFixed(2);
  const speed = geometricMean(rows.map((row) => row.speed ?? 0)).toFixed(0);
  console.log(
    `${name} programs, geometric means: Strata / QEMU ${ratio}; ${speed} million instructions a second.`,
  );
}
