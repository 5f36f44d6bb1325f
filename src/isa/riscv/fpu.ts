/**
 * The slow side of floating point: exact results and flags, for whatever the host's arithmetic does not give.
 * The RISC-V Instruction Set Manual, volume I, chapters 21 and 22.
 */

import { s64 } from "../../base/bits.ts";
import * as ieee from "../../base/ieee754.ts";
import type { HartMemory } from "./hart-memory.ts";
import {
  csr,
  FpFast,
  fcsr,
  fpFast,
  Mstatus,
  ORDINARY_LIMIT,
  ordinaryLimit,
  SUM_LIMIT,
  sumLimit,
} from "./state.ts";
import { comparisons, type FloatOperation, floatOperations, fusedOperations } from "./vocabulary.ts";

/** Rounding modes by their encoding; 5 and 6 are reserved, 7 means the mode in frm. */
const roundings: readonly ieee.Rounding[] = ["rne", "rtz", "rdn", "rup", "rmm"];
const DYNAMIC = 7;
const FLAGS = 0x1f;
const RNE = 0;
const RTZ = 1;
const TOWARDS_ZERO = 8;

type BinaryOperation = (
  format: ieee.FloatFormat,
  rounding: ieee.Rounding,
  a: bigint,
  b: bigint,
) => ieee.FloatResult;

const binaryOperations: Readonly<Record<FloatOperation, BinaryOperation>> = {
  add: ieee.add,
  sub: ieee.sub,
  mul: ieee.mul,
  div: ieee.div,
  sqrt: ieee.sqrt,
};

export class Fpu {
  readonly #memory: HartMemory;
  readonly #illegal: () => void;

  /** `illegal` raises an illegal-instruction exception for the instruction being executed. */
  constructor(memory: HartMemory, illegal: () => void) {
    this.#memory = memory;
    this.#illegal = illegal;
  }

  /** Sets fcsr and all that is derived from it. */
  setFcsr(value: number): void {
    this.#memory.set(fcsr, value & 0xff);
    const entry = value & ieee.Exception.inexact ? FpFast.rounds : FpFast.exactOnly;
    const mode = (value >> 5) & 7;
    this.#memory.setByte(fpFast, RNE, entry);
    this.#memory.setByte(fpFast, DYNAMIC, mode === RNE ? entry : FpFast.never);
    this.#memory.setByte(fpFast, TOWARDS_ZERO + RTZ, entry);
    this.#memory.setByte(fpFast, TOWARDS_ZERO + DYNAMIC, mode === RTZ ? entry : FpFast.never);
    this.#setLimits(RNE, entry === FpFast.rounds);
    this.#setLimits(DYNAMIC, entry === FpFast.rounds && mode === RNE);
  }

  #setLimits(mode: number, hostRounds: boolean): void {
    this.#memory.setLong(ordinaryLimit, hostRounds ? s64(ORDINARY_LIMIT) : 0n, mode);
    this.#memory.setLong(sumLimit, hostRounds ? SUM_LIMIT : 0n, mode);
  }

  /** The instruction uses floating point: an illegal one where mstatus.FS is off; else the state becomes dirty. */
  use(): void {
    const status = this.#memory.get(csr.mstatus);
    if ((status & Mstatus.FS) === 0) this.#illegal();
    else this.markDirty();
  }

  /** mstatus.FS = dirty, and SD with it. */
  markDirty(): void {
    this.#memory.setPair(
      csr.mstatus,
      this.#memory.get(csr.mstatus) | Mstatus.FS,
      this.#memory.getHigh(csr.mstatus) | 0x80000000,
    );
  }

  #raise(flags: number): void {
    const old = this.#memory.get(fcsr);
    if ((old | flags) === old) return;
    this.setFcsr(old | (flags & FLAGS));
    this.markDirty();
  }

  /** The rounding that an instruction's rm field means; undefined, after the exception, where it is reserved. */
  #rounding(rm: number): ieee.Rounding | undefined {
    const rounding = roundings[rm === DYNAMIC ? (this.#memory.get(fcsr) >> 5) & 7 : rm];
    if (!rounding) this.#illegal();
    return rounding;
  }

  #rounded(rm: number, compute: (rounding: ieee.Rounding) => ieee.FloatResult): bigint {
    const rounding = this.#rounding(rm);
    if (!rounding) return 0n;
    const { bits, flags } = compute(rounding);
    this.#raise(flags);
    return s64(bits);
  }

  arithmetic(bits: number, operation: number, rm: number, a: bigint, b: bigint): bigint {
    const format = formatOf(bits);
    const [x, y] = [asBits(format, a), asBits(format, b)];
    return this.#rounded(rm, (rounding) => {
      const compute = binaryOperations[floatOperations[operation] ?? "add"];
      return compute(format, rounding, x, y);
    });
  }

  fused(bits: number, operation: number, rm: number, a: bigint, b: bigint, c: bigint): bigint {
    const format = formatOf(bits);
    const sign = 1n << BigInt(format.bits - 1);
    const name = fusedOperations[operation] ?? "madd";
    const x = asBits(format, a) ^ (name.startsWith("n") ? sign : 0n);
    const z = asBits(format, c) ^ (name === "msub" || name === "nmadd" ? sign : 0n);
    return this.#rounded(rm, (rounding) => ieee.fusedMultiplyAdd(format, rounding, x, asBits(format, b), z));
  }

  compare(bits: number, relation: number, a: bigint, b: bigint): bigint {
    const format = formatOf(bits);
    const name = comparisons[relation] ?? "eq";
    const { holds, flags } = ieee.compare(format, name, asBits(format, a), asBits(format, b));
    this.#raise(flags);
    return holds ? 1n : 0n;
  }

  minMax(bits: number, which: number, a: bigint, b: bigint): bigint {
    const format = formatOf(bits);
    const result = ieee.minMax(format, which === 0 ? "min" : "max", asBits(format, a), asBits(format, b));
    this.#raise(result.flags);
    return s64(result.bits);
  }

  /** `width` is negative for unsigned. 32-bit results are sign-extended, unsigned ones too. */
  toInteger(bits: number, width: number, rm: number, a: bigint): bigint {
    const format = formatOf(bits);
    const size = Math.abs(width) === 32 ? 32 : 64;
    const result = this.#rounded(rm, (rounding) =>
      ieee.toInteger(format, rounding, asBits(format, a), size, width > 0),
    );
    return BigInt.asIntN(size, result);
  }

  fromInteger(bits: number, width: number, rm: number, value: bigint): bigint {
    const integer = width > 0 ? value : BigInt.asUintN(-width, value);
    return this.#rounded(rm, (rounding) => ieee.fromInteger(formatOf(bits), rounding, integer));
  }

  convert(from: number, to: number, rm: number, a: bigint): bigint {
    const format = formatOf(from);
    return this.#rounded(rm, (rounding) => ieee.convert(format, formatOf(to), rounding, asBits(format, a)));
  }
}

function formatOf(bits: number): ieee.FloatFormat {
  return bits === 32 ? ieee.binary32 : ieee.binary64;
}

function asBits(format: ieee.FloatFormat, value: bigint): bigint {
  return BigInt.asUintN(format.bits, value);
}
