/** Calls of procedures and functions, and their arguments. ISO 7185, sections 6.6.3, 6.7.3 and 6.8.2.3. */

import type { Argument, Expression } from "../ast.ts";
import type { ParameterSymbol, ProcedureSymbol } from "../symbols.ts";
import type { CallArgument, Value, Variable } from "../tree.ts";
import {
  areCompatible,
  type ConformantType,
  charType,
  isAssignable,
  isOrdinal,
  showType,
  stringLength,
  type Type,
} from "../types.ts";
import type { Context } from "./context.ts";
import type { ExpressionChecker } from "./expression-checker.ts";
import { StandardFunctions } from "./standard-functions.ts";
import { asString } from "./string-values.ts";
import { asSetOf, toReal, wrong } from "./values.ts";

type Call = Extract<Expression, { kind: "call" }>;

export class CallChecker {
  readonly #context: Context;
  readonly #expressions: ExpressionChecker;
  readonly #standard: StandardFunctions;

  constructor(context: Context, expressions: ExpressionChecker) {
    this.#context = context;
    this.#expressions = expressions;
    this.#standard = new StandardFunctions(context, expressions);
  }

  functionCall(call: Call): Value {
    const { name, at, args } = call;
    const symbol = this.#context.find(call);
    if (symbol?.kind === "standard") {
      if (symbol.isFunction) return this.#standard.call(call);
      this.#context.error(at, `"${name}" is a procedure: it has no value`);
      return wrong(at);
    }
    if (symbol?.kind !== "procedure") {
      if (symbol) this.#context.error(at, `"${name}" is not a function: it cannot be called`);
      return wrong(at);
    }
    if (!symbol.isFunction) {
      this.#context.error(at, `"${name}" is a procedure: it has no value`);
      return wrong(at);
    }
    const checked = this.arguments(symbol, args, at);
    if (!symbol.result) return wrong(at);
    return { kind: "call", procedure: symbol, args: checked, type: symbol.result, at, calls: true };
  }

  arguments(procedure: ProcedureSymbol, args: readonly Argument[], at: number): readonly CallArgument[] {
    const { parameters, name } = procedure;
    if (args.length !== parameters.length) {
      const [wanted, found] = [parameters.length, args.length].map((count) =>
        count === 0 ? "no" : String(count),
      );
      this.#context.error(
        at,
        `"${name}" has ${wanted} parameter${parameters.length === 1 ? "" : "s"}, and ${found} argument${args.length === 1 ? " is" : "s are"} given`,
      );
    }
    const sections = new Map<number, Type>();
    const checked: CallArgument[] = [];
    for (let index = 0; index < args.length; index++) {
      const [argument, parameter] = [args[index], parameters[index]];
      if (!argument || !parameter) break;
      if (argument.width) this.#context.error(argument.width.at, "only write and writeln have field widths");
      const one = this.#argument(parameter, argument.value, sections);
      if (one) checked.push(one);
    }
    return checked;
  }

  #argument(
    parameter: ParameterSymbol,
    node: Expression,
    sections: Map<number, Type>,
  ): CallArgument | undefined {
    if (parameter.mode === "procedure") return this.#procedureArgument(parameter, node);
    if (parameter.type.kind === "conformant") {
      return this.#conformantArgument(parameter, parameter.type, node, sections);
    }
    if (parameter.mode === "variable") return this.#variableArgument(parameter, node);
    const value = this.#expressions.value(node);
    const fitting = this.fit(parameter.type, value, `the parameter "${parameter.name}"`);
    return fitting && { kind: "value", parameter, value: fitting };
  }

  /** A value as one of a type that it is given to; undefined, and said so, where it does not fit. */
  fit(type: Type, value: Value, what: string): Value | undefined {
    if (value.type.kind === "error" || type.kind === "error") return undefined;
    if (!isAssignable(type, value.type)) {
      const hint = misfitHint(type, value.type);
      this.#context.error(
        value.at,
        `a value of type ${showType(value.type)} does not fit ${what}, which is of type ${showType(type)}${hint}`,
      );
      return undefined;
    }
    this.#checkConstant(type, value, what);
    if (type.kind === "real") return toReal(value);
    if (type.kind === "string") return asString(value);
    return type.kind === "set" ? asSetOf(value, type) : value;
  }

  #checkConstant(type: Type, value: Value, what: string): void {
    if (!isOrdinal(type) || value.kind !== "constant") return;
    if (value.value >= type.low && value.value <= type.high) return;
    this.#context.error(value.at, `this value is outside the range ${showType(type)} of ${what}`);
  }

  /** Section 6.6.3.3. */
  #variableArgument(parameter: ParameterSymbol, node: Expression): CallArgument | undefined {
    const variable = this.#actualVariable(parameter, node);
    if (!variable || variable.type.kind === "error" || parameter.type.kind === "error") return undefined;
    if (variable.type !== parameter.type) {
      this.#context.error(
        node.at,
        `the variable parameter "${parameter.name}" needs a variable of the very type ${showType(parameter.type)}, and this is of type ${showType(variable.type)}`,
      );
      return undefined;
    }
    return { kind: "variable", parameter, variable };
  }

  #actualVariable(parameter: ParameterSymbol, node: Expression): Variable | undefined {
    if (!isDesignator(node)) {
      if (node.kind !== "missing")
        this.#context.error(node.at, `the variable parameter "${parameter.name}" needs a variable`);
      return undefined;
    }
    const variable = this.#expressions.variable(node);
    if (!variable) return undefined;
    if (isPackedComponent(variable)) {
      this.#context.error(node.at, "a component of something packed cannot be a variable parameter");
    } else if ((variable.kind === "field" || variable.kind === "withField") && variable.field.isTag) {
      this.#context.error(node.at, "the tag of a variant cannot be a variable parameter");
    }
    if (variable.kind === "direct") variable.symbol.isShared = true;
    this.changes(variable);
    return variable;
  }

  /** Notes that a variable may be given another value here. Section 6.8.3.9. */
  changes(variable: Variable): void {
    if (variable.kind !== "direct") return;
    const { symbol, at } = variable;
    if (symbol.controlling > 0) {
      this.#context.error(at, `"${symbol.name}" controls a for statement: it cannot be changed inside it`);
    }
    if (symbol.level < this.#context.level) symbol.changedInside ??= at;
  }

  /** Section 6.6.3.7. */
  #conformantArgument(
    parameter: ParameterSymbol,
    conformant: ConformantType,
    node: Expression,
    sections: Map<number, Type>,
  ): CallArgument | undefined {
    const isVariable = parameter.mode === "variable" || isDesignator(node);
    const array =
      isVariable && !this.#isConstant(node)
        ? parameter.mode === "variable"
          ? this.#actualVariable(parameter, node)
          : this.#expressions.variable(node)
        : this.#expressions.value(node);
    if (!array || array.type.kind === "error") return undefined;
    const before = sections.get(parameter.section);
    sections.set(parameter.section, array.type);
    if (before && before !== array.type && !areEqualStrings(before, array.type)) {
      this.#context.error(node.at, "arguments for parameters that are declared together must be of one type");
    }
    const problem = conformanceProblem(conformant, array.type);
    if (problem !== undefined) {
      this.#context.error(
        node.at,
        `this argument does not conform to the parameter "${parameter.name}": ${problem}`,
      );
      return undefined;
    }
    return { kind: "conformant", parameter, conformant, array, withBounds: before === undefined };
  }

  #isConstant(node: Expression): boolean {
    return node.kind === "name" && this.#context.scope.find(node.name)?.kind === "constant";
  }

  /** Section 6.6.3.4 and 6.6.3.5. */
  #procedureArgument(parameter: ParameterSymbol, node: Expression): CallArgument | undefined {
    const wanted = parameter.procedure;
    if (!wanted) return undefined;
    const kind = wanted.isFunction ? "function" : "procedure";
    const symbol = node.kind === "name" ? this.#context.find(node) : undefined;
    if (symbol?.kind !== "procedure" || symbol.isFunction !== wanted.isFunction) {
      const reason = symbol?.kind === "standard" ? ": a standard one cannot be passed" : "";
      if (node.kind !== "name" || symbol)
        this.#context.error(
          node.at,
          `the parameter "${parameter.name}" needs the name of a ${kind}${reason}`,
        );
      return undefined;
    }
    if (!areCongruous(wanted, symbol)) {
      this.#context.error(
        node.at,
        `"${symbol.name}" does not have the parameters that "${parameter.name}" needs`,
      );
      return undefined;
    }
    return { kind: "procedure", parameter, procedure: symbol };
  }
}

