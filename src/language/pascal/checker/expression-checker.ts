/** Expressions and variables. ISO 7185, sections 6.5 and 6.7. */

import type { Argument, BinaryOperator, Expression, Name } from "../ast.ts";
import { type BoundSymbol, editDistance } from "../symbols.ts";
import type { BinaryOperation, Comparison, SetMember, Value, Variable } from "../tree.ts";
import {
  areCompatible,
  booleanType,
  charType,
  type Field,
  integerType,
  isBoolean,
  isInteger,
  isNumber,
  isOrdinal,
  isText,
  isWideSet,
  nilType,
  type OrdinalType,
  type RecordType,
  realType,
  SET_ELEMENTS,
  type SetType,
  type ShortStringType,
  showType,
  stringLength,
  stringType,
  subrangeType,
  type Type,
} from "../types.ts";
import type { CallChecker } from "./call-checker.ts";
import { integerConstant, realConstant, stringConstant } from "./constants.ts";
import type { Context } from "./context.ts";
import { compareShort, concatenation, emptyString } from "./string-values.ts";
import { asSetOf, binary, comparison, constant, toReal, unary, wrong } from "./values.ts";

type NodeOf<K extends Expression["kind"]> = Extract<Expression, { kind: K }>;

const comparisons: Partial<Record<BinaryOperator, Comparison>> = {
  "=": "eq",
  "<>": "ne",
  "<": "lt",
  ">": "gt",
  "<=": "le",
  ">=": "ge",
};
const arithmetic = { "+": "add", "-": "sub", "*": "mul" } as const;
const setOperations = { "+": "uni", "-": "dif", "*": "int" } as const;

export class ExpressionChecker {
  readonly #context: Context;
  /** Set once both exist. */
  calls!: CallChecker;

  constructor(context: Context) {
    this.#context = context;
  }

