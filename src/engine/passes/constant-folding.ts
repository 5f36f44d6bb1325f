/**
 * Constant folding: integer operations on constants are done now, and operations whose result is one of their operands, or a
 * simpler operation, become that. Floating-point arithmetic stays as it is.
 */

import type { Body, Node, Value } from "../ir.ts";
import { GUEST_PAGE } from "../memory-map.ts";
import { isBoolean } from "./assumptions.ts";
import { evaluationOf } from "./integer-arithmetic.ts";
import { rewriteBody } from "./rewrite.ts";
import { isSignExtended, unsignedBits } from "./value-ranges.ts";

type Pure = Extract<Node, { kind: "pure" }>;
type Integer = "i32" | "i64";
/** An equal value where there is a simpler one. `c` is the last operand where that is a constant. */
type Rule = (a: Value, b: Value, c: bigint | undefined, type: Integer) => Value | undefined;

export function foldConstants(body: Body): Body {
  return rewriteBody(body, (node) => (node.kind === "pure" ? foldPure(node) : node));
}

/** An equal value: a constant, an operand at any depth, a simpler pure node over such; or the node itself. */
export function foldPure(node: Pure): Value {
  let current = node;
  for (;;) {
    const simpler = foldOnce(current);
    if (simpler?.kind !== "pure") return simpler ?? current;
    current = simpler;
  }
}

function foldOnce(node: Pure): Value | undefined {
  const { op, args } = node;
  if (op === "select") return select(node);
  const [a, b = a] = args;
  if (!a || !b) return undefined;
  const rule = rules.get(op);
  if (!rule) return undefined;
  const c = integerOf(b);
  if (c !== undefined || (args.length === 2 && a.kind === "const")) {
    if (a.kind === "const" && b.kind === "const") return evaluate(node);
    // Constants stand on the right.
    if (a.kind === "const" && mirrored.has(op)) return pure(mirrored.get(op) ?? op, node.type, b, a);
  }
  return rule.apply(a, b, c, rule.type);
}

function evaluate({ op, args }: Pure): Value | undefined {
  const evaluation = evaluationOf(op);
  const result = evaluation?.evaluate(args.map((arg) => integerOf(arg) ?? 0n));
  return evaluation && result !== undefined ? constant(evaluation.result, result) : undefined;
}

/** An integer constant, signed. */
function integerOf(value: Value): bigint | undefined {
  if (value.kind !== "const") return undefined;
  if (value.type === "i64") return BigInt.asIntN(64, value.value as bigint);
  return value.type === "i32" ? BigInt((value.value as number) | 0) : undefined;
}

export function constant(type: Integer, value: bigint): Value {
  if (type === "i64") return { kind: "const", type, value: BigInt.asIntN(64, value) };
  return { kind: "const", type, value: Number(BigInt.asIntN(32, value)) };
}

export function pure(op: string, type: Value["type"], ...args: readonly Value[]): Pure {
  return { kind: "pure", type, op, args };
}

export function isPure(value: Value | undefined, op: string): value is Pure {
  return value?.kind === "pure" && value.op === op;
}

/** The constant that `value` has as the right operand of `op`, and the left operand. */
export function withConstant(value: Value | undefined, op: string): readonly [Value, bigint] | undefined {
  if (!isPure(value, op)) return undefined;
  const [left, right] = value.args;
  const c = right && integerOf(right);
  return left && c !== undefined ? [left, c] : undefined;
}

function select({ type, args: [then, otherwise, condition] }: Pure): Value | undefined {
  if (!then || !otherwise || !condition) return undefined;
  if (condition.kind === "const") return condition.value ? then : otherwise;
  if (then === otherwise) return then;
  const inner = isPure(condition, "i32.eqz") ? condition.args[0] : undefined;
  if (inner) return pure("select", type, otherwise, then, inner);
  const [yes, no] = [integerOf(then), integerOf(otherwise)];
  if (yes === no && yes !== undefined) return then;
  if (yes === 1n && no === 0n && isBoolean(condition)) {
    return type === "i32" ? condition : pure("i64.extend_i32_u", "i64", condition);
  }
  return undefined;
}

