/**
 * Guest memory without a TLB: a guest address is a distance in linear memory, whose end WebAssembly checks. Stores count from
 * where the guest may write, so that what lies before is beyond the end.
 */

import type { Body, Node, Value } from "../ir.ts";
import { withNested, withOperands } from "../passes/rewrite.ts";

/** Distances up to here are given to the access itself: no address that the guest may use is smaller. */
const MOST_OFFSET = 0x4000;

interface Place {
  readonly base: Value;
  readonly offset: number;
}

const wrapped = (value: Value): Value => ({ kind: "pure", type: "i32", op: "i32.wrap_i64", args: [value] });
const constant = (value: number): Value => ({ kind: "const", type: "i32", value: value | 0 });

/** Says of each access where it lies: a base of 32 bits and a distance, for loads from 0 and for stores from `dataAddress`. */
export function placeAccesses(body: Body, dataAddress: number): Body {
  const replaced = new Map<Value, Value>();
  return new Placer(dataAddress, replaced).body(body);
}

class Placer {
  readonly #dataAddress: number;
  readonly #replaced: Map<Value, Value>;
  readonly #map = (value: Value): Value => this.#replaced.get(value) ?? value;

  constructor(dataAddress: number, replaced: Map<Value, Value>) {
    this.#dataAddress = dataAddress;
    this.#replaced = replaced;
  }

  readonly body = (body: Body): Body => body.map((node) => this.#node(node));

  #node(old: Node): Node {
    const node = withNested(withOperands(old, this.#map), this.body, this.#map);
    const placed =
      node.kind === "load" || node.kind === "store" ? { ...node, reached: this.#place(node) } : node;
    if (placed !== old && "type" in old) this.#replaced.set(old as Value, placed as Value);
    return placed;
  }

  #place(node: Extract<Node, { kind: "load" | "store" }>): Place {
    const { address } = node;
    const from = node.kind === "store" ? this.#dataAddress : 0;
    if (address.kind === "const") {
      const at = Number(address.value) - from;
      return at >= 0 ? { base: constant(0), offset: at } : { base: constant(at), offset: 0 };
    }
    const { base, offset } = split(address);
    if (from === 0) return { base: wrapped(base), offset };
    const args = [wrapped(base), constant(from)];
    return { base: { kind: "pure", type: "i32", op: "i32.sub", args }, offset };
  }
}

function split(address: Value): Place {
  if (address.kind === "pure" && address.op === "i64.add") {
    const [base, distance] = address.args;
    const offset = distance?.kind === "const" ? Number(distance.value) : -1;
    if (base && offset >= 0 && offset < MOST_OFFSET) return { base, offset };
  }
  return { base: address, offset: 0 };
}
