/** All passes over the body of a block, in the order in which each finds most to do. */

import type { Body, Node, Value } from "../ir.ts";
import { type AddressCheckOptions, shareAddressChecks } from "./address-checks.ts";
import { foldPure } from "./constant-folding.ts";
import { removeDead, type Unseen } from "./dead-stores.ts";
import { floatValues } from "./float-values.ts";
import { forward } from "./forwarding.ts";
import { reducePure } from "./strength-reduction.ts";

type Pure = Extract<Node, { kind: "pure" }>;

/** A body that does the same in less time, for one without operands (see resolve-operands.ts). */
export function optimize(body: Body, options: AddressCheckOptions = {}): Body {
  return shareAddressChecks(optimizeValues(body), options);
}

/** The same without the addresses, for code whose accesses are not checked by a TLB. `unseen`: see `removeDead`. */
export function optimizeValues(body: Body, unseen?: Unseen): Body {
  return removeDead(forward(floatValues(body), simplify), unseen);
}

/** Part of forwarding, as what becomes of a node decides which others are the same. */
function simplify(node: Pure): Value {
  const folded = foldPure(node);
  if (folded.kind !== "pure") return folded;
  const reduced = reducePure(folded);
  return reduced !== folded && reduced.kind === "pure" ? foldPure(reduced) : reduced;
}
