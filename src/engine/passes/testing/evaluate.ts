/**
 * A reference evaluator of the IR: runs a body in a small made-up world and tells what could be seen from outside. Two bodies
 * mean the same if they tell the same in every world. It also refuses values that are used where they are not made.
 *
 * Values are the bits that they are, as unsigned numbers.
 */

import { signatureOf } from "../../../wasm/types.ts";
import type { Access, Body, Helper, Node, Value } from "../../ir.ts";
import { describeNode } from "../../ir-text.ts";
import type { StateSlot } from "../../state-layout.ts";
import { evaluationOf } from "../integer-arithmetic.ts";

type Of<K extends Node["kind"]> = Extract<Node, { kind: K }>;

export interface World {
  readonly seed: number;
  /** The slots that the helpers change where they do not say which. */
  readonly slots: readonly StateSlot[];
  /** What a helper does to the slots; false where it abandons the instruction. */
  readonly helpers: Readonly<Record<string, (state: Map<number, bigint>) => boolean>>;
}

/** A well-mixed number from others. */
export function mix(...numbers: readonly (number | bigint)[]): number {
  let hash = 0x9e3779b9;
  for (const number of numbers) {
    const low = Number(BigInt.asUintN(32, BigInt(number)) ^ BigInt.asUintN(32, BigInt(number) >> 32n));
    hash = Math.imul(hash ^ low, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash >>> 0;
}

/** Bits of a kind that conditions care about: small, large, with a few ones. */
export function interesting(hash: number): bigint {
  const kinds = [
    0n,
    1n,
    -1n,
    0x6000n,
    BigInt(hash % 200),
    BigInt(hash) << 31n,
    BigInt(hash) * 0x1_0000_0001n,
  ];
  return BigInt.asUintN(64, kinds[mix(hash, 1) % kinds.length] ?? 0n);
}

/** Runs a body and lists what can be seen: accesses, calls with the state that they find, and where control goes. */
export function observe(body: Body, world: World): readonly string[] {
  const run = new Run(world);
  if (run.body(body)) run.see("falls through");
  return run.events;
}

const slotBits = { u8: 8, i32: 32, i64: 64 } as const;
const sizes = { i32: 32, i64: 64, f32: 32, f64: 64, v128: 128 } as const;

class Run {
  readonly events: string[] = [];
  readonly #world: World;
  readonly #values = new Map<Value, bigint>();
  /** Registers and slots by offset. */
  readonly #state = new Map<number, bigint>();
  readonly #memory = new Map<bigint, number>();
  readonly #touched = new Set<number>();

  constructor(world: World) {
    this.#world = world;
  }

  see(event: string, onlySlots = false): void {
    const state = [...this.#touched]
      .filter((offset) => !onlySlots || this.#world.slots.some((slot) => slot.offset === offset))
      .sort((a, b) => a - b)
      .map((offset) => `${offset}=${this.#held(offset)}`);
    this.events.push(`${event}; ${state.join(" ")}`);
  }

  #held(offset: number): bigint {
    return this.#state.get(offset) ?? this.#initial(offset);
  }

  #initial(offset: number): bigint {
    const slot = this.#world.slots.find((candidate) => candidate.offset === offset);
    return BigInt.asUintN(slot ? slotBits[slot.type] : 64, interesting(mix(this.#world.seed, offset)));
  }

  #write(offset: number, value: bigint): void {
    // What was not written shows what it was at first: a body may leave out writing that.
    this.#state.set(offset, value);
    if (value === this.#initial(offset)) this.#touched.delete(offset);
    else this.#touched.add(offset);
  }

  /** Whether control comes to the end. */
  body(body: Body): boolean {
    return body.every((node) => this.#node(node));
  }

  #nested(body: Body, result?: Value): bigint | boolean {
    const before = new Set(this.#values.keys());
    const falls = this.body(body);
    const value = falls && result ? this.#use(result) : falls;
    for (const key of this.#values.keys()) if (!before.has(key)) this.#values.delete(key);
    return value;
  }

  #use(value: Value): bigint {
    const known = this.#values.get(value);
    if (known !== undefined) return known;
    if (value.kind === "const") {
      if (value.type === "f64") return doubleBits(Number(value.value));
      return BigInt.asUintN(sizes[value.type], BigInt(value.value));
    }
    if (value.kind === "address") return BigInt.asUintN(64, 0x1234_5000n + BigInt(value.offset));
    throw new Error(`used where it is not made: ${describeNode(value)}`);
  }

  #node(node: Node): boolean {
    if ("type" in node) {
      const value = this.#value(node);
      if (value === undefined) return false;
      this.#values.set(node, BigInt.asUintN(sizes[node.type], value));
      return true;
    }
    return this.#effect(node);
  }

  #value(node: Value): bigint | undefined {
    switch (node.kind) {
      case "const":
      case "address":
        return this.#use(node);
      case "pure":
        return this.#pure(node);
      case "readRegister":
        return this.#held(node.file.offset + 8 * (node.operand.value ?? 0));
      case "readState": {
        const index = node.index ? Number(this.#use(node.index) & 7n) : 0;
        const held = this.#held(node.slot.offset + index);
        return node.slot.type === "u8" ? held & 0xffn : held;
      }
      case "load":
        return this.#load(node.access, this.#use(node.address), node);
      case "reach":
        return this.#reach(this.#use(node.address), node.size, node.access !== "read");
      case "atomic": {
        const access: Access = { op: "i64.load", size: node.size };
        const [address, value] = [this.#use(node.address), this.#use(node.value)];
        const old = this.#load(access, address);
        if (old === undefined || !this.#store(access, address, old + value)) return undefined;
        return old;
      }
      case "call":
        return this.#call(node.helper, node.args) ? BigInt(mix(...this.#args(node.args))) : undefined;
      case "choose": {
        const taken = this.#use(node.condition) !== 0n ? node.whenTrue : node.whenFalse;
        const value = this.#nested(taken.body, taken.result);
        return typeof value === "bigint" ? value : undefined;
      }
      default:
        throw new Error(`cannot evaluate ${node.kind}`);
    }
  }

  #effect(node: Exclude<Node, Value>): boolean {
    switch (node.kind) {
      case "writeRegister":
        this.#write(node.file.offset + 8 * (node.operand.value ?? 0), this.#use(node.value));
        return true;
      case "writeState": {
        this.#write(node.slot.offset, BigInt.asUintN(slotBits[node.slot.type], this.#use(node.value)));
        return true;
      }
      case "store":
        return this.#store(node.access, this.#use(node.address), this.#use(node.value), node);
      case "callEffect":
        return this.#call(node.helper, node.args);
      case "if":
        return this.#nested(this.#use(node.condition) !== 0n ? node.whenTrue : node.whenFalse) === true;
      case "boundary":
        this.events.push(`instruction ${node.index}`);
        return true;
      case "jump":
        this.see(`jump ${this.#use(node.target)}`);
        return false;
      case "goto":
        this.see(`goto ${node.offset}`);
        return false;
      case "trap":
        this.see(`trap ${node.cause} ${this.#use(node.value)}`);
        return false;
      case "jumpRelative":
        throw new Error("cannot evaluate jumpRelative");
    }
  }

  #pure({ op, args, type }: Of<"pure">): bigint {
    const [a = 0n, b = 0n, condition = 0n] = this.#args(args);
    if (op === "select") return condition !== 0n ? a : b;
    if (op.includes("reinterpret")) return a;
    if (type === "f64") return doubleBits(arithmetic[op.slice(4)]?.(double(a), double(b)) ?? 0);
    if (op === "f64.lt") return double(a) < double(b) ? 1n : 0n;
    const evaluation = evaluationOf(op);
    const [from = "i64"] = signatureOf(op).params;
    const result = evaluation?.evaluate([a, b].map((value) => BigInt.asIntN(sizes[from], value)));
    if (result === undefined) throw new Error(`cannot evaluate ${op}`);
    return result;
  }

  #args(args: readonly Value[]): bigint[] {
    return args.map((arg) => this.#use(arg));
  }

  // Memory: a page has no access, is out of the TLB, or in it for reading, or for writing too.

  #page(address: bigint): number {
    return mix(this.#world.seed, BigInt.asUintN(64, address) >> 12n) % 8;
  }

  #isMapped(address: bigint): boolean {
    return this.#page(address) !== 0;
  }

  #reach(address: bigint, size: number, write: boolean): bigint {
    const end = BigInt.asUintN(64, address + BigInt(size - 1));
    const inPage = end >> 12n === address >> 12n;
    return inPage && this.#page(address) >= (write ? 4 : 2) ? placeOf(address) : 0n;
  }

  #check(node: Of<"load"> | Of<"store"> | undefined, address: bigint, size: number, write: boolean): void {
    if (!node?.reached) return;
    const base = this.#use(node.reached.base);
    if (base === 0n) return;
    if (this.#reach(address, size, write) === 0n) throw new Error("reached what is not within reach");
    if (base + BigInt(node.reached.offset) !== placeOf(address)) throw new Error("reached a wrong place");
  }

  #load({ op, size }: Access, address: bigint, node?: Of<"load">): bigint | undefined {
    if (!this.#isMapped(address)) {
      this.see(`cannot load ${address}`);
      return undefined;
    }
    this.#check(node, address, size, false);
    this.events.push(`${op} ${address}`);
    let value = 0n;
    for (let byte = 0n; byte < size; byte++) {
      const place = address + byte;
      value |= BigInt(this.#memory.get(place) ?? mix(this.#world.seed, place) & 0xff) << (8n * byte);
    }
    return op.endsWith("_s") ? BigInt.asIntN(size * 8, value) : value;
  }

  #store({ op, size }: Access, address: bigint, value: bigint, node?: Of<"store">): boolean {
    if (!this.#isMapped(address)) {
      this.see(`cannot store ${address}`);
      return false;
    }
    this.#check(node, address, size, true);
    this.events.push(`${op} ${address} ${BigInt.asUintN(size * 8, value)}`);
    for (let byte = 0n; byte < size; byte++) {
      this.#memory.set(address + byte, Number((value >> (8n * byte)) & 0xffn));
    }
    return true;
  }

  #call(helper: Helper, args: readonly Value[]): boolean {
    this.see(`call ${helper.name} ${this.#args(args).join(" ")}`, !helper.leaves);
    const act = this.#world.helpers[helper.name];
    const after = new Map<number, bigint>();
    for (const { offset } of this.#world.slots) after.set(offset, this.#held(offset));
    const comesBack = act ? act(after) : true;
    for (const slot of this.#world.slots) {
      if (!act && (helper.changes ?? this.#world.slots).includes(slot)) {
        const value = interesting(mix(this.#world.seed, slot.offset, this.events.length));
        after.set(slot.offset, BigInt.asUintN(slotBits[slot.type], value));
      }
    }
    for (const [offset, value] of after) this.#write(offset, value);
    if (!comesBack) this.see("abandoned");
    return comesBack;
  }
}

function placeOf(address: bigint): bigint {
  return BigInt.asUintN(28, address) + (1n << 28n);
}

const view = new DataView(new ArrayBuffer(8));

function doubleBits(value: number): bigint {
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}

function double(bits: bigint): number {
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}

const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  mul: (a, b) => a * b,
};
