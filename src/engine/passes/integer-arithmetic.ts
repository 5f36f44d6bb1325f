/** WebAssembly's integer instructions on constants: Core Specification 2.0, section 4.3.2. */

type Binary = (a: bigint, b: bigint, bits: number) => bigint | undefined;
type Unary = (a: bigint, bits: number) => bigint;

const unsigned = (value: bigint, bits: number): bigint => BigInt.asUintN(bits, value);
const truth = (value: boolean): bigint => (value ? 1n : 0n);
const lowest = (bits: number): bigint => -(1n << BigInt(bits - 1));

/** Operands come as signed numbers; results need not be in range; undefined where the instruction traps. */
const binary: Readonly<Record<string, Binary>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  div_s: (a, b, bits) => (b === 0n || (b === -1n && a === lowest(bits)) ? undefined : a / b),
  div_u: (a, b, bits) => (b === 0n ? undefined : unsigned(a, bits) / unsigned(b, bits)),
  rem_s: (a, b) => (b === 0n ? undefined : a % b),
  rem_u: (a, b, bits) => (b === 0n ? undefined : unsigned(a, bits) % unsigned(b, bits)),
  shl: (a, b, bits) => a << count(b, bits),
  shr_s: (a, b, bits) => a >> count(b, bits),
  shr_u: (a, b, bits) => unsigned(a, bits) >> count(b, bits),
  rotl: (a, b, bits) => rotate(a, count(b, bits), bits),
  rotr: (a, b, bits) => rotate(a, BigInt(bits) - count(b, bits), bits),
  eq: (a, b) => truth(a === b),
  ne: (a, b) => truth(a !== b),
  lt_s: (a, b) => truth(a < b),
  gt_s: (a, b) => truth(a > b),
  le_s: (a, b) => truth(a <= b),
  ge_s: (a, b) => truth(a >= b),
  lt_u: (a, b, bits) => truth(unsigned(a, bits) < unsigned(b, bits)),
  gt_u: (a, b, bits) => truth(unsigned(a, bits) > unsigned(b, bits)),
  le_u: (a, b, bits) => truth(unsigned(a, bits) <= unsigned(b, bits)),
  ge_u: (a, b, bits) => truth(unsigned(a, bits) >= unsigned(b, bits)),
};

const unary: Readonly<Record<string, Unary>> = {
  eqz: (a) => truth(a === 0n),
  clz: (a, bits) => BigInt(bits - digits(a, bits).length),
  ctz: (a, bits) => BigInt(a === 0n ? bits : digits(a & -a, bits).length - 1),
  popcnt: (a, bits) => BigInt(digits(a, bits).replaceAll("0", "").length),
  extend8_s: (a) => BigInt.asIntN(8, a),
  extend16_s: (a) => BigInt.asIntN(16, a),
  extend32_s: (a) => BigInt.asIntN(32, a),
  wrap_i64: (a) => a,
  extend_i32_s: (a) => a,
  extend_i32_u: (a) => unsigned(a, 32),
};

const comparisons = new Set("eqz eq ne lt_s gt_s le_s ge_s lt_u gt_u le_u ge_u".split(" "));

function count(b: bigint, bits: number): bigint {
  return b & BigInt(bits - 1);
}

function rotate(a: bigint, left: bigint, bits: number): bigint {
  const value = unsigned(a, bits);
  return (value << left) | (value >> (BigInt(bits) - left));
}

/** Binary digits without leading zeros; none for 0. */
function digits(a: bigint, bits: number): string {
  return a === 0n ? "" : unsigned(a, bits).toString(2);
}

/** How to evaluate an integer instruction. */
export interface Evaluation {
  readonly evaluate: (args: readonly bigint[]) => bigint | undefined;
  readonly result: "i32" | "i64";
}

const evaluations = new Map<string, Evaluation>();
for (const type of ["i32", "i64"] as const) {
  const bits = type === "i32" ? 32 : 64;
  for (const [name, compute] of Object.entries(binary)) {
    const result = comparisons.has(name) ? "i32" : type;
    const evaluate = ([a = 0n, b = 0n]: readonly bigint[]) => compute(a, b, bits);
    evaluations.set(`${type}.${name}`, { evaluate, result });
  }
  for (const [name, compute] of Object.entries(unary)) {
    const result = comparisons.has(name) ? "i32" : type;
    evaluations.set(`${type}.${name}`, { evaluate: ([a = 0n]) => compute(a, bits), result });
  }
}

/** How to evaluate the instruction `op`; undefined where it is none of integers. */
export function evaluationOf(op: string): Evaluation | undefined {
  return evaluations.get(op);
}
