/**
 * Programs in Pascal: `strata pascal`, with and without run-time checks and interpreted, and what Free Pascal makes of them
 * (`fpc -O2 -Miso`), taking turns. The wall time of the whole process: Strata's has the compiling in it, Free Pascal's has not.
 * All must print the same. Then how fast the compiler is, and how soon a program of ten lines has ended.
 */

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { geometricMean } from "../src/base/statistics.ts";
import { type MeasuredRun, measureRun } from "../src/cli/measured-run.ts";
import { medianSeconds, requireAlike } from "./alike.ts";
import { measureCompiling } from "./pascal-compiling.ts";

const sources = join(process.cwd(), "bench", "pascal");

/** Seconds. */
interface Row {
  readonly name: string;
  readonly checked: number;
  readonly unchecked: number;
  readonly interpreted: number;
  readonly fpc: number;
}

const tenLines = `program ten(output);
var i, s: integer;
begin
  s := 0;
  for i := 1 to 100 do
    s := s + i;
  if s > 5000 then
    writeln('sum ', s:1)
  else writeln('less')
end.
`;
/** How often the program of ten lines is run. */
const STARTS = 20;

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
    await printCompiling(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
  return chosen.length;
}

const nothing = new Uint8Array(0);

function strataPascal(...args: string[]): Promise<MeasuredRun> {
  const command = join(process.cwd(), "dist", "bin", "main.js");
  return measureRun({ file: process.execPath, args: [command, "pascal", ...args], input: nothing });
}

async function printCompiling(folder: string): Promise<void> {
  console.log("\nThe compiler of Pascal, warm:\n");
  console.log("| program | lines | characters a line | lines a second | tokens a second |");
  console.log("| --- | --- | --- | --- | --- |");
  for (const { name, lines, characters, tokens, seconds } of measureCompiling()) {
    const rates = [lines, tokens].map((count) => `${Math.round(count / seconds / 1000)},000`);
    console.log(`| ${[name, lines, (characters / lines).toFixed(1), ...rates].join(" | ")} |`);
  }
  const source = join(folder, "ten.pas");
  writeFileSync(source, tenLines);
  const starts: MeasuredRun[] = [];
  const bare: MeasuredRun[] = [];
  for (let start = 0; start < STARTS; start++) {
    starts.push(await strataPascal(source));
    bare.push(await measureRun({ file: process.execPath, args: ["-e", "0"], input: nothing }));
  }
  const [ten, node] = [starts, bare].map(medianSeconds);
  console.log(
    `\nA program of ten lines from the command line: ${ten?.toFixed(3)} s, node -e 0: ${node?.toFixed(3)} s.`,
  );
}

async function measureProgram(name: string, folder: string, rounds: number): Promise<Row> {
  const source = join(sources, `${name}.pas`);
  const binary = join(folder, name);
  execFileSync("fpc", ["-v0", "-O2", "-Miso", `-FU${folder}`, `-o${binary}`, source], { stdio: "ignore" });
  const runs = {
    fpc: [] as MeasuredRun[],
    checked: [] as MeasuredRun[],
    unchecked: [] as MeasuredRun[],
    interpreted: [] as MeasuredRun[],
  };
  for (let round = 0; round < rounds; round++) {
    runs.fpc.push(await measureRun({ file: binary, args: [], input: nothing }));
    runs.checked.push(await strataPascal(source));
    runs.unchecked.push(await strataPascal("--no-checks", source));
    runs.interpreted.push(await strataPascal("--technique", "interpret", "--no-checks", source));
  }
  requireAlike(name, "Free Pascal", Object.values(runs).flat());
  return {
    name,
    checked: medianSeconds(runs.checked),
    unchecked: medianSeconds(runs.unchecked),
    interpreted: medianSeconds(runs.interpreted),
    fpc: medianSeconds(runs.fpc),
  };
}

function print(rows: readonly Row[]): void {
  console.log("\nPascal by `strata pascal` and fpc -O2 -Miso, wall time of the process:\n");
  console.log(
    "| program | fpc, s | Strata, s | --no-checks, s | interpreted, s | Strata / fpc | --no-checks / fpc | interpreted / fpc |",
  );
  console.log("| --- | --- | --- | --- | --- | --- | --- | --- |");
  for (const { name, fpc, checked, unchecked, interpreted } of rows) {
    const times = [fpc, checked, unchecked, interpreted];
    const cells = [...times, checked / fpc, unchecked / fpc, interpreted / fpc].map((value) =>
      value.toFixed(2),
    );
    console.log(`| ${[name, ...cells].join(" | ")} |`);
  }
  const mean = (time: (row: Row) => number) =>
    geometricMean(rows.map((row) => time(row) / row.fpc)).toFixed(2);
  console.log(
    `\nPascal, geometric means of the times: ${mean((row) => row.checked)}, without checks ${mean((row) => row.unchecked)}, interpreted without checks ${mean((row) => row.interpreted)}.`,
  );
}
