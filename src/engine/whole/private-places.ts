/**
 * Places in a frame that no other code reaches become registers: what is loaded and stored there is in a local variable. Only
 * places that are always accessed alike do, but that two of them may be set at once to a constant.
 */

import type { Body, Node, Value } from "../ir.ts";
import { visitNodes } from "../ir.ts";
import { withNested, withOperands } from "../passes/rewrite.ts";
import type { RegisterFile, StateSlot } from "../state-layout.ts";

/** The registers that such places become: the index is the distance in the frame. */
export const placeFile: RegisterFile = {
  name: "place",
  offset: -1,
  count: 0,
  zero: false,
  names: [],
  type: "i64",
};

type Access = Extract<Node, { kind: "load" | "store" }>;

/** The distance from the frame pointer that is accessed; undefined where it is something else. */
function distanceOf({ address }: Access, pointer: StateSlot): number | undefined {
  if (address.kind !== "pure" || address.op !== "i64.add") return undefined;
  const [base, distance] = address.args;
  if (base?.kind !== "readState" || base.slot !== pointer || distance?.kind !== "const") return undefined;
  return Number(distance.value);
}

/** The places of a procedure, by distance: how many bytes each has. */
export function findPlaces(
  bodies: readonly Body[],
  declared: readonly number[],
  pointer: StateSlot,
): ReadonlyMap<number, number> {
  const sizes = new Map<number, number>();
  const refused = new Set<number>();
  const wanted = new Set(declared);
  for (const body of bodies) {
    visitNodes(body, (node) => {
      if (node.kind !== "load" && node.kind !== "store") return;
      const at = distanceOf(node, pointer);
      if (at === undefined || isConstantPair(node)) return;
      const { size } = node.access;
      if (size < 4 || (sizes.get(at) ?? size) !== size) refused.add(at);
      sizes.set(at, size);
    });
  }
  for (const [at, size] of sizes) {
    if (!wanted.has(at)) refused.add(at);
    // What lies over two places is none.
    if (size === 8 && wanted.has(at + 4)) refused.add(at).add(at + 4);
  }
  return new Map([...sizes].filter(([at]) => !refused.has(at)));
}

/** Eight bytes set to a constant: perhaps two places. */
function isConstantPair(node: Access): boolean {
  return node.kind === "store" && node.access.size === 8 && node.value.kind === "const";
}

/** The body with registers for places. What is set beside them stays in memory too. */
export function usePlaces(body: Body, places: ReadonlyMap<number, number>, pointer: StateSlot): Body {
  if (places.size === 0) return body;
  return new Replacer(places, pointer).body(body);
}

class Replacer {
  readonly #places: ReadonlyMap<number, number>;
  readonly #pointer: StateSlot;
  readonly #replaced = new Map<Value, Value>();
  readonly #map = (value: Value): Value => this.#replaced.get(value) ?? value;

  constructor(places: ReadonlyMap<number, number>, pointer: StateSlot) {
    this.#places = places;
    this.#pointer = pointer;
  }

  readonly body = (body: Body): Body => body.flatMap((node) => this.#nodes(node));

  #nodes(old: Node): readonly Node[] {
    const node = withNested(withOperands(old, this.#map), this.body, this.#map);
    const made = node.kind === "load" || node.kind === "store" ? this.#access(node) : [node];
    const last = made.at(-1);
    if (last && last !== old && "type" in old) this.#replaced.set(old as Value, last as Value);
    return made;
  }

  #access(node: Access): readonly Node[] {
    const at = distanceOf(node, this.#pointer);
    if (at === undefined) return [node];
    if (isConstantPair(node)) return this.#setPair(node, at);
    if (!this.#places.has(at)) return [node];
    const operand = { name: "place", kind: "register", value: at } as const;
    if (node.kind === "load") {
      const read: Value = { kind: "readRegister", type: "i64", file: placeFile, operand };
      return node.type === "i64" ? [read] : [node];
    }
    return this.#write(at, node.value, node.access.size);
  }

  #write(at: number, value: Value, size: number): readonly Node[] {
    const operand = { name: "place", kind: "register", value: at } as const;
    if (size === 8 || value.kind === "const")
      return [{ kind: "writeRegister", file: placeFile, operand, value }];
    const word: Value = { kind: "pure", type: "i64", op: "i64.extend32_s", args: [value] };
    return [word, { kind: "writeRegister", file: placeFile, operand, value: word }];
  }

  #setPair(node: Access, at: number): readonly Node[] {
    if (node.kind !== "store" || node.value.kind !== "const") return [node];
    const { value } = node.value;
    if (this.#places.get(at) === 8) return this.#write(at, node.value, 8);
    const half = (bits: bigint): Value => ({ kind: "const", type: "i64", value: BigInt.asIntN(32, bits) });
    const low = this.#places.has(at) ? this.#write(at, half(BigInt(value)), 4) : [];
    const high = this.#places.has(at + 4) ? this.#write(at + 4, half(BigInt(value) >> 32n), 4) : [];
    return low.length > 0 && high.length > 0 ? [...low, ...high] : [node, ...low, ...high];
  }
}