const ALL = -1n;
const bitsOf = (type: Integer): bigint => (type === "i64" ? 64n : 32n);

/** Operations on both types of integers, by the name behind the type. */
const integerRules: Readonly<Record<string, Rule>> = {
  add(a, _, c, type) {
    if (c === undefined) return undefined;
    if (c === 0n) return a;
    if (a.kind === "address") {
      return BigInt.asIntN(32, c) === c ? { ...a, offset: a.offset + Number(c) } : undefined;
    }
    const inner = withConstant(a, `${type}.add`);
    return inner && pure(`${type}.add`, type, inner[0], constant(type, inner[1] + c));
  },
  sub(a, b, c, type) {
    if (a === b) return constant(type, 0n);
    return c === undefined ? undefined : pure(`${type}.add`, type, a, constant(type, -c));
  },
  mul(a, _, c, type) {
    if (c === 0n) return constant(type, 0n);
    return c === 1n ? a : undefined;
  },
  and(a, b, c, type) {
    if (a === b || c === ALL) return a;
    if (c === undefined) return undefined;
    if (c === 0n) return constant(type, 0n);
    // What addresses count from begins a page.
    if (a.kind === "address" && c < 0n && -c <= GUEST_PAGE && (-c & (-c - 1n)) === 0n) {
      return { ...a, offset: Number(BigInt(a.offset) & c) };
    }
    if (c === 0xffffffffn && isPure(a, "i64.extend_i32_s")) {
      return pure("i64.extend_i32_u", "i64", ...a.args);
    }
    // Bits that cannot be set need no clearing.
    if (c > 0n && (c & (c + 1n)) === 0n && 1n << BigInt(unsignedBits(a)) <= c + 1n) return a;
    const inner = withConstant(a, `${type}.and`);
    if (inner) return pure(`${type}.and`, type, inner[0], constant(type, inner[1] & c));
    const or = withConstant(a, `${type}.or`);
    return or && (or[1] & c) === 0n ? pure(`${type}.and`, type, or[0], constant(type, c)) : undefined;
  },
  or(a, b, c, type) {
    if (a === b || c === 0n) return a;
    if (c === ALL) return b;
    const inner = c === undefined ? undefined : withConstant(a, `${type}.or`);
    return inner && c !== undefined
      ? pure(`${type}.or`, type, inner[0], constant(type, inner[1] | c))
      : undefined;
  },
  xor(a, b, c, type) {
    if (a === b) return constant(type, 0n);
    if (c === 0n) return a;
    const inner = c === undefined ? undefined : withConstant(a, `${type}.xor`);
    return inner && c !== undefined
      ? pure(`${type}.xor`, type, inner[0], constant(type, inner[1] ^ c))
      : undefined;
  },
  shl: (a, _, c, type) => shift("shl", a, c, type),
  shr_s(a, _, c, type) {
    const shifted = type === "i64" && c !== undefined ? withConstant(a, "i64.shl") : undefined;
    const bits = 64n - (c ?? 0n);
    if (shifted && shifted[1] === c && (bits === 32n || bits === 16n || bits === 8n)) {
      return pure(`i64.extend${bits}_s`, "i64", shifted[0]);
    }
    return shift("shr_s", a, c, type);
  },
  shr_u(a, _, c, type) {
    const shifted = c === undefined ? undefined : withConstant(a, `${type}.shl`);
    if (shifted && c !== undefined && shifted[1] === c && c > 0n && c < bitsOf(type)) {
      return pure(`${type}.and`, type, shifted[0], constant(type, (1n << (bitsOf(type) - c)) - 1n));
    }
    return shift("shr_u", a, c, type);
  },
  rotl: (a, _, c, type) => (c !== undefined && (c & (bitsOf(type) - 1n)) === 0n ? a : undefined),
  rotr: (a, _, c, type) => (c !== undefined && (c & (bitsOf(type) - 1n)) === 0n ? a : undefined),
  div_s: (a, _, c) => (c === 1n ? a : undefined),
  div_u: (a, _, c) => (c === 1n ? a : undefined),
  rem_s: (_a, _b, c, type) => (c === 1n ? constant(type, 0n) : undefined),
  rem_u: (_a, _b, c, type) => (c === 1n ? constant(type, 0n) : undefined),
  eq(a, b, c, type) {
    if (a === b) return constant("i32", 1n);
    return c === 0n ? pure(`${type}.eqz`, "i32", a) : undefined;
  },
  ne(a, b, c, type) {
    if (a === b) return constant("i32", 0n);
    if (c !== 0n) return undefined;
    if (type === "i32") return isBoolean(a) ? a : undefined;
    const narrow = isPure(a, "i64.extend_i32_u") || isPure(a, "i64.extend_i32_s") ? a.args[0] : undefined;
    return narrow && pure("i32.ne", "i32", narrow, constant("i32", 0n));
  },
  lt_s: (a, b) => (a === b ? constant("i32", 0n) : undefined),
  gt_s: (a, b) => (a === b ? constant("i32", 0n) : undefined),
  le_s: (a, b) => (a === b ? constant("i32", 1n) : undefined),
  ge_s: (a, b) => (a === b ? constant("i32", 1n) : undefined),
  lt_u(a, b, c, type) {
    if (a === b || c === 0n) return constant("i32", 0n);
    return c === 1n ? pure(`${type}.eqz`, "i32", a) : undefined;
  },
  gt_u(a, b, c, type) {
    if (a === b) return constant("i32", 0n);
    return c === 0n ? pure(`${type}.ne`, "i32", a, b) : undefined;
  },
  le_u(a, b, c, type) {
    if (a === b) return constant("i32", 1n);
    return c === 0n ? pure(`${type}.eqz`, "i32", a) : undefined;
  },
  ge_u(a, b, c, type) {
    if (a === b || c === 0n) return constant("i32", 1n);
    // x | c is c or more.
    if (c !== undefined && withConstant(a, `${type}.or`)?.[1] === c) return constant("i32", 1n);
    return c === 1n ? pure(`${type}.ne`, "i32", a, constant(type, 0n)) : undefined;
  },
  eqz(a, _, __, type) {
    if (a.kind !== "pure") return undefined;
    const [inner] = a.args;
    const opposite = type === "i32" ? opposites.get(a.op) : undefined;
    if (opposite) return pure(opposite, "i32", ...a.args);
    if (!inner) return undefined;
    if (a.op === "i64.extend_i32_u" || a.op === "i64.extend_i32_s") return pure("i32.eqz", "i32", inner);
    const isDouble = type === "i32" && (a.op === "i32.eqz" || a.op === "i64.eqz");
    if (!isDouble) return undefined;
    const narrow = a.op === "i32.eqz" ? "i32" : "i64";
    return pure(`${narrow}.ne`, "i32", inner, constant(narrow, 0n));
  },
};

