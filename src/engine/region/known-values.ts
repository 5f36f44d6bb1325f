/**
 * What is known of registers without running a program, as far as jumps through tables need it: constants, an index times a
 * power of two plus a constant, and what was loaded from there. Anything else is an index of which nothing is known but that it
 * is the same where its name is the same.
 *
 * Sums are taken for exact and 32-bit numbers for sign-extended, as compilers see to: what is found here is checked by whoever
 * uses it.
 */

import { type Operand, operandsOf, type Value } from "../ir.ts";
import type { RegisterFile } from "../state-layout.ts";

/** `base` + (index << `shift`); the index is from 0 to `most`. A constant has no index: its name is empty. */
export interface Linear {
  readonly kind: "linear";
  readonly base: bigint;
  readonly shift: number;
  readonly index: string;
  /** Undefined where nobody compared it. */
  readonly most: number | undefined;
}

/** `plus` and what is in memory at a linear address. */
export interface Entry {
  readonly kind: "entry";
  readonly at: Linear;
  readonly size: 4 | 8;
  readonly signed: boolean;
  readonly plus: bigint;
}

export type Known = Linear | Entry;

const WIDTH = 64;
const ALL = (1n << 64n) - 1n;
/** Larger comparisons say nothing of tables. */
const LARGEST_INDEX = 1 << 20;

const constant = (value: bigint): Linear => ({
  kind: "linear",
  base: BigInt.asIntN(WIDTH, value),
  shift: 0,
  index: "",
  most: 0,
});

/** An index of which only the name is known, and perhaps how large it is at most. */
export const unknown = (index: string, most?: number): Linear => ({
  kind: "linear",
  base: 0n,
  shift: 0,
  index,
  most,
});

const constantOf = (known: Known): bigint | undefined =>
  known.kind === "linear" && known.index === "" ? known.base : undefined;

export function areEqual(a: Known | undefined, b: Known | undefined): boolean {
  if (a?.kind === "entry" && b?.kind === "entry")
    return areEqual(a.at, b.at) && a.size === b.size && a.signed === b.signed && a.plus === b.plus;
  if (a?.kind !== "linear" || b?.kind !== "linear") return false;
  return a.base === b.base && a.shift === b.shift && a.index === b.index && a.most === b.most;
}

/** What registers hold, by their names. */
export type Registers = Map<string, Known>;

export const registerName = (file: RegisterFile, { value = 0 }: Operand): string => `${file.name}${value}`;

/** Where an instruction is that is looked at, and what registers hold before it. */
export interface Place {
  readonly at: number;
  readonly length: number;
  /** Names what the block's beginning does not know. */
  readonly block: number;
  readonly registers: Registers;
}

/** What a value of the instruction is. */
export function evaluate(value: Value, place: Place): Known {
  switch (value.kind) {
    case "const":
      return value.type === "i64" || value.type === "i32" ? constant(BigInt(value.value)) : nameless(place);
    case "immediate":
      return constant(BigInt(value.operand.value ?? 0));
    case "pc":
      return constant(BigInt(place.at));
    case "nextPc":
      return constant(BigInt(place.at + place.length));
    case "readRegister":
      return read(value.file, value.operand, place);
    case "load":
      return loaded(evaluate(value.address, place), value.access.op, place);
    case "pure":
      return (
        compute(
          value.op,
          operandsOf(value).map((each) => evaluate(each, place)),
        ) ?? nameless(place)
      );
    default:
      return nameless(place);
  }
}

const nameless = ({ at }: Place): Linear => unknown(`${at}`);

function read(file: RegisterFile, operand: Operand, { block, registers }: Place): Known {
  if (file.zero && operand.value === 0) return constant(0n);
  const name = registerName(file, operand);
  const known = registers.get(name) ?? unknown(`${block}/${name}`);
  registers.set(name, known);
  return known;
}

/** What loads of numbers below 2^16 give. */
const narrow: Readonly<Record<string, number>> = { "i64.load8_u": 0xff, "i64.load16_u": 0xffff };
const wide: Readonly<Record<string, Pick<Entry, "size" | "signed">>> = {
  "i64.load": { size: 8, signed: true },
  "i64.load32_s": { size: 4, signed: true },
  "i64.load32_u": { size: 4, signed: false },
};

