/**
 * Mutated sources and mutated programs of the p-machine, run and stepped through by the debugger: nothing but a refusal, an error
 * of the program or an end may come of them. STRATA_FUZZ says how many of each; they follow from their numbers, so that a failure
 * can be repeated.
 */

import { expect, test } from "vitest";
import { crc32 } from "../../src/base/crc32.ts";
import { InputError } from "../../src/base/errors.ts";
import { DebuggerCommands } from "../../src/boards/pmachine/debugger/commands.ts";
import { Debugger } from "../../src/boards/pmachine/debugger/debugger.ts";
import { PMachine } from "../../src/boards/pmachine/machine.ts";
import type { ProgramImage } from "../../src/boards/pmachine/program-image.ts";
import { readPco, writePco } from "../../src/formats/pco.ts";
import { CompileError } from "../../src/language/pascal/diagnostics.ts";
import type { Dialect } from "../../src/language/pascal/dialect.ts";
import { compileProgram, programsIn } from "./support/corpus.ts";
import { generator, mutate } from "./support/mutate.ts";

const count = Number(process.env.STRATA_FUZZ ?? 1500);
const MOST_STEPS = 200_000;

/** Programs, and the language that each is in. */
const sources = [
  ...[...programsIn("run"), ...programsIn("fails")].map((program) => ({ program, dialect: "iso" }) as const),
  ...programsIn("turbo/run").map((program) => ({ program, dialect: "turbo" }) as const),
];

test("mutated sources", { timeout: 3_600_000 }, () => {
  const machine = quietMachine();
  for (let seed = 1; seed <= count; seed++) {
    const random = generator(seed);
    // Every tenth is in Turbo Pascal, which has fewer programs.
    const some = seed % 10 === 0 ? sources.filter(({ dialect }) => dialect === "turbo") : sources;
    const source = some[random(some.length)];
    if (!source) throw new Error("no programs");
    const image = compiled(mutate(source.program.text, random), seed, source.dialect);
    if (image && seed % 4 === 0) runSome(machine, image, seed);
  }
});

function compiled(text: string, seed: number, dialect: Dialect): ProgramImage | undefined {
  try {
    return compileProgram({ name: "fuzz", path: "", text, input: "" }, true, dialect);
  } catch (error) {
    if (error instanceof CompileError) return undefined;
    throw new Error(`seed ${seed}: ${String(error)}\n${text}`, { cause: error });
  }
}

test("mutated programs of the p-machine", { timeout: 3_600_000 }, () => {
  const images = sources.map(({ program, dialect }) => compileProgram(program, true, dialect));
  const machine = quietMachine();
  let ran = 0;
  for (let seed = 1; seed <= count; seed++) {
    const random = generator(seed);
    const image = images[random(images.length)];
    if (!image) throw new Error("no programs");
    const changed = mutateCode(image, random);
    ran += runSome(machine, changed, seed) ? 1 : 0;
  }
  expect(ran).toBeGreaterThan(0);
});

test("mutated programs of the p-machine in the debugger", { timeout: 3_600_000 }, () => {
  const images = sources.map(({ program, dialect }) => compileProgram(program, true, dialect));
  let ran = 0;
  for (let seed = 1; seed <= count / 10; seed++) {
    const random = generator(seed);
    const image = images[random(images.length)];
    if (!image) throw new Error("no programs");
    const mutate = seed % 2 === 0 ? mutateCode : mutateTable;
    ran += stepSome(() => mutate(image, random), random, seed) ? 1 : 0;
  }
  expect(ran).toBeGreaterThan(0);
});

const seen = ["locals", "globals", "where", "display", "stack", "code", "up", "frame 3", "list"];
const runs = ["step", "next", "finish", "stepi 20", "step 10"];

/** Whether the program was accepted. */
function stepSome(read: () => ProgramImage, random: (limit: number) => number, seed: number): boolean {
  try {
    const target = new Debugger({ image: read(), files: nothing, memoryBytes: 2 ** 26 });
    const commands = new DebuggerCommands(target, () => undefined);
    for (let turn = 0; turn < 8; turn++) {
      const { run } = commands.execute(runs[random(runs.length)] ?? "");
      if (run) {
        target.begin(run.goal);
        if (!target.advance(MOST_STEPS / 10)) target.interrupt();
      }
      for (const command of seen) commands.execute(command);
    }
    return true;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw new Error(`seed ${seed}: ${String(error)}`, { cause: error });
  }
}

/** A byte of the section of variables, which comes last, becomes another one. */
function mutateTable(image: ProgramImage, random: (limit: number) => number): ProgramImage {
  const file = writePco(image);
  const without = writePco({
    ...image,
    types: [],
    routines: image.routines.map((one) => ({ ...one, variables: [] })),
  });
  const at = without.length + random(Math.max(1, file.length - without.length));
  file[Math.min(at, file.length - 1)] = random(256);
  new DataView(file.buffer).setUint32(8, crc32(file.subarray(16)), true);
  return readPco(file);
}

function mutateCode(image: ProgramImage, random: (limit: number) => number): ProgramImage {
  const code = image.code.slice();
  for (let change = random(3); change >= 0; change--) {
    const at = random(code.length);
    const bits = random(2) === 0 ? 1 << random(32) : random(0x40000);
    code[at] = random(8) === 0 ? (code[random(code.length)] ?? 0) : ((code[at] ?? 0) ^ bits) >>> 0;
  }
  return readPco(
    writePco({ ...image, code, globalBytes: random(16) === 0 ? random(2 ** 31) : image.globalBytes }),
  );
}

const nothing = { open: () => ({ read: () => 0, write: () => {}, close: () => {} }) };

function quietMachine(): PMachine {
  return new PMachine({ files: nothing, technique: "interpret", memoryBytes: 2 ** 25, stackBytes: 2 ** 16 });
}

/** Whether the program was accepted. */
function runSome(machine: PMachine, image: ProgramImage, seed: number): boolean {
  try {
    machine.load(image);
    machine.runFor(MOST_STEPS);
    return true;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw new Error(`seed ${seed}: ${String(error)}`, { cause: error });
  }
}
