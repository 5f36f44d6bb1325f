/** Constants. ISO 7185, section 6.3. */

import type { Expression } from "../ast.ts";
import {
  charType,
  errorType,
  integerType,
  isOrdinal,
  MAXINT,
  type OrdinalType,
  realType,
  shortStringType,
  stringType,
  type Type,
} from "../types.ts";
import type { Context } from "./context.ts";

export interface Constant {
  readonly type: Type;
  readonly value: number | string;
}

const nothing: Constant = { type: errorType, value: 0 };

/** The value of a constant. What is none is complained of. */
export function constantOf(context: Context, expression: Expression): Constant {
  switch (expression.kind) {
    case "integer":
      return integerConstant(context, expression.value, expression.at);
    case "real":
      return { type: realType, value: realConstant(context, expression.value, expression.at) };
    case "string":
      return stringConstant(context, expression.value, expression.at);
    case "unary":
      return signedConstant(context, expression);
    case "name":
      return namedConstant(context, expression);
    case "missing":
      return nothing;
    default:
      context.error(
        expression.at,
        "this is not a constant: only a number, a string or the name of a constant is",
      );
      return nothing;
  }
}

export function integerConstant(context: Context, value: number, at: number): Constant {
  if (value > MAXINT) context.error(at, `this integer is larger than maxint, which is ${MAXINT}`);
  return { type: integerType, value: Math.min(value, MAXINT) };
}

export function realConstant(context: Context, value: number, at: number): number {
  if (Number.isFinite(value)) return value;
  context.error(at, "this number is too large for a real");
  return 0;
}

/** One character is a char; more are a string. Section 6.1.7. */
export function stringConstant(context: Context, text: string, at: number): Constant {
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) <= 255) continue;
    context.error(at, `the character "${text[index]}" is none of the type char`);
    return nothing;
  }
  if (text.length === 1) return { type: charType, value: text.charCodeAt(0) };
  if (text.length === 0 && context.dialect === "turbo") return { type: shortStringType, value: text };
  if (text.length === 0) context.error(at, "a string must have at least one character");
  return text.length === 0 ? nothing : { type: stringType(text.length), value: text };
}

function signedConstant(context: Context, expression: Extract<Expression, { kind: "unary" }>): Constant {
  const operand = constantOf(context, expression.operand);
  const { type, value } = operand;
  const isNumber = type === integerType || type === realType;
  if (expression.operator === "not" || typeof value === "string" || !isNumber) {
    if (type !== errorType) context.error(expression.at, "only a number can have a sign");
    return nothing;
  }
  return expression.operator === "-" ? { type, value: 0 - value } : operand;
}

function namedConstant(context: Context, expression: Extract<Expression, { kind: "name" }>): Constant {
  const symbol = context.find(expression);
  if (!symbol) return nothing;
  if (symbol.kind === "constant") return { type: symbol.type, value: symbol.value };
  context.error(expression.at, `"${expression.name}" is not a constant`);
  return nothing;
}

/** An ordinal constant; undefined where it is none. */
export function ordinalConstant(
  context: Context,
  expression: Expression,
): { readonly type: OrdinalType; readonly value: number } | undefined {
  const { type, value } = constantOf(context, expression);
  if (isOrdinal(type) && typeof value === "number") return { type, value };
  if (type.kind !== "error")
    context.error(
      expression.at,
      "this constant must be of an ordinal type: a whole number, a character or a named value",
    );
  return undefined;
}
