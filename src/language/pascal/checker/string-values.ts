/** Ways to make values that are strings of varying length, as Turbo Pascal has them. */

import type { Comparison, Value } from "../tree.ts";
import { integerType, shortStringType, stringType } from "../types.ts";
import { comparison, constant } from "./values.ts";

/** A text (see `isText`) or a Boolean as such a string. */
export function asString(value: Value): Value {
  if (value.type.kind === "string") return value;
  const { at, calls } = value;
  return { kind: "stringOf", operand: value, type: shortStringType, at, calls };
}

export function emptyString(at: number): Value {
  return asString({ kind: "string", type: stringType(0), text: "", at, calls: false });
}

/** Texts one after the other; what is longer than a string can be is cut. */
export function concatenation(texts: readonly Value[], at: number): Value {
  const parts = texts.flatMap((text) => (text.kind === "concatenation" ? text.parts : [asString(text)]));
  return {
    kind: "concatenation",
    parts,
    type: shortStringType,
    at,
    calls: parts.some(({ calls }) => calls),
  };
}

/** Compares by the characters; of two that are alike as far as both go, the longer one is greater. */
export function compareShort(operation: Comparison, left: Value, right: Value, at: number): Value {
  const order = stringQuery("compareShort", [asString(left), asString(right)], at);
  return comparison(operation, order, constant(integerType, 0, at), at);
}

export function stringQuery(
  query: "length" | "compareShort" | "position",
  operands: readonly Value[],
  at: number,
): Value {
  return {
    kind: "stringQuery",
    query,
    operands,
    type: integerType,
    at,
    calls: operands.some(({ calls }) => calls),
  };
}
