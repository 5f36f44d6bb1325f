/** A directory that `strata translate` made: the translations, and which program they are of. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface TranslatedProgram {
  /** Its path, in the root if there is one. */
  readonly program: string;
  readonly root?: string;
}

const DESCRIPTION = "program.json";

export function writeTranslated(directory: string, program: TranslatedProgram): void {
  writeFileSync(join(directory, DESCRIPTION), `${JSON.stringify(program)}\n`);
}

/** What was translated into a directory; undefined where it is none of ours. */
export function readTranslated(directory: string): TranslatedProgram | undefined {
  try {
    const { program, root } = JSON.parse(
      readFileSync(join(directory, DESCRIPTION), "utf8"),
    ) as TranslatedProgram;
    if (typeof program !== "string" || !["string", "undefined"].includes(typeof root)) return undefined;
    return root === undefined ? { program } : { program, root };
  } catch {
    return undefined;
  }
}
