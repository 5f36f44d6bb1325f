/** Which registers a region may have written since memory last held them: those must be stored where it is left. */

import type { Block } from "./flow.ts";
import type { Structure } from "./structure.ts";

/** For each block the set of registers that may be dirty at its start, as bits. */
export function dirtyAtStart(
  blocks: readonly Block[],
  writes: readonly bigint[],
  successors: readonly (readonly number[])[],
  order: Structure["order"],
): readonly bigint[] {
  const dirty: bigint[] = blocks.map(() => 0n);
  for (let changed = true; changed; ) {
    changed = false;
    for (const node of order) {
      const block = blocks[node];
      if (!block) continue;
      // A call stores them all, and takes them anew.
      const after = block.ending === "call" ? 0n : (dirty[node] ?? 0n) | (writes[node] ?? 0n);
      for (const to of successors[node] ?? []) {
        const before = dirty[to] ?? 0n;
        if ((before | after) === before) continue;
        dirty[to] = before | after;
        changed = true;
      }
    }
  }
  return dirty;
}
