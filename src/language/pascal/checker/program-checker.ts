/** Programs, blocks and procedures. ISO 7185, sections 6.2, 6.6 and 6.10. */

import type { Block, Heading, Name, Parameter, Procedure, ProgramNode, TypeNode } from "../ast.ts";
import type { Diagnostics } from "../diagnostics.ts";
import type { Dialect } from "../dialect.ts";
import type { ParameterSymbol, ProcedureSymbol, VariableSymbol } from "../symbols.ts";
import type { CheckedProgram, Routine } from "../tree.ts";
import {
  type ConformantType,
  errorType,
  extentOf,
  holdsFile,
  isOrdinal,
  showType,
  storageOf,
  type Type,
  textType,
} from "../types.ts";
import { CallChecker } from "./call-checker.ts";
import { constantOf } from "./constants.ts";
import { Context, FRAME_HEADER_BYTES } from "./context.ts";
import { ExpressionChecker } from "./expression-checker.ts";
import { LabelChecker } from "./label-checker.ts";
import { StatementChecker } from "./statement-checker.ts";
import { TypeChecker } from "./type-checker.ts";

/** Checks a program; where anything is wrong, `diagnostics` has it, and the result is of no use. */
export function checkProgram(
  program: ProgramNode,
  diagnostics: Diagnostics,
  dialect: Dialect,
): CheckedProgram {
  return new ProgramChecker(diagnostics, dialect).program(program);
}

const isBlock = (body: Block | Name): body is Block => "end" in body;
const WORD = { size: 4, align: 4 };
const LONG = { size: 8, align: 8 };

class ProgramChecker {
  readonly #context: Context;
  readonly #types: TypeChecker;
  readonly #labels: LabelChecker;
  readonly #statements: StatementChecker;
  readonly #routines: Routine[] = [];
  #sections = 0;

  constructor(diagnostics: Diagnostics, dialect: Dialect) {
    this.#context = new Context(diagnostics, dialect);
    this.#types = new TypeChecker(this.#context);
    const expressions = new ExpressionChecker(this.#context);
    const calls = new CallChecker(this.#context, expressions);
    expressions.calls = calls;
    this.#labels = new LabelChecker(this.#context);
    this.#statements = new StatementChecker(this.#context, expressions, calls, this.#labels);
  }

  program({ name, parameters: named, block }: ProgramNode): CheckedProgram {
    const context = this.#context;
    const parameters = [...named, ...this.#impliedFiles(named, name.at)];
    const standard = new Set<string>();
    for (const parameter of parameters) {
      if (standard.has(parameter.name))
        context.error(parameter.at, `"${parameter.name}" is in this list twice`);
      standard.add(parameter.name);
      if (parameter.name !== "input" && parameter.name !== "output") continue;
      context.standardFiles.set(parameter.name, this.#declareVariable(parameter, textType));
    }
    this.#labels.openBlock(block.labels);
    this.#declarations(block);
    const files = parameters.flatMap((parameter) => this.#programFile(parameter));
    const body = this.#statements.body(block.body);
    this.#labels.closeBlock();
    const { bytes, variables } = context.frame;
    this.#routines.push({
      name: name.name,
      at: name.at,
      end: block.end,
      level: 0,
      variables,
      copies: [],
      bytes,
      body,
    });
    return { name: name.name, routines: this.#routines, files };
  }

  /** In Turbo Pascal input and output are there without being named. */
  #impliedFiles(named: readonly Name[], at: number): readonly Name[] {
    if (this.#context.dialect !== "turbo") return [];
    const missing = ["input", "output"].filter((name) => !named.some((known) => known.name === name));
    return missing.map((name) => ({ name, at }));
  }

  /** Section 6.10: what the heading names is a variable of the program. */
  #programFile(name: Name): { readonly variable: VariableSymbol; readonly type: Type & { kind: "file" } }[] {
    const symbol = this.#context.scope.findHere(name.name);
    if (symbol?.kind !== "variable") {
      if (name.name !== "") {
        this.#context.error(
          name.at,
          `the program parameter "${name.name}" is not declared as a variable of the program`,
        );
      }
      return [];
    }
    if (symbol.type.kind !== "file") {
      if (symbol.type.kind !== "error")
        this.#context.error(
          name.at,
          `a program parameter must be a file here, and "${name.name}" is of type ${showType(symbol.type)}`,
        );
      return [];
    }
    return [{ variable: symbol, type: symbol.type }];
  }

  #declarations(block: Block): void {
    const context = this.#context;
    for (const { name, value } of block.constants) {
      const found = constantOf(context, value);
      context.declare({ kind: "constant", name: name.name, ...found }, name.at);
    }
    this.#types.define(block.types);
    for (const { names, type: node } of block.variables) {
      const type = this.#types.type(node);
      this.#types.finishPointers();
      for (const name of names) this.#declareVariable(name, type);
    }
    for (const procedure of block.procedures) this.#procedure(procedure);
    for (const symbol of context.scope.symbols) {
      if (symbol.kind === "procedure" && !symbol.hasBody && !symbol.place) {
        context.error(symbol.at, `"${symbol.name}" is declared forward, and its body is nowhere`);
      }
    }
  }

