/** The words in which the p-machine's instructions are described: the engine's, and those for its stack and frames. */

import type { Helper, Operand, Value } from "../../engine/ir.ts";
import { Ops } from "../../engine/ops.ts";
import { CONSTANT_BASE, DATA_BASE } from "./memory.ts";
import { Cause, e, fp, MAXINT, sp, UNDEFINED_LONG, UNDEFINED_WORD } from "./state.ts";

/** Runs a service: its number, and the depth of the stack below its operands. */
export const service: Helper = { name: "service", leaves: true, params: ["i32", "i32"] };

export type LoadWord = "word" | "byte" | "long";

const loads = { word: "i64.load32_s", byte: "i64.load8_u", long: "i64.load" } as const;
const stores = { word: "i64.store32", byte: "i64.store8", long: "i64.store" } as const;

export class PcodeOps extends Ops {
  // The expression stack

  e(operand: Operand): Value {
    return this.readRegister(e, operand);
  }

  setE(operand: Operand, value: Value): void {
    this.writeRegister(e, operand, value);
  }

  /** An i32 that is 0 or 1. */
  setBool(operand: Operand, value: Value): void {
    this.setE(operand, this.extendU(value));
  }

  real(operand: Operand): Value {
    return this.pure("f64.reinterpret_i64", this.e(operand));
  }

  setReal(operand: Operand, value: Value): void {
    this.setE(operand, this.pure("i64.reinterpret_f64", value));
  }

  // Memory

  fetch(size: LoadWord, address: Value): Value {
    return this.load(loads[size], address);
  }

  put(size: LoadWord, address: Value, value: Value): void {
    this.store(stores[size], address, value);
  }

  /** The same of what is in a frame or among the globals: wherever it begins, what it may reach lies in the machine's data. */
  fetchKnown(size: LoadWord, address: Value): Value {
    return this.load(loads[size], address, "bounded");
  }

  putKnown(size: LoadWord, address: Value, value: Value): void {
    this.store(stores[size], address, value, "bounded");
  }

  /** A word of what is taken for a frame: addresses have 32 bits. */
  link(base: Value, distance: number, bounds?: "bounded"): Value {
    return this.load("i64.load32_u", this.add(base, this.i64(BigInt(distance))), bounds);
  }

  /** A word of the frame of the procedure that runs. */
  ownLink(distance: number): Value {
    return this.link(this.readState(fp), distance, "bounded");
  }

  local(imm: Operand): Value {
    return this.add(this.readState(fp), this.imm(imm));
  }

  /** Where the frame of the procedure that is called next will have it. */
  argument(imm: Operand): Value {
    return this.add(this.readState(sp), this.imm(imm));
  }

  global(imm: Operand): Value {
    return this.add(this.imm(imm), this.i64(BigInt(DATA_BASE)));
  }

  constant(imm: Operand): Value {
    return this.add(this.imm(imm), this.i64(BigInt(CONSTANT_BASE)));
  }

  // Checks

  /** Traps where an i32 is not zero. */
  trapIf(condition: Value, cause: number, value: Value = this.i64(0n)): void {
    this.if(condition, () => this.trap(cause, value));
  }

  /** Sets an integer that must be one of Pascal's: from -maxint to maxint. */
  setInteger(operand: Operand, value: Value): void {
    const above = this.add(value, this.i64(BigInt(MAXINT)));
    this.trapIf(this.gtU(above, this.i64(BigInt(2 * MAXINT))), Cause.integerOverflow, value);
    this.setE(operand, value);
  }

  /** Sets the low 32 bits of a value, sign-extended. */
  setWord(operand: Operand, value: Value): void {
    this.setE(operand, this.sext(value, 32));
  }

  /** Sets a real that must be finite. */
  setFinite(operand: Operand, value: Value): void {
    const hasLimit = this.lt(this.pure("f64.abs", value), this.f64(Number.POSITIVE_INFINITY));
    this.trapIf(this.eqz(hasLimit), Cause.realOverflow);
    this.setReal(operand, value);
  }

  /** Sets a word or long that was loaded, and must have been given a value before. */
  setDefined(operand: Operand, size: "word" | "long", value: Value): void {
    const nothing = size === "word" ? BigInt(UNDEFINED_WORD) : UNDEFINED_LONG;
    this.trapIf(this.eq(value, this.i64(nothing)), Cause.undefinedValue);
    this.setE(operand, value);
  }

  gtU(a: Value, b: Value): Value {
    return this.ltU(b, a);
  }
}
