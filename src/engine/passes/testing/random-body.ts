/** Random bodies over a few registers and slots, so that the same things are met again and again. */

import type { Access, Body, Helper, Node, Value, ValueType } from "../../ir.ts";
import { StateLayout, type StateSlot } from "../../state-layout.ts";
import { mix } from "./evaluate.ts";

const layout = new StateLayout();
const names = ["zero", "a", "b", "c"];
export const x = layout.registers("x", names, true);
export const f = layout.registers("f", ["fa", "fb"], false);
export const status = layout.slot("status", "i64");
export const flags = layout.slot("flags", "i32");
export const carry = layout.slot("carry", "u8");
export const table = layout.slot("table", "u8", 8);
export const slots: readonly StateSlot[] = [status, flags, carry];

const FS = 0x6000n;

export const helpers = {
  /** Makes (status & FS) FS, or abandons. */
  use: {
    name: "use",
    params: [],
    leaves: true,
    establishes: "condition-false",
    changes: [status],
  },
  anything: { name: "anything", params: ["i64"], leaves: true },
  raise: { name: "raise", params: ["i64"], result: "i64", leaves: false, changes: [flags] },
} as const satisfies Record<string, Helper>;

/** For `World.helpers`. */
export const helperEffects = {
  use(state: Map<number, bigint>): boolean {
    const old = state.get(status.offset) ?? 0n;
    state.set(status.offset, old | FS);
    return (old & 1n) === 0n;
  },
};

const integerOperations =
  "add sub mul and or xor shl shr_s shr_u rotl rotr eq ne lt_s gt_s le_s ge_s lt_u gt_u le_u ge_u".split(" ");
const unaryOperations = [
  "i64.extend8_s",
  "i64.extend16_s",
  "i64.extend32_s",
  "i32.wrap_i64",
  "i64.extend_i32_s",
  "i64.extend_i32_u",
  "i64.eqz",
  "i32.eqz",
  "i64.clz",
  "i64.popcnt",
];
const constants = [
  0n,
  1n,
  2n,
  3n,
  8n,
  31n,
  32n,
  48n,
  56n,
  63n,
  255n,
  0xffffffffn,
  -1n,
  -8n,
  -0x100000000n,
  FS,
];
const loads: readonly Access[] = [
  { op: "i64.load", size: 8 },
  { op: "i64.load32_s", size: 4 },
  { op: "i64.load8_u", size: 1 },
];
const stores: readonly Access[] = [
  { op: "i64.store", size: 8 },
  { op: "i64.store8", size: 1 },
];

export function randomBody(seed: number, length: number): Body {
  return new Generator(seed).whole(length);
}

class Generator {
  readonly #seed: number;
  readonly #values: Value[] = [];
  #count = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  whole(length: number): Body {
    const out: Node[] = [];
    for (let index = 0; index < length; index++) {
      if (index % 4 === 0) {
        out.push({ kind: "boundary", offset: 2 * index, length: 2, index: index / 4 });
      }
      this.#add(out, 2);
    }
    if (this.#below(2) === 0) out.push({ kind: "goto", offset: 64 });
    return out;
  }

  #below(limit: number): number {
    this.#count += 1;
    return mix(this.#seed, this.#count) % limit;
  }

  #pick<T>(list: readonly T[]): T {
    const picked = list[this.#below(list.length)];
    if (picked === undefined) throw new Error("nothing to pick from");
    return picked;
  }

  #value(type: ValueType): Value {
    const made = this.#values.filter((value) => value.type === type);
    if (made.length === 0 || this.#below(3) === 0) return this.#constant(type);
    return this.#below(2) === 0 ? (made.at(-1) ?? this.#constant(type)) : this.#pick(made);
  }

  #constant(type: ValueType): Value {
    const value = this.#pick(constants);
    if (type === "i64" && this.#below(8) === 0) return { kind: "address", type, offset: this.#below(64) };
    if (type === "i64") return { kind: "const", type, value };
    return { kind: "const", type, value: type === "i32" ? Number(BigInt.asIntN(32, value)) : Number(value) };
  }

