/**
 * What `--std turbo` adds: programs that must run, in every technique, and such that must be refused. Those that run print the
 * same when Free Pascal has compiled them (`fpc -Mtp`), but for file-of-strings, which wants its files to have names.
 * `npx vitest run --project pascal -u` writes what is expected.
 */

import { describe, expect, test } from "vitest";
import { ImmediateCompiler } from "../../src/engine/region/compile.ts";
import type { Technique } from "../../src/engine/technique.ts";
import { pcode } from "../../src/isa/pcode/instruction-set.ts";
import { CompileError } from "../../src/language/pascal/diagnostics.ts";
import { CorpusMachine, compileProgram, programsIn, showRun } from "./support/corpus.ts";

const techniques: readonly Technique[] = [
  "interpret",
  "translate",
  { threshold: 0, compiler: new ImmediateCompiler(pcode) },
];

describe("programs in Turbo Pascal that must run", () => {
  const machines = techniques.map((technique) => new CorpusMachine(technique));
  test.each(programsIn("turbo/run"))("$name", async (program) => {
    for (const checks of [true, false]) {
      const image = compileProgram(program, checks, "turbo");
      for (const machine of machines) {
        const { output, ending } = machine.run(image, program.input);
        await expect(showRun(output, ending)).toMatchFileSnapshot(program.path.replace(/pas$/, "out"));
      }
    }
  });
});

describe("programs in Turbo Pascal that must be refused", () => {
  test.each(programsIn("turbo/refused"))("$name", async (program) => {
    let message = "(accepted)";
    try {
      compileProgram(program, true, "turbo");
    } catch (error) {
      if (!(error instanceof CompileError)) throw error;
      ({ message } = error);
    }
    await expect(`${message}\n`).toMatchFileSnapshot(program.path.replace(/pas$/, "out"));
  });
});
