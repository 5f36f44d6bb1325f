/**
 * The vocabulary in which instructions are described. Calling a method does not compute anything: it adds a node to
 * the body being staged. An instruction set extends this class with words of its own, made from these.
 */

import { InternalError } from "../base/errors.ts";
import type { ValueType } from "../wasm/types.ts";
import { signatureOf } from "../wasm/types.ts";
import type {
  Access,
  AtomicOperation,
  Body,
  Helper,
  Node,
  Operand,
  Routine,
  Value,
  ValueBody,
} from "./ir.ts";
import type { RegisterFile, StateSlot } from "./state-layout.ts";

/** Accesses to guest memory, as WebAssembly names them. */
export type LoadName =
  | `i64.load${"8_s" | "8_u" | "16_s" | "16_u" | "32_s" | "32_u" | ""}`
  | "i32.load"
  | "f32.load"
  | "f64.load";
export type StoreName = `i64.store${"8" | "16" | "32" | ""}` | "i32.store" | "f32.store" | "f64.store";

/** The access that an operation by name makes. */
export function accessOf(op: LoadName | StoreName, bounds?: "bounded"): Access {
  const width = /(?:load|store)(\d+)/.exec(op)?.[1] ?? op.slice(1, 3);
  const size = (Number(width) / 8) as Access["size"];
  return bounds ? { op, size, isBounded: true } : { op, size };
}

export class Ops {
  #body: Node[] = [];
  readonly #routines = new Map<string, Routine>();

  /** Runs a description and returns the body that it made. */
  stage(describe: () => void): Body {
    const outer = this.#body;
    this.#body = [];
    describe();
    const body = this.#body;
    this.#body = outer;
    return body;
  }

