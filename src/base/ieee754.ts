/**
 * Exact binary floating-point arithmetic on bit patterns, for the results that the host's own arithmetic cannot give:
 * other rounding modes than to nearest, the exception flags, fused multiply-add. IEEE 754-2008.
 *
 * A finite number is `significand * 2^exponent` with a bigint significand; operations compute exactly, or with one
 * sticky bit below what can matter, and round once. NaN results are the canonical quiet NaN of RISC-V (positive,
 * only the quiet bit); tininess is detected after rounding.
 */

import { u64 } from "./bits.ts";

/** A binary interchange format. */
export interface FloatFormat {
  readonly bits: 32 | 64;
  readonly fractionBits: number;
  readonly exponentBits: number;
}

export const binary32: FloatFormat = { bits: 32, fractionBits: 23, exponentBits: 8 };
export const binary64: FloatFormat = { bits: 64, fractionBits: 52, exponentBits: 11 };

/** Rounding: to nearest ties to even, towards zero, down, up, to nearest ties away from zero. */
export type Rounding = "rne" | "rtz" | "rdn" | "rup" | "rmm";

/** Exceptions, as masks. */
export const Exception = { invalid: 16, divideByZero: 8, overflow: 4, underflow: 2, inexact: 1 } as const;

/** A result and the exceptions that it raised. */
export interface FloatResult {
  readonly bits: bigint;
  readonly flags: number;
}

interface Unpacked {
  readonly kind: "nan" | "signaling" | "infinity" | "zero" | "finite";
  readonly sign: 0 | 1;
  readonly significand: bigint;
  readonly exponent: number;
}

const maxExponentField = ({ exponentBits }: FloatFormat): number => (1 << exponentBits) - 1;
const bias = ({ exponentBits }: FloatFormat): number => (1 << (exponentBits - 1)) - 1;
/** The exponent of a subnormal number's last bit. */
const minExponent = (format: FloatFormat): number => 1 - bias(format) - format.fractionBits;

export function canonicalNaN(format: FloatFormat): bigint {
  const { fractionBits } = format;
  return (BigInt(maxExponentField(format)) << BigInt(fractionBits)) | (1n << BigInt(fractionBits - 1));
}

function infinity(format: FloatFormat, sign: 0 | 1): bigint {
  return signBit(format, sign) | (BigInt(maxExponentField(format)) << BigInt(format.fractionBits));
}

function signBit(format: FloatFormat, sign: 0 | 1): bigint {
  return BigInt(sign) << BigInt(format.bits - 1);
}

function unpack(format: FloatFormat, bits: bigint): Unpacked {
  const { fractionBits } = format;
  const sign = ((bits >> BigInt(format.bits - 1)) & 1n) === 1n ? 1 : 0;
  const field = Number((bits >> BigInt(fractionBits)) & BigInt(maxExponentField(format)));
  const fraction = bits & ((1n << BigInt(fractionBits)) - 1n);
  if (field === maxExponentField(format)) {
    if (fraction === 0n) return { kind: "infinity", sign, significand: 0n, exponent: 0 };
    const quiet = (fraction >> BigInt(fractionBits - 1)) & 1n;
    return { kind: quiet ? "nan" : "signaling", sign, significand: 0n, exponent: 0 };
  }
  if (field === 0) {
    const kind = fraction === 0n ? "zero" : "finite";
    return { kind, sign, significand: fraction, exponent: minExponent(format) };
  }
  const significand = fraction | (1n << BigInt(fractionBits));
  return { kind: "finite", sign, significand, exponent: field - bias(format) - fractionBits };
}

function isNaNKind({ kind }: Unpacked): boolean {
  return kind === "nan" || kind === "signaling";
}

export function bitLength(value: bigint): number {
  if (value === 0n) return 0;
  const text = value.toString(16);
  return (text.length - 1) * 4 + (32 - Math.clz32(Number.parseInt(text[0] ?? "0", 16)));
}

/** Whether a magnitude with this remainder is rounded up. `half` compares the remainder with half a unit. */
function roundsUp(
  rounding: Rounding,
  sign: 0 | 1,
  odd: boolean,
  remainder: boolean,
  half: -1 | 0 | 1,
): boolean {
  switch (rounding) {
    case "rne":
      return half > 0 || (half === 0 && odd);
    case "rmm":
      return half >= 0 && remainder;
    case "rtz":
      return false;
    case "rdn":
      return remainder && sign === 1;
    case "rup":
      return remainder && sign === 0;
  }
}

