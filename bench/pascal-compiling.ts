/** How fast Pascal is compiled: a program of thousands of lines, made of those of the corpus, again and again in one process. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { median } from "../src/base/statistics.ts";
import { compilePascal } from "../src/compile-pascal.ts";
import { CompileError } from "../src/language/pascal/diagnostics.ts";

const corpus = join(process.cwd(), "conformance", "pascal", "run");
const COPIES = 2;
/** Compilations until the compiler itself is compiled, and those that are measured. */
const WARMING = 15;
const MEASURED = 15;

/** Lines in a second, once warm, and how many lines the program has. */
export function measureCompiling(): { readonly lines: number; readonly linesPerSecond: number } {
  const text = largeProgram();
  const lines = text.split("\n").length;
  const seconds: number[] = [];
  for (let round = 0; round < WARMING + MEASURED; round++) {
    const start = performance.now();
    compilePascal(text);
    if (round >= WARMING) seconds.push((performance.now() - start) / 1000);
  }
  return { lines, linesPerSecond: lines / median(seconds) };
}

/** The programs of the corpus as procedures of one program: those that need no files of their own. */
function largeProgram(): string {
  const procedures = readdirSync(corpus)
    .filter((file) => file.endsWith(".pas"))
    .map((file) => asProcedure(readFileSync(join(corpus, file), "latin1")))
    .filter((text) => compiles(`program p(input, output);\n${text}begin end.\n`));
  const texts = Array.from({ length: COPIES }, () => procedures).flat();
  const numbered = texts.map((text, index) => text.replace("procedure whole", `procedure whole${index}`));
  return `program large(input, output);\n${numbered.join("")}begin\n  whole0\nend.\n`;
}

function asProcedure(text: string): string {
  return `${text
    .replace(/program[^;]*;/i, "procedure whole;")
    .trimEnd()
    .replace(/\.$/, ";")}\n`;
}

function compiles(text: string): boolean {
  try {
    compilePascal(text);
    return true;
  } catch (error) {
    if (error instanceof CompileError) return false;
    throw error;
  }
}
