/**
 * Forwarding: what a register or slot is known to hold is not read again, what was computed is not computed again, and
 * what was tested is not tested again.
 *
 * - A register read after it was written, or read, in the block is the value written, or read. The same for slots, which
 *   helpers change (`Helper.changes`); that a helper which comes back leaves registers alone is taken for granted, and that
 *   accesses to memory leave both alone.
 * - Pure nodes of the same operation on the same values become one.
 * - After `if (c) { ...does not come back }` c is 0; in the bodies of an `if` it is what it was tested for.
 * - After `if (c) helper()` where the helper establishes that c is false, a c computed anew from the same slots is 0.
 *
 * What is known in a nested body is not known after it, and what may be changed in it is unknown after it.
 */

import type { Body, Helper, Node, Value, ValueBody } from "../ir.ts";
import type { StateSlot } from "../state-layout.ts";
import { assumptions, isBoolean } from "./assumptions.ts";
import { Interner, ValueNumbers } from "./interner.ts";
import { endsControl, isUnlisted, withOperands } from "./rewrite.ts";
import { ScopedMap } from "./scoped-map.ts";
import { StateFacts } from "./state-facts.ts";

type Of<K extends Node["kind"]> = Extract<Node, { kind: K }>;

/** Another value equal to a node: an argument at any depth, a constant, or new pure nodes over such. */
export type Simplify = (node: Of<"pure">) => Value;

export function forward(body: Body, simplify: Simplify = (node) => node): Body {
  return new Forwarder(simplify).body(body);
}

