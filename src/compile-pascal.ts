/** From a text in Pascal to a program for the p-machine: joins the compiler and the machine, which do not know each other. */

import { InternalError } from "./base/errors.ts";
import { encodeProgram } from "./boards/pmachine/encode.ts";
import type { ProgramImage } from "./boards/pmachine/program-image.ts";
import { serviceNumber } from "./isa/pcode/services.ts";
import { compileToCode } from "./language/pascal/compile.ts";
import type { Dialect } from "./language/pascal/dialect.ts";

export interface CompileOptions {
  /** Make run-time checks; true if absent. */
  readonly checks?: boolean;
  /** The file that the source is in, for messages. */
  readonly file?: string;
  /** "iso" if absent. */
  readonly dialect?: Dialect;
}

/** Compiles a program in ISO 7185 Pascal, or in what `dialect` says; throws CompileError, with all that is wrong, where it is none. */
export function compilePascal(
  source: string,
  { checks = true, file = "program.pas", dialect = "iso" }: CompileOptions = {},
): ProgramImage {
  const code = compileToCode(source, file, { checks, serviceNumber: numberOf }, dialect);
  return encodeProgram(code, file.slice(file.lastIndexOf("/") + 1));
}

function numberOf(name: string): number {
  const number = serviceNumber(name);
  if (number === undefined) throw new InternalError(`the p-machine has no service ${name}`);
  return number;
}
