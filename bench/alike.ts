/** What the measurements of whole processes have in common. */

import { median } from "../src/base/statistics.ts";
import { type MeasuredRun, runDifference } from "../src/cli/measured-run.ts";

/** Throws where runs are not all like the first one of the peer's. */
export function requireAlike(name: string, peer: string, runs: readonly MeasuredRun[]): void {
  const [model] = runs;
  for (const run of runs) {
    const difference = model && runDifference(model, run);
    if (difference) throw new Error(`${name}: Strata and ${peer} disagree: ${difference}`);
  }
}

/** The median, in seconds. */
export function medianSeconds(runs: readonly MeasuredRun[]): number {
  return median(runs.map(({ seconds }) => seconds));
}
