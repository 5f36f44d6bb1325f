/** Statements. ISO 7185, section 6.8. */

import type { Case, Expression, Name, Statement } from "../ast.ts";
import { Scope, type VariableSymbol } from "../symbols.ts";
import type { Action, Variable, WithRecord } from "../tree.ts";
import { holdsFile, isOrdinal, type OrdinalType, showType, showValue } from "../types.ts";
import { type CallChecker, isPackedComponent } from "./call-checker.ts";
import { ordinalConstant } from "./constants.ts";
import type { Context } from "./context.ts";
import type { ExpressionChecker } from "./expression-checker.ts";
import type { LabelChecker } from "./label-checker.ts";
import { StandardProcedures } from "./standard-procedures.ts";

type StatementOf<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;

/** Values of one range of constants, each of which a case keeps. */
const MOST_IN_RANGE = 10_000;

export class StatementChecker {
  readonly #context: Context;
  readonly #expressions: ExpressionChecker;
  readonly #calls: CallChecker;
  readonly #labels: LabelChecker;
  readonly #standard: StandardProcedures;

  constructor(context: Context, expressions: ExpressionChecker, calls: CallChecker, labels: LabelChecker) {
    this.#context = context;
    this.#expressions = expressions;
    this.#calls = calls;
    this.#labels = labels;
    this.#standard = new StandardProcedures(context, expressions, calls);
  }

  /** The statements of a block. */
  body(statement: Statement): Action {
    if (statement.kind !== "compound") return this.#nothing(statement.at);
    return {
      kind: "sequence",
      actions: statement.statements.map((one) => this.#statement(one)),
      at: statement.at,
    };
  }

  #nothing(at: number): Action {
    return { kind: "sequence", actions: [], at };
  }

