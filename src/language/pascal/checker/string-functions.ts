/** Turbo Pascal's functions of strings: length, copy, pos and concat. */

import type { Expression } from "../ast.ts";
import type { Value } from "../tree.ts";
import { integerType, isText, shortStringType, showType } from "../types.ts";
import type { Context } from "./context.ts";
import type { ExpressionChecker } from "./expression-checker.ts";
import { asString, concatenation, stringQuery } from "./string-values.ts";
import { wrong } from "./values.ts";

type Call = Extract<Expression, { kind: "call" }>;

/** How many arguments each has; concat at least so many. */
const counts = { length: 1, copy: 3, pos: 2, concat: 1 } as const;
type StringFunction = keyof typeof counts;

export function isStringFunction(name: string): name is StringFunction {
  return Object.hasOwn(counts, name);
}

export class StringFunctions {
  readonly #context: Context;
  readonly #expressions: ExpressionChecker;

  constructor(context: Context, expressions: ExpressionChecker) {
    this.#context = context;
    this.#expressions = expressions;
  }

  call(name: StringFunction, { args, at }: Call): Value {
    const values = this.#expressions.values(args);
    const wanted = counts[name];
    if (values.length < wanted || (name !== "concat" && values.length > wanted)) {
      const least =
        name === "concat" ? "at least one argument" : `${wanted} argument${wanted > 1 ? "s" : ""}`;
      this.#context.error(at, `"${name}" needs ${least}`);
      return wrong(at);
    }
    const [first, second, third] = values as [Value, Value, Value];
    if (name === "copy") return this.#copy(first, second, third, at);
    if (!values.every((value) => this.#isText(name, value))) return wrong(at);
    if (name === "concat") return concatenation(values, at);
    return stringQuery(name === "length" ? "length" : "position", values.map(asString), at);
  }

  #copy(text: Value, index: Value, count: Value, at: number): Value {
    const { calls } = this.#expressions;
    const [from, length] = [index, count].map((value) =>
      calls.fit(integerType, value, "this argument of copy"),
    );
    if (!this.#isText("copy", text) || !from || !length) return wrong(at);
    return {
      kind: "partOfString",
      string: asString(text),
      index: from,
      count: length,
      type: shortStringType,
      at,
      calls: text.calls || from.calls || length.calls,
    };
  }

  #isText(name: string, { type, at }: Value): boolean {
    if (type.kind === "error") return false;
    if (isText(type)) return true;
    this.#context.error(at, `"${name}" needs a string, and this is of type ${showType(type)}`);
    return false;
  }
}
