/**
 * Programs in Pascal: `strata pascal`, with and without run-time checks, and what Free Pascal makes of them (`fpc -O2 -Miso`),
 * taking turns. The wall time of the whole process: Strata's has the compiling in it, Free Pascal's has not. All must print
 * the same.
 */

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { geometricMean } from "../src/base/statistics.ts";
import { type MeasuredRun, measureRun } from "../src/cli/measured-run.ts";
import { medianSeconds, requireAlike } from "./alike.ts";

const sources = join(process.cwd(), "bench", "pascal");

/** Seconds. */
interface Row {
  readonly name: string;
  readonly checked: number;
  readonly unchecked: number;
  readonly fpc: number;
}

export interface PascalOptions {
  /** Whether a program is to run, by its name: `pascal/sieve`. */
  readonly wanted: (name: string) => boolean;
  readonly rounds: number;
}

/** Measures and prints; how many programs there were. */
export async function measurePascal({ wanted, rounds }: PascalOptions): Promise<number> {
  const names = readdirSync(sources).flatMap((file) => /^(.*)\.pas$/.exec(file)?.[1] ?? []);
  const chosen = names.filter((name) => wanted(`pascal/${name}`));
  if (chosen.length === 0) return 0;
  if (spawnSync("fpc", ["-iV"]).status !== 0) {
    console.log("Pascal: not measured, as there is no fpc (Debian's fp-compiler)");
    return chosen.length;
  }
  const folder = mkdtempSync(join(tmpdir(), "strata-bench-"));
  try {
    const rows: Row[] = [];
    for (const name of chosen) rows.push(await measureProgram(name, folder, rounds));
    print(rows);
  } finally {
    rmSync(folder, { recursive: true });
  }
  return chosen.length;
}

async function measureProgram(name: string, folder: string, rounds: number): Promise<Row> {
  const source = join(sources, `${name}.pas`);
  const binary = join(folder, name);
  execFileSync("fpc", ["-v0", "-O2", "-Miso", `-FU${folder}`, `-o${binary}`, source], { stdio: "ignore" });
  const strata = [join(process.cwd(), "dist", "bin", "main.js"), "pascal"];
  const input = new Uint8Array(0);
  const runs = { fpc: [] as MeasuredRun[], checked: [] as MeasuredRun[], unchecked: [] as MeasuredRun[] };
  const node = (...args: string[]) =>
    measureRun({ file: process.execPath, args: [...strata, ...args], input });
  for (let round = 0; round < rounds; round++) {
    runs.fpc.push(await measureRun({ file: binary, args: [], input }));
    runs.checked.push(await node(source));
    runs.unchecked.push(await node("--no-checks", source));
  }
  requireAlike(name, "Free Pascal", [...runs.fpc, ...runs.checked, ...runs.unchecked]);
  return {
    name,
    checked: medianSeconds(runs.checked),
    unchecked: medianSeconds(runs.unchecked),
    fpc: medianSeconds(runs.fpc),
  };
}

function print(rows: readonly Row[]): void {
  console.log("\nPascal by `strata pascal` and fpc -O2 -Miso, wall time of the process:\n");
  console.log("| program | fpc, s | Strata, s | --no-checks, s | Strata / fpc | --no-checks / fpc |");
  console.log("| --- | --- | --- | --- | --- | --- |");
  for (const { name, fpc, checked, unchecked } of rows) {
    const cells = [fpc, checked, unchecked, checked / fpc, unchecked / fpc].map((value) => value.toFixed(2));
    console.log(`| ${[name, ...cells].join(" | ")} |`);
  }
  const mean = (time: (row: Row) => number) =>
    geometricMean(rows.map((row) => time(row) / row.fpc)).toFixed(2);
  console.log(
    `\nPascal, geometric means of the times: ${mean((row) => row.checked)}, without checks ${mean((row) => row.unchecked)}.`,
  );
}
