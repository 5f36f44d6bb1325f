/**
 * Where a region asks whether its budget suffices: at the heads of loops, where it is entered, and after calls. There it
 * must suffice for the longest way to the next such place, so that the count of steps is exact without a question on the
 * way.
 */

import type { Block } from "./flow.ts";
import type { Structure } from "./structure.ts";

/** For each block the instructions on the longest way from its start to the next place that asks. */
export function longestWays(
  blocks: readonly Block[],
  successors: readonly (readonly number[])[],
  structure: Structure,
): readonly number[] {
  const ways: number[] = blocks.map(() => 0);
  for (const node of structure.order.toReversed()) {
    const block = blocks[node];
    if (!block) continue;
    let longest = 0;
    if (block.ending !== "call") {
      for (const to of successors[node] ?? []) {
        const next = structure.route(node, to);
        const asks = next >= blocks.length || structure.loopHeads.has(next);
        if (!asks) longest = Math.max(longest, ways[next] ?? 0);
      }
    }
    ways[node] = block.instructions.length + longest;
  }
  return ways;
}
