/** The words in which RISC-V instructions are described: the engine's, and those for registers and floating point. */

import { binary32, binary64 } from "../../base/ieee754.ts";
import { ExactOps } from "../../engine/exact-ops.ts";
import type { Operand, Value } from "../../engine/ir.ts";
import * as helpers from "./helpers.ts";
import {
  Cause,
  csr,
  csrOperand,
  f,
  fcsr,
  fpFast,
  layout,
  Mstatus,
  ORDINARY_LIMIT,
  ordinaryLimit,
  sumLimit,
  x,
} from "./state.ts";

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
/** Rounding modes, as instructions have them: down, up, to nearest with ties away from zero. */
const RDN = 2;
const RUP = 3;
const RMM = 4;

export class RiscvOps extends ExactOps {
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
    this.if(this.ne(this.#floatState(), dirty), () => this.callEffect(helpers.useFloat));
  }

  /** Before an instruction that only reads it. */
  readsFloat(): void {
    this.if(this.eqz(this.#floatState()), () => this.callEffect(helpers.useFloat));
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

  /** The entry of `fpFast` for an instruction's rounding mode. Its lowest bit: the host may round. */
  #hostRounds(rm: Operand, towardsZero = false): Value {
    const index = towardsZero ? this.add(this.imm32(rm), this.i32(TOWARDS_ZERO)) : this.imm32(rm);
    return this.readState(fpFast, index);
  }

  /** Whether that bit is set: 0 or 1. */
  #roundsToNearest(rm: Operand): Value {
    return this.and(this.#hostRounds(rm), this.i32(1));
  }

  /** Whether the mode in force is to nearest: the host's result is right if it is exact. */
  #isNearest(rm: Operand): Value {
    return this.ne(this.#hostRounds(rm), this.i32(0));
  }

  /** Whether the mode in force is none of the reserved ones, which are illegal even where nothing is rounded. */
  #isRoundingMode(rm: Operand): Value {
    const mode = this.imm32(rm);
    const dynamic = this.shrU(this.and(this.readState(fcsr), this.i32(0xe0)), this.i32(5));
    return this.ltU(this.select(this.eq(mode, this.i32(7)), dynamic, mode), this.i32(5));
  }

  /** Whether a result raised nothing but inexact: its exponent is neither the two lowest nor the highest. */
  #isOrdinary(format: Format, value: Value): Value {
    if (format === "d") return this.ltU(this.#distanceFromOrdinary(value), this.i64(ORDINARY_LIMIT));
    const twice = this.shl(this.pure("i32.reinterpret_f32", value), this.i32(1));
    return this.ltU(this.sub(twice, this.i32(2 << 24)), this.i32(0xfd << 24));
  }

  /** The bits of an f64 without its sign, counted from the first that is ordinary: to be compared with a limit. */
  #distanceFromOrdinary(value: Value): Value {
    const twice = this.shl(this.pure("i64.reinterpret_f64", value), this.i64(1n));
    return this.sub(twice, this.i64(2n << 53n));
  }

  /**
   * Whether the host may round, and a result raised nothing but inexact; in double precision both in one comparison. Sums of
   * finite numbers are exact where they are subnormal.
   */
  #isRight(format: Format, rm: Operand, value: Value, isSum: boolean): Value {
    const magnitude = this.pure(`${value.type}.abs`, value);
    if (format === "s") {
      const raisedNothingElse = isSum
        ? this.lt(magnitude, this.f32(Infinity))
        : this.#isOrdinary(format, value);
      return this.and(this.#hostRounds(rm), raisedNothingElse);
    }
    const index = this.shl(this.imm32(rm), this.i32(3));
    if (isSum) return this.lt(magnitude, this.pure("f64.reinterpret_i64", this.readState(sumLimit, index)));
    return this.ltU(this.#distanceFromOrdinary(value), this.readState(ordinaryLimit, index));
  }

  /** The host's result where it is right: it raised nothing but inexact, which is raised already, or it is exact. */
  #byHost(
    format: Format,
    rm: Operand,
    result: Value,
    isSum: boolean,
    isExact: () => Value,
    otherwise: () => Value,
  ): Value {
    const host = () => this.fromFloat(format, result);
    return this.choose(this.#isRight(format, rm, result, isSum), host, () =>
      this.choose(this.and(this.#isNearest(rm), isExact()), host, otherwise),
    );
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
    const numbers = bits.map((value) => this.toFloat(format, value));
    const result = this.pure(`${type}.${operation}`, ...numbers);
    const [x = result, y = result] = numbers;
    const isSum = operation === "add" || operation === "sub";
    const isExact = () =>
      this.routine(`isExact-${operation}-${type}`, [x, y, result], (m, n, r) =>
        format === "d" ? this.#isExact(operation, m, n, r) : this.#isExactSingle(operation, m, n, r),
      );
    const otherwise = (): Value => {
      const index = this.i32(floatOperations.indexOf(operation));
      const [a = this.i64(0n), b = this.i64(0n)] = bits;
      return this.call(helpers.floatArithmetic, this.formatBits(format), index, this.imm32(rm), a, b);
    };
    this.setFloatBits(format, rd, this.#byHost(format, rm, result, isSum, isExact, otherwise));
  }

  /** Whether a result in double precision is exact, and so raised nothing; now and then no where the truth is yes. */
  #isExact(operation: FloatOperation, a: Value, b: Value, result: Value): Value {
    const ofShortProduct = (x: Value, y: Value, product: Value): Value =>
      this.and(this.isShortProduct(x, y), this.#isOrdinary("d", product));
    switch (operation) {
      case "add":
        return this.isZero(this.sumError(a, b, result));
      case "sub":
        return this.isZero(this.sumError(a, this.pure("f64.neg", b), result));
      case "mul": {
        const zero = this.and(this.isZero(result), this.or(this.isZero(a), this.isZero(b)));
        return this.or(zero, ofShortProduct(a, b, result));
      }
      case "div": {
        const zero = this.and(this.isZero(result), this.isZero(a));
        const divides = this.and(this.#isOrdinary("d", result), this.eq(this.mul(result, b), a));
        return this.or(zero, this.and(divides, ofShortProduct(result, b, a)));
      }
      case "sqrt": {
        const square = this.eq(this.mul(result, result), a);
        return this.or(this.isZero(result), this.and(square, ofShortProduct(result, result, a)));
      }
    }
  }

  /** The same in single precision, where double precision holds every product. */
  #isExactSingle(operation: FloatOperation, a: Value, b: Value, result: Value): Value {
    const wide = (value: Value): Value => this.pure("f64.promote_f32", value);
    switch (operation) {
      case "add":
        return this.isZero(this.sumError(a, b, result));
      case "sub":
        return this.isZero(this.sumError(a, this.pure("f32.neg", b), result));
      case "mul":
        return this.eq(this.mul(wide(a), wide(b)), wide(result));
      case "div":
        return this.eq(this.mul(wide(result), wide(b)), wide(a));
      case "sqrt":
        return this.eq(this.mul(wide(result), wide(result)), wide(a));
    }
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
    const [first, second, third] = operands;
    const bits = [first, second, third].map((operand) => this.floatBits(format, operand));
    const number = (value: Value | undefined, negative: boolean): Value => {
      const positive = this.toFloat(format, value ?? this.i64(0n));
      return negative ? this.pure(`${positive.type}.neg`, positive) : positive;
    };
    const a = number(bits[0], operation === "nmadd" || operation === "nmsub");
    const b = number(bits[1], false);
    const c = number(bits[2], operation === "nmadd" || operation === "msub");
    const otherwise = (): Value => {
      const index = this.i32(fusedOperations.indexOf(operation));
      return this.call(helpers.floatFused, this.formatBits(format), index, this.imm32(rm), ...bits);
    };
    this.setFloatBits(format, rd, this.#fused(format, rm, a, b, c, otherwise));
  }

  #fused(format: Format, rm: Operand, a: Value, b: Value, c: Value, otherwise: () => Value): Value {
    if (this.fuses) {
      const result = this.fma(a, b, c);
      const isExact = () => this.#isExactFused(format, a, b, c, result);
      return this.#byHost(format, rm, result, false, isExact, otherwise);
    }
    if (format === "d") return this.#fusedDouble(rm, a, b, c, otherwise);
    return this.#fusedSingle(rm, a, b, c, otherwise);
  }

  /** Whether a fused result is exact; now and then no where the truth is yes. */
  #isExactFused(format: Format, a: Value, b: Value, c: Value, result: Value): Value {
    return this.routine(`isExact-fused-${result.type}`, [a, b, c, result], (x, y, z, r) =>
      format === "d" ? this.#isExactFusedDouble(x, y, z, r) : this.#isExactFusedSingle(x, y, z, r),
    );
  }

  #isExactFusedDouble(a: Value, b: Value, c: Value, result: Value): Value {
    const product = this.mul(a, b);
    const error = this.productError(a, b, product);
    const rest = this.sumError(product, c, result);
    const noError = this.and(this.isZero(rest), this.isZero(error));
    const ofZero = this.and(this.or(this.isZero(a), this.isZero(b)), this.eq(result, result));
    return this.or(ofZero, this.and(noError, this.isSafeProduct(product)));
  }

  /** The same in single precision, where double precision holds every product. */
  #isExactFusedSingle(a: Value, b: Value, c: Value, result: Value): Value {
    const wide = (value: Value): Value => this.pure("f64.promote_f32", value);
    const product = this.mul(wide(a), wide(b));
    const sum = this.add(product, wide(c));
    return this.and(this.isZero(this.sumError(product, wide(c), sum)), this.eq(wide(result), sum));
  }

  /**
   * product + error = a × b and sum + rest = product + c, exactly; so the result is sum + (rest + error) rounded. The
   * number in brackets is rounded too, but lies between `low` and `high`: where they give the same, that is the result.
   */
  #fusedDouble(rm: Operand, a: Value, b: Value, c: Value, otherwise: () => Value): Value {
    const product = this.mul(a, b);
    const error = this.productError(a, b, product);
    const sum = this.add(product, c);
    const rest = this.sumError(product, c, sum);
    const correction = this.add(rest, error);
    const roundedOnce = this.add(sum, correction);
    const low = this.add(sum, this.smaller(correction));
    const high = this.add(sum, this.larger(correction));
    const certain = this.and(this.eq(low, high), this.#isOrdinary("d", roundedOnce));
    return this.choose(
      this.and(this.#hostRounds(rm), this.and(certain, this.isSafeProduct(product))),
      () => this.fromFloat("d", roundedOnce),
      () =>
        this.choose(
          this.and(this.#isNearest(rm), this.#isExactFused("d", a, b, c, sum)),
          () => this.fromFloat("d", sum),
          () =>
            this.choose(
              this.and(this.#hostRounds(rm), this.#isRoundedOnce(product, rest, error, roundedOnce)),
              () => this.fromFloat("d", roundedOnce),
              otherwise,
            ),
        ),
    );
  }

  /** Whether only one of the two errors is not zero, so that nothing was lost in the brackets. */
  #isRoundedOnce(product: Value, rest: Value, error: Value, result: Value): Value {
    return this.routine("isRoundedOnce", [product, rest, error, result], (p, r, e, rounded) => {
      const oneError = this.or(this.isZero(r), this.isZero(e));
      return this.and(this.and(oneError, this.isSafeProduct(p)), this.#isOrdinary("d", rounded));
    });
  }

  /** The product is exact in double precision; the sum there is less than a unit from the exact one. */
  #fusedSingle(rm: Operand, a: Value, b: Value, c: Value, otherwise: () => Value): Value {
    const [x, y, z] = [a, b, c].map((value) => this.pure("f64.promote_f32", value)) as [Value, Value, Value];
    const product = this.mul(x, y);
    const sum = this.add(product, z);
    const low = this.pure("f32.demote_f64", this.smaller(sum));
    const high = this.pure("f32.demote_f64", this.larger(sum));
    const certain = this.and(this.eq(low, high), this.#isOrdinary("s", low));
    return this.choose(
      this.and(this.#hostRounds(rm), certain),
      () => this.fromFloat("s", low),
      () => {
        const result = this.pure("f32.demote_f64", sum);
        const isExactSum = this.isZero(this.sumError(product, z, sum));
        const exact = this.and(this.#isNearest(rm), this.eq(this.pure("f64.promote_f32", result), sum));
        const right = this.or(exact, this.and(this.#hostRounds(rm), this.#isOrdinary("s", result)));
        return this.choose(this.and(isExactSum, right), () => this.fromFloat("s", result), otherwise);
      },
    );
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

  /**
   * rd = one bit that tells the class: 0 to 3 are negative infinity, normal, subnormal and zero, 4 to 7 the positive ones
   * from zero on, 8 and 9 signaling and quiet NaN (volume I, table 31).
   */
  floatClass(format: Format, rd: Operand, rs1: Operand): void {
    this.readsFloat();
    const { bits, fractionBits } = format === "d" ? binary64 : binary32;
    const value = this.floatBits(format, rs1);
    const sign = 1n << BigInt(bits - 1);
    const smallestNormal = 1n << BigInt(fractionBits);
    const infinity = sign - smallestNormal;
    const magnitude = this.and(value, this.i64(sign - 1n));
    const isAtLeast = (limit: bigint): Value => this.geU(magnitude, this.i64(limit));
    const rank = this.add(this.add(isAtLeast(1n), isAtLeast(smallestNormal)), isAtLeast(infinity));
    const isPositive = this.eqz(this.and(value, this.i64(sign)));
    const ofNumber = this.select(isPositive, this.add(rank, this.i32(4)), this.sub(this.i32(3), rank));
    const ofNaN = this.add(isAtLeast(infinity + smallestNormal / 2n), this.i32(8));
    const index = this.select(isAtLeast(infinity + 1n), ofNaN, ofNumber);
    this.setX(rd, this.extendU(this.shl(this.i32(1), index)));
  }

  /** rd = the integer nearest to rs1. */
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
    const value = this.toFloat(format, bits);
    const truncated = (number: Value): Value => {
      const integer = this.pure(`i64.trunc_${value.type}_${signed ? "s" : "u"}`, number);
      return width === 32 && !signed ? this.sext(integer, 32) : integer;
    };
    const otherwise = (): Value => {
      const signedWidth = this.i32(signed ? width : -width);
      return this.call(helpers.floatToInteger, this.formatBits(format), signedWidth, this.imm32(rm), bits);
    };
    const result = this.choose(
      this.and(this.#hostRounds(rm, true), this.#isInRange(value, width, signed)),
      () => truncated(value),
      () => {
        const rounded = this.#roundedTo(rm, value);
        const exact = this.and(this.eq(rounded, value), this.#isRoundingMode(rm));
        const directed = this.ltU(this.sub(this.imm32(rm), this.i32(RDN)), this.i32(3));
        const inexactRaised = this.and(this.readState(fcsr), directed);
        const right = this.or(exact, this.or(this.#roundsToNearest(rm), inexactRaised));
        return this.choose(
          this.and(right, this.#isInRange(rounded, width, signed)),
          () => truncated(rounded),
          otherwise,
        );
      },
    );
    this.setX(rd, result);
  }

  /** The integer, as a float, to which a number is rounded by an instruction's own mode; to nearest for all others. */
  #roundedTo(rm: Operand, value: Value): Value {
    const mode = this.imm32(rm);
    const on = (op: string, number: Value): Value => this.pure(`${value.type}.${op}`, number);
    const towardsZero = on("trunc", value);
    const rest = this.sub(value, towardsZero);
    const away = this.add(towardsZero, on("trunc", this.add(rest, rest)));
    const nearest = this.select(this.eq(mode, this.i32(RMM)), away, on("nearest", value));
    const up = this.select(this.eq(mode, this.i32(RUP)), on("ceil", value), nearest);
    return this.select(this.eq(mode, this.i32(RDN)), on("floor", value), up);
  }

  /** Whether a number can be truncated to an integer; of the least signed one, no. */
  #isInRange(value: Value, width: number, signed: boolean): Value {
    const constant = (number: number): Value => (value.type === "f64" ? this.f64(number) : this.f32(number));
    if (signed) return this.lt(this.pure(`${value.type}.abs`, value), constant(2 ** (width - 1)));
    return this.and(this.lt(value, constant(2 ** width)), this.lt(constant(-1), value));
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
    const otherwise = (): Value => {
      const signedWidth = this.i32(signed ? width : -width);
      return this.call(
        helpers.floatFromInteger,
        this.formatBits(format),
        signedWidth,
        this.imm32(rm),
        integer,
      );
    };
    // Up to 2^53, or 2^24, integers need no rounding.
    const limit = 1n << (format === "d" ? 53n : 24n);
    const isShort = (): Value =>
      signed
        ? this.ltU(this.add(integer, this.i64(limit)), this.i64(2n * limit))
        : this.ltU(integer, this.i64(limit));
    const result =
      format === "d" && width === 32
        ? this.choose(this.#isRoundingMode(rm), host, otherwise)
        : this.choose(this.#roundsToNearest(rm), host, () =>
            this.choose(this.and(this.#isRoundingMode(rm), isShort()), host, otherwise),
          );
    this.setFloatBits(format, rd, result);
  }

  /** Between single and double precision. */
  floatConvert(from: Format, to: Format, rd: Operand, rm: Operand, rs1: Operand): void {
    this.writesFloat();
    const bits = this.floatBits(from, rs1);
    const value = this.toFloat(from, bits);
    const otherwise = (): Value =>
      this.call(helpers.floatConvert, this.formatBits(from), this.formatBits(to), this.imm32(rm), bits);
    if (to === "d") {
      const isNumber = this.and(this.eq(value, value), this.#isRoundingMode(rm));
      const wide = () => this.fromFloat(to, this.pure("f64.promote_f32", value));
      this.setFloatBits(to, rd, this.choose(isNumber, wide, otherwise));
      return;
    }
    const fast = this.pure("f32.demote_f64", value);
    const result = this.choose(
      this.and(this.#hostRounds(rm), this.#isOrdinary(to, fast)),
      () => this.fromFloat(to, fast),
      () => {
        const exact = this.eq(this.pure("f64.promote_f32", fast), value);
        return this.choose(
          this.and(exact, this.#isRoundingMode(rm)),
          () => this.fromFloat(to, fast),
          otherwise,
        );
      },
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

  /** The same for reading alone: fflags, frm and fcsr at once, as compilers read the flags around comparisons. */
  csrRead(csrNumber: Operand, rd: Operand): void {
    const floatOn = this.ne(this.#floatState(), this.i64(0n));
    const old = this.choose(
      this.and(this.#isFloatCsr(csrNumber), floatOn),
      () => {
        const { shift, mask } = this.#fieldOfFcsr(csrNumber);
        return this.extendU(this.shrU(this.and(this.readState(fcsr), mask), shift));
      },
      () => {
        this.callEffect(helpers.csrRead, this.imm32(csrNumber));
        return this.readState(layout.result);
      },
    );
    this.setX(rd, old);
  }

  /** The same for writing alone; writing to fflags, frm and fcsr what they hold does nothing. */
  csrWrite(csrNumber: Operand, value: Value): void {
    const { shift, mask } = this.#fieldOfFcsr(csrNumber);
    const changed = this.and(this.xor(this.shl(this.wrap(value), shift), this.readState(fcsr)), mask);
    const dirty = this.eq(this.#floatState(), this.i64(BigInt(Mstatus.FS)));
    const nothing = this.and(this.and(this.#isFloatCsr(csrNumber), dirty), this.eqz(changed));
    this.if(this.eqz(nothing), () => this.csrAccess(helpers.csrWrite, csrNumber, undefined, value));
  }

  #floatState(): Value {
    return this.and(this.readState(csr.mstatus), this.i64(BigInt(Mstatus.FS)));
  }

  /** fflags, frm and fcsr are numbers 1, 2 and 3. */
  #isFloatCsr(csrNumber: Operand): Value {
    return this.ltU(this.sub(this.imm32(csrNumber), this.i32(1)), this.i32(3));
  }

  #fieldOfFcsr(csrNumber: Operand): { readonly shift: Value; readonly mask: Value } {
    const number = this.imm32(csrNumber);
    const isMode = this.eq(number, this.i32(2));
    return {
      shift: this.select(isMode, this.i32(5), this.i32(0)),
      mask: this.select(
        isMode,
        this.i32(0xe0),
        this.select(this.eq(number, this.i32(1)), this.i32(0x1f), this.i32(0xff)),
      ),
    };
  }
}
