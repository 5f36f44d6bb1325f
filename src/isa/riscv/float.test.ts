/** Conversions, classes and flags of floating point against exact arithmetic; see float-arithmetic.test.ts for the rest. */

import { beforeAll, expect, test } from "vitest";
import { s64 } from "../../base/bits.ts";
import * as ieee from "../../base/ieee754.ts";
import type { Hart } from "./hart.ts";
import { csr, fcsr, Mstatus } from "./state.ts";
import { bareHart, RAM_BASE } from "./testing/bare-hart.ts";
import { execute, formats, pattern, random } from "./testing/float-vectors.ts";
import type { Format } from "./vocabulary.ts";

/** Sets of operands for each instruction. */
const COUNT = Number(process.env.STRATA_FLOAT_VECTORS ?? 3000);

let hart: Hart;
let load: (source: string) => void;

beforeAll(() => {
  const bare = bareHart();
  hart = bare.hart;
  load = (source) => void bare.load(source);
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
  const { bits: f } = execute(hart, ieee.binary64, flags, [bits]);
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
