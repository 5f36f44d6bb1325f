/** Expressions and variables. ISO 7185, sections 6.5 and 6.7. */

import type { Argument, BinaryOperator, Expression, Member } from "./ast.ts";
import { type TokenStream, tokenSet } from "./token-stream.ts";
import { Token, tokenNames } from "./tokens.ts";

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
    if (!tokens.enter()) return { kind: "missing", at: tokens.at };
    const expression = this.#relation();
    tokens.leave();
    return expression;
  }

  #relation(): Expression {
    const left = this.#simple();
    if (!this.tokens.isIn(relational)) return left;
    const { at } = this.tokens;
    const operator = this.#operator();
    const result: Expression = { kind: "binary", at, operator, left, right: this.#simple() };
    if (this.tokens.isIn(relational)) {
      this.tokens.error("two comparisons in a row: the parts of an and or or must be in parentheses");
      const place = this.tokens.at;
      const second = this.#operator();
      return { kind: "binary", at: place, operator: second, left: result, right: this.#simple() };
    }
    return result;
  }

  #operator(): BinaryOperator {
    const { token } = this.tokens;
    this.tokens.next();
    return tokenNames[token] as BinaryOperator;
  }

  #simple(): Expression {
    const { tokens } = this;
    const { at } = tokens;
    let result: Expression;
    if (tokens.is(Token["+"]) || tokens.is(Token["-"])) {
      const operator = tokens.is(Token["-"]) ? "-" : "+";
      tokens.next();
      result = { kind: "unary", at, operator, operand: this.#term() };
    } else result = this.#term();
    while (tokens.isIn(adding)) {
      const place = tokens.at;
      const operator = this.#operator();
      result = { kind: "binary", at: place, operator, left: result, right: this.#term() };
    }
    return result;
  }

  #term(): Expression {
    let result = this.#factor();
    while (this.tokens.isIn(multiplying)) {
      const { at } = this.tokens;
      const operator = this.#operator();
      result = { kind: "binary", at, operator, left: result, right: this.#factor() };
    }
    return result;
  }

  #factor(): Expression {
    const { tokens } = this;
    const { at } = tokens;
    switch (tokens.token) {
      case Token.identifier:
        return this.designator(true);
      case Token.integer:
      case Token.real: {
        const kind = tokens.is(Token.integer) ? "integer" : "real";
        const { value } = tokens;
        tokens.next();
        return { kind, at, value };
      }
      case Token.string: {
        const { name } = tokens;
        tokens.next();
        return { kind: "string", at, value: name };
      }
      case Token.nil:
        tokens.next();
        return { kind: "nil", at };
      case Token["("]:
        return this.#parenthesis();
      case Token["["]:
        return this.#set();
      case Token.not: {
        tokens.next();
        return { kind: "unary", at, operator: "not", operand: this.#negated(at) };
      }
      default:
        return this.#missing();
    }
  }

  #negated(at: number): Expression {
    const { tokens } = this;
    if (!tokens.enter()) return { kind: "missing", at };
    const factor = this.#factor();
    tokens.leave();
    return factor;
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
    this.tokens.expect(Token[")"], "after the expression");
    return inner;
  }

  #set(): Expression {
    const { tokens } = this;
    const { at } = tokens;
    tokens.next();
    const members = tokens.is(Token["]"]) ? [] : tokens.list(() => this.#member());
    tokens.expect(Token["]"], "after the members of the set");
    return { kind: "set", at, members };
  }

  #member(): Member {
    const low = this.expression();
    return this.tokens.accept(Token[".."]) ? { low, high: this.expression() } : { low };
  }

  /** A name with what follows it: a variable, a constant or a call. */
  designator(mayCall: boolean): Expression {
    const { tokens } = this;
    const { at, name } = tokens;
    tokens.next();
    if (mayCall && tokens.is(Token["("])) return { kind: "call", at, name, args: this.args() };
    return this.selectors({ kind: "name", at, name });
  }

  /** Indices, fields and arrows. */
  selectors(start: Expression): Expression {
    const { tokens } = this;
    let base = start;
    for (;;) {
      const { at } = tokens;
      if (tokens.accept(Token["["])) {
        const indices = [this.expression()];
        while (tokens.accept(Token[","])) indices.push(this.expression());
        tokens.expect(Token["]"], "after the index");
        base = { kind: "index", at, base, indices };
      } else if (tokens.accept(Token["."])) {
        base = { kind: "field", at, base, field: tokens.identifier("the name of a field") };
      } else if (tokens.accept(Token["^"])) base = { kind: "dereference", at, base };
      else return base;
    }
  }

  /** Arguments in parentheses. */
  args(): Argument[] {
    const { tokens } = this;
    tokens.next();
    if (tokens.is(Token[")"])) {
      tokens.error("there is nothing between the parentheses: leave them out");
      tokens.next();
      return [];
    }
    const args = [this.#argument()];
    while (tokens.accept(Token[","])) args.push(this.#argument());
    tokens.expect(Token[")"], "after the arguments");
    return args;
  }

  #argument(): Argument {
    const { tokens } = this;
    const value = this.expression();
    if (!tokens.accept(Token[":"])) return { value };
    const width = this.expression();
    return tokens.accept(Token[":"]) ? { value, width, digits: this.expression() } : { value, width };
  }
}
