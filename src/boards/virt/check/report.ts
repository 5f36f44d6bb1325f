/** Says how two machines came to differ. */

import { hex } from "../../../base/bits.ts";
import type { Difference } from "../../../isa/riscv/state-difference.ts";
import type { TracedStep } from "../../../isa/riscv/trace.ts";
import type { Narrowed } from "./narrow.ts";

/** Steps and differences that are shown. */
const MOST_STEPS = 12;
const MOST_DIFFERENCES = 12;
const PRIVILEGES: Readonly<Record<number, string>> = { 0: "user", 1: "supervisor", 3: "machine" };

/** Where a difference was met, and what it was then. */
export interface Met {
  /** Steps of the machine where it was known to be right, and where it was seen to be wrong. */
  readonly steps: readonly [number, number];
  readonly differences: readonly Difference[];
}

/** One line on the instruction, and more on what was before it. */
export function report(met: Met, narrowed: Narrowed | undefined): string {
  const culprit = narrowed && culpritOf(narrowed);
  if (!narrowed || !culprit) {
    const [from, to] = met.steps.map((step) => step.toLocaleString("en"));
    return [
      `translated code differs from interpreted code between steps ${from} and ${to}; it did not when it was run again`,
      ...differenceLines(met.differences),
    ].join("\n");
  }
  const mode = PRIVILEGES[culprit.privilege] ?? "?";
  const at = `${hex(culprit.pc)} (${culprit.text ?? "no instruction"})`;
  const step = culprit.step.toLocaleString("en");
  return [
    `translated code differs from interpreted code at ${at}, step ${step}, hart ${culprit.hart}, ${mode} mode`,
    ...differenceLines(narrowed.differences),
    "  the last steps, interpreted:",
    ...shownSteps(narrowed.trace, culprit).map((line) => `  ${line}`),
  ].join("\n");
}

/** The last step that changed something that differs, or else the last one. */
function culpritOf({ differences, trace }: Narrowed): TracedStep | undefined {
  const names = new Set(differences.map(({ name }) => name));
  return trace.findLast(({ changed }) => changed.some((name) => names.has(name))) ?? trace.at(-1);
}

function differenceLines(differences: readonly Difference[]): string[] {
  const lines = differences.slice(0, MOST_DIFFERENCES).map(({ name, values: [translated, interpreted] }) => {
    if (translated === interpreted) return `  ${name}`;
    return `  ${name}: ${hex(translated)} translated, ${hex(interpreted)} interpreted`;
  });
  const more = differences.length - lines.length;
  return more > 0 ? [...lines, `  and ${more} more`] : lines;
}

function shownSteps(trace: readonly TracedStep[], culprit: TracedStep): string[] {
  const last = trace.slice(-MOST_STEPS);
  const shown = last.includes(culprit) ? last : [culprit, ...last.slice(1)];
  return shown.map((step) => {
    const mark = step === culprit ? ">" : " ";
    return `${mark} ${step.pc.toString(16).padStart(16)}  ${step.text ?? "?"}`;
  });
}
