/**
 * For tests of floating-point instructions: operands that are hard to round, and what exact arithmetic makes of them.
 */

import { s64 } from "../../../base/bits.ts";
import * as ieee from "../../../base/ieee754.ts";
import type { Hart } from "../hart.ts";
import { csr, fcsr, Mstatus } from "../state.ts";
import { fusedOperations } from "../vocabulary.ts";
import { RAM_BASE } from "./bare-hart.ts";

export const formats = { s: ieee.binary32, d: ieee.binary64 } as const;

type Exact = (format: ieee.FloatFormat, a: bigint, b: bigint, c: bigint) => ieee.FloatResult;

const sign = (format: ieee.FloatFormat): bigint => 1n << BigInt(format.bits - 1);
const fused =
  (negateProduct: boolean, negateAddend: boolean): Exact =>
  (format, a, b, c) =>
    ieee.fusedMultiplyAdd(
      format,
      "rne",
      negateProduct ? a ^ sign(format) : a,
      b,
      negateAddend ? c ^ sign(format) : c,
    );

export const instructions: Readonly<Record<string, Exact>> = {
  fmadd: fused(false, false),
  fmsub: fused(false, true),
  fnmsub: fused(true, false),
  fnmadd: fused(true, true),
  fadd: (format, a, b) => ieee.add(format, "rne", a, b),
  fsub: (format, a, b) => ieee.sub(format, "rne", a, b),
  fmul: (format, a, b) => ieee.mul(format, "rne", a, b),
  fdiv: (format, a, b) => ieee.div(format, "rne", a, b),
  fsqrt: (format, a) => ieee.sqrt(format, "rne", a),
};
export const operandCount = (name: string): number =>
  name === "fsqrt" ? 1 : fusedOperations.some((suffix) => name === `f${suffix}`) ? 3 : 2;

/** Random numbers of 64 bits (splitmix64). */
export function random(seed: bigint): () => bigint {
  let state = seed;
  return () => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let z = state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return z ^ (z >> 31n);
  };
}

/** A number of one of several kinds: any bits, moderate, with few bits, special. */
export function pattern({ bits, fractionBits, exponentBits }: ieee.FloatFormat, next: () => bigint): bigint {
  const low = BigInt(fractionBits);
  const top = (1n << BigInt(exponentBits)) - 1n;
  const make = (exponent: bigint, fraction: bigint): bigint =>
    ((next() & 1n) << BigInt(bits - 1)) | (exponent << low) | (fraction & ((1n << low) - 1n));
  const near = (spread: bigint): bigint => (top >> 1n) - spread / 2n + (next() % spread);
  switch (Number(next() % 12n)) {
    case 0:
      return BigInt.asUintN(bits, next());
    case 1:
      return make([0n, 1n, 2n, top - 1n, top][Number(next() % 5n)] ?? 0n, next());
    case 2:
      return make(0n, next() >> (next() % 64n));
    case 3:
      return make([0n, top >> 1n, top][Number(next() % 3n)] ?? 0n, 0n);
    case 4:
    case 5:
      return make(near(8n), (next() & 7n) << (low - 3n));
    case 6:
      return make(near(110n), (next() & 3n) | ((next() & 3n) << (low - 2n)));
    case 7:
      return make(near(60n), (next() & 0xfffn) << (low / 2n));
    case 8:
      return make(near(60n), -1n << (next() % low));
    default:
      return make(near(40n), next());
  }
}

/** Replaces the addend, or an operand, by one that nearly cancels or meets halfway. */
export function related(
  format: ieee.FloatFormat,
  name: string,
  operands: bigint[],
  next: () => bigint,
): void {
  const [a = 0n, b = 0n] = operands;
  const nudge = [0n, 1n, -1n, 2n][Number(next() % 4n)] ?? 0n;
  const flip = (next() & 1n) * sign(format);
  const last = operands.length - 1;
  if (last === 0) operands[0] = ieee.mul(format, "rne", a, a).bits;
  else if (last === 2) {
    const ulps = BigInt(Number(next() % 4n) * (format.fractionBits >> 1)) << BigInt(format.fractionBits);
    const scale = next() & 1n ? ulps : 0n;
    operands[2] = (ieee.mul(format, "rne", a, b).bits + nudge - scale) ^ flip;
  } else if (name === "fdiv") operands[0] = ieee.mul(format, "rne", a, b).bits;
  else operands[1] = (a + nudge) ^ flip;
  for (const [index, value] of operands.entries()) operands[index] = BigInt.asUintN(format.bits, value);
}

/** Runs one instruction at the beginning of RAM on fa0, fa1, …: what is in ft0 then, and in fcsr. */
export function execute(
  hart: Hart,
  format: ieee.FloatFormat,
  flags: number,
  operands: readonly bigint[],
): ieee.FloatResult {
  const box = format.bits === 32 ? 0xffffffff00000000n : 0n;
  for (const [index, bits] of operands.entries()) hart.setF(10 + index, s64(bits | box));
  hart.memory.setPair(csr.mstatus, Mstatus.FS, hart.memory.getHigh(csr.mstatus));
  hart.fpu.setFcsr(flags);
  hart.pc = BigInt(RAM_BASE);
  hart.run(1);
  return { bits: BigInt.asUintN(format.bits, hart.getF(0)), flags: hart.memory.get(fcsr) };
}