class Forwarder {
  readonly #simplify: Simplify;
  readonly #replaced = new Map<Value, Value>();
  readonly #numbers = new ValueNumbers();
  readonly #interner = new Interner(this.#numbers);
  /** Values known to be constants, from conditions that hold here. */
  readonly #known = new ScopedMap<Value, Value>();
  /** What registers and slots hold, by their offsets in the state. */
  readonly #registers = new ScopedMap<number, Value>();
  readonly #slots = new ScopedMap<number, Value>();
  /** Reads from tables, by the slot's offset and the index. */
  readonly #tables = new ScopedMap<number, ReadonlyMap<Value, Value>>();
  readonly #facts = new StateFacts(this.#numbers, (read) => {
    const held = this.#slots.get(read.slot.offset);
    return held !== undefined && this.#replaced.get(read) === held;
  });
  readonly #map = (value: Value): Value => this.#resolve(value);

  constructor(simplify: Simplify) {
    this.#simplify = simplify;
  }

  body(body: Body): Body {
    const out: Node[] = [];
    this.#into(out, body);
    return out;
  }

  /** What an operand has become. */
  #resolve(value: Value): Value {
    let current = this.#replaced.get(value) ?? value;
    if (current === value && isUnlisted(value)) {
      current = this.#numbers.unlisted(value as Of<"const">);
      this.#replaced.set(value, current);
    }
    return this.#known.isEmpty ? current : (this.#known.get(current) ?? current);
  }

  /** Whether control comes to the end. */
  #into(out: Node[], body: Body): boolean {
    for (const node of body) {
      if (!this.#node(out, node)) return false;
    }
    return true;
  }

  #node(out: Node[], node: Node): boolean {
    switch (node.kind) {
      case "const":
      case "address":
        return true;
      case "pure": {
        this.#facts.note(node);
        const constant = this.#facts.constantOf(node);
        this.#replaced.set(node, constant ?? this.#pure(out, withOperands(node, this.#map)));
        return true;
      }
      case "readRegister":
        this.#readRegister(out, node);
        return true;
      case "readState":
        this.#readState(out, node);
        return true;
      case "writeRegister":
        this.#writeRegister(out, node);
        return true;
      case "writeState":
        this.#writeState(out, node);
        return true;
      case "if":
        return this.#if(out, node);
      case "choose":
        return this.#choose(out, node);
      default:
        return this.#other(out, node);
    }
  }

  #other(out: Node[], old: Node): boolean {
    const node = withOperands(old, this.#map);
    if ("type" in node) this.#list(out, old as Value, node);
    else out.push(node);
    if (node.kind === "call" || node.kind === "callEffect") this.#called(node.helper);
    return !endsControl(node);
  }

  #list(out: Node[], old: Value, node: Value): void {
    this.#numbers.of(node);
    this.#replaced.set(old, node);
    out.push(node);
  }

  /** Simplifies a node, and lists it unless the same is there. */
  #pure(out: Node[], node: Of<"pure">): Value {
    const simple = this.#simplify(node);
    if (simple.kind !== "pure") return this.#resolve(simple);
    if (simple !== node && this.#numbers.has(simple)) return this.#resolve(simple);
    const interned = this.#interner.intern(simple === node ? node : this.#withNewOperands(out, simple));
    if (!this.#numbers.has(interned)) {
      this.#numbers.of(interned);
      out.push(interned);
    }
    return this.#known.isEmpty ? interned : (this.#known.get(interned) ?? interned);
  }

  /** A node that simplifying made: its operands may be new too. */
  #withNewOperands(out: Node[], node: Of<"pure">): Of<"pure"> {
    return withOperands(node, (arg) =>
      arg.kind === "pure" && !this.#numbers.has(arg)
        ? this.#pure(out, this.#withNewOperands(out, arg))
        : this.#resolve(arg),
    );
  }

  // Registers

  #readRegister(out: Node[], node: Of<"readRegister">): void {
    const place = placeOf(node);
    const held = place === undefined ? undefined : this.#registers.get(place);
    if (held === undefined) {
      this.#list(out, node, node);
      if (place !== undefined) this.#registers.set(place, node);
    } else this.#replaced.set(node, this.#as(out, node.type, this.#resolve(held)));
  }

  /** The 64 bits of a register as the type that is wanted. */
  #as(out: Node[], type: Value["type"], value: Value): Value {
    if (value.type === type) return value;
    const op = `${type}.reinterpret_${value.type}`;
    return this.#pure(out, { kind: "pure", type, op, args: [value] });
  }

  #writeRegister(out: Node[], old: Of<"writeRegister">): void {
    const node = withOperands(old, this.#map);
    const place = placeOf(node);
    if (node.operand.value === undefined) {
      for (const key of this.#registers.keys()) this.#registers.set(key, undefined);
    } else if (place !== undefined) {
      if (this.#registers.get(place) === node.value) return;
      this.#registers.set(place, node.value);
    }
    out.push(node);
  }

  // Slots

  #readState(out: Node[], old: Of<"readState">): void {
    if (!old.index) this.#facts.note(old);
    const node = withOperands(old, this.#map);
    const { slot, index } = node;
    const held = index ? this.#tables.get(slot.offset)?.get(index) : this.#slots.get(slot.offset);
    if (held) {
      this.#replaced.set(old, this.#resolve(held));
      return;
    }
    this.#list(out, old, node);
    if (index) {
      const reads = new Map(this.#tables.get(slot.offset));
      this.#tables.set(slot.offset, reads.set(index, node));
    } else this.#slots.set(slot.offset, node);
  }

  #writeState(out: Node[], old: Of<"writeState">): void {
    const node = withOperands(old, this.#map);
    const { slot, value } = node;
    const known = this.#slots.get(slot.offset);
    if (known !== undefined && known === value) return;
    this.#forget(slot.offset);
    if (readsBackAs(slot, value)) this.#slots.set(slot.offset, value);
    out.push(node);
  }

  #forget(offset: number): void {
    this.#slots.set(offset, undefined);
    this.#tables.set(offset, undefined);
    this.#facts.forget(offset);
  }

  #called({ changes }: Helper): void {
    if (changes) {
      for (const { offset } of changes) this.#forget(offset);
      return;
    }
    for (const offset of [...this.#slots.keys()]) this.#forget(offset);
    for (const offset of [...this.#tables.keys()]) this.#forget(offset);
  }

  // Conditions

  #if(out: Node[], node: Of<"if">): boolean {
    const condition = this.#resolve(node.condition);
    if (condition.kind === "const") return this.#into(out, condition.value ? node.whenTrue : node.whenFalse);
    const establishes = establishesItsFalsehood(node) && this.#facts.isCurrent(node.condition);
    const whenTrue = this.#nested(condition, true, node.whenTrue);
    const whenFalse = this.#nested(condition, false, node.whenFalse);
    this.#merge(whenTrue);
    this.#merge(whenFalse);
    if (whenTrue.out.length + whenFalse.out.length === 0) return true;
    out.push({ kind: "if", condition, whenTrue: whenTrue.out, whenFalse: whenFalse.out });
    if (!whenTrue.falls) this.#assume(condition, false);
    else if (!whenFalse.falls) this.#assume(condition, true);
    if (establishes) this.#facts.learn(node.condition);
    return whenTrue.falls || whenFalse.falls;
  }

  #choose(out: Node[], node: Of<"choose">): boolean {
    const condition = this.#resolve(node.condition);
    if (condition.kind === "const") {
      const { body, result } = condition.value ? node.whenTrue : node.whenFalse;
      const falls = this.#into(out, body);
      this.#replaced.set(node, this.#resolve(result));
      return falls;
    }
    const whenTrue = this.#nested(condition, true, node.whenTrue.body, node.whenTrue.result);
    const whenFalse = this.#nested(condition, false, node.whenFalse.body, node.whenFalse.result);
    this.#merge(whenTrue);
    this.#merge(whenFalse);
    const { type } = node;
    this.#list(out, node, {
      kind: "choose",
      type,
      condition,
      whenTrue: valueBody(whenTrue, node.whenTrue),
      whenFalse: valueBody(whenFalse, node.whenFalse),
    });
    return true;
  }

  #nested(condition: Value, holds: boolean, body: Body, result?: Value): Nested {
    const out: Node[] = [];
    const scope = { interner: this.#interner.mark(), known: this.#known.mark(), facts: this.#facts.mark() };
    const [registers, slots, tables] = [this.#registers.mark(), this.#slots.mark(), this.#tables.mark()];
    this.#assume(condition, holds);
    const falls = this.#into(out, body);
    // What a body from which control does not come back would give may not even be there any more.
    const resolved = result && (falls ? this.#resolve(result) : zero(result.type));
    this.#interner.undo(scope.interner);
    this.#known.undo(scope.known);
    this.#facts.undo(scope.facts);
    return {
      out,
      falls,
      result: resolved,
      registers: this.#registers.undo(registers),
      slots: this.#slots.undo(slots),
      tables: this.#tables.undo(tables),
    };
  }

  /** Forgets what a nested body from which control comes back may have changed. */
  #merge({ falls, registers, slots, tables }: Nested): void {
    if (!falls) return;
    for (const place of registers) this.#registers.set(place, undefined);
    for (const offset of slots) this.#forget(offset);
    for (const offset of tables) this.#forget(offset);
  }

  #assume(condition: Value, holds: boolean): void {
    for (const [value, constant] of assumptions(condition, holds)) {
      this.#known.set(value, this.#numbers.unlisted(constant));
    }
  }
}

