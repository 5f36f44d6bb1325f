/**
 * Linux programs as processes: `strata exec` and qemu-riscv64 taking turns with the same static programs and the same input. The
 * wall time of the whole process is measured, from starting it; both must print the same.
 */

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { geometricMean } from "../src/base/statistics.ts";
import { type MeasuredRun, measureRun } from "../src/cli/measured-run.ts";
import { medianSeconds, requireAlike } from "./alike.ts";

interface Program {
  readonly name: string;
  /** How often it does its work, for half a second to two seconds of QEMU's; undefined for one that does not count. */
  readonly times?: number;
}

const groups: Readonly<Record<string, readonly Program[]>> = {
  Integer: [
    { name: "sort", times: 10 },
    { name: "hash", times: 24 },
    { name: "sieve", times: 13 },
    { name: "matrix", times: 14 },
    { name: "vm", times: 12 },
  ],
  "Floating-point": [
    { name: "nbody", times: 10 },
    { name: "mandelbrot", times: 20 },
    { name: "product", times: 16 },
    { name: "spectral", times: 16 },
  ],
  "Start-up": [{ name: "hello" }],
};

/** Rounds of what is over at once, for each round of what takes seconds. */
const SHORT_ROUNDS = 5;

interface Row {
  readonly name: string;
  /** Seconds: with nothing kept from before, and with what such a run kept. */
  readonly first: number;
  readonly again: number;
  readonly qemu: number;
}

export interface ExecOptions {
  /** Whether a program is to run, by its name: `exec/sort`. */
  readonly wanted: (name: string) => boolean;
  readonly rounds: number;
}

/** Measures and prints; how many programs there were. */
export async function measureExec({ wanted, rounds }: ExecOptions): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "strata-bench-"));
  const measured: { readonly group: string; readonly rows: readonly Row[] }[] = [];
  try {
    for (const [group, programs] of Object.entries(groups)) {
      const rows: Row[] = [];
      const chosen = programs.filter(({ name }) => wanted(`exec/${name}`));
      for (const program of chosen) rows.push(await measureProgram(program, folder, rounds));
      if (rows.length > 0) measured.push({ group, rows });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  print(measured);
  return measured.length;
}

async function measureProgram({ name, times }: Program, folder: string, rounds: number): Promise<Row> {
  const program = build(name, folder);
  const args = [program, ...(times === undefined ? [] : [`${times}`])];
  const strata = [join(process.cwd(), "dist", "bin", "main.js"), "exec", ...args];
  const runs = { first: [] as MeasuredRun[], again: [] as MeasuredRun[], qemu: [] as MeasuredRun[] };
  const input = new Uint8Array(0);
  const count = times === undefined ? rounds * SHORT_ROUNDS : rounds;
  for (let round = 0; round < count; round++) {
    const environment = { ...process.env, STRATA_CACHE: join(folder, `${name}-cache${round}`) };
    runs.qemu.push(await measureRun({ file: "qemu-riscv64", args, input }));
    runs.first.push(await measureRun({ file: process.execPath, args: strata, input, environment }));
    runs.again.push(await measureRun({ file: process.execPath, args: strata, input, environment }));
  }
  requireAlike(name, "QEMU", [...runs.qemu, ...runs.first, ...runs.again]);
  const { first, again, qemu } = runs;
  return { name, first: medianSeconds(first), again: medianSeconds(again), qemu: medianSeconds(qemu) };
}

/** Compiles a program of bench/programs for Linux; its path. */
function build(name: string, folder: string): string {
  const sources = join(process.cwd(), "bench", "programs");
  const files = name === "hello" ? ["hello.c"] : [`${name}.c`, "process-main.c"];
  const output = join(folder, name);
  const options = ["-O2", "-static", "-o", output, ...files.map((file) => join(sources, file)), "-lm"];
  execFileSync("riscv64-linux-gnu-gcc", options, { stdio: ["ignore", "inherit", "inherit"] });
  return output;
}

function print(measured: readonly { readonly group: string; readonly rows: readonly Row[] }[]): void {
  const rows = measured.flatMap((each) => each.rows);
  if (rows.length === 0) return;
  console.log("\nLinux programs by `strata exec` and qemu-riscv64, wall time of the process:\n");
  console.log("| program | QEMU, s | Strata's first run, s | and again, s | speed, QEMU = 1 | and again |");
  console.log("| --- | --- | --- | --- | --- | --- |");
  for (const { name, first, again, qemu } of rows) {
    const cells = [qemu, first, again, qemu / first, qemu / again].map((value) => value.toFixed(2));
    console.log(`| ${[name, ...cells].join(" | ")} |`);
  }
  console.log();
  for (const { group, rows: own } of measured) {
    const mean = (time: (row: Row) => number) => geometricMean(own.map((row) => row.qemu / time(row)));
    const [first, again] = [mean((row) => row.first), mean((row) => row.again)];
    console.log(`${group}, geometric means of speed: ${first.toFixed(2)}, and again ${again.toFixed(2)}.`);
  }
}
