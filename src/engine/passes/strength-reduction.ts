/**
 * Strength reduction: an operation becomes one that processors do faster. Only what V8 does not find itself, or what makes
 * code smaller: V8 knows how to divide by constants, and which sums an address may have. It does not find a rotated word whose
 * parts are sign-extended one by one.
 */

import type { Body, Node, Value } from "../ir.ts";
import { constant, isPure, pure, withConstant } from "./constant-folding.ts";
import { rewriteBody } from "./rewrite.ts";
import { unsignedBits } from "./value-ranges.ts";

type Pure = Extract<Node, { kind: "pure" }>;
type Integer = "i32" | "i64";

export function reduceStrength(body: Body): Body {
  return rewriteBody(body, (node) => (node.kind === "pure" ? reducePure(node) : node));
}

/** An equal value: new pure nodes over the operands, or the node itself. */
export function reducePure(node: Pure): Value {
  const [a, b] = node.args;
  if (node.op === "i64.extend32_s") return wordOf(a) ?? node;
  if (!a || !b) return node;
  if (b.kind !== "const") return joins.get(node.op)?.(a, b) ?? node;
  if (b.type !== "i64" && b.type !== "i32") return node;
  return reductions.get(node.op)?.(a, BigInt(b.value), b.type) ?? node;
}

type Reduction = (a: Value, c: bigint, type: Integer) => Value | undefined;

const operations: Readonly<Record<string, Reduction>> = {
  mul(a, c, type) {
    const power = powerOfTwo(c, type);
    if (power !== undefined) return pure(`${type}.shl`, type, a, constant(type, power));
    return c === -1n ? pure(`${type}.sub`, type, constant(type, 0n), a) : undefined;
  },
  div_u(a, c, type) {
    const power = powerOfTwo(c, type);
    return power === undefined ? undefined : pure(`${type}.shr_u`, type, a, constant(type, power));
  },
  rem_u(a, c, type) {
    const power = powerOfTwo(c, type);
    return power === undefined ? undefined : pure(`${type}.and`, type, a, constant(type, (1n << power) - 1n));
  },
};

/** The zero-extended low word times a power of two, as `slli` and `srli` make it: an index of an array. */
function scaledWord(a: Value, c: bigint): Value | undefined {
  if (a.kind !== "pure" || a.op !== "i64.shl" || c >= 32n || c <= 0n) return undefined;
  const [inner, left] = a.args;
  if (!inner || left?.kind !== "const" || left.value !== 32n) return undefined;
  const word = pure("i64.and", "i64", inner, constant("i64", 0xffffffffn));
  return pure("i64.shl", "i64", word, constant("i64", 32n - c));
}

/** Of the two parts of a rotated number, which have no bits in common, the rotation. */
function rotation(a: Value, b: Value): Value | undefined {
  return rotationOf(a, b) ?? rotationOf(b, a);
}

function rotationOf(high: Value, low: Value): Value | undefined {
  const right = shifted(low, "i64.shr_u");
  if (!right) return undefined;
  const left = shifted(high, "i64.shl");
  if (left)
    return left.value === right.value && left.by + right.by === 64n ? rotated("i64", left) : undefined;
  // As `slliw` and `srliw` make it: the upper part is sign-extended, the lower one has less than 32 bits.
  const word = isPure(high, "i64.extend32_s") ? shifted(high.args[0], "i64.shl") : undefined;
  if (!word || word.by + right.by !== 32n) return undefined;
  const isSame = isWordOf(right.value, word.value);
  return isSame ? pure("i64.extend_i32_s", "i64", rotated("i32", word)) : undefined;
}

interface Shifted {
  readonly value: Value;
  readonly by: bigint;
}

function shifted(value: Value | undefined, op: string): Shifted | undefined {
  const [inner, by = 0n] = withConstant(value, op) ?? [];
  return inner && by > 0n && by < 64n ? { value: inner, by } : undefined;
}

/** Whether a value is the low 32 bits of another one, zero-extended. */
function isWordOf(word: Value, whole: Value): boolean {
  if (word === whole) return unsignedBits(word) <= 32;
  const [inner, mask] = withConstant(word, "i64.and") ?? [];
  if (inner === whole && mask === 0xffffffffn) return true;
  const [narrow] = isPure(word, "i64.extend_i32_u") ? word.args : [];
  return narrow !== undefined && isPure(whole, "i64.extend_i32_s") && narrow === whole.args[0];
}

function rotated(type: Integer, { value, by }: Shifted): Value {
  const whole = type === "i64" ? value : pure("i32.wrap_i64", "i32", value);
  return pure(`${type}.rotl`, type, whole, constant(type, by));
}

/** Bit by bit, words give a word: it is extended once. */
const narrowed =
  (name: string) =>
  (a: Value, b: Value): Value | undefined => {
    if (!isPure(a, "i64.extend_i32_s") || !isPure(b, "i64.extend_i32_s")) return undefined;
    return pure("i64.extend_i32_s", "i64", pure(`i32.${name}`, "i32", ...a.args, ...b.args));
  };

/** Operations of which the low 32 bits depend on those of the operands alone. */
const lowOperations = new Set(["i64.add", "i64.sub", "i64.mul", "i64.and", "i64.or", "i64.xor"]);

/** The low word, sign-extended, of an operation on two values of which one was extended itself: that is done once. */
function wordOf(value: Value | undefined): Value | undefined {
  if (value?.kind !== "pure" || !lowOperations.has(value.op) || !value.args.some(isExtended))
    return undefined;
  const words = value.args.map((arg) => pure("i32.wrap_i64", "i32", arg));
  return pure("i64.extend_i32_s", "i64", pure(value.op.replace("i64", "i32"), "i32", ...words));
}

function isExtended(value: Value): boolean {
  return isPure(value, "i64.extend_i32_s") || isPure(value, "i64.extend_i32_u");
}

/** For operations on two values that are not known. */
const joins = new Map<string, (a: Value, b: Value) => Value | undefined>([
  ["i64.add", rotation],
  ["i64.and", narrowed("and")],
  ["i64.or", (a, b) => rotation(a, b) ?? narrowed("or")(a, b)],
  ["i64.xor", (a, b) => rotation(a, b) ?? narrowed("xor")(a, b)],
]);

/** Its exponent, where an unsigned number is a power of two. */
function powerOfTwo(value: bigint, type: Integer): bigint | undefined {
  const number = BigInt.asUintN(type === "i64" ? 64 : 32, value);
  if (number === 0n || (number & (number - 1n)) !== 0n) return undefined;
  return BigInt(number.toString(2).length - 1);
}

const reductions = new Map<string, Reduction>([["i64.shr_u", scaledWord]]);
for (const type of ["i32", "i64"]) {
  for (const [name, reduce] of Object.entries(operations)) reductions.set(`${type}.${name}`, reduce);
}