interface Nested {
  readonly out: Body;
  readonly falls: boolean;
  readonly result: Value | undefined;
  /** What may have been changed. */
  readonly registers: readonly number[];
  readonly slots: readonly number[];
  readonly tables: readonly number[];
}

function valueBody({ out, result }: Nested, old: ValueBody): ValueBody {
  return { body: out, result: result ?? old.result };
}

function zero(type: Value["type"]): Value {
  return { kind: "const", type, value: type === "i64" ? 0n : 0 };
}

/** A register's offset in the state; undefined where it is not known which one it is, and for the zero register. */
function placeOf({ file, operand }: Of<"readRegister"> | Of<"writeRegister">): number | undefined {
  const { value } = operand;
  return value === undefined || (file.zero && value === 0) ? undefined : file.offset + 8 * value;
}

/** Whether a slot of this size keeps all of a value. */
function readsBackAs(slot: StateSlot, value: Value): boolean {
  if (slot.type !== "u8") return true;
  if (value.kind === "const") return (Number(value.value) & 0xff) === value.value;
  return isBoolean(value) || (value.kind === "readState" && value.slot.type === "u8");
}

function establishesItsFalsehood({ whenTrue, whenFalse }: Of<"if">): boolean {
  const [only] = whenTrue;
  const isCall = whenTrue.length === 1 && whenFalse.length === 0 && only?.kind === "callEffect";
  return isCall && only.helper.establishes === "condition-false";
}
