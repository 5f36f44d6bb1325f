/** The ways to execute guest code. */

import type { InstructionSet } from "./instruction.ts";
import type { Ops } from "./ops.ts";
import { AsyncCompiler, ImmediateCompiler } from "./region/compile.ts";
import type { TranslatorOptions } from "./region/translator.ts";

/**
 * "interpret"; "translate": every block before it is executed for the first time; "dynamic": interpret, and translate what
 * is hot. Options mean "dynamic", with other rules.
 */
export type Technique = "interpret" | "translate" | "dynamic" | Partial<TranslatorOptions>;

/** Steps that are interpreted at a place before it is translated. */
const THRESHOLD = 500_000;

/** What the translator is told; undefined where nothing is translated. */
export function translatorOptions<H extends Ops>(
  set: InstructionSet<H>,
  technique: Technique,
): TranslatorOptions | undefined {
  if (technique === "interpret") return undefined;
  if (technique === "translate") return { threshold: 0, compiler: new ImmediateCompiler(set) };
  const { threshold, compiler } = technique === "dynamic" ? {} : technique;
  return { threshold: threshold ?? THRESHOLD, compiler: compiler ?? new AsyncCompiler(set) };
}
