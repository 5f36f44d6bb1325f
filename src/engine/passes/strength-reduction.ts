/**
 * Strength reduction: an operation becomes one that processors do faster. Only what V8 does not find itself, or what makes
 * code smaller: V8 knows how to divide by constants, and which sums an address may have.
 */

import type { Body, Node, Value } from "../ir.ts";
import { constant, pure } from "./constant-folding.ts";
import { rewriteBody } from "./rewrite.ts";

type Pure = Extract<Node, { kind: "pure" }>;
type Integer = "i32" | "i64";

export function reduceStrength(body: Body): Body {
  return rewriteBody(body, (node) => (node.kind === "pure" ? reducePure(node) : node));
}

/** An equal value: new pure nodes over the operands, or the node itself. */
export function reducePure(node: Pure): Value {
  const [a, b] = node.args;
  if (!a || b?.kind !== "const" || (b.type !== "i64" && b.type !== "i32")) return node;
  const reduce = reductions.get(node.op);
  return reduce?.(a, BigInt(b.value), b.type) ?? node;
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
