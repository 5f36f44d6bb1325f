/**
 * Workloads inside Debian, on Strata and on QEMU taking turns: the same kernel, the same files, times that the guest
 * measures. Every result has to be the same on both.
 */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { geometricMean, median } from "../src/base/statistics.ts";
import { pullBootFiles } from "../src/cli/guest-image.ts";
import { workloadImage } from "./debian/image.ts";
import { type MachineRun, memoryOption, recordsMiB, runMachine } from "./debian/machine-process.ts";
import { type Workload, workloads } from "./debian/workloads.ts";

export interface DebianOptions {
  /** Whether a workload is to run, by its name: `debian/gzip`. */
  readonly wanted: (name: string) => boolean;
  readonly rounds: number;
  /** More options for `strata run`. */
  readonly strataArgs: readonly string[];
}

interface Row {
  readonly name: string;
  /** Seconds: with nothing translated before, and with what such a run kept. */
  readonly first: number;
  readonly again: number;
  readonly qemu: number;
  /** All that was printed, on either machine: one, unless a machine is wrong. */
  readonly results: ReadonlySet<string>;
}

/** Measures and prints; how many workloads there were. */
export async function measureDebian({ wanted, rounds, strataArgs }: DebianOptions): Promise<number> {
  const groups = Object.entries(workloads).map(([group, all]) => {
    return { group, chosen: all.filter(({ name }) => wanted(`debian/${name}`)) };
  });
  const chosen = groups.flatMap((group) => group.chosen);
  if (chosen.length === 0) return 0;
  const runs = await runAll(chosen, rounds, strataArgs);
  const rows = (all: readonly Workload[]) => all.map(({ name }) => rowOf(name, runs));
  printRows(groups.flatMap((group) => rows(group.chosen)));
  for (const { group, chosen } of groups) if (chosen.length > 0) console.log(summary(group, rows(chosen)));
  console.log(memoryLine("Strata", [...runs.first, ...runs.again], recordsMiB));
  console.log(memoryLine("QEMU", runs.qemu, 0));
  for (const { name, results } of rows(chosen)) {
    if (results.size > 1) throw new Error(`${name}: Strata and QEMU disagree: ${[...results].join(", ")}`);
  }
  return chosen.length;
}

interface Runs {
  readonly first: MachineRun[];
  readonly again: MachineRun[];
  readonly qemu: MachineRun[];
}

async function runAll(
  chosen: readonly Workload[],
  rounds: number,
  strataArgs: readonly string[],
): Promise<Runs> {
  const files = await pullBootFiles();
  const { initrd, packages } = await workloadImage(chosen, files.busybox);
  console.log(`\nInside Debian: Linux ${files.version}; ${packages.join(", ")}`);
  const folder = mkdtempSync(join(tmpdir(), "strata-bench-"));
  const initrdFile = join(folder, "initrd.cpio");
  writeFileSync(initrdFile, initrd);
  const words = `bench=${chosen.map(({ name }) => name).join(",")}`;
  const qemu = [
    ..."-M virt -display none -serial stdio -no-reboot -m".split(" "),
    ...[memoryOption, "-kernel", files.kernel, "-initrd", initrdFile],
    ...["-append", `console=ttyS0 quiet panic=-1 ${words}`],
  ];
  const strata = [
    ...[join(process.cwd(), "dist", "bin", "main.js"), "run", ...strataArgs, "--memory", memoryOption],
    ...["--kernel", files.kernel, "--initrd", initrdFile, "--append", words],
  ];
  const runs: Runs = { first: [], again: [], qemu: [] };
  try {
    for (let round = 1; round <= rounds; round++) {
      process.stderr.write(`round ${round} of ${rounds}\n`);
      runs.qemu.push(await runMachine("qemu-system-riscv64", qemu));
      const env = { ...process.env, STRATA_CACHE: join(folder, `cache${round}`) };
      runs.first.push(await runMachine(process.execPath, strata, env));
      runs.again.push(await runMachine(process.execPath, strata, env));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return runs;
}

function rowOf(name: string, { first, again, qemu }: Runs): Row {
  const of = (runs: readonly MachineRun[]) =>
    runs.map(({ measured }) => {
      const found = measured.find((each) => each.name === name);
      if (!found) throw new Error(`${name}: a machine printed no time`);
      return found;
    });
  const results = new Set([first, again, qemu].flatMap(of).map(({ result }) => result));
  const seconds = (runs: readonly MachineRun[]) => median(of(runs).map((each) => each.seconds));
  return { name, first: seconds(first), again: seconds(again), qemu: seconds(qemu), results };
}

function printRows(rows: readonly Row[]): void {
  console.log("\n| work | QEMU, s | Strata's first run, s | and again, s | speed, QEMU = 1 | and again |");
  console.log("| --- | --- | --- | --- | --- | --- |");
  for (const { name, first, again, qemu } of rows) {
    const times = [qemu, first, again].map((seconds) => seconds.toFixed(3));
    const speeds = [first, again].map((seconds) => (qemu / seconds).toFixed(2));
    console.log(`| ${[name, ...times, ...speeds].join(" | ")} |`);
  }
  console.log();
}

function summary(group: string, rows: readonly Row[]): string {
  const line = (run: "first" | "again"): string => {
    const speed = geometricMean(rows.map((row) => row.qemu / row[run])).toFixed(2);
    const worst = rows.reduce((a, b) => (b[run] / b.qemu > a[run] / a.qemu ? b : a));
    const time = (worst[run] / worst.qemu).toFixed(2);
    return `${speed} times QEMU's speed (geometric mean); worst ${worst.name}, ${time} times QEMU's time`;
  };
  return `${group}, first run: ${line("first")}.\n${group}, again: ${line("again")}.`;
}

/** @param unknown how much of the guest's mapping may not be its RAM, in MiB */
function memoryLine(machine: string, runs: readonly MachineRun[], unknown: number): string {
  const peak = median(runs.map(({ memory }) => memory.peak));
  const guest = median(runs.map(({ memory }) => memory.guest));
  const rest = `${(peak - guest).toFixed(0)} besides`;
  const records = unknown ? `; at most ${unknown.toFixed(0)} of the former are predecoded code` : "";
  return `${machine}'s memory at its peak, MiB: ${peak.toFixed(0)}, of them ${guest.toFixed(0)} for the guest's RAM, ${rest}${records}.`;
}
