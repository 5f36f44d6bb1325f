/** Ways to make values of the tree. */

import type { BinaryOperation, UnaryOperation, Value } from "../tree.ts";
import {
  booleanType,
  errorType,
  isInteger,
  MAXINT,
  type OrdinalType,
  realType,
  type SetType,
  type Type,
} from "../types.ts";

export function constant(type: Type, value: number, at: number): Value {
  return { kind: "constant", type, value, at, calls: false };
}

/** Stands for what is wrong. */
export function wrong(at: number): Value {
  return constant(errorType, 0, at);
}

export function unary(operation: UnaryOperation, operand: Value, type: Type): Value {
  const { at, calls } = operand;
  if (operand.kind === "constant") {
    if (operation === "neg" || operation === "fneg") return constant(type, 0 - operand.value, at);
    if (operation === "float") return constant(type, operand.value, at);
  }
  return { kind: "unary", operation, operand, type, at, calls };
}

/** As a real. */
export function toReal(value: Value): Value {
  return isInteger(value.type) ? unary("float", value, realType) : value;
}

export function binary(operation: BinaryOperation, left: Value, right: Value, type: Type, at: number): Value {
  const folded = fold(operation, left, right);
  if (folded !== undefined) return constant(type, folded, at);
  return { kind: "binary", operation, left, right, type, at, calls: left.calls || right.calls };
}

/** Sums and products of constants that are integers still. */
function fold(operation: BinaryOperation, left: Value, right: Value): number | undefined {
  if (left.kind !== "constant" || right.kind !== "constant") return undefined;
  const [a, b] = [left.value, right.value];
  const result =
    operation === "add" ? a + b : operation === "sub" ? a - b : operation === "mul" ? a * b : NaN;
  return Math.abs(result) <= MAXINT ? result + 0 : undefined;
}

/** A set of no elements, or an operation on such, becomes one of a type that the context wants. */
export function asSetOf(value: Value, type: SetType): Value {
  if (value.type.kind !== "set" || value.type.base) return value;
  const setType: SetType = { ...type, isConstructor: true };
  if (value.kind === "set") return { ...value, type: setType };
  if (value.kind === "setOperation") {
    return { ...value, left: asSetOf(value.left, type), right: asSetOf(value.right, type), type: setType };
  }
  return value;
}

export function comparison(operation: BinaryOperation, left: Value, right: Value, at: number): Value {
  return binary(operation, left, right, booleanType, at);
}

/** The values that an ordinal value may have, as far as that is plain. */
export function rangeOf(value: Value): { readonly low: number; readonly high: number } {
  if (value.kind === "constant") return { low: value.value, high: value.value };
  if (value.kind === "within") return value.range;
  if (value.kind === "binary" && value.operation === "mod" && value.right.kind === "constant") {
    return { low: 0, high: Math.max(value.right.value - 1, 0) };
  }
  const type = value.type as OrdinalType;
  const host = type.host ?? type;
  // A variable of a subrange has a value of it; what is computed has one of the host type.
  return value.kind === "load" || value.kind === "call" ? type : host;
}