/** Drops `shift` low bits of a magnitude, rounding; the second value tells whether anything was lost. */
function roundShift(
  rounding: Rounding,
  sign: 0 | 1,
  magnitude: bigint,
  shift: number,
): readonly [result: bigint, inexact: boolean] {
  if (shift <= 0) return [magnitude << BigInt(-shift), false];
  const kept = magnitude >> BigInt(shift);
  const lost = magnitude - (kept << BigInt(shift));
  const middle = 1n << BigInt(shift - 1);
  const half = lost > middle ? 1 : lost === middle ? 0 : -1;
  const up = roundsUp(rounding, sign, (kept & 1n) === 1n, lost !== 0n, half);
  return [up ? kept + 1n : kept, lost !== 0n];
}

/** Rounds `significand * 2^exponent` (not zero) into the format. */
function pack(
  format: FloatFormat,
  rounding: Rounding,
  sign: 0 | 1,
  significand: bigint,
  exponent: number,
): FloatResult {
  const precision = format.fractionBits + 1;
  const length = bitLength(significand);
  const normalShift = length - precision;
  const shift = Math.max(normalShift, minExponent(format) - exponent);
  let [rounded, inexact] = roundShift(rounding, sign, significand, shift);
  let resultExponent = exponent + shift;
  if (bitLength(rounded) > precision) {
    rounded >>= 1n;
    resultExponent += 1;
  }
  if (rounded === 0n) {
    return { bits: signBit(format, sign), flags: Exception.underflow | Exception.inexact };
  }
  const normal = bitLength(rounded) === precision;
  const field = normal ? resultExponent + bias(format) + format.fractionBits : 0;
  if (field >= maxExponentField(format)) return overflow(format, rounding, sign);
  let flags: number = inexact ? Exception.inexact : 0;
  if (inexact && isTiny(format, rounding, sign, significand, exponent, normalShift))
    flags |= Exception.underflow;
  const fraction = rounded & ((1n << BigInt(format.fractionBits)) - 1n);
  return { bits: signBit(format, sign) | (BigInt(field) << BigInt(format.fractionBits)) | fraction, flags };
}

/** Whether the number, rounded as if the exponent had no lower bound, lies below the smallest normal number. */
function isTiny(
  format: FloatFormat,
  rounding: Rounding,
  sign: 0 | 1,
  significand: bigint,
  exponent: number,
  normalShift: number,
): boolean {
  const [rounded] = roundShift(rounding, sign, significand, normalShift);
  const top = bitLength(rounded) + exponent + normalShift;
  return top <= minExponent(format) + format.fractionBits;
}

function overflow(format: FloatFormat, rounding: Rounding, sign: 0 | 1): FloatResult {
  const flags = Exception.overflow | Exception.inexact;
  const toInfinity =
    rounding === "rne" ||
    rounding === "rmm" ||
    (rounding === "rup" && sign === 0) ||
    (rounding === "rdn" && sign === 1);
  const bits = infinity(format, sign);
  return { bits: toInfinity ? bits : bits - 1n, flags };
}

function exact(bits: bigint): FloatResult {
  return { bits, flags: 0 };
}

function invalid(format: FloatFormat): FloatResult {
  return { bits: canonicalNaN(format), flags: Exception.invalid };
}

/** The result where an operand is a NaN; undefined where none is. */
function propagateNaN(format: FloatFormat, ...operands: Unpacked[]): FloatResult | undefined {
  if (!operands.some(isNaNKind)) return undefined;
  const signaling = operands.some(({ kind }) => kind === "signaling");
  return { bits: canonicalNaN(format), flags: signaling ? Exception.invalid : 0 };
}

function negate(value: Unpacked): Unpacked {
  return { ...value, sign: value.sign === 1 ? 0 : 1 };
}

/** The sum of two numbers that are not NaN or infinite. */
function addFinite(format: FloatFormat, rounding: Rounding, a: Unpacked, b: Unpacked): FloatResult {
  const exponent = Math.min(a.exponent, b.exponent);
  const signed = ({ sign, significand, exponent: from }: Unpacked): bigint => {
    const aligned = significand << BigInt(from - exponent);
    return sign === 1 ? -aligned : aligned;
  };
  const sum = signed(a) + signed(b);
  if (sum === 0n) {
    const sign = a.sign === b.sign ? a.sign : rounding === "rdn" ? 1 : 0;
    return exact(signBit(format, sign));
  }
  return pack(format, rounding, sum < 0n ? 1 : 0, sum < 0n ? -sum : sum, exponent);
}

function addUnpacked(format: FloatFormat, rounding: Rounding, a: Unpacked, b: Unpacked): FloatResult {
  if (a.kind === "infinity" && b.kind === "infinity" && a.sign !== b.sign) return invalid(format);
  if (a.kind === "infinity") return exact(infinity(format, a.sign));
  if (b.kind === "infinity") return exact(infinity(format, b.sign));
  return addFinite(format, rounding, zeroAt(a, b), zeroAt(b, a));
}

