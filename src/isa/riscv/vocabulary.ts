/** The words in which RISC-V instructions are described: the engine's, and those for registers and floating point. */

import type { Operand, Value } from "../../engine/ir.ts";
import { Ops } from "../../engine/ops.ts";
import * as helpers from "./helpers.ts";
import { Cause, csr, csrOperand, f, fcsr, fpFast, layout, Mstatus, x } from "./state.ts";

/** Single or double precision. */
export type Format = "s" | "d";

export type FloatOperation = "add" | "sub" | "mul" | "div" | "sqrt";
export const floatOperations: readonly FloatOperation[] = ["add", "sub", "mul", "div", "sqrt"];

export type FusedOperation = "madd" | "msub" | "nmsub" | "nmadd";
export const fusedOperations: readonly FusedOperation[] = ["madd", "msub", "nmsub", "nmadd"];

export const comparisons = ["eq", "lt", "le"] as const;

const BOX = -0x1_0000_0000n;
const CANONICAL_SINGLE = 0x7fc00000;
const bitsOfFormat = { s: 32, d: 64 } as const;
/** Added to a rounding mode to look up rounding towards zero in `fpFast`. */
const TOWARDS_ZERO = 8;

export class RiscvOps extends Ops {
  // Integer registers

  x(operand: Operand): Value {
    return this.readRegister(x, operand);
  }

  setX(operand: Operand, value: Value): void {
    this.writeRegister(x, operand, value);
  }

  /** Writes the low 32 bits of an i64, sign-extended, as the W instructions do. */
  setW(operand: Operand, value: Value): void {
    this.setX(operand, this.sext(value, 32));
  }

  /** Writes an i32 that is 0 or 1. */
  setBool(operand: Operand, value: Value): void {
    this.setX(operand, this.extendU(value));
  }

  /** x(rs1) + imm. */
  address(rs1: Operand, imm: Operand): Value {
    return this.add(this.x(rs1), this.imm(imm));
  }

  branch(condition: Value, imm: Operand): void {
    this.if(condition, () => this.jumpRelative(imm));
  }

  /** Traps where an address is not a multiple of `size`. */
  requireAligned(address: Value, size: 4 | 8, cause: number): void {
    const low = this.and(this.wrap(address), this.i32(size - 1));
    this.if(low, () => this.trap(cause, address));
  }

  /** For LR. */
  requireAlignedLoad(address: Value, size: 4 | 8): void {
    this.requireAligned(address, size, Cause.loadMisaligned);
  }

  // Floating-point registers

  /** Before an instruction that writes floating-point state: traps if it is off, else it becomes dirty. */
  writesFloat(): void {
    const dirty = this.i64(BigInt(Mstatus.FS));
    const state = this.and(this.readState(csr.mstatus), dirty);
    this.if(this.ne(state, dirty), () => this.callEffect(helpers.useFloat));
  }

  /** Before an instruction that only reads it. */
  readsFloat(): void {
    const state = this.and(this.readState(csr.mstatus), this.i64(BigInt(Mstatus.FS)));
    this.if(this.eqz(state), () => this.callEffect(helpers.useFloat));
  }

  /** All 64 bits of a register. */
  rawFloat(operand: Operand): Value {
    return this.readRegister(f, operand);
  }

  setRawFloat(operand: Operand, bits: Value): void {
    this.writeRegister(f, operand, bits);
  }

  /** The bits of a number in a format; a single that is not NaN-boxed is the canonical NaN (volume I, section 21.2). */
  floatBits(format: Format, operand: Operand): Value {
    const raw = this.rawFloat(operand);
    if (format === "d") return raw;
    const boxed = this.geU(raw, this.i64(BOX));
    return this.select(boxed, this.zext(raw, 32), this.i64(BigInt(CANONICAL_SINGLE)));
  }

  setFloatBits(format: Format, operand: Operand, bits: Value): void {
    this.setRawFloat(operand, format === "d" ? bits : this.or(bits, this.i64(BOX)));
  }

  /** The number that bits are, as an f32 or f64. */
  toFloat(format: Format, bits: Value): Value {
    if (format === "d") return this.pure("f64.reinterpret_i64", bits);
    return this.pure("f32.reinterpret_i32", this.wrap(bits));
  }

  fromFloat(format: Format, value: Value): Value {
    if (format === "d") return this.pure("i64.reinterpret_f64", value);
    return this.extendU(this.pure("i32.reinterpret_f32", value));
  }