  #error(at: number, message: string): Value {
    this.#context.error(at, message);
    return wrong(at);
  }

  value(node: Expression): Value {
    switch (node.kind) {
      case "integer":
        return constant(
          integerType,
          integerConstant(this.#context, node.value, node.at).value as number,
          node.at,
        );
      case "real":
        return constant(realType, realConstant(this.#context, node.value, node.at), node.at);
      case "string":
        return this.#string(node);
      case "nil":
        return { kind: "nil", type: nilType, at: node.at, calls: false };
      case "name":
        return this.#name(node);
      case "call":
        return this.calls.functionCall(node);
      case "index":
      case "field":
      case "dereference":
        return this.#load(this.variable(node), node.at);
      case "unary":
        return this.#unary(node);
      case "binary":
        return this.#binary(node);
      case "set":
        return this.#set(node);
      case "missing":
        return wrong(node.at);
    }
  }

  #string({ value, at }: { readonly value: string; readonly at: number }): Value {
    const found = stringConstant(this.#context, value, at);
    if (typeof found.value === "number") return constant(found.type, found.value, at);
    if (value === "") return emptyString(at);
    return { kind: "string", type: found.type, text: found.value, at, calls: false };
  }

  #load(variable: Variable | undefined, at: number): Value {
    if (!variable) return wrong(at);
    return { kind: "load", variable, type: variable.type, at, calls: variableCalls(variable) };
  }

  #name(node: NodeOf<"name">): Value {
    const { at } = node;
    const symbol = this.#context.find(node);
    if (!symbol) return wrong(at);
    switch (symbol.kind) {
      case "constant":
        if (typeof symbol.value === "number") return constant(symbol.type, symbol.value, at);
        if (symbol.value === "") return emptyString(at);
        return {
          kind: "string",
          type: stringType(symbol.value.length),
          text: symbol.value,
          at,
          calls: false,
        };
      case "bound":
        return this.#bound(symbol, at);
      case "procedure":
      case "standard":
        return this.calls.functionCall({ kind: "call", at, name: node.name, args: [] });
      case "variable":
      case "field":
        return this.#load(this.variable(node), at);
      case "type":
        return this.#error(at, `"${node.name}" is a type, not a value`);
    }
  }

  #bound({ type, level, offset }: BoundSymbol, at: number): Value {
    return { kind: "bound", type, level, offset, at, calls: false };
  }

  // Variables

  /** A variable; undefined, and said so, where there is none. */
  variable(node: Expression): Variable | undefined {
    switch (node.kind) {
      case "name":
        return this.#namedVariable(node);
      case "index":
        return this.#element(node);
      case "field":
        return this.#field(node);
      case "dereference":
        return this.#dereference(node);
      case "missing":
        return undefined;
      default:
        this.#context.error(node.at, "a variable is needed here");
        return undefined;
    }
  }

  #namedVariable(node: Name): Variable | undefined {
    const symbol = this.#context.find(node);
    const { at } = node;
    if (symbol?.kind === "variable") {
      if (symbol.level !== this.#context.level) symbol.isShared = true;
      return { kind: "direct", symbol, type: symbol.type, at };
    }
    if (symbol?.kind === "field") {
      const field = symbol.with.type.fields.get(symbol.name);
      if (field) return { kind: "withField", with: symbol.with, field, type: field.type, at };
    }
    if (symbol) this.#context.error(at, `"${node.name}" is not a variable`);
    return undefined;
  }

  #element({ base, indices, at }: NodeOf<"index">): Variable | undefined {
    let array = this.variable(base);
    for (const node of indices) {
      const index = this.value(node);
      if (!array || array.type.kind === "error") return undefined;
      const { type } = array;
      if (type.kind === "string") {
        array = this.#character(array, type, index);
        continue;
      }
      if (type.kind !== "array" && type.kind !== "conformant") {
        this.#context.error(at, `only an array has elements, and this is of type ${showType(type)}`);
        return undefined;
      }
      if (!areCompatible(type.index, index.type)) {
        this.#context.error(
          node.at,
          `the index is of type ${showType(index.type)}, and the array's index type is ${showType(type.index)}`,
        );
      } else this.#checkConstantIndex(type.index, index, type.kind === "array");
      array = { kind: "element", array, index, packed: type.packed, type: type.element, at: node.at };
    }
    return array;
  }

  /** A character of a string of varying length; the one with the index 0 is its length. */
  #character(array: Variable, { capacity }: ShortStringType, index: Value): Variable {
    const { at } = index;
    const bounds = subrangeType(integerType, 0, capacity);
    if (!isInteger(index.type)) {
      this.#context.error(
        at,
        `the index of a string is an integer, and this is of type ${showType(index.type)}`,
      );
    } else this.#checkConstantIndex(bounds, index, true);
    return { kind: "element", array, index, packed: true, type: charType, at };
  }

  #checkConstantIndex({ low, high }: OrdinalType, index: Value, isFixed: boolean): void {
    if (index.kind !== "constant" || !isFixed || (index.value >= low && index.value <= high)) return;
    this.#context.error(index.at, `the index ${index.value} is outside the array, which has ${low}..${high}`);
  }

  #field({ base, field, at }: NodeOf<"field">): Variable | undefined {
    const record = this.variable(base);
    if (!record || record.type.kind === "error") return undefined;
    if (record.type.kind !== "record") {
      const hint = record.type.kind === "pointer" ? `: write ^. to reach what it points to` : "";
      this.#context.error(
        at,
        `only a record has fields, and this is of type ${showType(record.type)}${hint}`,
      );
      return undefined;
    }
    const found = this.#findField(record.type, field);
    return found && { kind: "field", record, field: found, type: found.type, at: field.at };
  }

  #findField({ fields }: RecordType, { name, at }: Name): Field | undefined {
    const found = fields.get(name);
    if (!found && name !== "") {
      const similar = [...fields.keys()].find((known) => editDistance(name, known, 2) <= 2);
      const hint = similar === undefined ? "" : `; did you mean "${similar}"?`;
      this.#context.error(at, `this record has no field "${name}"${hint}`);
    }
    return found;
  }

  /** What a pointer leads to, or the buffer of a file. */
  #dereference({ base, at }: NodeOf<"dereference">): Variable | undefined {
    const variable = this.variable(base);
    if (!variable) return undefined;
    const { type } = variable;
    if (type.kind === "pointer") {
      return { kind: "target", pointer: this.#load(variable, at), type: type.target, at };
    }
    if (type.kind === "file") return { kind: "buffer", file: variable, type: type.element, at };
    if (type.kind !== "error") {
      this.#context.error(
        at,
        `only a pointer or a file can be followed by ^, and this is of type ${showType(type)}`,
      );
    }
    return undefined;
  }

  // Operators

  #unary({ operator, operand, at }: NodeOf<"unary">): Value {
    const value = this.value(operand);
    const { type } = value;
    if (type.kind === "error") return value;
    if (operator === "not") {
      if (isBoolean(type)) return unary("not", value, booleanType);
      return this.#error(at, `not is for Booleans, and this is of type ${showType(type)}`);
    }
    if (!isNumber(type))
      return this.#error(at, `only a number can have a sign, and this is of type ${showType(type)}`);
    const result = type.kind === "real" ? realType : integerType;
    if (operator === "+") return value;
    return { ...unary(type.kind === "real" ? "fneg" : "neg", value, result), at };
  }

  #binary({ operator, left: one, right: other, at }: NodeOf<"binary">): Value {
    let left = this.value(one);
    let right = this.value(other);
    if (left.type.kind === "error" || right.type.kind === "error") return wrong(at);
    if (operator === "in") return this.#in(left, right, at);
    if (left.type.kind === "set") right = asSetOf(right, left.type);
    if (right.type.kind === "set") left = asSetOf(left, right.type);
    const result = this.#operation(operator, left, right, at);
    return result ?? this.#unsuitable(operator, left.type, right.type, at);
  }

  #operation(operator: BinaryOperator, left: Value, right: Value, at: number): Value | undefined {
    switch (operator) {
      case "+":
      case "-":
      case "*":
        return this.#sum(operator, left, right, at);
      case "/":
        if (!isNumber(left.type) || !isNumber(right.type)) return undefined;
        return binary("fdiv", toReal(left), toReal(right), realType, at);
      case "div":
      case "mod":
        if (!isInteger(left.type) || !isInteger(right.type)) return undefined;
        this.#checkDivisor(operator, right);
        return binary(operator, left, right, integerType, at);
      case "and":
      case "or":
        if (!isBoolean(left.type) || !isBoolean(right.type)) return undefined;
        return {
          kind: "logical",
          operation: operator,
          left,
          right,
          type: booleanType,
          at,
          calls: left.calls || right.calls,
        };
      default:
        return this.#compare(comparisons[operator] ?? "eq", left, right, at);
    }
  }

  #checkDivisor(operator: "div" | "mod", divisor: Value): void {
    if (divisor.kind !== "constant") return;
    if (divisor.value === 0) this.#context.error(divisor.at, `${operator} by zero`);
    else if (operator === "mod" && divisor.value < 0)
      this.#context.error(divisor.at, "mod by a negative number");
  }

  #sum(operator: "+" | "-" | "*", left: Value, right: Value, at: number): Value | undefined {
    if (left.type.kind === "set" && right.type.kind === "set") {
      if (!areCompatible(left.type, right.type)) return undefined;
      const type = left.type.isConstructor ? right.type : left.type;
      const base = type.base && { ...type, base: type.base.host };
      const operation = setOperations[operator];
      const calls = left.calls || right.calls;
      return { kind: "setOperation", operation, left, right, type: base ?? type, at, calls };
    }
    if (operator === "+" && this.#context.dialect === "turbo" && isText(left.type) && isText(right.type)) {
      return concatenation([left, right], at);
    }
    if (!isNumber(left.type) || !isNumber(right.type)) return undefined;
    const operation = arithmetic[operator];
    if (isInteger(left.type) && isInteger(right.type)) return binary(operation, left, right, integerType, at);
    const real: BinaryOperation = `f${operation}`;
    return binary(real, toReal(left), toReal(right), realType, at);
  }

  #compare(operation: Comparison, left: Value, right: Value, at: number): Value | undefined {
    const [one, other] = [left.type, right.type];
    if (isNumber(one) && isNumber(other) && (one.kind === "real" || other.kind === "real")) {
      return comparison(`f${operation}`, toReal(left), toReal(right), at);
    }
    if (this.#areStrings(one, other)) return compareShort(operation, left, right, at);
    if (!areCompatible(one, other)) return undefined;
    if (isOrdinal(one)) return comparison(operation, left, right, at);
    const calls = left.calls || right.calls;
    const length = stringLength(one);
    if (length !== undefined) {
      return { kind: "compareStrings", operation, length, left, right, type: booleanType, at, calls };
    }
    if (one.kind === "set" && operation !== "lt" && operation !== "gt") {
      const wide = isWideSet(one);
      return { kind: "compareSets", operation, wide, left, right, type: booleanType, at, calls };
    }
    const isPointer = one.kind === "pointer" || one.kind === "nil";
    if (isPointer && (operation === "eq" || operation === "ne"))
      return comparison(operation, left, right, at);
    return undefined;
  }

  /** Whether values are compared as strings of varying length. */
  #areStrings(one: Type, other: Type): boolean {
    if (this.#context.dialect !== "turbo" || !isText(one) || !isText(other)) return false;
    return one.kind === "string" || other.kind === "string" || !areCompatible(one, other);
  }

  #in(element: Value, set: Value, at: number): Value {
    const { type } = set;
    if (type.kind !== "set" || !isOrdinal(element.type)) {
      return this.#unsuitable("in", element.type, type, at);
    }
    if (type.base && type.base.host !== element.type.host) {
      return this.#unsuitable("in", element.type, type, at);
    }
    const calls = element.calls || set.calls;
    return { kind: "in", element, set, wide: isWideSet(type), type: booleanType, at, calls };
  }

  #unsuitable(operator: BinaryOperator, left: Type, right: Type, at: number): Value {
    const hint = hintFor(operator, left, right);
    return this.#error(
      at,
      `"${operator}" does not fit its operands, which are of types ${showType(left)} and ${showType(right)}${hint}`,
    );
  }

  /** Section 6.7.1. */
  #set({ members: nodes, at }: NodeOf<"set">): Value {
    let base: OrdinalType | undefined;
    let isWrong = false;
    const check = (node: Expression): Value => {
      const value = this.value(node);
      const { type } = value;
      if (type.kind === "error") isWrong = true;
      else if (!isOrdinal(type) || (base && base !== type.host)) {
        const wanted = base ? `, as the others are of type ${showType(base)}` : "";
        this.#context.error(node.at, `an element of this set cannot be of type ${showType(type)}${wanted}`);
        isWrong = true;
      } else {
        base = type.host;
        if (value.kind === "constant" && (value.value < 0 || value.value >= SET_ELEMENTS)) {
          this.#context.error(node.at, `the elements of a set must lie between 0 and ${SET_ELEMENTS - 1}`);
        }
      }
      return value;
    };
    const members = nodes.map(({ low, high }): SetMember => {
      const first = check(low);
      return high ? { low: first, high: check(high) } : { low: first };
    });
    if (isWrong) return wrong(at);
    const type: SetType = { kind: "set", packed: false, isConstructor: true, ...(base ? { base } : {}) };
    const calls = members.some(({ low, high }) => low.calls || high?.calls);
    return { kind: "set", members, type, at, calls };
  }

  /** A Boolean expression. */
  condition(node: Expression, what: string): Value {
    const value = this.value(node);
    if (value.type.kind !== "error" && !isBoolean(value.type)) {
      this.#context.error(node.at, `${what} must be Boolean, and this is of type ${showType(value.type)}`);
    }
    return value;
  }

  /** Arguments that are only values. */
  values(args: readonly Argument[]): Value[] {
    return args.map(({ value }) => this.value(value));
  }
}

function hintFor(operator: BinaryOperator, left: Type, right: Type): string {
  if ((operator === "div" || operator === "mod") && isNumber(left) && isNumber(right)) {
    return operator === "div" ? ': "/" divides reals' : ": mod is for integers";
  }
  const isLogical = isBoolean(left) !== isBoolean(right);
  if ((operator === "and" || operator === "or") && isLogical) {
    return ": comparisons beside and and or must be in parentheses";
  }
  return "";
}

/** Whether reaching a variable calls a function. */
export function variableCalls(variable: Variable): boolean {
  switch (variable.kind) {
    case "direct":
    case "withField":
      return false;
    case "element":
      return variable.index.calls || variableCalls(variable.array);
    case "field":
      return variableCalls(variable.record);
    case "target":
      return variable.pointer.calls;
    case "buffer":
      return variableCalls(variable.file);
  }
}
