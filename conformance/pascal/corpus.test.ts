/**
 * The corpus of Pascal: programs that must run, that must be refused, and that must fail while they run, in every technique.
 * What is expected lies beside each program; `npx vitest run --project pascal -u` writes it anew, to be read before it is
 * committed.
 */

import { describe, expect, test } from "vitest";
import { ImmediateCompiler } from "../../src/engine/region/compile.ts";
import type { Technique } from "../../src/engine/technique.ts";
import { pcode } from "../../src/isa/pcode/instruction-set.ts";
import { CompileError } from "../../src/language/pascal/diagnostics.ts";
import { CorpusMachine, compileProgram, programsIn, showRun } from "./support/corpus.ts";

/** "dynamic" with a compiler that needs no event loop, and places that are hot soon. */
const dynamic = { threshold: 2000, compiler: new ImmediateCompiler(pcode) };
const techniques: readonly (readonly [string, Technique])[] = [
  ["interpret", "interpret"],
  ["translate", "translate"],
  // By regions, each block before it is executed.
  ["at once", { threshold: 0, compiler: new ImmediateCompiler(pcode) }],
  ["dynamic", dynamic],
];

for (const folder of ["run", "fails"]) {
  describe(`programs that must ${folder === "run" ? "run" : "fail while they run"}`, () => {
    const machines = techniques.map(([name, technique]) => ({ name, machine: new CorpusMachine(technique) }));
    test.each(programsIn(folder))("$name", async (program) => {
      const image = compileProgram(program);
      const [first, ...others] = machines.map(({ machine }) => {
        const { output, ending } = machine.run(image, program.input);
        return showRun(output, ending);
      });
      await expect(first).toMatchFileSnapshot(program.path.replace(/pas$/, "out"));
      for (const other of others) expect(other).toBe(first);
    });
  });
}

describe("programs that must run, without checks", () => {
  const machine = new CorpusMachine("translate");
  test.each(programsIn("run"))("$name", async (program) => {
    const { output, ending } = machine.run(compileProgram(program, false), program.input);
    await expect(showRun(output, ending)).toMatchFileSnapshot(program.path.replace(/pas$/, "out"));
  });
});

describe("programs that must be refused", () => {
  test.each(programsIn("refused"))("$name", async (program) => {
    await expect(refusal(program)).toMatchFileSnapshot(program.path.replace(/pas$/, "out"));
  });
});

function refusal(program: ReturnType<typeof programsIn>[number]): string {
  try {
    compileProgram(program);
  } catch (error) {
    if (error instanceof CompileError) return `${error.message}\n`;
    throw error;
  }
  throw new Error("the program was not refused");
}
