/** From the text of a program to its p-code. */

import { checkProgram } from "./checker/program-checker.ts";
import type { PascalCode } from "./code.ts";
import { CompileError, Diagnostics, Source } from "./diagnostics.ts";
import type { Dialect } from "./dialect.ts";
import { type CodeOptions, generateCode } from "./generator/program-generator.ts";
import { parseProgram } from "./parser.ts";
import type { CheckedProgram } from "./tree.ts";

/** Checks a program; throws CompileError where the text is none. */
export function checkPascal(source: Source, dialect: Dialect = "iso"): CheckedProgram {
  const diagnostics = new Diagnostics();
  const program = parseProgram(source.text, diagnostics, dialect);
  const checked = checkProgram(program, diagnostics, dialect);
  if (diagnostics.any) throw new CompileError(source, diagnostics.sorted);
  return checked;
}

/** Compiles a program; throws CompileError where the text is none. */
export function compileToCode(
  text: string,
  name: string,
  options: CodeOptions,
  dialect: Dialect = "iso",
): PascalCode {
  const source = new Source(name, text);
  return generateCode(checkPascal(source, dialect), source, options);
}
