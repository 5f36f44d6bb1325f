/**
 * `strata bench`: one program with every technique, and under qemu-riscv64 where that is installed. The runs take turns, have the
 * same input, and must all do the same: what they print and their status are compared.
 */

import { accessSync, constants } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { InputError } from "../base/errors.ts";
import { median } from "../base/statistics.ts";
import type { Outcome } from "./exit-status.ts";
import { type MeasuredRun, measureRun, runDifference } from "./measured-run.ts";
import { UsageError } from "./option-values.ts";
import { Resources } from "./resources.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export interface BenchOptions {
  readonly root?: string;
  readonly hostFiles?: boolean;
  readonly rounds: number;
}

/** One way to run the program. */
interface Contestant {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  /** Where it keeps what it translates, of each round. */
  readonly cache?: (round: number) => string;
  readonly note?: string;
}

/** The status where techniques differ: not that of bad usage, and not that of a bug that has shown itself as one. */
const DIFFERENT = 1;
const PEERS = ["qemu-riscv64", "qemu-riscv64-static"];

export async function bench(
  program: string,
  args: readonly string[],
  options: BenchOptions,
): Promise<Outcome> {
  if (options.root !== undefined && options.hostFiles)
    throw new UsageError("Cannot use --root with --host-files");
  const resources = new Resources();
  const folder = temporaryFolder(join(tmpdir(), "strata-bench-"), resources.keep);
  try {
    const input = process.stdin.isTTY ? new Uint8Array(0) : await buffer(process.stdin);
    const contestants = await prepare(program, args, options, folder);
    const runs = await runAll(contestants, options.rounds, input);
    const difference = findDifference(program, runs);
    if (difference !== undefined) return { status: DIFFERENT, message: difference };
    process.stdout.write(table(runs));
    return { status: 0 };
  } finally {
    resources.close();
  }
}

/** Translates the program, and says how it is run in each way. */
async function prepare(
  program: string,
  args: readonly string[],
  { root, hostFiles }: BenchOptions,
  folder: string,
): Promise<Contestant[]> {
  const translated = join(folder, "translated");
  const within = root === undefined ? [] : ["--root", root];
  const seconds = await translateAhead([program, ...within, "--output", translated]);
  const own = (name: string, options: readonly string[], what: string): Contestant => {
    const sees = hostFiles ? ["--host-files"] : within;
    return { name, ...strata("exec", ...sees, ...options, what, ...args) };
  };
  const kept = (round: number) => join(folder, `cache${round}`);
  const apart = (name: string) => () => join(folder, name);
  return [
    { ...own("interpret", ["--technique", "interpret"], program), cache: apart("interpret") },
    {
      ...own("translate", ["--no-cache"], translated),
      note: `translated before, in ${seconds.toFixed(2)} s`,
    },
    { ...own("dynamic", [], program), cache: kept, note: "nothing kept from earlier runs" },
    { ...own("dynamic, again", [], program), cache: kept, note: "with what the first run kept" },
    ...peers(program, args, root),
  ];
}

/** This command with other arguments. */
function strata(...args: readonly string[]): { readonly file: string; readonly args: readonly string[] } {
  return { file: process.execPath, args: [...process.execArgv, process.argv[1] ?? "", ...args] };
}

/** How many seconds it took. */
async function translateAhead(args: readonly string[]): Promise<number> {
  const { seconds, status, errors } = await measureRun({
    ...strata("translate", ...args),
    input: new Uint8Array(0),
  });
  if (status !== 0)
    throw new InputError(
      errors
        .toString()
        .trim()
        .replace(/^strata: /, ""),
    );
  return seconds;
}

function peers(program: string, args: readonly string[], root: string | undefined): Contestant[] {
  const name = PEERS.find(isInstalled);
  if (name === undefined) return [];
  const own = root === undefined ? [program] : ["-L", root, join(root, program)];
  return [{ name, file: name, args: [...own, ...args] }];
}

function isInstalled(name: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

type Runs = ReadonlyMap<Contestant, readonly MeasuredRun[]>;

async function runAll(contestants: readonly Contestant[], rounds: number, input: Uint8Array): Promise<Runs> {
  const runs = new Map<Contestant, MeasuredRun[]>(contestants.map((each) => [each, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const [{ file, args, cache }, measured] of runs) {
      const environment = cache ? { ...process.env, STRATA_CACHE: cache(round) } : process.env;
      measured.push(await measureRun({ file, args, input, environment }));
    }
  }
  return runs;
}

/** A line on the first run that is not like the very first one. */
function findDifference(program: string, runs: Runs): string | undefined {
  const [[first, [model]] = [undefined, []]] = runs;
  if (!first || !model) return undefined;
  for (const [{ name }, measured] of runs) {
    for (const run of measured) {
      const difference = runDifference(model, run);
      if (difference !== undefined) return `"${program}" differs (${first.name}, ${name}): ${difference}`;
    }
  }
  return undefined;
}

/** Medians, side by side. */
function table(runs: Runs): string {
  const rows = [...runs].map(([{ name, note = "" }, measured]) => {
    return { name, note, seconds: median(measured.map(({ seconds }) => seconds)) };
  });
  const peer = rows.find(({ name }) => PEERS.includes(name));
  const ratio = (seconds: number) => (peer ? (seconds / peer.seconds).toFixed(2) : "");
  const lines = rows.map(({ name, seconds, note }) => {
    const cells = [name.padEnd(20), `${seconds.toFixed(2)} s`.padStart(10)];
    return [...cells, ratio(seconds).padStart(14), `  ${note}`].join(" ").trimEnd();
  });
  const head = `${"".padEnd(20)} ${"wall time".padStart(10)} ${(peer ? "to QEMU's" : "").padStart(14)}`;
  return `${[head.trimEnd(), ...lines].join("\n")}\n`;
}
