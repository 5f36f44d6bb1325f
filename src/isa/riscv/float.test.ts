/** The fast ways of floating-point instructions against exact arithmetic: bits and flags. */

import { beforeAll, expect, test } from "vitest";
import { s64 } from "../../base/bits.ts";
import * as ieee from "../../base/ieee754.ts";
import type { Hart } from "./hart.ts";
import { csr, fcsr, Mstatus } from "./state.ts";
import { bareHart, RAM_BASE } from "./testing/bare-hart.ts";
import { type Format, fusedOperations } from "./vocabulary.ts";

/** Sets of operands for each instruction. */
const COUNT = Number(process.env.STRATA_FLOAT_VECTORS ?? 3000);
const formats = { s: ieee.binary32, d: ieee.binary64 } as const;

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

const instructions: Readonly<Record<string, Exact>> = {
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
const operandCount = (name: string): number =>
  name === "fsqrt" ? 1 : fusedOperations.some((suffix) => name === `f${suffix}`) ? 3 : 2;

/** Random numbers of 64 bits (splitmix64). */
function random(seed: bigint): () => bigint {
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
function pattern({ bits, fractionBits, exponentBits }: ieee.FloatFormat, next: () => bigint): bigint {
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
function related(format: ieee.FloatFormat, name: string, operands: bigint[], next: () => bigint): void {
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

let hart: Hart;
let load: (source: string) => void;

beforeAll(() => {
  const bare = bareHart();
  hart = bare.hart;
  load = (source) => void bare.load(source);
});

function execute(format: ieee.FloatFormat, flags: number, operands: readonly bigint[]): ieee.FloatResult {
  const box = format.bits === 32 ? 0xffffffff00000000n : 0n;
  for (const [index, bits] of operands.entries()) hart.setF(10 + index, s64(bits | box));
  hart.memory.setPair(csr.mstatus, Mstatus.FS, hart.memory.getHigh(csr.mstatus));
  hart.fpu.setFcsr(flags);
  hart.pc = BigInt(RAM_BASE);
  hart.run(1);
  return { bits: BigInt.asUintN(format.bits, hart.getF(0)), flags: hart.memory.get(fcsr) };
}

const cases = (Object.keys(formats) as Format[]).flatMap((format) =>
  Object.entries(instructions).map(
    ([name, exact]) => [`${name}.${format}`, name, formats[format], exact] as const,
  ),
);

test.each(cases)("%s gives the exact bits and flags", (text, name, format, exact) => {
  const count = operandCount(name);
  load(`${text} ${["ft0", "fa0", "fa1", "fa2"].slice(0, count + 1).join(", ")}, rne`);
  const next = random(BigInt(process.env.STRATA_FLOAT_SEED ?? 1));
  const wrong: string[] = [];
  for (let index = 0; index < COUNT; index++) {
    const operands = Array.from({ length: count }, () => pattern(format, next));
    if (index % 3 === 0) related(format, name, operands, next);
    const [a = 0n, b = 0n, c = 0n] = operands;
    const expected = exact(format, a, b, c);
    for (const before of [0, 1]) {
      const got = execute(format, before, operands);
      if (got.bits === expected.bits && got.flags === (expected.flags | before)) continue;
      const show = (result: ieee.FloatResult): string => `${result.bits.toString(16)} ${result.flags}`;
      wrong.push(`${operands.map((value) => value.toString(16))}: ${show(got)}, not ${show(expected)}`);
    }
  }
  expect(wrong.slice(0, 5)).toEqual([]);
});

const integers = [
  ["w", 32, true],
  ["wu", 32, false],
  ["l", 64, true],
  ["lu", 64, false],
] as const;
const roundings = ["rne", "rtz", "rdn", "rup", "rmm"] as const;

/** Runs a conversion from fa0 or a0 to ft0 or a1 and gives what is in both. */
function convert(bits: bigint, flags: number): { x: bigint; f: bigint; flags: number } {
  hart.setX(10, s64(BigInt.asUintN(64, bits)));
  const { bits: f } = execute(ieee.binary64, flags, [bits]);
  return { x: hart.getX(11), f, flags: hart.memory.get(fcsr) };
}

const conversions = (Object.keys(formats) as Format[]).flatMap((format) =>
  roundings.flatMap((rounding) =>
    integers.map(([name, width, signed]) => ({ format, rounding, name, width, signed })),
  ),
);

test.each(conversions)(
  "fcvt.$name.$format and back, $rounding",
  ({ format, rounding, name, width, signed }) => {
    const box = format === "s" ? 0xffffffff00000000n : 0n;
    const next = random(BigInt(process.env.STRATA_FLOAT_SEED ?? 2));
    const values = Array.from({ length: COUNT / 4 }, (_, index) =>
      index % 2 ? pattern(formats[format], next) : integral(formats[format], next),
    );
    load(`fcvt.${name}.${format} a1, fa0, ${rounding}`);
    for (const value of values) {
      const expected = ieee.toInteger(formats[format], rounding, value, width, signed);
      for (const before of [0, 1]) {
        const { x, flags } = convert(value | box, before);
        const wanted = BigInt.asUintN(64, BigInt.asIntN(width, expected.bits));
        expect([value, x, flags]).toEqual([value, wanted, expected.flags | before]);
      }
    }
    load(`fcvt.${format}.${name} ft0, a0${format === "d" && width === 32 ? "" : `, ${rounding}`}`);
    for (let index = 0; index < COUNT / 4; index++) {
      const bits = index % 5 ? BigInt.asUintN(64, s64(next()) >> (next() % 64n)) : -1n << (next() % 64n);
      const integer = signed ? BigInt.asIntN(width, bits) : BigInt.asUintN(width, bits);
      const expected = ieee.fromInteger(formats[format], rounding, integer);
      for (const before of [0, 1]) {
        const { f, flags } = convert(bits, before);
        expect([bits, f, flags]).toEqual([bits, expected.bits | box, expected.flags | before]);
      }
    }
  },
);

/** A number that is an integer, or the half of one. */
function integral(format: ieee.FloatFormat, next: () => bigint): bigint {
  return (
    ieee.fromInteger(format, "rtz", s64(next()) >> (next() % 64n)).bits -
    (next() & 1n) * (1n << BigInt(format.fractionBits))
  );
}

test.each(roundings)("between single and double precision, %s", (rounding) => {
  const next = random(BigInt(process.env.STRATA_FLOAT_SEED ?? 3));
  for (const [from, to] of [
    ["s", "d"],
    ["d", "s"],
  ] as const) {
    load(`fcvt.${to}.${from} ft0, fa0${to === "d" ? "" : `, ${rounding}`}`);
    const box = (format: Format): bigint => (format === "s" ? 0xffffffff00000000n : 0n);
    for (let index = 0; index < COUNT; index++) {
      const single = pattern(ieee.binary32, next);
      const wide =
        index % 2
          ? pattern(ieee.binary64, next)
          : ieee.convert(ieee.binary32, ieee.binary64, "rne", single).bits;
      const value = from === "s" ? single : BigInt.asUintN(64, wide + (next() & 1n) * (next() & 1n));
      const expected = ieee.convert(formats[from], formats[to], rounding, value);
      for (const before of [0, 1]) {
        const { f, flags } = convert(value | box(from), before);
        expect([value, f, flags]).toEqual([value, expected.bits | box(to), expected.flags | before]);
      }
    }
  }
});

test.each(Object.keys(formats) as Format[])("classes of numbers, %s", (format) => {
  load(`fclass.${format} a1, fa0`);
  const next = random(4n);
  for (let index = 0; index < COUNT; index++) {
    const bits = pattern(formats[format], next);
    const { x } = convert(bits | (format === "s" ? 0xffffffff00000000n : 0n), 0);
    expect([bits, x]).toEqual([bits, BigInt(ieee.classify(formats[format], bits))]);
  }
});

test("fflags, frm and fcsr read and write their parts, and writing makes the state dirty", () => {
  load("csrr a1, fcsr");
  const read = (instruction: string, flags: number, value: bigint): [x: bigint, fcsr: number] => {
    load(instruction);
    const { x, flags: after } = convert(value, flags);
    return [x, after];
  };
  expect(read("csrr a1, fflags", 0xb3, 0n)).toEqual([0x13n, 0xb3]);
  expect(read("csrr a1, frm", 0xb3, 0n)).toEqual([5n, 0xb3]);
  expect(read("csrr a1, fcsr", 0xb3, 0n)).toEqual([0xb3n, 0xb3]);
  expect(read("csrw fflags, a0", 0xb3, -1n)[1]).toBe(0xbf);
  expect(read("csrw fflags, a0", 0xb3, 0xfff3n)[1]).toBe(0xb3);
  expect(read("csrw frm, a0", 0xb3, 0x102n)[1]).toBe(0x53);
  expect(read("csrw fcsr, a0", 0xb3, 0x1_0000_0001n)[1]).toBe(1);
  expect(read("csrrs a1, fflags, a0", 0x42, 0xf1n)).toEqual([2n, 0x53]);
  expect(read("csrrc a1, fcsr, a0", 0xff, 0x81n)).toEqual([0xffn, 0x7e]);
  expect(read("csrrw a1, frm, a0", 0x42, 1n)).toEqual([2n, 0x22]);
  load("csrw fflags, a0");
  hart.memory.setPair(csr.mstatus, Mstatus.FS & -Mstatus.FS, hart.memory.getHigh(csr.mstatus) & 0x7fffffff);
  hart.setX(10, BigInt(hart.memory.get(fcsr) & 0x1f));
  hart.pc = BigInt(RAM_BASE);
  hart.run(1);
  expect([hart.memory.get(csr.mstatus) & Mstatus.FS, hart.memory.getHigh(csr.mstatus) < 0]).toEqual([
    Mstatus.FS,
    true,
  ]);
});
