/** Turbo Pascal's procedures of strings: insert, delete, str and val. */

import type { Argument, Expression } from "../ast.ts";
import type { Action, Value, Variable } from "../tree.ts";
import { integerType, isInteger, isNumber, shortStringType, showType } from "../types.ts";
import type { CallChecker } from "./call-checker.ts";
import type { Context } from "./context.ts";
import type { ExpressionChecker } from "./expression-checker.ts";
import { constant } from "./values.ts";

/** How many arguments each has. */
const counts = { insert: 3, delete: 3, str: 2, val: 3 } as const;
type StringProcedure = keyof typeof counts;

const nothing = (at: number): Action => ({ kind: "sequence", actions: [], at });

export class StringProcedures {
  readonly #context: Context;
  readonly #expressions: ExpressionChecker;
  readonly #calls: CallChecker;

  constructor(context: Context, expressions: ExpressionChecker, calls: CallChecker) {
    this.#context = context;
    this.#expressions = expressions;
    this.#calls = calls;
  }

  call(
    name: StringProcedure,
    { args, at }: { readonly args: readonly Argument[]; readonly at: number },
  ): Action {
    const [first, second, third] = args;
    if (!first || !second || args.length !== counts[name]) {
      this.#context.error(at, `"${name}" needs ${counts[name]} arguments`);
      return nothing(at);
    }
    if (name === "str") return this.#str(first, second.value, at);
    if (!third) return nothing(at);
    const nodes = [first.value, second.value, third.value] as const;
    if (name === "val") return this.#val(nodes, at);
    return name === "insert" ? this.#insert(nodes, at) : this.#delete(nodes, at);
  }

  #insert([source, string, index]: readonly [Expression, Expression, Expression], at: number): Action {
    const operands = [this.#text(source), this.#integer(index)];
    return this.#edit("insertString", string, operands, at);
  }

  #delete([string, index, count]: readonly [Expression, Expression, Expression], at: number): Action {
    return this.#edit("deletePart", string, [this.#integer(index), this.#integer(count)], at);
  }

  #edit(
    service: "insertString" | "deletePart",
    string: Expression,
    operands: readonly (Value | undefined)[],
    at: number,
  ): Action {
    const target = this.#string(string);
    const known = operands.filter((operand) => operand !== undefined);
    if (!target || known.length < operands.length) return nothing(at);
    return { kind: "editString", service, target, operands: known, at };
  }

  #str({ value: node, width, digits }: Argument, string: Expression, at: number): Action {
    const value = this.#expressions.value(node);
    const target = this.#string(string);
    const widths = [
      width ? this.#integer(width) : constant(integerType, 0, at),
      digits ? this.#integer(digits) : constant(integerType, -1, at),
    ];
    const [shownWidth, shownDigits] = widths;
    if (!target || !shownWidth || !shownDigits || value.type.kind === "error") return nothing(at);
    if (!isNumber(value.type)) {
      this.#context.error(node.at, `"str" needs a number, and this is of type ${showType(value.type)}`);
      return nothing(at);
    }
    if (digits && isInteger(value.type)) {
      this.#context.error(digits.at, "only a real is written with a number of digits after the point");
    }
    return { kind: "format", target, value, width: shownWidth, digits: shownDigits, at };
  }

  #val([string, number, position]: readonly [Expression, Expression, Expression], at: number): Action {
    const source = this.#text(string);
    const target = this.#changed(number);
    const code = this.#changed(position);
    if (!source || !target || !code) return nothing(at);
    if (!isNumber(target.type)) return this.#unsuitable(target, "a number");
    if (!isInteger(code.type)) return this.#unsuitable(code, "an integer");
    return { kind: "parseNumber", string: source, target, code, at };
  }

  #text(node: Expression): Value | undefined {
    return this.#calls.fit(shortStringType, this.#expressions.value(node), "this argument");
  }

  #integer(node: Expression): Value | undefined {
    return this.#calls.fit(integerType, this.#expressions.value(node), "this argument");
  }

  /** A variable that gets another value. */
  #changed(node: Expression): Variable | undefined {
    const variable = this.#expressions.variable(node);
    if (variable) this.#calls.changes(variable);
    return variable?.type.kind === "error" ? undefined : variable;
  }

  #string(node: Expression): Variable | undefined {
    const variable = this.#changed(node);
    if (!variable || variable.type.kind === "string") return variable;
    this.#unsuitable(variable, "a string");
    return undefined;
  }

  #unsuitable({ type, at }: Variable, wanted: string): Action {
    this.#context.error(at, `this must be ${wanted}, and is of type ${showType(type)}`);
    return nothing(at);
  }
}
