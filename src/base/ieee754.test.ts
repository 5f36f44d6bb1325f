import { expect, test } from "vitest";
import * as ieee from "./ieee754.ts";

const view = new DataView(new ArrayBuffer(8));

function bits64(value: number): bigint {
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}

function number64(bits: bigint): number {
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}

/** Random bit patterns in which special exponents and short fractions are frequent. */
function* patterns(count: number): Generator<bigint> {
  let seed = 12345n;
  for (let index = 0; index < count; index++) {
    seed = (seed * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    const mixed = seed ^ (seed >> 29n);
    if (index % 4 === 0) yield mixed;
    else if (index % 4 === 1)
      yield (mixed & 0x800fffff00000000n) | ((0x3f0n + ((mixed >> 20n) & 0x1fn)) << 52n);
    else if (index % 4 === 2) yield mixed & 0x801fffffffffffffn;
    else yield mixed & 0xfff0000000000003n;
  }
}

const operations = {
  add: [ieee.add, (a: number, b: number) => a + b],
  sub: [ieee.sub, (a: number, b: number) => a - b],
  mul: [ieee.mul, (a: number, b: number) => a * b],
  div: [ieee.div, (a: number, b: number) => a / b],
} as const;

test.each(Object.entries(operations))("%s to nearest equals the host's", (_, [exact, host]) => {
  const values = [...patterns(400)];
  for (const [index, a] of values.entries()) {
    const b = values[(index * 7 + 3) % values.length] ?? 0n;
    const expected = host(number64(a), number64(b));
    const { bits } = exact(ieee.binary64, "rne", a, b);
    expect(bits).toBe(Number.isNaN(expected) ? ieee.canonicalNaN(ieee.binary64) : bits64(expected));
  }
});

test("square roots and conversion to single equal the host's", () => {
  for (const a of patterns(400)) {
    const root = Math.sqrt(number64(a));
    expect(ieee.sqrt(ieee.binary64, "rne", a).bits).toBe(
      Number.isNaN(root) ? ieee.canonicalNaN(ieee.binary64) : bits64(root),
    );
    const value = number64(a);
    view.setFloat32(0, value);
    const single = BigInt(view.getUint32(0));
    if (!Number.isNaN(value)) expect(ieee.convert(ieee.binary64, ieee.binary32, "rne", a).bits).toBe(single);
  }
});

test("directed rounding brackets the result by one unit, and says inexact", () => {
  const down = ieee.div(ieee.binary64, "rdn", bits64(1), bits64(3));
  const up = ieee.div(ieee.binary64, "rup", bits64(1), bits64(3));
  expect(up.bits - down.bits).toBe(1n);
  expect([down.flags, up.flags]).toEqual([1, 1]);
});

test("fused multiply-add rounds once", () => {
  const tiny = 2 ** -52;
  const a = bits64(1 + tiny);
  expect(number64(ieee.fusedMultiplyAdd(ieee.binary64, "rne", a, a, bits64(-1 - 2 * tiny)).bits)).toBe(
    tiny * tiny,
  );
});

test("flags of overflow, underflow, division by zero and invalid", () => {
  const f = ieee.binary64;
  expect(ieee.mul(f, "rne", bits64(1e300), bits64(1e300)).flags).toBe(5);
  expect(ieee.mul(f, "rne", bits64(1e-300), bits64(1e-300)).flags).toBe(3);
  expect(ieee.div(f, "rne", bits64(1), 0n).flags).toBe(8);
  expect(ieee.sqrt(f, "rne", bits64(-1)).flags).toBe(16);
});

test("conversion to integers saturates", () => {
  const f = ieee.binary64;
  expect(ieee.toInteger(f, "rtz", bits64(-1.5), 32, true)).toEqual({ bits: -1n, flags: 1 });
  expect(ieee.toInteger(f, "rne", bits64(2.5), 64, true)).toEqual({ bits: 2n, flags: 1 });
  expect(ieee.toInteger(f, "rtz", bits64(-1), 32, false)).toEqual({ bits: 0n, flags: 16 });
  expect(ieee.toInteger(f, "rtz", bits64(Number.NaN), 64, true)).toEqual({ bits: 2n ** 63n - 1n, flags: 16 });
});
