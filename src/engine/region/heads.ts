/** Finds where a hot place is best entered: at the beginning of the function that it lies in. */

import { GUEST_PAGE } from "../memory-map.ts";
import { type CodeReader, reaches } from "./flow.ts";

/** How far back a beginning is looked for, in bytes, and among how many places. */
const REACH = GUEST_PAGE;
const MOST_CANDIDATES = 24;
const MOST_FAILURES = 4;
const MOST_INSTRUCTIONS = 400;

/**
 * The earliest place from which control comes to `hot` without a call, among those that control does not fall into from
 * above; `hot` itself where there is none.
 */
export function findHead(code: CodeReader, hot: number): number {
  let best = hot;
  let failures = 0;
  let tried = 0;
  const limits = { jumpTargets: new Map(), others: new Set<number>(), maxInstructions: MOST_INSTRUCTIONS };
  for (let at = hot; at > hot - REACH && failures < MOST_FAILURES && tried < MOST_CANDIDATES; at -= 2) {
    if (!code.read(at) || isFallenInto(code, at)) continue;
    tried += 1;
    const isHead = reaches(code, { ...limits, heads: [at] }, hot);
    if (isHead) best = at;
    failures = isHead ? 0 : failures + 1;
  }
  return best;
}

/** Whether control comes to an offset from an instruction just before it. */
function isFallenInto(code: CodeReader, offset: number): boolean {
  return [2, 4].some((length) => {
    const before = code.read(offset - length);
    if (before?.staged.length !== length) return false;
    return !before.transfer || before.transfer.fallsThrough || before.transfer.ending === "call";
  });
}
