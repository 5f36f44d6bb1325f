/** Operand values: the ones where arithmetic turns, and random ones near them. */

import { Random } from "../../src/machine/testing/random.ts";

/** A generator of its own for each name, so that one program does not depend on the others. */
export function randomFor(name: string): Random {
  let seed = 0x811c9dc5;
  for (const letter of name) seed = Math.imul(seed ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return new Random(seed);
}

export function random64(random: Random): bigint {
  return (BigInt(random.word()) << 32n) | BigInt(random.word());
}

// biome-ignore format: a table
const integers = [
  0n, 1n, 2n, 3n, 7n, 8n, 31n, 32n, 63n, 64n, 0x7fn, 0x80n, 0xffn, 0x7fffn, 0x8000n, 0xffffn, 0x7fffffffn,
  0x80000000n, 0xffffffffn, 0x100000000n, 0x7fffffffffffffffn, 0x8000000000000000n, 0x5555555555555555n,
  0xaaaaaaaaaaaaaaaan, 0x0123456789abcdefn, 0xffffffff80000000n, 0xffffffff7fffffffn, 0x8080808080808080n,
] as const;

/** A 64-bit integer. */
export function integerValue(random: Random): bigint {
  const kind = random.below(8);
  if (kind < 2) {
    const value = random.pick(integers);
    return BigInt.asUintN(64, random.once(3) ? -value : value);
  }
  if (kind === 2) return BigInt.asUintN(64, BigInt(random.word() | 0));
  if (kind === 3) return BigInt.asUintN(64, BigInt(random.below(129) - 64));
  if (kind === 4) return 1n << BigInt(random.below(64));
  if (kind === 5) return BigInt.asUintN(64, (1n << BigInt(random.below(64))) - BigInt(random.below(3)));
  if (kind === 6) return random64(random) >> BigInt(random.below(64));
  return random64(random);
}

interface Format {
  readonly bits: number;
  readonly fraction: number;
  readonly bias: number;
}

const formats: Readonly<Record<"s" | "d", Format>> = {
  s: { bits: 32, fraction: 23, bias: 127 },
  d: { bits: 64, fraction: 52, bias: 1023 },
};

function assemble({ bits, fraction }: Format, sign: number, exponent: number, low: bigint): bigint {
  return (BigInt(sign) << BigInt(bits - 1)) | (BigInt(exponent) << BigInt(fraction)) | low;
}

/** Few bits of a fraction at its top or its bottom, so that ties and carries happen; or random ones. */
function fractionValue({ fraction }: Format, random: Random): bigint {
  const all = (1n << BigInt(fraction)) - 1n;
  const kind = random.below(5);
  if (kind === 0) return BigInt(random.below(16)) << BigInt(fraction - 4);
  if (kind === 1) return BigInt(random.below(8));
  if (kind === 2) return all - BigInt(random.below(8));
  if (kind === 3) return (1n << BigInt(random.below(fraction))) & all;
  return random64(random) & all;
}

/** The bits of a number. */
function floatBits(format: Format, random: Random): bigint {
  const { bias, fraction } = format;
  const top = 2 * bias + 1;
  const sign = random.below(2);
  const kind = random.below(12);
  const low = fractionValue(format, random);
  if (kind === 0) return assemble(format, sign, random.pick([0, top]), 0n);
  // NaNs, quiet and signaling; subnormal numbers; the ends of the range.
  if (kind === 1) return assemble(format, sign, top, low);
  if (kind === 2) return assemble(format, sign, 0, low);
  if (kind === 3) return assemble(format, sign, 1 + random.below(3), low);
  if (kind === 4) return assemble(format, sign, top - 1 - random.below(3), low);
  // Products and quotients of these are near the ends of the range.
  if (kind === 5) return assemble(format, sign, (bias >> 1) + random.below(fraction), low);
  if (kind === 6) return assemble(format, sign, bias + (bias >> 1) + random.below(4), low);
  // Near the ends of the integers.
  if (kind === 7) return assemble(format, sign, bias + random.pick([30, 31, 32, 62, 63, 64]), low);
  if (kind === 8) return assemble(format, sign, bias + random.below(fraction + 2), low);
  if (kind === 9) return BigInt.asUintN(format.bits, random64(random));
  return assemble(format, sign, bias - 2 + random.below(5), low);
}

const BOX = 0xffffffff00000000n;

/** A floating-point register that holds mostly numbers of one precision; singles are mostly NaN-boxed. */
export function floatValue(precision: "s" | "d", random: Random): bigint {
  const other = random.once(12);
  if ((precision === "s") === other) return floatBits(formats.d, random);
  const single = floatBits(formats.s, random);
  return random.once(12) ? single | (random64(random) & BOX) : single | BOX;
}

/** A value near another one, so that sums cancel and comparisons are close. */
export function nearbyFloat(precision: "s" | "d", value: bigint, random: Random): bigint {
  const format = formats[precision];
  const sign = 1n << BigInt(format.bits - 1);
  const flipped = random.once(2) ? value ^ sign : value;
  return BigInt.asUintN(64, flipped + BigInt(random.below(5) - 2));
}

/** What nearly cancels the product of two registers; undefined where that is no ordinary number. */
export function fusedAddend(precision: "s" | "d", [a, b]: readonly bigint[]): bigint | undefined {
  if (a === undefined || b === undefined) return undefined;
  const view = new DataView(new ArrayBuffer(8));
  const value = (bits: bigint): number => {
    view.setBigUint64(0, bits, true);
    return precision === "d" ? view.getFloat64(0, true) : view.getFloat32(0, true);
  };
  const product = -value(a) * value(b);
  if (!Number.isFinite(product)) return undefined;
  if (precision === "d") {
    view.setFloat64(0, product, true);
    return view.getBigUint64(0, true);
  }
  view.setFloat32(0, product, true);
  return BigInt(view.getUint32(0, true)) | BOX;
}