function shift(name: "shl" | "shr_s" | "shr_u", a: Value, c: bigint | undefined, type: Integer) {
  if (c === undefined) return undefined;
  const bits = bitsOf(type);
  const count = c & (bits - 1n);
  if (count === 0n) return a;
  if (count !== c) return pure(`${type}.${name}`, type, a, constant(type, count));
  const inner = withConstant(a, `${type}.${name}`);
  if (!inner) return undefined;
  const sum = count + (inner[1] & (bits - 1n));
  if (sum < bits) return pure(`${type}.${name}`, type, inner[0], constant(type, sum));
  if (name !== "shr_s") return constant(type, 0n);
  return pure(`${type}.shr_s`, type, inner[0], constant(type, bits - 1n));
}

/** The low bits of an i64, sign-extended. */
const extend =
  (bits: 8 | 16 | 32): Rule =>
  (a) => {
    if (isSignExtended(a, bits)) return a;
    if (a.kind !== "pure") return undefined;
    const [inner] = a.args;
    if (bits === 32 && inner && a.op === "i64.extend_i32_u") return pure("i64.extend_i32_s", "i64", inner);
    const mask = withConstant(a, "i64.and");
    const low = (1n << BigInt(bits)) - 1n;
    if (mask && (mask[1] & low) === low) return pure(`i64.extend${bits}_s`, "i64", mask[0]);
    const wider = bits < 32 && inner && (a.op === "i64.extend32_s" || a.op === "i64.extend16_s");
    return wider && inner ? pure(`i64.extend${bits}_s`, "i64", inner) : undefined;
  };

