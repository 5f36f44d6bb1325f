/** The required procedures. ISO 7185, sections 6.6.5 and 6.9. */

import type { Argument, Expression } from "../ast.ts";
import type { Action, Value, Variable, WriteItem } from "../tree.ts";
import {
  extentOf,
  type FileType,
  integerType,
  isBoolean,
  isChar,
  isInteger,
  isNumber,
  type PointerType,
  showType,
  stringLength,
  type Type,
  type VariantPart,
} from "../types.ts";
import { type CallChecker, isPackedComponent } from "./call-checker.ts";
import { ordinalConstant } from "./constants.ts";
import type { Context } from "./context.ts";
import type { ExpressionChecker } from "./expression-checker.ts";
import { StandardFunctions } from "./standard-functions.ts";
import { StringProcedures } from "./string-procedures.ts";
import { asString } from "./string-values.ts";
import { constant } from "./values.ts";

export interface ProcedureCall {
  readonly name: string;
  readonly args: readonly Argument[];
  readonly at: number;
}

type FileVariable = Variable & { readonly type: FileType };

const nothing = (at: number): Action => ({ kind: "sequence", actions: [], at });

export class StandardProcedures {
  readonly #context: Context;
  readonly #expressions: ExpressionChecker;
  readonly #calls: CallChecker;
  readonly #functions: StandardFunctions;
  readonly #strings: StringProcedures;

  constructor(context: Context, expressions: ExpressionChecker, calls: CallChecker) {
    this.#context = context;
    this.#expressions = expressions;
    this.#calls = calls;
    this.#functions = new StandardFunctions(context, expressions);
    this.#strings = new StringProcedures(context, expressions, calls);
  }