  #made<V extends Value>(out: Node[], value: V): V {
    out.push(value);
    this.#values.push(value);
    return value;
  }

  #pure(out: Node[], type: ValueType, op: string, ...args: readonly Value[]): Value {
    return this.#made(out, { kind: "pure", type, op, args });
  }

  #register(file: typeof x) {
    const value = file === x ? 1 + this.#below(3) : this.#below(2);
    return { file, operand: { name: "r", kind: "register", value } } as const;
  }

  /** A register plus a small constant: what accesses often have. */
  #address(out: Node[]): Value {
    const base: Value = this.#made(out, { kind: "readRegister", type: "i64", ...this.#register(x) });
    if (this.#below(4) === 0) return base;
    const value = BigInt(this.#below(6) * 8 - 16);
    return this.#pure(out, "i64", "i64.add", base, { kind: "const", type: "i64", value });
  }

  #add(out: Node[], depth: number): void {
    switch (this.#below(20)) {
      case 0:
      case 1:
        this.#made(out, { kind: "readRegister", type: "i64", ...this.#register(x) });
        return;
      case 2:
        this.#made(out, { kind: "readRegister", type: this.#pick(["i64", "f64"]), ...this.#register(f) });
        return;
      case 3:
        out.push({
          kind: "writeRegister",
          ...this.#register(f),
          value: this.#value(this.#pick(["i64", "f64"])),
        });
        return;
      case 4:
      case 5:
      case 6:
        out.push({ kind: "writeRegister", ...this.#register(x), value: this.#value("i64") });
        return;
      case 7:
      case 8:
      case 9: {
        const type = this.#pick(["i64", "i64", "i32"] as const);
        const op = this.#pick(integerOperations);
        const result = /^(eq|ne|[lg][te])/.test(op) ? "i32" : type;
        this.#pure(out, result, `${type}.${op}`, this.#value(type), this.#value(type));
        return;
      }
      case 10: {
        const op = this.#pick(unaryOperations);
        const from = op.includes("_i32") || op.startsWith("i32.eqz") ? "i32" : "i64";
        this.#pure(
          out,
          op.startsWith("i32") || op.endsWith("eqz") ? "i32" : "i64",
          op,
          this.#value(op.includes("wrap") ? "i64" : from),
        );
        return;
      }
      case 11: {
        const type = this.#pick(["i64", "i32"] as const);
        this.#pure(out, type, "select", this.#value(type), this.#value(type), this.#value("i32"));
        return;
      }
      case 12: {
        const slot = this.#pick(slots);
        this.#made(out, { kind: "readState", type: slot.type === "i64" ? "i64" : "i32", slot });
        return;
      }
      case 13: {
        const slot = this.#pick(slots);
        const value = this.#value(slot.type === "i64" ? "i64" : "i32");
        out.push({ kind: "writeState", slot, value });
        return;
      }
      case 14: {
        const index: Value = { kind: "const", type: "i32", value: this.#below(3) };
        this.#made(out, { kind: "readState", type: "i32", slot: table, index });
        return;
      }
      case 15: {
        const access = this.#pick(loads);
        this.#made(out, { kind: "load", type: "i64", access, address: this.#address(out) });
        return;
      }
      case 16: {
        const access = this.#pick(stores);
        out.push({ kind: "store", access, address: this.#address(out), value: this.#value("i64") });
        return;
      }
      case 17:
        this.#call(out);
        return;
      default:
        if (depth > 0) this.#nest(out, depth);
    }
  }

  #call(out: Node[]): void {
    switch (this.#below(4)) {
      case 0:
        out.push({ kind: "callEffect", helper: helpers.anything, args: [this.#value("i64")] });
        return;
      case 1:
        this.#made(out, { kind: "call", type: "i64", helper: helpers.raise, args: [this.#value("i64")] });
        return;
      default: {
        const read: Value = this.#made(out, { kind: "readState", type: "i64", slot: status });
        const mask: Value = { kind: "const", type: "i64", value: FS };
        const masked = this.#pure(out, "i64", "i64.and", read, mask);
        const condition = this.#pure(out, "i32", "i64.ne", masked, mask);
        const whenTrue: Body = [{ kind: "callEffect", helper: helpers.use, args: [] }];
        out.push({ kind: "if", condition, whenTrue, whenFalse: [] });
      }
    }
  }

  #nest(out: Node[], depth: number): void {
    const condition = this.#value("i32");
    const inner = (): Body => this.#nested(1 + this.#below(4), depth);
    if (this.#below(3) > 0) {
      const whenFalse = this.#below(2) === 0 ? inner() : [];
      out.push({ kind: "if", condition, whenTrue: inner(), whenFalse });
      return;
    }
    const branch = () => {
      const known = this.#values.length;
      const body: Node[] = [];
      for (let count = this.#below(4); count > 0; count--) this.#add(body, depth - 1);
      const result = this.#value("i64");
      this.#values.length = known;
      return { body, result };
    };
    this.#made(out, { kind: "choose", type: "i64", condition, whenTrue: branch(), whenFalse: branch() });
  }

  #end(out: Node[]): void {
    if (this.#below(2) === 0) out.push({ kind: "trap", cause: 2, value: this.#value("i64") });
    else out.push({ kind: "goto", offset: this.#below(8) * 4 });
  }

  #nested(length: number, depth: number): Body {
    const known = this.#values.length;
    const out: Node[] = [];
    for (let index = 0; index < length; index++) this.#add(out, depth - 1);
    if (this.#below(3) === 0) this.#end(out);
    this.#values.length = known;
    return out;
  }
}
