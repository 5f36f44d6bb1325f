/**
 * The compiler in Pascal compiles itself, to the same file in every technique, and that file does so again. What it then makes
 * of the corpus does what the corpus says; what must be refused it refuses, with errors in the same lines.
 */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ImmediateCompiler } from "../../src/engine/region/compile.ts";
import type { Technique } from "../../src/engine/technique.ts";
import { pcode } from "../../src/isa/pcode/instruction-set.ts";
import { CompileError } from "../../src/language/pascal/diagnostics.ts";
import { compilerSource, firstStage, imageOf, PascalCompiler } from "./support/bootstrap.ts";
import { CorpusMachine, type CorpusProgram, compileProgram, programsIn, showRun } from "./support/corpus.ts";
import { generator, mutate } from "./support/mutate.ts";

const techniques: readonly (readonly [string, Technique])[] = [
  ["interpret", "interpret"],
  ["dynamic", { threshold: 100_000, compiler: new ImmediateCompiler(pcode) }],
  ["translate", "translate"],
];

/** Refused by both compilers, but not in the same lines, and why. */
const otherLines: Readonly<Record<string, string>> = {
  "6.1.7-string-open": "a string that is open ends with its line: what is missing after it is said there",
  "6.4.3.3-end-missing": "the missing end is said where the record's fields stop",
  "6.6.1-begin-missing": "statements without begin are looked through as declarations",
  "6.7.1-parenthesis-missing": "what is missing is said where the text before it ends",
  "6.8.2.2-element-alone": "a variable that nothing is assigned to is said where it begins",
  "6.8.3.2-end-of-program-missing": "what is missing is said where the text before it ends",
  "6.8.3.2-point-missing": "what is missing is said where the text before it ends",
  "6.8.3.7-end-for-until": "what is missing is said where the text before it ends",
  "6.8.3.7-until-missing": "what is missing is said where the text before it ends",
};

/** What the compiler that TypeScript compiled makes of its own text: the second stage. */
const second = new PascalCompiler(firstStage(), "interpret").fileOf(compilerSource);

describe("the compiler in Pascal compiles itself", () => {
  test.each(techniques)("to the same file: %s", (_, technique) => {
    expect(new PascalCompiler(firstStage(), technique).fileOf(compilerSource) === second).toBe(true);
  });

  test.each(techniques)("and by that file to the same again: %s", (_, technique) => {
    expect(new PascalCompiler(imageOf(second), technique).fileOf(compilerSource) === second).toBe(true);
  });
});

const compiler = new PascalCompiler(imageOf(second), "interpret");

const expected = ({ path }: CorpusProgram): string => readFileSync(path.replace(/pas$/, "out"), "latin1");

describe.each(["run", "fails"])("compiled by itself: programs that must do as before: %s", (folder) => {
  const machine = new CorpusMachine("interpret");
  test.each(programsIn(folder))("$name", (program) => {
    const { output, ending } = machine.run(imageOf(compiler.fileOf(program.text)), program.input);
    expect(showRun(output, ending)).toBe(expected(program));
  });
});

describe("compiled by itself: programs that must be refused", () => {
  test.each(programsIn("refused"))("$name", (program) => {
    const result = compiler.compile(program.text);
    const lines = result.kind === "refused" ? linesOf(result.messages, /^(\d+):\d+: /gm) : [];
    expect(lines).not.toEqual([]);
    const wanted = linesOf(expected(program), /^[^ :]+:(\d+):\d+: /gm);
    if (program.name in otherLines) expect(lines).not.toEqual(wanted);
    else expect(lines).toEqual(wanted);
  });
});

/** The lines that messages are about, each once. */
function linesOf(messages: string, place: RegExp): readonly string[] {
  return [...new Set([...messages.matchAll(place)].map(([, line = ""]) => line))];
}

test("compiled by itself: mutated sources are accepted or refused as by the compiler in TypeScript", () => {
  const count = Number(process.env.STRATA_FUZZ ?? 100);
  const sources = [...programsIn("run"), ...programsIn("fails")];
  for (let seed = 1; seed <= count; seed++) {
    const random = generator(seed);
    const text = mutate(sources[random(sources.length)]?.text ?? "", random);
    expect(`${seed}: ${compiler.compile(text).kind}`).toBe(
      `${seed}: ${isProgram(text) ? "program" : "refused"}`,
    );
  }
});

function isProgram(text: string): boolean {
  try {
    compileProgram({ name: "fuzz", path: "", text, input: "" });
    return true;
  } catch (error) {
    if (error instanceof CompileError) return false;
    throw error;
  }
}