  #declareVariable(name: Name, type: Type): VariableSymbol {
    const context = this.#context;
    const offset = context.allocate(extentOf(type), name.at);
    const symbol = context.variable(name, type, offset);
    context.frame.variables.push(symbol);
    context.declare(symbol, name.at);
    return symbol;
  }

  // Procedures

  #procedure({ heading, body }: Procedure): void {
    const symbol = this.#procedureSymbol(heading);
    if (!isBlock(body)) {
      if (body.name !== "forward") {
        this.#context.error(body.at, `the directive "${body.name}" is unknown: there is only forward`);
      }
      return;
    }
    if (symbol.hasBody) this.#context.error(heading.name.at, `"${symbol.name}" has two bodies`);
    symbol.hasBody = true;
    this.#block(symbol, body);
  }

  /** A new procedure, or the one whose forward declaration this completes. Section 6.6.1. */
  #procedureSymbol(heading: Heading): ProcedureSymbol {
    const context = this.#context;
    const { name, kind } = heading;
    const known = context.scope.findHere(name.name);
    if (known?.kind === "procedure" && !known.hasBody) {
      if (known.isFunction !== (kind === "function")) {
        context.error(
          name.at,
          `"${name.name}" was declared forward as a ${known.isFunction ? "function" : "procedure"}`,
        );
      } else if (heading.parameters || heading.result) {
        context.error(
          name.at,
          `"${name.name}" was declared forward: its parameters and result are not repeated`,
        );
      }
      return known;
    }
    const symbol = this.#makeProcedure(heading);
    context.declare(symbol, name.at);
    return symbol;
  }

  #makeProcedure(heading: Heading): ProcedureSymbol {
    const { kind, name } = heading;
    const context = this.#context;
    const symbol: ProcedureSymbol = {
      kind: "procedure",
      name: name.name,
      at: name.at,
      isFunction: kind === "function",
      level: context.level,
      number: context.nextProcedure(),
      parameters: [],
      argumentBytes: 0,
      heading,
      hasBody: false,
      isAssigned: false,
    };
    this.#layOutParameters(symbol);
    if (kind === "function") symbol.result = this.#resultType(heading);
    return symbol;
  }

  #resultType({ name, result }: Heading): Type {
    if (!result) {
      this.#context.error(name.at, `the function "${name.name}" needs a type for its result`);
      return errorType;
    }
    const type = this.#types.named(result);
    if (isOrdinal(type) || ["real", "pointer", "string", "error"].includes(type.kind)) return type;
    this.#context.error(
      result.at,
      `a function's result must be of an ordinal type, real or a pointer, and ${showType(type)} is none`,
    );
    return errorType;
  }

  /** Gives each parameter its place in the frame. */
  #layOutParameters(symbol: ProcedureSymbol): void {
    const context = this.#context;
    const outer = context.frame;
    context.frame = { bytes: FRAME_HEADER_BYTES, variables: [] };
    const seen = new Set<string>();
    symbol.parameters = (symbol.heading.parameters ?? []).flatMap((parameter) =>
      this.#parameters(parameter, symbol.level + 1),
    );
    for (const { name } of symbol.parameters) {
      if (seen.has(name)) context.error(symbol.at, `"${name}" is a parameter of "${symbol.name}" twice`);
      seen.add(name);
    }
    symbol.argumentBytes = context.frame.bytes;
    context.frame = outer;
  }

  #parameters(parameter: Parameter, level: number): ParameterSymbol[] {
    this.#sections++;
    const section = this.#sections;
    const context = this.#context;
    if (parameter.kind === "procedure") {
      const { heading } = parameter;
      const offset = context.allocate(LONG, heading.name.at);
      const procedure: ProcedureSymbol = {
        ...this.#makeProcedure(heading),
        place: { level, offset },
        hasBody: true,
      };
      return [{ mode: "procedure", name: heading.name.name, type: errorType, offset, section, procedure }];
    }
    const { kind, names, type: node } = parameter;
    const found = node.kind === "conformant" ? this.#conformant(node, level) : this.#types.type(node);
    const isFile = kind === "value" && holdsFile(found);
    if (isFile) context.error(node.at, "a file can only be a variable parameter");
    const type = isFile ? errorType : found;
    return names.map((name): ParameterSymbol => {
      const isAddress = kind === "variable" || storageOf(type, false) !== "long";
      const offset = context.allocate(isAddress ? WORD : LONG, name.at);
      return { mode: kind, name: name.name, type, offset, section };
    });
  }

  /** Section 6.6.3.7.1; the bounds lie in the frame before the array's address. */
  #conformant({ index, packed, element }: TypeNode & { kind: "conformant" }, level: number): Type {
    const context = this.#context;
    const indexType = this.#types.named(index.type);
    if (!isOrdinal(indexType)) {
      if (indexType.kind !== "error") context.error(index.type.at, "bounds must be of an ordinal type");
      return errorType;
    }
    const low = context.allocate(WORD, index.low.at);
    const high = context.allocate(WORD, index.high.at);
    const inner =
      element.kind === "conformant" ? this.#conformant(element, level) : this.#types.type(element);
    if (inner.kind === "error") return errorType;
    return {
      kind: "conformant",
      packed,
      index: indexType,
      element: inner,
      bounds: { level, low, high },
    };
  }

  // Blocks

  #block(symbol: ProcedureSymbol, block: Block): void {
    const context = this.#context;
    const outer = context.frame;
    context.frame = { bytes: symbol.argumentBytes, variables: [] };
    context.procedures.push(symbol);
    context.open();
    const copies = this.#declareParameters(symbol);
    if (symbol.result) this.#declareResult(symbol, symbol.result);
    this.#labels.openBlock(block.labels);
    this.#declarations(block);
    const body = this.#statements.body(block.body);
    this.#labels.closeBlock();
    context.close();
    context.procedures.pop();
    if (symbol.isFunction && !symbol.isAssigned && symbol.result?.kind !== "error") {
      context.error(
        symbol.at,
        `the function "${symbol.name}" never gets a result: an assignment to its name is missing`,
      );
    }
    const { bytes, variables } = context.frame;
    context.frame = outer;
    this.#routines.push({
      name: symbol.name,
      at: symbol.at,
      end: block.end,
      level: context.level + 1,
      symbol,
      variables,
      copies,
      bytes,
      body,
    });
  }

  #declareResult(symbol: ProcedureSymbol, type: Type): void {
    const context = this.#context;
    const offset = context.allocate(type.kind === "string" ? extentOf(type) : LONG, symbol.at);
    symbol.resultVariable = context.variable({ name: symbol.name, at: symbol.at }, type, offset);
  }

  /** Parameters as the variables of the block that they are. */
  #declareParameters(symbol: ProcedureSymbol): Routine["copies"] {
    const context = this.#context;
    const copies: { variable: VariableSymbol; addressAt: number }[] = [];
    const nodes = (symbol.heading.parameters ?? []).flatMap((parameter) =>
      parameter.kind === "procedure" ? [parameter.heading.name] : parameter.names,
    );
    for (const [index, parameter] of symbol.parameters.entries()) {
      const at = nodes[index]?.at ?? symbol.at;
      const { name, type, offset, mode, procedure } = parameter;
      if (procedure) {
        context.declare(procedure, at);
        continue;
      }
      const isBlockValue = mode === "value" && storageOf(type, false) === "block";
      const isConformant = type.kind === "conformant";
      const place = isBlockValue && !isConformant ? context.allocate(extentOf(type), at) : offset;
      const isReference = mode === "variable" || isConformant;
      const variable = context.variable({ name, at }, type, place, { isReference, isParameter: true });
      context.frame.variables.push(variable);
      context.declare(variable, at);
      if (isBlockValue) copies.push({ variable, addressAt: offset });
    }
    this.#declareBounds(symbol);
    return copies;
  }

  #declareBounds(symbol: ProcedureSymbol): void {
    const context = this.#context;
    for (const parameter of symbol.heading.parameters ?? []) {
      if (parameter.kind === "procedure") continue;
      const found = symbol.parameters.find(({ name }) => name === parameter.names[0]?.name);
      let node = parameter.type;
      let type = found?.type as ConformantType | undefined;
      while (node.kind === "conformant" && type?.kind === "conformant") {
        const { low, high } = node.index;
        const { bounds, index } = type;
        const bound = { kind: "bound", type: index, level: bounds.level } as const;
        context.declare({ ...bound, name: low.name, offset: bounds.low }, low.at);
        context.declare({ ...bound, name: high.name, offset: bounds.high }, high.at);
        node = node.element;
        type = type.element as ConformantType;
      }
    }
  }
}
