/** What `strata translate` made, a directory or a file: the translations, and which program they are of. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TranslationCache } from "../engine/translation-cache.ts";
import { TranslationDirectory } from "../host/node/translations/translation-directory.ts";
import { TranslationFile } from "../host/node/translations/translation-file.ts";

export interface TranslatedProgram {
  /** Its path, in the root if there is one. */
  readonly program: string;
  readonly root?: string;
}

/** Translations that were made ahead. */
export interface AheadTranslations extends Pick<TranslationCache, "regions"> {
  /** Whether they can be used by this version of Strata and of V8. */
  readonly isOfThisVersion: boolean;
  /** Some were found to be damaged, and not used. */
  readonly isDamaged?: boolean;
  close(): void;
}

const DESCRIPTION = "program.json";

export function writeTranslated(directory: string, program: TranslatedProgram): void {
  writeFileSync(join(directory, DESCRIPTION), `${JSON.stringify(program)}\n`);
}

/**
 * What was translated into a directory or a file; undefined where it is none of ours. Throws TranslationFileError for a file
 * that is damaged, or that others can write to.
 */
export function readTranslated(
  path: string,
): { readonly program: TranslatedProgram; readonly translations: AheadTranslations | undefined } | undefined {
  const file = TranslationFile.open(path);
  if (file) {
    const program = programOf(file.description);
    return program && { program, translations: file };
  }
  const program = programOf(readDescription(path));
  return program && { program, translations: TranslationDirectory.open(path, Number.POSITIVE_INFINITY) };
}

function readDescription(directory: string): unknown {
  try {
    return JSON.parse(readFileSync(join(directory, DESCRIPTION), "utf8"));
  } catch {
    return undefined;
  }
}

function programOf(description: unknown): TranslatedProgram | undefined {
  const { program, root } = (description ?? {}) as Partial<TranslatedProgram>;
  if (typeof program !== "string" || !["string", "undefined"].includes(typeof root)) return undefined;
  return root === undefined ? { program } : { program, root };
}
