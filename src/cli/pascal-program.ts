/** Programs for the p-machine: compiled from Pascal, or read from what was compiled before. */

import type { ProgramImage } from "../boards/pmachine/program-image.ts";
import { isTranslated, unpackTranslated } from "../boards/pmachine/translated-file.ts";
import { compilePascal } from "../compile-pascal.ts";
import { readPco } from "../formats/pco.ts";
import { Source } from "../language/pascal/diagnostics.ts";
import type { Dialect } from "../language/pascal/dialect.ts";

/** What `strata pascal` was given. */
export interface GivenProgram {
  readonly image: ProgramImage;
  /** The module of one that was translated. */
  readonly module?: Uint8Array<ArrayBuffer>;
  /** Absent where only what was compiled is there. */
  readonly source?: Source;
}

/** A source text, a .pco file or a translated module, by what the file begins with. */
export function openProgram(
  bytes: Uint8Array,
  path: string,
  checks: boolean,
  dialect: Dialect = "iso",
): GivenProgram {
  if (isTranslated(bytes)) return unpackTranslated(Uint8Array.from(bytes));
  if (bytes[0] === 0x50 && bytes[1] === 0x43 && bytes[2] === 0x4f && bytes[3] === 0x0a)
    return { image: readPco(bytes) };
  const text = sourceText(bytes);
  return { image: compilePascal(text, { checks, file: path, dialect }), source: new Source(path, text) };
}

/** A byte is a character: those of the type char. */
export function sourceText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}