  formatBits(format: Format): Value {
    return this.i32(bitsOfFormat[format]);
  }

  /** Whether the host may be used for an instruction of this rounding mode: see `fpFast`. */
  #hostRounds(rm: Operand, towardsZero = false): Value {
    const index = towardsZero ? this.add(this.imm32(rm), this.i32(TOWARDS_ZERO)) : this.imm32(rm);
    return this.readState(fpFast, index);
  }

  /** Whether the mode in force is none of the reserved ones, which are illegal even where nothing is rounded. */
  #isRoundingMode(rm: Operand): Value {
    const mode = this.imm32(rm);
    const dynamic = this.shrU(this.and(this.readState(fcsr), this.i32(0xe0)), this.i32(5));
    return this.ltU(this.select(this.eq(mode, this.i32(7)), dynamic, mode), this.i32(5));
  }

  /** Whether a result raised nothing but inexact: its exponent is neither the two lowest nor the highest. */
  #isOrdinary(format: Format, value: Value): Value {
    if (format === "d") {
      const twice = this.shl(this.pure("i64.reinterpret_f64", value), this.i64(1n));
      return this.ltU(this.sub(twice, this.i64(2n << 53n)), this.i64(0x7fdn << 53n));
    }
    const twice = this.shl(this.pure("i32.reinterpret_f32", value), this.i32(1));
    return this.ltU(this.sub(twice, this.i32(2 << 24)), this.i32(0xfd << 24));
  }

  /** rd = a op b, or sqrt a: on the host where it gives the right bits and flags, else exactly. */
  floatArithmetic(
    format: Format,
    operation: FloatOperation,
    rd: Operand,
    rm: Operand,
    rs1: Operand,
    rs2?: Operand,
  ): void {
    this.writesFloat();
    const type = format === "d" ? "f64" : "f32";
    const bits = [rs1, ...(rs2 ? [rs2] : [])].map((operand) => this.floatBits(format, operand));
    const fast = this.pure(`${type}.${operation}`, ...bits.map((value) => this.toFloat(format, value)));
    const result = this.choose(
      this.and(this.#hostRounds(rm), this.#isOrdinary(format, fast)),
      () => this.fromFloat(format, fast),
      () => {
        const index = this.i32(floatOperations.indexOf(operation));
        const [a = this.i64(0n), b = this.i64(0n)] = bits;
        return this.call(helpers.floatArithmetic, this.formatBits(format), index, this.imm32(rm), a, b);
      },
    );
    this.setFloatBits(format, rd, result);
  }

  /** rd = ±(rs1 × rs2) ± rs3, rounded once. */
  floatFused(
    format: Format,
    operation: FusedOperation,
    rd: Operand,
    rm: Operand,
    ...operands: [Operand, Operand, Operand]
  ): void {
    this.writesFloat();
    const bits = operands.map((operand) => this.floatBits(format, operand));
    const index = this.i32(fusedOperations.indexOf(operation));
    const result = this.call(helpers.floatFused, this.formatBits(format), index, this.imm32(rm), ...bits);
    this.setFloatBits(format, rd, result);
  }

  /** rd = 1 where the relation holds. A NaN may raise a flag: then exactly. */
  floatCompare(
    format: Format,
    relation: (typeof comparisons)[number],
    rd: Operand,
    rs1: Operand,
    rs2: Operand,
  ): void {
    this.readsFloat();
    const [a, b] = [this.floatBits(format, rs1), this.floatBits(format, rs2)];
    const [m, n] = [this.toFloat(format, a), this.toFloat(format, b)];
    const ordered = this.and(this.eq(m, m), this.eq(n, n));
    const result = this.choose(
      ordered,
      () => this.extendU(this.pure(`${m.type}.${relation}`, m, n)),
      () => {
        const index = this.i32(comparisons.indexOf(relation));
        return this.call(helpers.floatCompare, this.formatBits(format), index, a, b);
      },
    );
    this.setX(rd, result);
  }

  floatMinMax(format: Format, which: "min" | "max", rd: Operand, rs1: Operand, rs2: Operand): void {
    this.writesFloat();
    const [a, b] = [this.floatBits(format, rs1), this.floatBits(format, rs2)];
    const [m, n] = [this.toFloat(format, a), this.toFloat(format, b)];
    const result = this.choose(
      this.and(this.eq(m, m), this.eq(n, n)),
      () => this.fromFloat(format, this.pure(`${m.type}.${which}`, m, n)),
      () => this.call(helpers.floatMinMax, this.formatBits(format), this.i32(which === "min" ? 0 : 1), a, b),
    );
    this.setFloatBits(format, rd, result);
  }

  /** rd = rs1 with a sign made from both signs. */
  floatSign(
    format: Format,
    rd: Operand,
    rs1: Operand,
    rs2: Operand,
    combine: (a: Value, b: Value) => Value,
  ): void {
    this.writesFloat();
    const mask = this.i64(format === "d" ? -(1n << 63n) : 1n << 31n);
    const [a, b] = [this.floatBits(format, rs1), this.floatBits(format, rs2)];
    const sign = this.and(combine(a, b), mask);
    this.setFloatBits(format, rd, this.or(this.and(a, this.not(mask)), sign));
  }

  floatClass(format: Format, rd: Operand, rs1: Operand): void {
    this.readsFloat();
    this.setX(rd, this.call(helpers.floatClass, this.formatBits(format), this.floatBits(format, rs1)));
  }

  /** rd = the integer nearest to rs1; `width` bits, negative for unsigned. */
  floatToInteger(
    format: Format,
    width: 32 | 64,
    signed: boolean,
    rd: Operand,
    rm: Operand,
    rs1: Operand,
  ): void {
    this.readsFloat();
    const bits = this.floatBits(format, rs1);
    const slow = () =>
      this.call(
        helpers.floatToInteger,
        this.formatBits(format),
        this.i32(signed ? width : -width),
        this.imm32(rm),
        bits,
      );
    if (!signed) {
      this.setX(rd, slow());
      return;
    }
    const value = this.toFloat(format, bits);
    const limit = 2 ** (width - 1);
    const inRange = this.lt(
      this.pure(`${value.type}.abs`, value),
      value.type === "f64" ? this.f64(limit) : this.f32(limit),
    );
    const result = this.choose(
      this.and(this.#hostRounds(rm, true), inRange),
      () => this.pure(`i64.trunc_${value.type}_s` as const, value),
      slow,
    );
    this.setX(rd, result);
  }

  /** rd = the number nearest to an integer register. */
  floatFromInteger(
    format: Format,
    width: 32 | 64,
    signed: boolean,
    rd: Operand,
    rm: Operand,
    rs1: Operand,
  ): void {
    this.writesFloat();
    const source = this.x(rs1);
    const integer = width === 64 ? source : signed ? this.sext(source, 32) : this.zext(source, 32);
    const type = format === "d" ? "f64" : "f32";
    const host = () => {
      const suffix = width === 64 && !signed ? "u" : "s";
      return this.fromFloat(format, this.pure(`${type}.convert_i64_${suffix}`, integer));
    };
    const slow = () =>
      this.call(
        helpers.floatFromInteger,
        this.formatBits(format),
        this.i32(signed ? width : -width),
        this.imm32(rm),
        integer,
      );
    const exact = format === "d" && width === 32;
    const condition = exact ? this.#isRoundingMode(rm) : this.#hostRounds(rm);
    this.setFloatBits(format, rd, this.choose(condition, host, slow));
  }

  /** Between single and double precision. */
  floatConvert(from: Format, to: Format, rd: Operand, rm: Operand, rs1: Operand): void {
    this.writesFloat();
    const bits = this.floatBits(from, rs1);
    const value = this.toFloat(from, bits);
    const fast = this.pure(to === "d" ? "f64.promote_f32" : "f32.demote_f64", value);
    const result = this.choose(
      this.and(this.#hostRounds(rm), this.#isOrdinary(to, fast)),
      () => this.fromFloat(to, fast),
      () => this.call(helpers.floatConvert, this.formatBits(from), this.formatBits(to), this.imm32(rm), bits),
    );
    this.setFloatBits(to, rd, result);
  }

  // CSRs

  /** Accesses a CSR through a helper and gives rd its old value. */
  csrAccess(
    helper: typeof helpers.csrRead,
    csrNumber: Operand,
    rd: Operand | undefined,
    value: Value | undefined,
  ): void {
    if (value) this.writeState(csrOperand, value);
    this.callEffect(helper, this.imm32(csrNumber));
    if (rd) this.setX(rd, this.readState(layout.result));
  }
}
