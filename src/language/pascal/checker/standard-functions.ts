/** The required functions. ISO 7185, section 6.6.6. */

import type { Expression } from "../ast.ts";
import type { FunctionService, Value, Variable } from "../tree.ts";
import {
  booleanType,
  charType,
  integerType,
  isInteger,
  isNumber,
  isOrdinal,
  realType,
  showType,
} from "../types.ts";
import { type Context, noteOn } from "./context.ts";
import type { ExpressionChecker } from "./expression-checker.ts";
import { isStringFunction, StringFunctions } from "./string-functions.ts";
import { constant, toReal, unary, wrong } from "./values.ts";

type Call = Extract<Expression, { kind: "call" }>;

const services: ReadonlySet<string> = new Set<FunctionService>(["sin", "cos", "exp", "ln", "arctan"]);

export class StandardFunctions {
  readonly #context: Context;
  readonly #expressions: ExpressionChecker;
  readonly #strings: StringFunctions;

  constructor(context: Context, expressions: ExpressionChecker) {
    this.#context = context;
    this.#expressions = expressions;
    this.#strings = new StringFunctions(context, expressions);
  }

  call(call: Call): Value {
    const { name, args, at } = call;
    if (name === "eof" || name === "eoln") return this.#fileStatus(name, call);
    if (isStringFunction(name)) return this.#strings.call(name, call);
    const [value, ...others] = this.#expressions.values(args);
    if (!value || others.length > 0) {
      this.#context.error(at, `"${name}" needs one argument`);
      return wrong(at);
    }
    if (value.type.kind === "error") return value;
    const result = this.#of(name, value, at);
    if (!result) {
      this.#context.error(value.at, `"${name}" has no value for an argument of type ${showType(value.type)}`);
    }
    return result ?? wrong(at);
  }

  #of(name: string, value: Value, at: number): Value | undefined {
    if (services.has(name) || name === "sqrt") return this.#realFunction(name, value, at);
    switch (name) {
      case "abs":
      case "sqr":
        if (!isNumber(value.type)) return undefined;
        if (isInteger(value.type)) return { ...unary(name, value, integerType), at };
        return { ...unary(`f${name}`, value, realType), at };
      case "trunc":
      case "round":
        if (value.type.kind !== "real") return undefined;
        return { ...unary(name, value, integerType), at };
      case "odd":
        return isInteger(value.type) ? { ...unary("odd", value, booleanType), at } : undefined;
      default:
        return this.#ordinalFunction(name, value, at);
    }
  }

  #realFunction(name: string, value: Value, at: number): Value | undefined {
    if (!isNumber(value.type)) return undefined;
    const operand = toReal(value);
    if (name === "sqrt") return { ...unary("fsqrt", operand, realType), at };
    const service = name as FunctionService;
    return { kind: "service", service, operand, type: realType, at, calls: operand.calls };
  }

  #ordinalFunction(name: string, value: Value, at: number): Value | undefined {
    const { type, calls } = value;
    if (!isOrdinal(type)) return undefined;
    if (name === "ord") {
      return value.kind === "constant"
        ? constant(integerType, value.value, at)
        : ({ ...value, type: withRange(type) } as Value);
    }
    if (name === "chr") {
      if (!isInteger(type)) return undefined;
      return { kind: "within", operand: value, range: charType, error: "chr", type: charType, at, calls };
    }
    return { kind: "step", operand: value, by: name === "succ" ? 1 : -1, type: type.host, at, calls };
  }

  #fileStatus(service: "eof" | "eoln", { args, at }: Call): Value {
    const [argument, other] = args;
    if (other) this.#context.error(other.value.at, `"${service}" has one argument`);
    const file = argument ? this.#expressions.variable(argument.value) : this.input(at);
    if (!file || file.type.kind === "error") return wrong(at);
    if (file.type.kind !== "file" || (service === "eoln" && !file.type.isText)) {
      const wanted = service === "eoln" ? "a text file" : "a file";
      this.#context.error(
        file.at,
        `"${service}" needs ${wanted}, and this is of type ${showType(file.type)}`,
      );
      return wrong(at);
    }
    return { kind: "fileStatus", service, file, type: booleanType, at, calls: false };
  }

  input(at: number): Variable | undefined {
    return this.standardFile("input", at);
  }

  /** One of the files that is meant where none is named. Section 6.10. */
  standardFile(name: "input" | "output", at: number): Variable | undefined {
    const symbol = this.#context.standardFiles.get(name);
    if (!symbol) {
      this.#context.error(at, `"${name}" is not declared${noteOn(name)}`);
      return undefined;
    }
    if (symbol.level !== this.#context.level) symbol.isShared = true;
    return { kind: "direct", symbol, type: symbol.type, at };
  }
}

/** The ordinal numbers of a type are integers. */
function withRange({ low, high }: { readonly low: number; readonly high: number }) {
  return low === integerType.low && high === integerType.high
    ? integerType
    : ({ kind: "ordinal", name: "", low, high, host: integerType } as const);
}