/** A zero takes the other's exponent, so that nothing is shifted for its sake. */
function zeroAt(value: Unpacked, other: Unpacked): Unpacked {
  return value.kind === "zero" ? { ...value, exponent: other.exponent } : value;
}

export function add(format: FloatFormat, rounding: Rounding, a: bigint, b: bigint): FloatResult {
  const [x, y] = [unpack(format, a), unpack(format, b)];
  return propagateNaN(format, x, y) ?? addUnpacked(format, rounding, x, y);
}

export function sub(format: FloatFormat, rounding: Rounding, a: bigint, b: bigint): FloatResult {
  const [x, y] = [unpack(format, a), unpack(format, b)];
  return propagateNaN(format, x, y) ?? addUnpacked(format, rounding, x, negate(y));
}

/** The exact product of two numbers that are not NaN; undefined for infinity times zero. */
function product(a: Unpacked, b: Unpacked): Unpacked | undefined {
  const sign = a.sign === b.sign ? 0 : 1;
  if (a.kind === "infinity" || b.kind === "infinity") {
    if (a.kind === "zero" || b.kind === "zero") return undefined;
    return { kind: "infinity", sign, significand: 0n, exponent: 0 };
  }
  const significand = a.significand * b.significand;
  const kind = significand === 0n ? "zero" : "finite";
  return { kind, sign, significand, exponent: a.exponent + b.exponent };
}

export function mul(format: FloatFormat, rounding: Rounding, a: bigint, b: bigint): FloatResult {
  const [x, y] = [unpack(format, a), unpack(format, b)];
  const nan = propagateNaN(format, x, y);
  if (nan) return nan;
  const result = product(x, y);
  if (!result) return invalid(format);
  if (result.kind === "infinity") return exact(infinity(format, result.sign));
  if (result.kind === "zero") return exact(signBit(format, result.sign));
  return pack(format, rounding, result.sign, result.significand, result.exponent);
}

/** a * b + c, rounded once. Infinity times zero is invalid even where c is a quiet NaN (RISC-V, section 21.6). */
export function fusedMultiplyAdd(
  format: FloatFormat,
  rounding: Rounding,
  a: bigint,
  b: bigint,
  c: bigint,
): FloatResult {
  const [x, y, z] = [unpack(format, a), unpack(format, b), unpack(format, c)];
  const nan = propagateNaN(format, x, y);
  if (nan) return z.kind === "signaling" ? invalid(format) : nan;
  const xy = product(x, y);
  if (!xy) return invalid(format);
  return propagateNaN(format, z) ?? addUnpacked(format, rounding, xy, z);
}

export function div(format: FloatFormat, rounding: Rounding, a: bigint, b: bigint): FloatResult {
  const [x, y] = [unpack(format, a), unpack(format, b)];
  const nan = propagateNaN(format, x, y);
  if (nan) return nan;
  const sign = x.sign === y.sign ? 0 : 1;
  if (x.kind === y.kind && x.kind !== "finite") return invalid(format);
  if (x.kind === "infinity") return exact(infinity(format, sign));
  if (y.kind === "infinity" || x.kind === "zero") return exact(signBit(format, sign));
  if (y.kind === "zero") return { bits: infinity(format, sign), flags: Exception.divideByZero };
  const shift = Math.max(0, format.fractionBits + 3 - bitLength(x.significand) + bitLength(y.significand));
  const dividend = x.significand << BigInt(shift);
  const quotient = dividend / y.significand;
  const sticky = quotient * y.significand === dividend ? 0n : 1n;
  return pack(format, rounding, sign, (quotient << 1n) | sticky, x.exponent - y.exponent - shift - 1);
}

