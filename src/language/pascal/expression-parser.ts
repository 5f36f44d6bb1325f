/** Expressions and variables. ISO 7185, sections 6.5 and 6.7. */

import type { Argument, BinaryOperator, Expression, Member } from "./ast.ts";
import { type TokenStream, tokenSet } from "./token-stream.ts";
import { type TokenName, tokenNames } from "./tokens.ts";

const relational = tokenSet("=", "<>", "<", ">", "<=", ">=", "in");
const adding = tokenSet("+", "-", "or");
const multiplying = tokenSet("*", "/", "div", "mod", "and");

export class ExpressionParser {
  readonly tokens: TokenStream;

  constructor(tokens: TokenStream) {
    this.tokens = tokens;
  }

  expression(): Expression {
    const { tokens } = this;
    return tokens.nested(
      () => this.#relation(),
      () => ({ kind: "missing", at: tokens.at }),
    );
  }

  #relation(): Expression {
    const left = this.#simple();
    if (!this.tokens.isIn(relational)) return left;
    const [operator, at] = this.#operator();
    const result: Expression = { kind: "binary", at, operator, left, right: this.#simple() };
    if (this.tokens.isIn(relational)) {
      this.tokens.error("two comparisons in a row: the parts of an and or or must be in parentheses");
      const [second, place] = this.#operator();
      return { kind: "binary", at: place, operator: second, left: result, right: this.#simple() };
    }
    return result;
  }

  #operator(): readonly [BinaryOperator, number] {
    const { at, token } = this.tokens;
    this.tokens.next();
    return [tokenNames[token] as BinaryOperator, at];
  }

  #simple(): Expression {
    const { tokens } = this;
    const { at } = tokens;
    let result: Expression;
    if (tokens.is("+") || tokens.is("-")) {
      const operator = tokens.is("-") ? "-" : "+";
      tokens.next();
      result = { kind: "unary", at, operator, operand: this.#term() };
    } else result = this.#term();
    while (tokens.isIn(adding)) {
      const [operator, place] = this.#operator();
      result = { kind: "binary", at: place, operator, left: result, right: this.#term() };
    }
    return result;
  }

  #term(): Expression {
    let result = this.#factor();
    while (this.tokens.isIn(multiplying)) {
      const [operator, at] = this.#operator();
      result = { kind: "binary", at, operator, left: result, right: this.#factor() };
    }
    return result;
  }

  #factor(): Expression {
    const { tokens } = this;
    const { at } = tokens;
    switch (tokenNames[tokens.token]) {
      case "identifier":
        return this.designator(true);
      case "integer":
      case "real": {
        const kind = tokens.is("integer") ? "integer" : "real";
        const { value } = tokens;
        tokens.next();
        return { kind, at, value };
      }
      case "string": {
        const { name } = tokens;
        tokens.next();
        return { kind: "string", at, value: name };
      }
      case "nil":
        tokens.next();
        return { kind: "nil", at };
      case "(":
        return this.#parenthesis();
      case "[":
        return this.#set();
      case "not": {
        tokens.next();
        const operand = tokens.nested(
          () => this.#factor(),
          (): Expression => ({ kind: "missing", at }),
        );
        return { kind: "unary", at, operator: "not", operand };
      }
      default:
        return this.#missing();
    }
  }

  #missing(): Expression {
    const { tokens } = this;
    const { at } = tokens;
    tokens.error(`an expression is missing, before ${tokens.describe()}`);
    return { kind: "missing", at };
  }

  #parenthesis(): Expression {
    this.tokens.next();
    const inner = this.expression();
    this.tokens.expect(")", "after the expression");
    return inner;
  }

  #set(): Expression {
    const { tokens } = this;
    const { at } = tokens;
    tokens.next();
    const members = tokens.is("]") ? [] : tokens.list(() => this.#member());
    tokens.expect("]", "after the members of the set");
    return { kind: "set", at, members };
  }

  #member(): Member {
    const low = this.expression();
    return this.tokens.accept("..") ? { low, high: this.expression() } : { low };
  }

  /** A name with what follows it: a variable, a constant or a call. */
  designator(mayCall: boolean): Expression {
    const { tokens } = this;
    const { at, name } = tokens;
    tokens.next();
    if (mayCall && tokens.is("(")) return { kind: "call", at, name, args: this.args() };
    return this.selectors({ kind: "name", at, name });
  }

  /** Indices, fields and arrows. */
  selectors(start: Expression): Expression {
    const { tokens } = this;
    let base = start;
    for (;;) {
      const { at } = tokens;
      if (tokens.accept("[")) {
        const indices = tokens.list(() => this.expression());
        tokens.expect("]", "after the index");
        base = { kind: "index", at, base, indices };
      } else if (tokens.accept(".")) {
        base = { kind: "field", at, base, field: tokens.identifier("the name of a field") };
      } else if (tokens.accept("^")) base = { kind: "dereference", at, base };
      else return base;
    }
  }

  /** Arguments in parentheses. */
  args(): Argument[] {
    const { tokens } = this;
    tokens.next();
    const args = tokens.is(")") ? this.#noArguments() : tokens.list(() => this.#argument());
    tokens.expect(")", "after the arguments");
    return args;
  }

  #noArguments(): Argument[] {
    this.tokens.error("there is nothing between the parentheses: leave them out");
    return [];
  }

  #argument(): Argument {
    const { tokens } = this;
    const value = this.expression();
    if (!tokens.accept(":")) return { value };
    const width = this.expression();
    return tokens.accept(":") ? { value, width, digits: this.expression() } : { value, width };
  }
}

/** Tokens that an expression may begin with. */
export const expressionStarts: readonly TokenName[] = [
  "identifier",
  "integer",
  "real",
  "string",
  "nil",
  "(",
  "[",
  "not",
  "+",
  "-",
];
