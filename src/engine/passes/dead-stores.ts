/**
 * Leaves out what nobody sees: values that are never used, and writes to registers and slots that are overwritten before
 * anything can see them. Where control may leave the block (an access to memory, a helper, a trap, a jump) all registers and
 * slots are seen, but for those registers that the caller says nobody looks at.
 */

import type { Body, Node, Value } from "../ir.ts";
import { bodiesOf, operandsOf } from "../ir.ts";
import { cannotFallThrough, withNested, withOperands } from "./rewrite.ts";

/**
 * Registers, by their offsets in the state, that are not looked at where control leaves by an instruction or after it: by the
 * instruction's index among those that the body's boundaries tell apart.
 */
export type Unseen = readonly ReadonlySet<number>[];

/** @param unseen where it is given, accesses to memory and traps look at no register at all. */
export function removeDead(body: Body, unseen?: Unseen): Body {
  const search = new DeadSearch(unseen);
  search.body(body, new Overwritten(unseen?.at(-1)));
  return search.dead.size + search.valueless.size === 0 ? body : without(body, search, new Map());
}

/** The body without what is dead. Choices become other values by that. */
function without(body: Body, search: DeadSearch, replaced: Map<Value, Value>): Body {
  const map = (value: Value): Value => replaced.get(value) ?? value;
  const inNested = (nested: Body): Body => without(nested, search, replaced);
  const out: Node[] = [];
  for (const old of body) {
    if (search.dead.has(old)) continue;
    const operandsReplaced = replaced.size > 0 ? withOperands(old, map) : old;
    const node = withNested(operandsReplaced, inNested, map);
    if (node !== old && "type" in old) replaced.set(old, node as Value);
    out.push(node.kind === "choose" && search.valueless.has(old) ? withoutValue(node) : node);
  }
  return out.length === body.length && out.every((node, index) => node === body[index]) ? body : out;
}

function withoutValue({ condition, whenTrue, whenFalse }: Extract<Node, { kind: "choose" }>): Node {
  return { kind: "if", condition, whenTrue: whenTrue.body, whenFalse: whenFalse.body };
}

/** Offsets in the state that are written later, before anything sees what they hold. */
class Overwritten {
  readonly registers: Set<number>;
  readonly slots: Set<number>;
  /** Control ends here, and no register is looked at. */
  areAll = false;

  constructor(registers: Iterable<number> = [], slots: Iterable<number> = []) {
    this.registers = new Set(registers);
    this.slots = new Set(slots);
  }

  clear(): void {
    this.registers.clear();
    this.slots.clear();
  }

  copy(): Overwritten {
    return new Overwritten(this.registers, this.slots);
  }

  /** Becomes what is overwritten both here and there. */
  intersect(one: Overwritten, other: Overwritten): void {
    this.clear();
    const [fewer, more] = one.areAll ? [other, one] : [one, other];
    for (const offset of fewer.registers) {
      if (more.areAll || more.registers.has(offset)) this.registers.add(offset);
    }
    for (const offset of one.slots) if (other.slots.has(offset)) this.slots.add(offset);
  }
}

/** Goes through bodies from their ends. */
class DeadSearch {
  readonly #unseenAfter: Unseen | undefined;
  /** After the instruction that is looked at. */
  #unseen: ReadonlySet<number> | undefined;
  readonly dead = new Set<Node>();
  /** Choices of which only the effects matter. */
  readonly valueless = new Set<Node>();
  readonly #used = new Set<Value>();

  constructor(unseen: Unseen | undefined) {
    this.#unseenAfter = unseen;
    this.#unseen = unseen?.at(-1);
  }

  /** Control leaves here. */
  #left(overwritten: Overwritten): void {
    overwritten.clear();
    for (const offset of this.#unseen ?? []) overwritten.registers.add(offset);
  }

  /** Memory is accessed, which may not come back. */
  #accessed(overwritten: Overwritten): void {
    if (this.#unseen) overwritten.slots.clear();
    else overwritten.clear();
  }

  body(body: Body, overwritten: Overwritten): void {
    for (let index = body.length - 1; index >= 0; index--) {
      const node = body[index] as Node;
      if (this.#isDead(node, overwritten)) this.dead.add(node);
      else for (const operand of operandsOf(node)) this.#used.add(operand);
    }
  }

  #isDead(node: Node, overwritten: Overwritten): boolean {
    switch (node.kind) {
      case "const":
      case "address":
      case "immediate":
      case "pc":
      case "nextPc":
      case "parameter":
      case "pure":
      case "reach":
        return !this.#used.has(node);
      case "readRegister":
        if (!this.#used.has(node)) return true;
        if (node.operand.value === undefined) overwritten.registers.clear();
        else overwritten.registers.delete(node.file.offset + 8 * node.operand.value);
        return false;
      case "readState":
        if (!this.#used.has(node)) return true;
        overwritten.slots.delete(node.slot.offset);
        return false;
      case "writeRegister": {
        const { value } = node.operand;
        return value !== undefined && isRepeated(overwritten.registers, node.file.offset + 8 * value);
      }
      case "writeState":
        return isRepeated(overwritten.slots, node.slot.offset);
      case "if":
      case "choose":
        return this.#isDeadChoice(node, overwritten);
      case "call":
      case "callEffect":
        // Where a helper is asked, a region leaves for the interpreter.
        this.#left(overwritten);
        return false;
      case "boundary":
        this.#unseen = this.#unseenAfter?.[node.index - 1];
        return false;
      case "load":
      case "store":
      case "atomic":
      case "compareExchange":
        this.#accessed(overwritten);
        return false;
      case "trap":
        overwritten.clear();
        overwritten.areAll = this.#unseen !== undefined;
        return false;
      case "jump":
      case "jumpRelative":
      case "goto":
        this.#left(overwritten);
        return false;
    }
  }

  #isDeadChoice(node: Extract<Node, { kind: "if" | "choose" }>, overwritten: Overwritten): boolean {
    const hasValue = node.kind === "choose" && this.#used.has(node);
    if (hasValue) {
      this.#used.add(node.whenTrue.result);
      this.#used.add(node.whenFalse.result);
    }
    const [whenTrue = [], whenFalse = []] = bodiesOf(node);
    const one = this.#branch(whenTrue, overwritten);
    const other = this.#branch(whenFalse, overwritten);
    overwritten.intersect(one, other);
    const isEmpty = [whenTrue, whenFalse].every((body) => body.every((inner) => this.dead.has(inner)));
    if (node.kind === "choose" && !hasValue && !isEmpty) this.valueless.add(node);
    return isEmpty && !hasValue;
  }

  #branch(body: Body, after: Overwritten): Overwritten {
    const overwritten = cannotFallThrough(body) ? new Overwritten(this.#unseen) : after.copy();
    this.body(body, overwritten);
    return overwritten;
  }
}

/** Whether a place is overwritten anyway; from here back it is. */
function isRepeated(overwritten: Set<number>, offset: number): boolean {
  if (overwritten.has(offset)) return true;
  overwritten.add(offset);
  return false;
}