const conversions: Readonly<Record<string, Rule>> = {
  "i64.extend8_s": extend(8),
  "i64.extend16_s": extend(16),
  "i64.extend32_s": extend(32),
  "i32.wrap_i64"(a) {
    if (a.kind !== "pure") return undefined;
    const [inner] = a.args;
    if (!inner) return undefined;
    if (a.op === "i64.extend_i32_s" || a.op === "i64.extend_i32_u") return inner;
    if (a.op === "i64.extend32_s") return pure("i32.wrap_i64", "i32", inner);
    const mask = withConstant(a, "i64.and");
    if (mask && (mask[1] & 0xffffffffn) === 0xffffffffn) return pure("i32.wrap_i64", "i32", mask[0]);
    const or = withConstant(a, "i64.or");
    return or && (or[1] & 0xffffffffn) === 0n ? pure("i32.wrap_i64", "i32", or[0]) : undefined;
  },
  "i64.extend_i32_s"(a) {
    const [inner] = isPure(a, "i32.wrap_i64") ? a.args : [];
    return inner && pure("i64.extend32_s", "i64", inner);
  },
  "i64.extend_i32_u"(a) {
    const [inner] = isPure(a, "i32.wrap_i64") ? a.args : [];
    return inner && unsignedBits(inner) <= 32 ? inner : undefined;
  },
  "i64.reinterpret_f64": (a) => (isPure(a, "f64.reinterpret_i64") ? a.args[0] : undefined),
  "f64.reinterpret_i64": (a) => (isPure(a, "i64.reinterpret_f64") ? a.args[0] : undefined),
  "i32.reinterpret_f32": (a) => (isPure(a, "f32.reinterpret_i32") ? a.args[0] : undefined),
  "f32.reinterpret_i32": (a) => (isPure(a, "i32.reinterpret_f32") ? a.args[0] : undefined),
};

/** The operation that gives the same with its operands exchanged. */
const mirrored = new Map<string, string>();
/** The comparison that is true where this one is not. */
const opposites = new Map<string, string>();
const rules = new Map<string, { readonly apply: Rule; readonly type: Integer }>();

for (const type of ["i32", "i64"] as const) {
  const pairs = (text: string): [string, string][] =>
    text.split(" ").map((pair) => pair.split("=").map((name) => `${type}.${name}`) as [string, string]);
  const exchanges =
    "add=add mul=mul and=and or=or xor=xor eq=eq ne=ne lt_s=gt_s lt_u=gt_u le_s=ge_s le_u=ge_u";
  const negations = "eq=ne lt_s=ge_s lt_u=ge_u gt_s=le_s gt_u=le_u";
  for (const [a, b] of pairs(exchanges)) mirrored.set(a, b).set(b, a);
  for (const [a, b] of pairs(negations)) opposites.set(a, b).set(b, a);
  for (const [name, apply] of Object.entries(integerRules)) rules.set(`${type}.${name}`, { apply, type });
  for (const name of ["clz", "ctz", "popcnt"]) rules.set(`${type}.${name}`, { apply: () => undefined, type });
}
for (const [op, apply] of Object.entries(conversions)) rules.set(op, { apply, type: "i64" });