function integerSquareRoot(value: bigint): bigint {
  let root = 1n << BigInt(Math.ceil(bitLength(value) / 2));
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

export function sqrt(format: FloatFormat, rounding: Rounding, a: bigint): FloatResult {
  const x = unpack(format, a);
  const nan = propagateNaN(format, x);
  if (nan) return nan;
  if (x.kind === "zero") return exact(a);
  if (x.sign === 1) return invalid(format);
  if (x.kind === "infinity") return exact(a);
  let shift = Math.max(0, 2 * format.fractionBits + 6 - bitLength(x.significand));
  if ((x.exponent - shift) % 2 !== 0) shift += 1;
  const radicand = x.significand << BigInt(shift);
  const root = integerSquareRoot(radicand);
  const sticky = root * root === radicand ? 0n : 1n;
  return pack(format, rounding, 0, (root << 1n) | sticky, (x.exponent - shift) / 2 - 1);
}

/** Converts between formats. */
export function convert(from: FloatFormat, to: FloatFormat, rounding: Rounding, a: bigint): FloatResult {
  const x = unpack(from, a);
  const nan = propagateNaN(to, x);
  if (nan) return nan;
  if (x.kind === "infinity") return exact(infinity(to, x.sign));
  if (x.kind === "zero") return exact(signBit(to, x.sign));
  return pack(to, rounding, x.sign, x.significand, x.exponent);
}

/** A number from an integer of any size. */
export function fromInteger(format: FloatFormat, rounding: Rounding, value: bigint): FloatResult {
  if (value === 0n) return exact(0n);
  return pack(format, rounding, value < 0n ? 1 : 0, value < 0n ? -value : value, 0);
}

/**
 * The integer nearest by the rounding mode. Out of range, and infinities, give the nearest end of the range, NaN the
 * upper one, with `invalid` (RISC-V, table 29). The result is the integer, not its bits.
 */
export function toInteger(
  format: FloatFormat,
  rounding: Rounding,
  a: bigint,
  width: 32 | 64,
  signed: boolean,
): FloatResult {
  const low = signed ? -(1n << BigInt(width - 1)) : 0n;
  const high = signed ? -low - 1n : (1n << BigInt(width)) - 1n;
  const x = unpack(format, a);
  const outOfRange = (bits: bigint): FloatResult => ({ bits, flags: Exception.invalid });
  if (isNaNKind(x)) return outOfRange(high);
  if (x.kind === "infinity" || x.exponent > width) {
    if (x.kind === "zero") return exact(0n);
    return outOfRange(x.sign === 1 ? low : high);
  }
  const [magnitude, inexact] = roundShift(rounding, x.sign, x.significand, -x.exponent);
  const value = x.sign === 1 ? -magnitude : magnitude;
  if (value < low) return outOfRange(low);
  if (value > high) return outOfRange(high);
  return { bits: value, flags: inexact ? Exception.inexact : 0 };
}

/** Whether the operands compare so; a signaling comparison is invalid for any NaN, a quiet one for signaling NaNs. */
export function compare(
  format: FloatFormat,
  relation: "eq" | "lt" | "le",
  a: bigint,
  b: bigint,
): { readonly holds: boolean; readonly flags: number } {
  const [x, y] = [unpack(format, a), unpack(format, b)];
  if (isNaNKind(x) || isNaNKind(y)) {
    const signaling = relation !== "eq" || x.kind === "signaling" || y.kind === "signaling";
    return { holds: false, flags: signaling ? Exception.invalid : 0 };
  }
  const [m, n] = [orderOf(format, a), orderOf(format, b)];
  const holds = relation === "eq" ? m === n : relation === "lt" ? m < n : m <= n;
  return { holds, flags: 0 };
}

/** An integer that orders numbers as their values do; both zeros are 0. */
function orderOf(format: FloatFormat, bits: bigint): bigint {
  const magnitude = bits & ((1n << BigInt(format.bits - 1)) - 1n);
  return bits >> BigInt(format.bits - 1) ? -magnitude : magnitude;
}

/** IEEE 754-2019 minimumNumber and maximumNumber: a NaN loses to a number, -0 is less than +0. */
export function minMax(format: FloatFormat, which: "min" | "max", a: bigint, b: bigint): FloatResult {
  const [x, y] = [unpack(format, a), unpack(format, b)];
  const flags = x.kind === "signaling" || y.kind === "signaling" ? Exception.invalid : 0;
  if (isNaNKind(x)) return { bits: isNaNKind(y) ? canonicalNaN(format) : b, flags };
  if (isNaNKind(y)) return { bits: a, flags };
  const [m, n] = [orderOf(format, a), orderOf(format, b)];
  const aIsLess = m < n || (m === n && x.sign === 1);
  return exact(aIsLess === (which === "min") ? a : b);
}

/** The class of a number, as RISC-V's FCLASS gives it: one bit of ten (table 30). */
export function classify(format: FloatFormat, a: bigint): number {
  const x = unpack(format, a);
  if (x.kind === "signaling") return 1 << 8;
  if (x.kind === "nan") return 1 << 9;
  const subnormal = x.kind === "finite" && bitLength(x.significand) <= format.fractionBits;
  const order = x.kind === "infinity" ? 0 : x.kind === "zero" ? 3 : subnormal ? 2 : 1;
  return 1 << (x.sign === 1 ? order : 7 - order);
}

/** Makes a 32-bit pattern a NaN-boxed 64-bit one. */
export function boxSingle(bits: bigint): bigint {
  return u64(bits | 0xffffffff00000000n);
}