function isDesignator(node: Expression): boolean {
  return (
    node.kind === "name" || node.kind === "index" || node.kind === "field" || node.kind === "dereference"
  );
}

/** What may help where a value does not fit. */
function misfitHint(type: Type, found: Type): string {
  if (type.kind === "ordinal" && found.kind === "real") return "; trunc or round makes an integer of a real";
  if (type.kind !== found.kind || showType(type) !== showType(found)) return "";
  return ": the two types were written apart, and only what has one and the same type fits";
}

export function isPackedComponent(variable: Variable): boolean {
  switch (variable.kind) {
    case "element":
      return variable.packed;
    case "field":
    case "withField":
      return variable.field.packed;
    default:
      return false;
  }
}

function areEqualStrings(one: Type, other: Type): boolean {
  const length = stringLength(one);
  return length !== undefined && length === stringLength(other);
}

/** Why a type does not conform to that of a parameter, section 6.6.3.8; undefined where it does. */
function conformanceProblem(wanted: ConformantType, found: Type): string | undefined {
  if (found.kind !== "array" && found.kind !== "conformant") return `it is of type ${showType(found)}`;
  if (found.packed !== wanted.packed) return wanted.packed ? "it is not packed" : "it is packed";
  if (!areCompatible(found.index, wanted.index)) {
    return `its index type is ${showType(found.index)}, not ${showType(wanted.index)}`;
  }
  if (
    found.kind === "array" &&
    (found.index.low < wanted.index.low || found.index.high > wanted.index.high)
  ) {
    return `its bounds ${showType(found.index)} are outside ${showType(wanted.index)}`;
  }
  if (wanted.element.kind === "conformant") return conformanceProblem(wanted.element, found.element);
  if (wanted.element === found.element || (wanted.element === charType && found.element === charType))
    return undefined;
  return `its elements are of type ${showType(found.element)}, not ${showType(wanted.element)}`;
}

/** Section 6.6.3.6. */
function areCongruous(one: ProcedureSymbol, other: ProcedureSymbol): boolean {
  if (one.result !== other.result || one.parameters.length !== other.parameters.length) return false;
  return one.parameters.every((parameter, index) => {
    const against = other.parameters[index];
    if (!against || parameter.mode !== against.mode) return false;
    if (parameter.procedure && against.procedure) return areCongruous(parameter.procedure, against.procedure);
    const startsSection = (all: readonly ParameterSymbol[]) =>
      all[index]?.section !== all[index - 1]?.section;
    if (startsSection(one.parameters) !== startsSection(other.parameters)) return false;
    return areEquivalent(parameter.type, against.type);
  });
}

function areEquivalent(one: Type, other: Type): boolean {
  if (one.kind !== "conformant" || other.kind !== "conformant") return one === other;
  return (
    one.packed === other.packed && one.index === other.index && areEquivalent(one.element, other.element)
  );
}