  #inside(statement: Statement): Action {
    return this.#labels.inside(() => this.#statement(statement));
  }

  #sequence(statements: readonly Statement[]): Action[] {
    return this.#labels.inside(() => statements.map((statement) => this.#statement(statement)));
  }

  #statement(statement: Statement): Action {
    const { label, at } = statement;
    if (!label) return this.#unlabelled(statement);
    const target = this.#labels.mark(label);
    const body = this.#unlabelled(statement);
    return target ? { kind: "label", label: target, body, at } : body;
  }

  #unlabelled(statement: Statement): Action {
    const { at } = statement;
    switch (statement.kind) {
      case "empty":
        return this.#nothing(at);
      case "assign":
        return this.#assign(statement);
      case "call":
        return this.#call(statement);
      case "compound":
        return { kind: "sequence", actions: this.#sequence(statement.statements), at };
      case "if":
        return this.#if(statement);
      case "while": {
        const condition = this.#expressions.condition(statement.condition, "the condition of a while");
        return { kind: "while", condition, body: this.#inside(statement.body), at };
      }
      case "repeat": {
        const actions = this.#sequence(statement.statements);
        const condition = this.#expressions.condition(statement.condition, "the condition of a repeat");
        return { kind: "repeat", actions, condition, at };
      }
      case "for":
        return this.#for(statement);
      case "case":
        return this.#case(statement);
      case "with":
        return this.#with(statement.records, statement.body, at);
      case "goto": {
        const label = this.#labels.goto(statement.target);
        return label ? { kind: "goto", label, at } : this.#nothing(at);
      }
    }
  }

  #if({ condition: node, whenTrue, whenFalse, at }: StatementOf<"if">): Action {
    const condition = this.#expressions.condition(node, "the condition of an if");
    const first = this.#inside(whenTrue);
    if (!whenFalse) return { kind: "if", condition, whenTrue: first, at };
    return { kind: "if", condition, whenTrue: first, whenFalse: this.#inside(whenFalse), at };
  }

  #assign({ target: node, value: valueNode, at }: StatementOf<"assign">): Action {
    const result = this.#assignResult(node, valueNode, at);
    if (result) return result;
    const target = this.#expressions.variable(node);
    const value = this.#expressions.value(valueNode);
    if (!target) return this.#nothing(at);
    this.#calls.changes(target);
    if (holdsFile(target.type)) {
      this.#context.error(node.at, "files cannot be assigned");
      return this.#nothing(at);
    }
    const fitting = this.#calls.fit(target.type, value, "this variable");
    return fitting ? { kind: "assign", target, value: fitting, at } : this.#nothing(at);
  }

  /** An assignment to the name of a function. Section 6.8.2.2. */
  #assignResult(node: Expression, valueNode: Expression, at: number): Action | undefined {
    if (node.kind !== "name") return undefined;
    const symbol = this.#context.scope.find(node.name);
    if (symbol?.kind === "bound") {
      this.#context.error(node.at, `"${node.name}" is a bound: it cannot be assigned to`);
      return this.#nothing(at);
    }
    if (symbol?.kind !== "procedure") return undefined;
    const value = this.#expressions.value(valueNode);
    if (!symbol.isFunction || !this.#context.procedures.includes(symbol)) {
      const reason = symbol.isFunction
        ? "only inside the function itself can its result be assigned"
        : "a procedure has no result";
      this.#context.error(node.at, `"${node.name}" cannot be assigned to: ${reason}`);
      return this.#nothing(at);
    }
    symbol.isAssigned = true;
    if (symbol.resultVariable && symbol.level + 1 !== this.#context.level)
      symbol.resultVariable.isShared = true;
    const fitting = symbol.result && this.#calls.fit(symbol.result, value, `the result of "${symbol.name}"`);
    return fitting ? { kind: "assignResult", procedure: symbol, value: fitting, at } : this.#nothing(at);
  }

  #call(statement: StatementOf<"call">): Action {
    const { name, args, at } = statement;
    const symbol = this.#context.find({ name, at });
    if (!symbol) {
      this.#expressions.values(args);
      return this.#nothing(at);
    }
    if (symbol.kind === "standard" && !symbol.isFunction) return this.#standard.call({ name, args, at });
    if (symbol.kind === "procedure" && !symbol.isFunction) {
      return { kind: "call", procedure: symbol, args: this.#calls.arguments(symbol, args, at), at };
    }
    const isFunction = symbol.kind === "procedure" || symbol.kind === "standard";
    const what = isFunction ? "a function: its value must be used" : "not a procedure";
    const hint = symbol.kind === "variable" ? '; ":=" and a value would assign to it' : "";
    this.#context.error(at, `"${name}" is ${what}${hint}`);
    return this.#nothing(at);
  }

  // Section 6.8.3.9

  #for({ variable: name, from, to, down, body, at }: StatementOf<"for">): Action {
    const variable = this.#controlVariable(name);
    const first = this.#expressions.value(from);
    const last = this.#expressions.value(to);
    if (!variable || !isOrdinal(variable.type)) {
      this.#inside(body);
      return this.#nothing(at);
    }
    for (const bound of [first, last]) {
      if (bound.type.kind === "error" || (isOrdinal(bound.type) && bound.type.host === variable.type.host))
        continue;
      this.#context.error(
        bound.at,
        `"${name.name}" is of type ${showType(variable.type)}, and this bound of type ${showType(bound.type)}`,
      );
    }
    variable.controlling++;
    const action = this.#inside(body);
    variable.controlling--;
    return { kind: "for", variable, from: first, to: last, down, body: action, at };
  }

  #controlVariable(name: Name): VariableSymbol | undefined {
    const symbol = this.#context.find(name);
    if (!symbol) return undefined;
    const context = this.#context;
    if (symbol.kind !== "variable") {
      context.error(name.at, `"${name.name}" is not a variable`);
      return undefined;
    }
    if (!isOrdinal(symbol.type)) {
      if (symbol.type.kind !== "error")
        context.error(
          name.at,
          `the variable of a for must be of an ordinal type, which ${showType(symbol.type)} is not`,
        );
      return undefined;
    }
    if (symbol.level !== context.level) {
      context.error(
        name.at,
        `the variable of a for must be declared in the same block, and "${name.name}" is not`,
      );
    } else if (symbol.isReference || symbol.isParameter) {
      context.error(name.at, `the variable of a for cannot be a parameter, as "${name.name}" is`);
    } else if (symbol.controlling > 0) {
      context.error(name.at, `"${name.name}" controls a for statement round this one already`);
    } else if (symbol.changedInside !== undefined) {
      context.error(
        name.at,
        `"${name.name}" cannot control a for statement: a procedure inside this block changes it`,
      );
    }
    return symbol;
  }

  // Section 6.8.3.5

  #case({ selector: node, cases, otherwise, at }: StatementOf<"case">): Action {
    const selector = this.#expressions.value(node);
    const { type } = selector;
    if (!isOrdinal(type)) {
      if (type.kind !== "error")
        this.#context.error(
          node.at,
          `the selector of a case must be of an ordinal type, which ${showType(type)} is not`,
        );
      for (const { body } of cases) this.#inside(body);
      return this.#nothing(at);
    }
    if (cases.length === 0) this.#context.error(at, "this case has no cases");
    const seen = new Set<number>();
    const arms = cases.map((one) => ({
      values: this.#caseValues(one, type, seen),
      body: this.#inside(one.body),
    }));
    if (!otherwise) return { kind: "case", selector, cases: arms, at };
    const actions = this.#sequence(otherwise);
    return { kind: "case", selector, cases: arms, otherwise: { kind: "sequence", actions, at }, at };
  }

  #caseValues({ constants }: Case, type: OrdinalType, seen: Set<number>): readonly number[] {
    return constants.flatMap(({ low, high = low }) => {
      const first = this.#caseConstant(low, type);
      const last = high === low ? first : this.#caseConstant(high, type);
      if (first === undefined || last === undefined) return [];
      if (last - first >= MOST_IN_RANGE) {
        this.#context.error(low.at, `a range of a case has at most ${MOST_IN_RANGE} values`);
        return [];
      }
      const values = Array.from({ length: Math.max(last - first + 1, 0) }, (_, index) => first + index);
      const again = values.find((value) => seen.has(value));
      if (again !== undefined) this.#context.error(low.at, `${showValue(type, again)} is in this case twice`);
      for (const value of values) seen.add(value);
      return values;
    });
  }

  #caseConstant(node: Expression, type: OrdinalType): number | undefined {
    const found = ordinalConstant(this.#context, node);
    if (found && found.type.host !== type.host) {
      this.#context.error(
        node.at,
        `this constant is of type ${showType(found.type)}, and the selector of type ${showType(type)}`,
      );
    }
    return found?.value;
  }

  // Section 6.8.3.10

  #with(records: readonly Expression[], body: Statement, at: number): Action {
    const [first, ...others] = records;
    if (!first) return this.#inside(body);
    const record = this.#expressions.variable(first);
    const inner = (): Action => this.#with(others, body, at);
    if (record?.type.kind !== "record") {
      if (record && record.type.kind !== "error") {
        this.#context.error(first.at, `with needs a record, and this is of type ${showType(record.type)}`);
      }
      return inner();
    }
    const found = this.#withRecord(record);
    this.#context.scope = new Scope(this.#context.scope, this.#context.level);
    for (const name of found.type.fields.keys())
      this.#context.scope.add({ kind: "field", name, with: found });
    const action = inner();
    this.#context.close();
    return { kind: "with", with: found, body: action, at };
  }

  #withRecord(record: Variable): WithRecord {
    const offset = this.#context.allocate({ size: 4, align: 4 }, record.at);
    const place = { level: this.#context.level, offset };
    if (record.type.kind !== "record") throw new TypeError("no record");
    return { record, type: record.type, place, packed: isPackedComponent(record) };
  }
}
