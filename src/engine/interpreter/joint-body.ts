/**
 * Instructions that one handler runs, as one body.
 *
 * Of a stack machine, what they leave on the stack for each other becomes values by the passes. Which entries an instruction
 * touches is known but for the depth of the stack before the first one, so that registers are numbered from the deepest entry
 * that the first one touches. What lies above the stack where control leaves is seen by nobody, nor is what the stack has where
 * an access or a trap ends the sequence early: a trap ends the program.
 *
 * Of a register machine the state is exact before each of them, as nothing is known of which registers they are; where an access
 * needs more than the TLB, the sequence ends there (see `InterpreterTarget`).
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
  /** Of a stack machine: where the record has the register that has the number 0 here. */
  readonly base: OperandPlace | undefined;
  readonly count: number;
  /** Bytes of all instructions. */
  readonly length: number;
}

/** Entries above which nothing of a sequence reaches. */
const MOST_ENTRIES = 16;

export function joinBodies(stack: StackEffects | undefined, parts: readonly JointPart[]): JointBody {
  const title = parts.map(({ name }) => name).join(" ");
  const entries = stack && new StackEntries(stack, parts[0], title);
  const body: Node[] = [];
  const places = new Map<string, OperandPlace>();
  let offset = 0;
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    requirePart(part, title, [...(stack ? [] : needsHelpers), ...(isLast ? [] : asksForAddress)]);
    if (!isLast && cannotFallThrough(part.body)) refuse(part, title);
    body.push({ kind: "boundary", offset, length: part.length, index });
    const entry = entries?.next(part.name);
    const rename = (operand: Operand): Operand => {
      const value = entry?.(operand.name);
      return { ...operand, name: `${index}.${operand.name}`, ...(value !== undefined && { value }) };
    };
    body.push(...new Copier(rename).body(part.body));
    const distance = (offset / 2) * RECORD_BYTES;
    for (const [name, place] of part.places)
      places.set(`${index}.${name}`, { ...place, offset: place.offset + distance });
    offset += part.length;
  }
  return {
    body: optimizeValues(body, entries?.unseen),
    places,
    base: entries?.base,
    count: parts.length,
    length: offset,
  };
}

/** The entries of the stack that the instructions of a sequence touch, one instruction after the other. */
class StackEntries {
  readonly #stack: StackEffects;
  /** Before the next instruction. The first one's deepest entry is the one with the number 0. */
  #depth: number;
  readonly base: OperandPlace;
  /** By instruction: registers above the stack that it leaves. */
  readonly unseen: ReadonlySet<number>[] = [];

  constructor(stack: StackEffects, first: JointPart | undefined, title: string) {
    const [deepest = ""] = stack.operands;
    const base = first?.places.get(deepest);
    if (!base) throw new InternalError(`${title}: the first instruction touches no entry of the stack`);
    this.#stack = stack;
    this.#depth = stack.effectOf(first?.name ?? "")[0];
    this.base = base;
  }

  /** What the next instruction's operands are, by their names, if they are entries. */
  next(name: string): (operand: string) => number | undefined {
    const { effectOf, operands, file } = this.#stack;
    const [pops, pushes] = effectOf(name);
    const first = this.#depth - pops;
    this.#depth = first + pushes;
    const above = Array.from({ length: MOST_ENTRIES }, (_, index) => file.offset + 8 * (this.#depth + index));
    this.unseen.push(new Set(above));
    return (operand) => {
      const entry = operands.indexOf(operand);
      return entry < 0 ? undefined : first + entry;
    };
  }
}

/** What only the last one may do: the address that it asks for is that of the last one. */
const asksForAddress = ["jump", "pc", "nextPc", "call", "callEffect"];
/** What cannot be begun anew. */
const needsHelpers = ["trap", "call", "callEffect", "atomic", "compareExchange"];

function requirePart(part: JointPart, title: string, refused: readonly string[]): void {
  visitNodes(part.body, ({ kind }) => {
    if (refused.includes(kind)) refuse(part, title);
  });
}

function refuse({ name }: JointPart, title: string): never {
  throw new InternalError(`${title}: ${name} cannot be there in a sequence`);
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
