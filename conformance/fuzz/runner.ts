/** Runs a program by several techniques in slices, and compares after each. */

import { ImmediateCompiler, type MadeRegions, type RegionCompiler } from "../../src/engine/region/compile.ts";
import type { Technique } from "../../src/engine/technique.ts";
import type { Hart } from "../../src/isa/riscv/hart.ts";
import { riscv } from "../../src/isa/riscv/instruction-set.ts";
import { type Difference, stateDifferences } from "../../src/isa/riscv/state-difference.ts";
import { bareHart } from "../../src/isa/riscv/testing/bare-hart.ts";
import { type TracedStep, trace } from "../../src/isa/riscv/trace.ts";
import { Random } from "../../src/machine/testing/random.ts";
import { type FuzzProgram, fuzzProgram, RAM_BASE, RAM_BYTES } from "./program.ts";

const compiler = new ImmediateCompiler(riscv);

/** Hands over regions some polls after they were asked for. */
class SlowCompiler implements RegionCompiler {
  readonly #waiting: { polls: number; done: () => void }[] = [];
  readonly #delays: Random;

  constructor(seed: number) {
    this.#delays = new Random(seed);
  }

  submit(job: Parameters<RegionCompiler["submit"]>[0], done: (made: MadeRegions | undefined) => void): void {
    let made: MadeRegions | undefined;
    compiler.submit(job, (result) => {
      made = result;
    });
    this.#waiting.push({ polls: this.#delays.below(6), done: () => done(made) });
  }

  poll(): void {
    for (const job of this.#waiting.splice(0)) {
      if (job.polls-- > 0) this.#waiting.push(job);
      else job.done();
    }
  }
}

/** What is compared with interpretation. */
export const techniques: Readonly<Record<string, (seed: number) => Technique>> = {
  translate: () => "translate",
  dynamic: () => ({ threshold: 1, compiler }),
  "dynamic, slowly": (seed) => ({ threshold: 0.3, compiler: new SlowCompiler(seed) }),
};

const SLICES = 120;

/** A seed: the program, the slices it is run in, and how many pages of predecoded code there may be. */
export interface FuzzCase {
  readonly seed: number;
  readonly program: FuzzProgram;
  readonly slices: readonly number[];
  readonly recordPages: number;
}

export function fuzzCase(seed: number): FuzzCase {
  const random = new Random(seed);
  const longest = random.pick([30, 300, 1500]);
  const slices = Array.from({ length: SLICES }, () => 1 + random.below(longest));
  return { seed, recordPages: random.pick([64, 64, 4]), slices, program: fuzzProgram(random) };
}

function makeHart({ program, recordPages }: FuzzCase, technique: Technique): Hart {
  const size = { ramBase: RAM_BASE, ramBytes: RAM_BYTES, recordPages };
  const { hart, ram } = bareHart(size, technique);
  ram.set(program.image);
  for (const [index, value] of program.registers.entries()) {
    if (index < 31) hart.setX(index + 1, value);
    else hart.setF(index - 31, value);
  }
  return hart;
}

function differences(first: Hart, second: Hart): Difference[] {
  const found = stateDifferences(first.memory, second.memory);
  if (first.steps !== second.steps) {
    found.push({ name: "the count of steps", values: [BigInt(first.steps), BigInt(second.steps)] });
  }
  const [one, other] = [first, second].map(
    ({ memory }) => new BigUint64Array(memory.bytes.buffer, memory.map.ram, RAM_BYTES / 8),
  );
  for (let word = 0; word < RAM_BYTES / 8 && found.length < 8; word++) {
    const values = [one?.[word] ?? 0n, other?.[word] ?? 0n] as const;
    if (values[0] === values[1]) continue;
    const address = RAM_BASE + 8 * word;
    found.push({ name: `memory at physical address 0x${address.toString(16)}`, values, address });
  }
  return found;
}

export interface FuzzDifference {
  readonly technique: string;
  readonly steps: number;
  readonly differences: readonly Difference[];
  readonly trace: readonly TracedStep[];
}

export interface FuzzResult {
  readonly difference?: FuzzDifference;
  readonly translated: number;
  readonly traps: number;
}

/** The first difference of a technique. */
export function runCase(fuzz: FuzzCase, technique: string): FuzzResult {
  const make = () =>
    [makeHart(fuzz, techniques[technique]?.(fuzz.seed) ?? "translate"), makeHart(fuzz, "interpret")] as const;
  const run = (last: number, length: number) => {
    const [first, second] = make();
    for (const [index, slice] of fuzz.slices.slice(0, last + 1).entries()) {
      for (const hart of [first, second]) hart.run(index === last ? length : slice);
    }
    return differences(first, second);
  };
  const [first, second] = make();
  for (const [index, slice] of fuzz.slices.entries()) {
    for (const hart of [first, second]) hart.run(slice);
    if (differences(first, second).length === 0) continue;
    let [equal, different] = [0, slice];
    while (different - equal > 1) {
      const middle = (equal + different) >> 1;
      if (run(index, middle).length > 0) different = middle;
      else equal = middle;
    }
    const found = run(index, different);
    return { difference: explain(fuzz, technique, found, index, different), translated: 0, traps: 0 };
  }
  return { translated: first.translations?.translated ?? 0, traps: Number(second.csrs.peek(0xb02) ?? 0n) };
}

function explain(
  fuzz: FuzzCase,
  technique: string,
  found: readonly Difference[],
  last: number,
  length: number,
): FuzzDifference {
  const hart = makeHart(fuzz, "interpret");
  const all = fuzz.slices.slice(0, last).reduce((sum, slice) => sum + slice, 0) + length;
  const traced = Math.min(all, 1000);
  for (let left = all - traced; left > 0; ) left -= hart.run(left);
  const watched = found.flatMap(({ name, address }) => (address === undefined ? [] : [{ name, address }]));
  const steps = trace([hart], traced, () => hart.run(1), watched);
  return { technique, steps: all, differences: found, trace: steps };
}
