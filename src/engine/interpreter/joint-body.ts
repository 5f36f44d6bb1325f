/**
 * Instructions of a stack machine that one handler runs, as one body: what they leave on the stack for each other becomes values
 * by the passes. Which entries an instruction touches is known but for the depth of the stack before the first one, so that
 * registers are numbered from the deepest entry that the first one touches. What lies above the stack where control leaves is
 * seen by nobody, nor is what the stack has where an access or a trap ends the sequence early: a trap ends the program.
 */

import { InternalError } from "../../base/errors.ts";
import type { StackEffects } from "../instruction.ts";
import type { Body, Node, Operand, Value } from "../ir.ts";
import { visitNodes } from "../ir.ts";
import { RECORD_BYTES } from "../memory-map.ts";
import { optimizeValues } from "../passes/optimize.ts";
import { cannotFallThrough, isUnlisted, withNested, withOperands } from "../passes/rewrite.ts";
import type { OperandPlace } from "./record-places.ts";

/** An instruction of such a sequence. */
export interface JointPart {
  readonly name: string;
  readonly length: 2 | 4;
  readonly body: Body;
  readonly places: ReadonlyMap<string, OperandPlace>;
}

/** What the handler of a sequence is made from. */
export interface JointBody {
  readonly body: Body;
  /** Where operands lie, from the record of the first instruction on: their names begin with the instruction's index. */
  readonly places: ReadonlyMap<string, OperandPlace>;
  /** Where the record has the register that has the number 0 here. */
  readonly base: OperandPlace;
  readonly count: number;
  /** Bytes of all instructions. */
  readonly length: number;
}

/** Entries above which nothing of a sequence reaches. */
const MOST_ENTRIES = 16;

export function joinBodies(stack: StackEffects, parts: readonly JointPart[]): JointBody {
  const [deepest = ""] = stack.operands;
  const base = parts[0]?.places.get(deepest);
  const title = parts.map(({ name }) => name).join(" ");
  if (!base) throw new InternalError(`${title}: the first instruction touches no entry of the stack`);
  const body: Node[] = [];
  const places = new Map<string, OperandPlace>();
  let offset = 0;
  // The first instruction's deepest entry is the one with the number 0.
  let depth = stack.effectOf(parts[0]?.name ?? "")[0];
  /** By instruction: registers above the stack that it leaves. */
  const unseen: ReadonlySet<number>[] = [];
  for (const [index, part] of parts.entries()) {
    const [pops, pushes] = stack.effectOf(part.name);
    const first = depth - pops;
    body.push({ kind: "boundary", offset, length: part.length, index });
    const rename = (operand: Operand): Operand => {
      const entry = stack.operands.indexOf(operand.name);
      const name = `${index}.${operand.name}`;
      return entry < 0 ? { ...operand, name } : { ...operand, name, value: first + entry };
    };
    if (index < parts.length - 1) requireMiddle(part, title);
    body.push(...new Copier(rename).body(part.body));
    const distance = (offset / 2) * RECORD_BYTES;
    for (const [name, place] of part.places)
      places.set(`${index}.${name}`, { ...place, offset: place.offset + distance });
    offset += part.length;
    depth = first + pushes;
    unseen.push(registersFrom(stack, depth));
  }
  return {
    body: optimizeValues(body, unseen),
    places,
    base,
    count: parts.length,
    length: offset,
  };
}

/**
 * Control may come out at the end of all but the last instruction, and leaves by a jump whose distance the record has;
 * nothing may ask for their addresses.
 */
function requireMiddle({ name, body }: JointPart, title: string): void {
  let isOne = !cannotFallThrough(body);
  visitNodes(body, ({ kind }) => {
    if (["jump", "pc", "nextPc", "call", "callEffect"].includes(kind)) isOne = false;
  });
  if (!isOne) throw new InternalError(`${title}: ${name} can only be the last of a sequence`);
}

function registersFrom({ file }: StackEffects, depth: number): ReadonlySet<number> {
  return new Set(Array.from({ length: MOST_ENTRIES }, (_, above) => file.offset + 8 * (depth + above)));
}

/** Copies nodes, as those of one instruction may occur in a sequence twice, with other operands. */
class Copier {
  readonly #rename: (operand: Operand) => Operand;
  readonly #made = new Map<Value, Value>();
  readonly #map = (value: Value): Value => this.#made.get(value) ?? value;

  constructor(rename: (operand: Operand) => Operand) {
    this.#rename = rename;
  }

  readonly body = (body: Body): Body => {
    const out: Node[] = [];
    for (const old of body) {
      const node = this.#node(old);
      if ("type" in node) this.#made.set(old as Value, node);
      if (!isUnlisted(node as Value)) out.push(node);
    }
    return out;
  };

  #node(node: Node): Node {
    switch (node.kind) {
      case "immediate":
      case "readRegister":
        return { ...node, operand: this.#rename(node.operand) };
      case "writeRegister":
        return { ...node, operand: this.#rename(node.operand), value: this.#map(node.value) };
      case "jumpRelative":
        return { ...node, offset: this.#rename(node.offset) };
      default: {
        const made = withNested(withOperands(node, this.#map), this.body, this.#map);
        return made === node ? { ...node } : made;
      }
    }
  }
}
