/**
 * Floating-point values as what they are: descriptions handle numbers as their bits, so that each result would be moved to an
 * integer register and back. Registers of a floating-point file are read and written as f64, choices between numbers give
 * an f64, and loads and stores of bits that only pass through are those of an f64. Bits that are wanted as such are
 * reinterpreted where they are.
 */

import type { Body, Node, Value, ValueBody } from "../ir.ts";
import { bodiesOf, operandsOf } from "../ir.ts";
import { withOperands } from "./rewrite.ts";

type Of<K extends Node["kind"]> = Extract<Node, { kind: K }>;

export function floatValues(body: Body): Body {
  const numbers = new Set<Value>();
  findNumbers(body, numbers);
  return numbers.size === 0 ? body : new FloatPass(numbers).body(body);
}

/** Finds values of 64 bits that are used as an f64, or kept in a register of a floating-point file. */
function findNumbers(body: Body, numbers: Set<Value>): void {
  for (const node of body) {
    if (node.kind === "writeRegister" && node.file.type === "f64") addNumber(node.value, numbers);
    if (node.kind === "readRegister" && node.file.type === "f64") addNumber(node, numbers);
    if (node.kind === "pure" && node.op === "f64.reinterpret_i64") {
      for (const arg of node.args) addNumber(arg, numbers);
    }
    for (const nested of bodiesOf(node)) findNumbers(nested, numbers);
  }
}

function addNumber(value: Value, numbers: Set<Value>): void {
  numbers.add(value);
  if (value.kind !== "choose") return;
  addNumber(value.whenTrue.result, numbers);
  addNumber(value.whenFalse.result, numbers);
}

class FloatPass {
  readonly #numbers: ReadonlySet<Value>;
  readonly #replaced = new Map<Value, Value>();
  readonly #map = (value: Value): Value => this.#replaced.get(value) ?? value;

  constructor(numbers: ReadonlySet<Value>) {
    this.#numbers = numbers;
  }

  body(body: Body): Body {
    const out: Node[] = [];
    for (const node of body) this.#node(node, out);
    return out;
  }

  #node(old: Node, out: Node[]): void {
    const node = this.#withBodies(withOperands(old, this.#map));
    switch (node.kind) {
      case "readRegister":
        if (node.file.type === "f64" && node.type === "i64")
          return this.#asBits({ ...node, type: "f64" }, old, out);
        break;
      case "load":
        if (node.access.op === "i64.load" && this.#numbers.has(old as Value)) {
          const access = { ...node.access, op: "f64.load" };
          return this.#asBits({ ...node, type: "f64", access }, old, out);
        }
        break;
      case "choose":
        if (node.type === "i64" && this.#numbers.has(old as Value))
          return this.#asBits(ofNumbers(node), old, out);
        break;
      case "pure":
        if (node.op === "f64.reinterpret_i64") {
          const number = numberOf(node.args[0]);
          if (number) {
            this.#replaced.set(old as Value, number);
            return;
          }
        }
        break;
      case "writeRegister": {
        if (node.file.type !== "f64" || node.value.type !== "i64") break;
        const value = numberOf(node.value) ?? reinterpret("f64", node.value, out);
        out.push({ ...node, value });
        return;
      }
      case "store": {
        const number = node.access.op === "i64.store" ? numberOf(node.value) : undefined;
        if (!number) break;
        out.push({ ...node, access: { ...node.access, op: "f64.store" }, value: number });
        return;
      }
    }
    if (node !== old) this.#replaced.set(old as Value, node as Value);
    out.push(node);
  }

  /** Lists a number, and its bits in place of what was there. */
  #asBits(number: Value, old: Node, out: Node[]): void {
    out.push(number);
    this.#replaced.set(old as Value, reinterpret("i64", number, out));
  }

  #withBodies(node: Node): Node {
    if (node.kind === "if") {
      return { ...node, whenTrue: this.body(node.whenTrue), whenFalse: this.body(node.whenFalse) };
    }
    if (node.kind !== "choose") return node;
    return { ...node, whenTrue: this.#valueBody(node.whenTrue), whenFalse: this.#valueBody(node.whenFalse) };
  }

  #valueBody({ body, result }: ValueBody): ValueBody {
    const made = this.body(body);
    return { body: made, result: this.#map(result) };
  }
}

/** The f64 whose bits a value is. */
function numberOf(value: Value | undefined): Value | undefined {
  return value?.kind === "pure" && value.op === "i64.reinterpret_f64" ? operandsOf(value)[0] : undefined;
}

function reinterpret(type: "f64" | "i64", value: Value, out: Node[]): Value {
  const op = type === "f64" ? "f64.reinterpret_i64" : "i64.reinterpret_f64";
  const node = { kind: "pure", type, op, args: [value] } as const;
  out.push(node);
  return node;
}

function ofNumbers(node: Of<"choose">): Of<"choose"> {
  return { ...node, type: "f64", whenTrue: asNumber(node.whenTrue), whenFalse: asNumber(node.whenFalse) };
}

function asNumber({ body, result }: ValueBody): ValueBody {
  const number = numberOf(result);
  if (number) return { body, result: number };
  const out = [...body];
  return { body: out, result: reinterpret("f64", result, out) };
}
