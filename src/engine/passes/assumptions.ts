/** What the outcome of a condition tells about the values that it is made of. */

import type { Node, Value } from "../ir.ts";

type Const = Extract<Node, { kind: "const" }>;

const comparison = /^[if](32|64)\.(eqz|eq|ne|[lg][te](_[su])?)$/;
const comparisons = new Map<string, boolean>();

/** Whether a value is 0 or 1, whatever its operands. */
export function isBoolean(value: Value): boolean {
  if (value.kind === "compareExchange") return true;
  if (value.kind === "const") return value.value === 0 || value.value === 1;
  if (value.kind !== "pure") return false;
  if (value.op === "i32.and") return value.args.some(isBoolean);
  if (value.op === "i32.or" || value.op === "i32.xor") return value.args.every(isBoolean);
  return isComparison(value.op);
}

export function isComparison(op: string): boolean {
  const known = comparisons.get(op);
  if (known !== undefined) return known;
  const is = comparison.test(op);
  comparisons.set(op, is);
  return is;
}

const i32 = (value: number): Const => ({ kind: "const", type: "i32", value });

/** Values and the constants that they are where `condition` is not zero (`holds`), or is. */
export function assumptions(condition: Value, holds: boolean): readonly (readonly [Value, Const])[] {
  const found: [Value, Const][] = [];
  assume(condition, holds, found);
  return found;
}

function assume(value: Value, holds: boolean, found: [Value, Const][]): void {
  if (value.kind === "const") return;
  if (!holds) found.push([value, i32(0)]);
  else if (isBoolean(value)) found.push([value, i32(1)]);
  if (value.kind !== "pure") return;
  const [a, b] = value.args;
  if (!a) return;
  switch (value.op) {
    case "i32.eqz":
      return assume(a, !holds, found);
    case "i64.eqz":
      if (holds) found.push([a, { kind: "const", type: "i64", value: 0n }]);
      return;
    case "i32.eq":
    case "i64.eq":
      if (holds && b?.kind === "const" && a.kind !== "const") found.push([a, b]);
      return;
    case "i32.ne":
    case "i64.ne":
      if (!holds && b?.kind === "const" && a.kind !== "const") found.push([a, b]);
      return;
    case "i32.and":
      if (holds && b && isBoolean(a) && isBoolean(b)) for (const arg of [a, b]) assume(arg, true, found);
      return;
    case "i32.or":
      if (!holds && b) for (const arg of [a, b]) assume(arg, false, found);
      return;
  }
}
