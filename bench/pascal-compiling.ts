/**
 * How fast Pascal is compiled, again and again in one process: the compiler that is written in Pascal, which is an ordinary
 * program with comments, and a denser one that is made of those of the corpus.
 */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { median } from "../src/base/statistics.ts";
import { compilePascal } from "../src/compile-pascal.ts";
import { CompileError, Diagnostics } from "../src/language/pascal/diagnostics.ts";
import { Lexer } from "../src/language/pascal/lexer.ts";
import { Token } from "../src/language/pascal/tokens.ts";

const pascal = join(process.cwd(), "conformance", "pascal");
const corpus = join(pascal, "run");
const COPIES = 2;
/** Compilations until the compiler itself is compiled, and those that are measured. */
const WARMING = 20;
const MEASURED = 20;

export interface CompilingRow {
  readonly name: string;
  readonly lines: number;
  readonly characters: number;
  readonly tokens: number;
  /** Once warm, the median. */
  readonly seconds: number;
}

export function measureCompiling(): readonly CompilingRow[] {
  const compiler = readFileSync(join(pascal, "compiler", "compiler.pas"), "latin1");
  return [measure("the compiler in Pascal", compiler), measure("the corpus, dense", largeProgram())];
}

function measure(name: string, text: string): CompilingRow {
  const seconds: number[] = [];
  for (let round = 0; round < WARMING + MEASURED; round++) {
    const start = performance.now();
    compilePascal(text);
    if (round >= WARMING) seconds.push((performance.now() - start) / 1000);
  }
  const lines = text.split("\n").length;
  return { name, lines, characters: text.length, tokens: countTokens(text), seconds: median(seconds) };
}

function countTokens(text: string): number {
  const lexer = new Lexer(text, new Diagnostics());
  for (let count = 0; ; count++) {
    lexer.next();
    if (lexer.token === Token["end of file"]) return count;
  }
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