  #value<N extends Value>(node: N): Value {
    this.#body.push(node);
    return node;
  }

  #effect(node: Node): void {
    this.#body.push(node);
  }

  // Constants and what decoding knows

  i32(value: number): Value {
    return this.#value({ kind: "const", type: "i32", value: value | 0 });
  }

  i64(value: bigint): Value {
    return this.#value({ kind: "const", type: "i64", value });
  }

  f64(value: number): Value {
    return this.#value({ kind: "const", type: "f64", value });
  }

  f32(value: number): Value {
    return this.#value({ kind: "const", type: "f32", value });
  }

  /** The value of an operand that is a number, sign- or zero-extended to 64 bits as its kind says. */
  imm(operand: Operand): Value {
    return this.#value({ kind: "immediate", type: "i64", operand });
  }

  /** The same in 32 bits. */
  imm32(operand: Operand): Value {
    return this.#value({ kind: "immediate", type: "i32", operand });
  }

  /** The address of this instruction. */
  pc(): Value {
    return this.#value({ kind: "pc", type: "i64" });
  }

  /** The address of the instruction after this one. */
  nextPc(): Value {
    return this.#value({ kind: "nextPc", type: "i64" });
  }

  // State

  /** Reads a register as its 64 bits, or as an f64. */
  readRegister(file: RegisterFile, operand: Operand, type: "i64" | "f64" = "i64"): Value {
    return this.#value({ kind: "readRegister", type, file, operand });
  }

  /** Writes a register: an i64, or an f64. */
  writeRegister(file: RegisterFile, operand: Operand, value: Value): void {
    this.#effect({ kind: "writeRegister", file, operand, value });
  }

  /** Reads a slot; `index`, in bytes, picks from a table. Slots of one byte are zero-extended. */
  readState(slot: StateSlot, index?: Value): Value {
    const type = slot.type === "i64" ? "i64" : "i32";
    return this.#value(index ? { kind: "readState", type, slot, index } : { kind: "readState", type, slot });
  }

  writeState(slot: StateSlot, value: Value): void {
    this.#effect({ kind: "writeState", slot, value });
  }

  // Memory

  /** `bounds`: see `Access.isBounded`. */
  load(op: LoadName, address: Value, bounds?: "bounded"): Value {
    const type = op.slice(0, 3) as ValueType;
    return this.#value({ kind: "load", type, access: accessOf(op, bounds), address });
  }

  store(op: StoreName, address: Value, value: Value, bounds?: "bounded"): void {
    this.#effect({ kind: "store", access: accessOf(op, bounds), address, value });
  }

  /** Reads, combines and writes in one step; the old value, sign-extended. The address must be aligned. */
  atomic(operation: AtomicOperation, size: 4 | 8, address: Value, value: Value): Value {
    return this.#value({ kind: "atomic", type: "i64", operation, size, address, value });
  }

  /** Stores `value` where memory still holds `expected`, in one step; an i32, 1 if it did. */
  compareExchange(size: 4 | 8, address: Value, expected: Value, value: Value): Value {
    return this.#value({ kind: "compareExchange", type: "i32", size, address, expected, value });
  }

  // Control

  jump(target: Value): void {
    this.#effect({ kind: "jump", target });
  }

  /** Jumps to this instruction's address plus the operand. */
  jumpRelative(offset: Operand): void {
    this.#effect({ kind: "jumpRelative", offset });
  }

  trap(cause: number, value: Value): void {
    this.#effect({ kind: "trap", cause, value });
  }

  if(condition: Value, then: () => void, otherwise: () => void = () => {}): void {
    this.#effect({ kind: "if", condition, whenTrue: this.stage(then), whenFalse: this.stage(otherwise) });
  }

  /** One of two values, each computed only where it is chosen. */
  choose(condition: Value, then: () => Value, otherwise: () => Value): Value {
    const a = this.#valueBody(then);
    const b = this.#valueBody(otherwise);
    return this.#value({ kind: "choose", type: a.result.type, condition, whenTrue: a, whenFalse: b });
  }

  #valueBody(compute: () => Value): ValueBody {
    let result: Value | undefined;
    const body = this.stage(() => {
      result = compute();
    });
    if (!result) throw new InternalError("a choice without a value");
    return { body, result };
  }

  /** Calls a helper for its value. */
  call(helper: Helper, ...args: Value[]): Value {
    if (!helper.result) throw new InternalError(`${helper.name} has no result`);
    return this.#value({ kind: "call", type: helper.result, helper, args });
  }

  /** Calls a helper that has no value. */
  callEffect(helper: Helper, ...args: Value[]): void {
    this.#effect({ kind: "callEffect", helper, args });
  }

  // Arithmetic: WebAssembly's own, on any type

  /** A WebAssembly numeric instruction by its full name. */
  pure(op: string, ...args: Value[]): Value {
    const type = signatureOf(op).results[0];
    if (!type) throw new InternalError(`${op} has no result`);
    return this.#value({ kind: "pure", type, op, args });
  }

  #typed(op: string, ...args: [Value, ...Value[]]): Value {
    return this.pure(`${args[0].type}.${op}`, ...args);
  }

  /** The value of a routine (see ir.ts), which `describe` makes of its parameters. */
  routine(name: string, args: readonly Value[], describe: (...parameters: Value[]) => Value): Value {
    const routine = this.#routines.get(name) ?? this.#stageRoutine(name, args, describe);
    return this.#value({ kind: "pure", type: routine.result.type, op: name, args, routine });
  }

  #stageRoutine(name: string, args: readonly Value[], describe: (...parameters: Value[]) => Value): Routine {
    const params = args.map(({ type }) => type);
    const parameters = params.map((type, index): Value => ({ kind: "parameter", type, index }));
    const routine = { name, params, ...this.#valueBody(() => describe(...parameters)) };
    this.#routines.set(name, routine);
    return routine;
  }

  /** `then` where the i32 `condition` is not zero; both are computed. */
  select(condition: Value, then: Value, otherwise: Value): Value {
    return this.#value({ kind: "pure", type: then.type, op: "select", args: [then, otherwise, condition] });
  }

  add(a: Value, b: Value): Value {
    return this.#typed("add", a, b);
  }
  sub(a: Value, b: Value): Value {
    return this.#typed("sub", a, b);
  }
  mul(a: Value, b: Value): Value {
    return this.#typed("mul", a, b);
  }
  divS(a: Value, b: Value): Value {
    return this.#typed("div_s", a, b);
  }
  divU(a: Value, b: Value): Value {
    return this.#typed("div_u", a, b);
  }
  remS(a: Value, b: Value): Value {
    return this.#typed("rem_s", a, b);
  }
  remU(a: Value, b: Value): Value {
    return this.#typed("rem_u", a, b);
  }
  and(a: Value, b: Value): Value {
    return this.#typed("and", a, b);
  }
  or(a: Value, b: Value): Value {
    return this.#typed("or", a, b);
  }
  xor(a: Value, b: Value): Value {
    return this.#typed("xor", a, b);
  }
  shl(a: Value, b: Value): Value {
    return this.#typed("shl", a, b);
  }
  shrS(a: Value, b: Value): Value {
    return this.#typed("shr_s", a, b);
  }
  shrU(a: Value, b: Value): Value {
    return this.#typed("shr_u", a, b);
  }
  rotl(a: Value, b: Value): Value {
    return this.#typed("rotl", a, b);
  }
  rotr(a: Value, b: Value): Value {
    return this.#typed("rotr", a, b);
  }
  clz(a: Value): Value {
    return this.#typed("clz", a);
  }
  ctz(a: Value): Value {
    return this.#typed("ctz", a);
  }
  popcnt(a: Value): Value {
    return this.#typed("popcnt", a);
  }
  eqz(a: Value): Value {
    return this.#typed("eqz", a);
  }
  eq(a: Value, b: Value): Value {
    return this.#typed("eq", a, b);
  }
  ne(a: Value, b: Value): Value {
    return this.#typed("ne", a, b);
  }
  ltS(a: Value, b: Value): Value {
    return this.#typed("lt_s", a, b);
  }
  ltU(a: Value, b: Value): Value {
    return this.#typed("lt_u", a, b);
  }
  geS(a: Value, b: Value): Value {
    return this.#typed("ge_s", a, b);
  }
  geU(a: Value, b: Value): Value {
    return this.#typed("ge_u", a, b);
  }
  /** a * b + c, rounded once: only where `hostFuses` (see host-fma.ts). */
  fma(a: Value, b: Value, c: Value): Value {
    return this.#typed("fma", a, b, c);
  }
  /** Floating-point comparisons. */
  lt(a: Value, b: Value): Value {
    return this.#typed("lt", a, b);
  }
  le(a: Value, b: Value): Value {
    return this.#typed("le", a, b);
  }
  not(a: Value): Value {
    return this.xor(a, a.type === "i64" ? this.i64(-1n) : this.i32(-1));
  }

  // Conversions

  /** The low 32 bits of an i64. */
  wrap(a: Value): Value {
    return this.pure("i32.wrap_i64", a);
  }
  /** An i32 as an i64. */
  extendS(a: Value): Value {
    return this.pure("i64.extend_i32_s", a);
  }
  extendU(a: Value): Value {
    return this.pure("i64.extend_i32_u", a);
  }
  /** The low 8, 16 or 32 bits of an i64, sign-extended. */
  sext(a: Value, bits: 8 | 16 | 32): Value {
    return this.pure(`i64.extend${bits}_s`, a);
  }
  /** The low bits of an i64, zero-extended. */
  zext(a: Value, bits: 8 | 16 | 32): Value {
    return this.and(a, this.i64((1n << BigInt(bits)) - 1n));
  }
}