function loaded(at: Known, op: string, place: Place): Known {
  const form = wide[op];
  const fits = form && at.kind === "linear" && at.index !== "" && 1 << at.shift >= form.size;
  return fits ? { kind: "entry", at, ...form, plus: 0n } : unknown(`${place.at}`, narrow[op]);
}

/** Undefined where nothing is known of the result. */
function compute(op: string, [a, b]: readonly Known[]): Known | undefined {
  if (!a) return undefined;
  const [, name = ""] = op.split(".");
  const [left, right] = [constantOf(a), b && constantOf(b)];
  switch (name) {
    case "add":
      return right !== undefined ? plus(a, right) : left !== undefined && b ? plus(b, left) : undefined;
    case "sub":
      return right === undefined ? undefined : plus(a, -right);
    case "shl":
      return right === undefined ? undefined : shiftLeft(a, Number(right) % WIDTH);
    case "shr_u":
      return right === undefined ? undefined : shiftRight(a, Number(right) % WIDTH);
    case "and":
      return right !== undefined ? mask(a, right) : left !== undefined && b ? mask(b, left) : undefined;
    case "extend32_s":
    case "extend_i32_s":
    case "wrap_i64":
      return left === undefined ? a : constant(BigInt.asIntN(32, left));
    case "extend_i32_u":
      return left === undefined ? a : constant(BigInt.asUintN(32, left));
    default:
      return undefined;
  }
}

function plus(known: Known, added: bigint): Known {
  if (known.kind === "entry") return { ...known, plus: BigInt.asIntN(WIDTH, known.plus + added) };
  return { ...known, base: BigInt.asIntN(WIDTH, known.base + added) };
}

function shiftLeft(known: Known, by: number): Known | undefined {
  if (known.kind === "entry") return undefined;
  const base = BigInt.asIntN(WIDTH, known.base << BigInt(by));
  return known.index === "" ? constant(base) : { ...known, base, shift: known.shift + by };
}

/** What was shifted to the left by more before, to lose its upper bits: an index has none. */
function shiftRight(known: Known, by: number): Known | undefined {
  const value = constantOf(known);
  if (value !== undefined) return constant((value & ALL) >> BigInt(by));
  if (known.kind === "entry" || known.base !== 0n || known.shift < by) return undefined;
  return { ...known, shift: known.shift - by };
}

const LOWEST_BIT = ~1n;
const HALF = 0xffff_ffffn;

function mask(known: Known, bits: bigint): Known | undefined {
  const value = constantOf(known);
  if (value !== undefined) return constant(value & bits);
  // The lowest bit of a jump's target, and the upper half of an index.
  if (bits === LOWEST_BIT || bits === HALF) return known;
  const isMask = bits >= 0n && (bits & (bits + 1n)) === 0n && bits <= BigInt(LARGEST_INDEX);
  if (!isMask || known.kind === "entry" || known.shift !== 0) return undefined;
  const most = Number(bits);
  if (known.base === 0n && known.most !== undefined && known.most <= most) return known;
  return unknown(`${known.index}+${known.base}&${bits}`, most);
}

/** A comparison tells that a value is at most so much, where control goes on one way or the other. */
export interface Bound {
  readonly value: Linear;
  readonly most: number;
  readonly whenTrue: boolean;
}

/** What unsigned comparisons with a constant tell. */
export function boundOf(condition: Value, place: Place): Bound | undefined {
  if (condition.kind !== "pure") return undefined;
  const isLess = condition.op === "i64.lt_u";
  if (!isLess && condition.op !== "i64.ge_u") return undefined;
  const [a, b] = condition.args.map((each) => evaluate(each, place));
  if (!a || !b) return undefined;
  const [left, right] = [constantOf(a), constantOf(b)];
  // a < b, or not a >= b: a is at most b - 1. Otherwise b is at most a.
  if (right !== undefined) return bound(a, right - 1n, isLess);
  return left === undefined ? undefined : bound(b, left, !isLess);
}

function bound(value: Known, most: bigint, whenTrue: boolean): Bound | undefined {
  if (value.kind === "entry" || value.index === "" || most < 0n || most > LARGEST_INDEX) return undefined;
  return { value, most: Number(most), whenTrue };
}
