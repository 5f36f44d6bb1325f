/** All passes over the body of a block, in the order in which each finds most to do. */

import type { Body, Node, Value } from "../ir.ts";
import { foldPure } from "./constant-folding.ts";
import { forward } from "./forwarding.ts";

/** A body that does the same in less time, for one that has no operands left (see resolve-operands.ts). */
export function optimize(body: Body): Body {
  return forward(body, simplify);
}

/** Folding is part of forwarding: what it makes of a node decides what the next ones are the same as. */
function simplify(node: Extract<Node, { kind: "pure" }>): Value {
  return foldPure(node);
}
