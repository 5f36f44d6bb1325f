/** Finds a pure computation that is there already: the same operation on the same values. */

import type { Node, Value } from "../ir.ts";
import { ScopedMap } from "./scoped-map.ts";

type Of<K extends Node["kind"]> = Extract<Node, { kind: K }>;
type Pure = Of<"pure">;

interface Entry {
  readonly node: Pure;
  readonly next: Entry | undefined;
}

const operationNumbers = new Map<string, number>();

function operationNumber(op: string): number {
  const known = operationNumbers.get(op);
  if (known !== undefined) return known;
  operationNumbers.set(op, operationNumbers.size + 1);
  return operationNumbers.size;
}

/** Gives each value a number, and equal constants one node. */
export class ValueNumbers {
  readonly #numbers = new Map<Value, number>();
  readonly #i64 = new Map<bigint, Value>();
  readonly #i32 = new Map<number, Value>();
  readonly #addresses = new Map<number, Value>();

  /** The number of a value; a new one where it has none. */
  of(value: Value): number {
    const known = this.#numbers.get(value);
    if (known !== undefined) return known;
    const number = this.#numbers.size + 1;
    this.#numbers.set(value, number);
    return number;
  }

  has(value: Value): boolean {
    return this.#numbers.has(value);
  }

  /** The one node for a constant or an address in the region. Floating-point constants stay apart. */
  unlisted(node: Of<"const"> | Of<"address">): Value {
    if (node.kind === "address") return this.#one(this.#addresses, node.offset, node);
    if (node.type === "i64") return this.#one(this.#i64, node.value as bigint, node);
    if (node.type === "i32") return this.#one(this.#i32, node.value as number, node);
    return node;
  }

  #one<K>(nodes: Map<K, Value>, key: K, node: Value): Value {
    const known = nodes.get(key);
    if (known) return known;
    nodes.set(key, node);
    this.of(node);
    return node;
  }
}

/** Pure nodes by operation and arguments. */
export class Interner {
  readonly #numbers: ValueNumbers;
  readonly #entries = new ScopedMap<number, Entry>();

  constructor(numbers: ValueNumbers) {
    this.#numbers = numbers;
  }

  /** The node that computes the same; the given one where there is none. */
  intern(node: Pure): Pure {
    let hash = operationNumber(node.op);
    for (const arg of node.args) hash = (Math.imul(hash, 0x2545f491) + this.#numbers.of(arg)) & 0x3fffffff;
    const first = this.#entries.get(hash);
    for (let entry = first; entry; entry = entry.next) {
      if (computesTheSame(entry.node, node)) return entry.node;
    }
    this.#entries.replace(hash, first, { node, next: first });
    return node;
  }

  mark(): number {
    return this.#entries.mark();
  }

  undo(mark: number): void {
    this.#entries.undo(mark);
  }
}

function computesTheSame(a: Pure, b: Pure): boolean {
  if (a.op !== b.op || a.type !== b.type) return false;
  for (let index = 0; index < a.args.length; index++) {
    if (a.args[index] !== b.args[index]) return false;
  }
  return true;
}