  #error(at: number, message: string): Action {
    this.#context.error(at, message);
    return nothing(at);
  }

  call(call: ProcedureCall): Action {
    const { name, args } = call;
    if (name !== "write" && name !== "writeln" && name !== "str") {
      const wide = args.find(({ width }) => width)?.width;
      if (wide) this.#context.error(wide.at, "only write and writeln have field widths");
    }
    switch (name) {
      case "write":
      case "writeln":
        return this.#write(call);
      case "read":
      case "readln":
        return this.#read(call);
      case "get":
      case "put":
      case "reset":
      case "rewrite":
      case "page":
        return this.#file(name, call);
      case "new":
      case "dispose":
        return this.#allocate(name, call);
      case "pack":
        return this.#pack(call, 0, 2);
      case "unpack":
        return this.#pack(call, 1, 0);
      case "halt":
        return this.#halt(call);
      case "insert":
      case "delete":
      case "str":
      case "val":
        return this.#strings.call(name, call);
      default:
        return nothing(call.at);
    }
  }

  #file(name: "get" | "put" | "reset" | "rewrite" | "page", { args, at }: ProcedureCall): Action {
    const [argument, other] = args;
    if (other || (!argument && name !== "page"))
      return this.#error(at, `"${name}" needs one argument, a file`);
    const file = argument ? this.#fileVariable(argument.value, name) : this.#standard("output", at);
    if (!file) return nothing(at);
    if (name === "page" && !file.type.isText) return this.#error(file.at, "page is for text files");
    return { kind: "file", service: name, file, at };
  }

  #standard(name: "input" | "output", at: number): FileVariable | undefined {
    return this.#functions.standardFile(name, at) as FileVariable | undefined;
  }

  #fileVariable(node: Expression, name: string): FileVariable | undefined {
    const variable = this.#expressions.variable(node);
    if (!variable || variable.type.kind === "error") return undefined;
    if (variable.type.kind === "file") return variable as FileVariable;
    this.#context.error(node.at, `"${name}" needs a file, and this is of type ${showType(variable.type)}`);
    return undefined;
  }

  /** The file that a first argument is, if it is one. */
  #leadingFile(args: readonly Argument[]): FileVariable | undefined {
    const node = args[0]?.value;
    if (!node || args[0]?.width || !this.#mayBeFile(node)) return undefined;
    const variable = this.#expressions.variable(node);
    return variable?.type.kind === "file" ? (variable as FileVariable) : undefined;
  }

  /** Only such expressions are looked at twice. */
  #mayBeFile(node: Expression): boolean {
    switch (node.kind) {
      case "name": {
        const symbol = this.#context.scope.find(node.name);
        return symbol?.kind === "variable" || symbol?.kind === "field";
      }
      case "index":
      case "field":
      case "dereference":
        return this.#mayBeFile(node.base);
      default:
        return false;
    }
  }

  // Reading: section 6.9.1 and 6.6.5.2

  #read({ name, args, at }: ProcedureCall): Action {
    const given = this.#leadingFile(args);
    const file = given ?? this.#standard("input", at);
    const targets = given ? args.slice(1) : args;
    if (name === "read" && targets.length === 0) return this.#error(at, "read needs a variable to read into");
    if (!file) return nothing(at);
    const actions = targets.flatMap(({ value }) => this.#readOne(file, value));
    if (name === "readln") {
      if (!file.type.isText) return this.#error(at, "readln is for text files");
      actions.push({ kind: "file", service: "readLine", file, at });
    }
    return { kind: "sequence", actions, at };
  }

  #readOne(file: FileVariable, node: Expression): Action[] {
    const target = this.#expressions.variable(node);
    if (!target || target.type.kind === "error") return [];
    this.#calls.changes(target);
    const { at } = node;
    if (file.type.isText) {
      const { type } = target;
      if (isInteger(type) || isChar(type) || type.kind === "real" || type.kind === "string")
        return [{ kind: "read", file, target, at }];
      this.#context.error(
        at,
        `only integers, reals and characters can be read from a text file, not ${showType(type)}`,
      );
      return [];
    }
    const { element } = file.type;
    const buffer: Variable = { kind: "buffer", file, type: element, at };
    const value: Value = { kind: "load", variable: buffer, type: element, at, calls: false };
    const fitting = this.#calls.fit(target.type, value, "this variable");
    if (!fitting) return [];
    return [
      { kind: "assign", target, value: fitting, at },
      { kind: "file", service: "get", file, at },
    ];
  }

  // Writing: section 6.9.3

  #write({ name, args, at }: ProcedureCall): Action {
    const given = this.#leadingFile(args);
    const file = given ?? this.#standard("output", at);
    const items = given ? args.slice(1) : args;
    if (name === "write" && items.length === 0) return this.#error(at, "write needs something to write");
    if (!file) {
      for (const { value } of items) this.#expressions.value(value);
      return nothing(at);
    }
    const actions = items.flatMap((item) =>
      file.type.isText ? this.#writeOne(file, item) : this.#putOne(file, item),
    );
    if (name === "writeln") {
      if (!file.type.isText) return this.#error(at, "writeln is for text files");
      actions.push({ kind: "file", service: "writeLine", file, at });
    }
    return { kind: "sequence", actions, at };
  }

  #writeOne(file: FileVariable, { value: node, width: widthNode, digits: digitsNode }: Argument): Action[] {
    const value = this.#expressions.value(node);
    const width = widthNode && this.#width(widthNode);
    const digits = digitsNode && this.#width(digitsNode);
    const { type } = value;
    if (type.kind === "error") return [];
    const isString = type.kind === "string" || stringLength(type) !== undefined;
    if (!isNumber(type) && !isChar(type) && !isBoolean(type) && !isString) {
      this.#context.error(node.at, `a value of type ${showType(type)} cannot be written to a text file`);
      return [];
    }
    if (digits && type.kind !== "real") {
      this.#context.error(digits.at, "only a real is written with a number of digits after the point");
    }
    const item = this.#item(value, width, digits);
    return [{ kind: "write", file, item, at: node.at }];
  }

  /** What is written; Turbo Pascal writes whole strings, Booleans in capitals, and integers as short as they are. */
  #item(value: Value, width: Value | undefined, digits: Value | undefined): WriteItem {
    const given = { ...(width ? { width } : {}), ...(digits ? { digits } : {}) };
    const least = this.#leastWidth;
    if (this.#context.dialect !== "turbo") return { value, least, ...given };
    const { type, at } = value;
    if (isBoolean(type) || stringLength(type) !== undefined)
      return { value: asString(value), least, ...given };
    const short = isInteger(type) ? { width: constant(integerType, 1, at) } : {};
    return { value, least, ...short, ...given };
  }

  #width(node: Expression): Value | undefined {
    const value = this.#expressions.value(node);
    if (value.type.kind === "error") return undefined;
    if (!isInteger(value.type)) {
      this.#context.error(
        node.at,
        `a field width must be an integer, and this is of type ${showType(value.type)}`,
      );
      return undefined;
    }
    if (value.kind === "constant" && value.value < this.#leastWidth) {
      this.#context.error(node.at, `a field width must be at least ${this.#leastWidth}`);
    }
    return value;
  }

  /** Section 6.9.3.1; Turbo Pascal has fields of no width. */
  get #leastWidth(): number {
    return this.#context.dialect === "turbo" ? 0 : 1;
  }

  #putOne(file: FileVariable, { value: node, width }: Argument): Action[] {
    if (width) this.#context.error(width.at, "field widths are for text files");
    const { at } = node;
    const value = this.#expressions.value(node);
    const target: Variable = { kind: "buffer", file, type: file.type.element, at };
    const fitting = this.#calls.fit(file.type.element, value, "the components of this file");
    if (!fitting) return [];
    return [
      { kind: "assign", target, value: fitting, at },
      { kind: "file", service: "put", file, at },
    ];
  }

  // The heap: section 6.6.5.3

  #allocate(name: "new" | "dispose", { args, at }: ProcedureCall): Action {
    const [first, ...constants] = args;
    if (!first) return this.#error(at, `"${name}" needs a pointer`);
    const pointer =
      name === "new" ? this.#expressions.variable(first.value) : this.#expressions.value(first.value);
    if (!pointer || pointer.type.kind === "error") return nothing(at);
    if (pointer.type.kind !== "pointer") {
      return this.#error(
        first.value.at,
        `"${name}" needs a pointer, and this is of type ${showType(pointer.type)}`,
      );
    }
    if (name === "new") this.#calls.changes(pointer as Variable);
    this.#checkTags(pointer.type, constants);
    return { kind: name, pointer, size: extentOf(pointer.type.target).size, at };
  }

  #checkTags({ target }: PointerType, constants: readonly Argument[]): void {
    let part: VariantPart | undefined = target.kind === "record" ? target.variantPart : undefined;
    for (const { value: node } of constants) {
      const found = ordinalConstant(this.#context, node);
      if (!found) return;
      if (!part || found.type.host !== part.tagType.host) {
        this.#context.error(node.at, "there is no variant for this constant");
        return;
      }
      const { value } = found;
      const variant: VariantPart["variants"][number] | undefined = part.variants.find(({ values }) =>
        values.includes(value),
      );
      if (!variant) this.#context.error(node.at, "there is no variant for this constant");
      part = variant?.part;
    }
  }

  /** An extension: ends the program, with a status of 0 where none is given. */
  #halt({ args, at }: ProcedureCall): Action {
    const [first, other] = args;
    if (other) return this.#error(at, '"halt" has one argument, a status');
    if (!first) return { kind: "halt", status: constant(integerType, 0, at), at };
    const value = this.#expressions.value(first.value);
    const status = this.#calls.fit(integerType, value, "the status");
    return status ? { kind: "halt", status, at } : nothing(at);
  }

  // Section 6.6.5.4

  #pack({ name, args, at }: ProcedureCall, unpackedAt: number, packedAt: number): Action {
    if (args.length !== 3) return this.#error(at, `"${name}" needs three arguments`);
    const node = (index: number): Expression => args[index]?.value ?? { kind: "missing", at };
    const unpacked = this.#expressions.variable(node(unpackedAt));
    const packed = this.#expressions.variable(node(packedAt));
    const index = this.#expressions.value(node(name === "pack" ? 1 : 2));
    if (!unpacked || !packed || index.type.kind === "error") return nothing(at);
    const problem = packProblem(unpacked.type, packed.type, index.type);
    if (problem !== undefined) return this.#error(at, problem);
    const target = name === "pack" ? packed : unpacked;
    if (isPackedComponent(target)) this.#calls.changes(target);
    return { kind: name as "pack" | "unpack", unpacked, index, packed, at };
  }
}

function packProblem(unpacked: Type, packed: Type, index: Type): string | undefined {
  const isArray = (type: Type) => type.kind === "array" || type.kind === "conformant";
  if (!isArray(unpacked) || !isArray(packed)) return "pack and unpack need arrays";
  if (unpacked.packed || !packed.packed)
    return "one array must be packed, and the other not: their order is a, i, z for pack and z, a, i for unpack";
  if (unpacked.element !== packed.element) return "both arrays must have elements of one type";
  if (index.kind !== "ordinal" || index.host !== unpacked.index.host) {
    return `the index is of type ${showType(index)}, and the array's index type is ${showType(unpacked.index)}`;
  }
  return undefined;
}
