/** Finds where a hot place is best entered: at the beginning of the function that it lies in. */

import { GUEST_PAGE } from "../memory-map.ts";
import type { CodeView } from "./code-view.ts";
import { exploreFlow, type LinkRegisters } from "./flow.ts";
import type { Stager } from "./stage.ts";

/** How far back a beginning is looked for, in bytes, and among how many places. */
const REACH = GUEST_PAGE;
const MOST_CANDIDATES = 24;
const MOST_FAILURES = 4;
const MOST_INSTRUCTIONS = 400;

/**
 * The earliest place from which control comes to `hot` without a call, among those that control does not fall into from
 * above; `hot` itself where there is none.
 */
export function findHead(view: CodeView, stage: Stager, links: LinkRegisters, hot: number): number {
  let best = hot;
  let failures = 0;
  let tried = 0;
  const limits = { jumpTargets: new Map(), maxInstructions: MOST_INSTRUCTIONS };
  for (let at = hot; at > hot - REACH && failures < MOST_FAILURES && tried < MOST_CANDIDATES; at -= 2) {
    if (!view.wasMet(at) || isFallenInto(view, stage, links, at)) continue;
    tried += 1;
    const flow = exploreFlow(view, stage, links, { ...limits, heads: [at] });
    const reaches = [...(flow?.blocks.values() ?? [])].some(({ offset, end }) => offset <= hot && hot < end);
    if (reaches) best = at;
    failures = reaches ? 0 : failures + 1;
  }
  return best;
}

/** Whether an instruction just before falls through to the one at an offset. */
function isFallenInto(view: CodeView, stage: Stager, links: LinkRegisters, offset: number): boolean {
  return [2, 4].some((length) => {
    const before = offset - length;
    if (!view.wasMet(before)) return false;
    const staged = stage(view.half(before) ?? 0, view.half(before + 2));
    if (staged?.length !== length) return false;
    const last = staged.body.at(-1)?.kind;
    const ends = last === "jump" || last === "jumpRelative" || last === "trap";
    return !ends || isCall(view, stage, links, before);
  });
}

function isCall(view: CodeView, stage: Stager, links: LinkRegisters, at: number): boolean {
  const limits = { jumpTargets: new Map(), maxInstructions: 1, heads: [at] };
  const flow = exploreFlow(view, stage, links, limits);
  return flow?.blocks.get(at)?.ending === "call";
}
