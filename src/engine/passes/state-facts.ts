/**
 * Facts about what slots hold now: "computed from them as they are, this expression is that constant". They outlive the
 * values that were read: a helper that establishes a condition has changed the slots, but the condition, computed anew,
 * is known.
 *
 * To compare expressions over slots, whenever they were read, each has a shape: the same expression over one read of
 * each slot, which stands for all. Expressions are taken as they were before anything in them was replaced: what took the
 * place of a read no longer tells which slot was read.
 */

import type { Node, Value } from "../ir.ts";
import { assumptions } from "./assumptions.ts";
import { Interner, type ValueNumbers } from "./interner.ts";
import { ScopedMap } from "./scoped-map.ts";

type Pure = Extract<Node, { kind: "pure" }>;
type ReadState = Extract<Node, { kind: "readState" }>;

export class StateFacts {
  readonly #numbers: ValueNumbers;
  readonly #isHeld: (read: ReadState) => boolean;
  readonly #shapes = new Map<Value, Value>();
  readonly #reads = new Map<number, Value>();
  readonly #interner: Interner;
  readonly #constants = new ScopedMap<Value, Value>();
  /** The shapes with facts by the slots in them. */
  readonly #bySlot = new Map<number, Value[]>();

  /** `isHeld` tells whether a slot is known to hold still what was read. */
  constructor(numbers: ValueNumbers, isHeld: (read: ReadState) => boolean) {
    this.#numbers = numbers;
    this.#isHeld = isHeld;
    this.#interner = new Interner(numbers);
  }

  /** Finds the shape of a node, if it is made of slots and constants only. */
  note(node: Pure | ReadState): void {
    if (node.kind === "readState") {
      const { offset } = node.slot;
      const read = this.#reads.get(offset) ?? node;
      this.#reads.set(offset, read);
      this.#shapes.set(node, read);
      return;
    }
    if (this.#shapes.size === 0) return;
    for (const arg of node.args) if (arg.kind !== "const" && !this.#shapes.has(arg)) return;
    const args = node.args.map((arg) =>
      arg.kind === "const" ? this.#numbers.unlisted(arg) : (this.#shapes.get(arg) ?? arg),
    );
    this.#shapes.set(node, this.#interner.intern({ ...node, args }));
  }

  /** The constant that a value is, computed from slots as they are now. */
  constantOf(value: Value): Value | undefined {
    if (this.#constants.isEmpty) return undefined;
    const shape = this.#shapes.get(value);
    const constant = shape && this.#constants.get(shape);
    return constant && this.isCurrent(value) ? constant : undefined;
  }

  /** Whether a value is computed from slots alone, and these hold what was read. */
  isCurrent(value: Value): boolean {
    if (value.kind === "const") return true;
    if (!this.#shapes.has(value)) return false;
    if (value.kind === "readState") return this.#isHeld(value);
    return value.kind === "pure" && value.args.every((arg) => this.isCurrent(arg));
  }

  /** From now on the condition, computed anew, is 0. */
  learn(condition: Value): void {
    const shape = this.#shapes.get(condition);
    if (!shape) return;
    for (const [value, constant] of assumptions(shape, false)) {
      this.#constants.set(value, this.#numbers.unlisted(constant));
      this.#indexBySlot(value, value);
    }
  }

  #indexBySlot(fact: Value, part: Value): void {
    if (part.kind === "readState") {
      const shapes = this.#bySlot.get(part.slot.offset) ?? [];
      if (!shapes.includes(fact)) this.#bySlot.set(part.slot.offset, [...shapes, fact]);
    } else if (part.kind === "pure") for (const arg of part.args) this.#indexBySlot(fact, arg);
  }

  /** The slot at this offset may hold something else from now on. */
  forget(offset: number): void {
    for (const shape of this.#bySlot.get(offset) ?? []) this.#constants.set(shape, undefined);
  }

  mark(): number {
    return this.#constants.mark();
  }

  undo(mark: number): void {
    this.#constants.undo(mark);
  }
}
