/** Statements. ISO 7185, section 6.8. */

import type { Case, Member, Statement } from "./ast.ts";
import type { ExpressionParser } from "./expression-parser.ts";
import { type TokenStream, tokenSet } from "./token-stream.ts";
import { Token } from "./tokens.ts";

/** What may follow a statement. */
const followers = tokenSet("end", "until", "else", ";", "end of file");
const starters = tokenSet("begin", "if", "while", "repeat", "for", "case", "with", "goto", "identifier");
const sequenceEnds = tokenSet("end", "until", ".", "end of file");
const declarations = tokenSet("procedure", "function", "var", "type", "const", "label");

export class StatementParser {
  readonly #tokens: TokenStream;
  readonly #expressions: ExpressionParser;

  constructor(tokens: TokenStream, expressions: ExpressionParser) {
    this.#tokens = tokens;
    this.#expressions = expressions;
  }

  statement(): Statement {
    const tokens = this.#tokens;
    if (tokens.is(Token.integer)) return this.#labelled();
    const { at } = tokens;
    if (!tokens.enter()) return { kind: "empty", at };
    const statement = this.#body(at);
    tokens.leave();
    return statement;
  }

  #labelled(): Statement {
    const tokens = this.#tokens;
    const label = { value: tokens.value, at: tokens.at };
    tokens.next();
    tokens.expect(Token[":"], "after the label");
    const { at } = tokens;
    if (!tokens.enter()) return { kind: "empty", at, label };
    const statement = this.#body(at);
    tokens.leave();
    return { ...statement, label };
  }

  #body(at: number): Statement {
    const tokens = this.#tokens;
    switch (tokens.token) {
      case Token.identifier:
        return this.#simple();
      case Token.begin:
        return this.compound(at);
      case Token.if:
        return this.#if(at);
      case Token.while:
        return this.#while(at);
      case Token.repeat:
        return this.#repeat(at);
      case Token.for:
        return this.#for(at);
      case Token.case:
        return this.#case(at);
      case Token.with:
        return this.#with(at);
      case Token.goto:
        return this.#goto(at);
      default:
        if (!tokens.isIn(followers)) {
          tokens.error(`a statement cannot begin with ${tokens.describe()}`);
          tokens.skipStatement();
        }
        return { kind: "empty", at };
    }
  }

  /** An assignment or the call of a procedure. */
  #simple(): Statement {
    const tokens = this.#tokens;
    const { at, name } = tokens;
    tokens.next();
    if (tokens.is(Token["("])) {
      const args = this.#expressions.args();
      return { kind: "call", at, name, args };
    }
    const target = this.#expressions.selectors({ kind: "name", at, name });
    if (tokens.is(Token[":="]) || tokens.is(Token["="]) || tokens.is(Token[":"])) {
      if (tokens.is(Token[":"])) {
        tokens.error('":=" is needed to assign, not ":"');
        tokens.next();
      } else tokens.expect(Token[":="], "to assign");
      return { kind: "assign", at, target, value: this.#expressions.expression() };
    }
    if (target.kind === "name") return { kind: "call", at, name, args: [] };
    tokens.error(`":=" is missing after the variable, before ${tokens.describe()}`);
    tokens.skipStatement();
    return { kind: "empty", at };
  }

  compound(at: number): Statement {
    const tokens = this.#tokens;
    tokens.next();
    const statements = this.#sequence();
    if (!tokens.expect(Token.end, "to close this begin")) this.#recover();
    return { kind: "compound", at, statements };
  }

  #recover(): void {
    if (!this.#tokens.isIn(declarations) && !this.#tokens.is(Token["."])) this.#tokens.skipStatement();
  }

  /** Statements with semicolons between. */
  #sequence(): Statement[] {
    const tokens = this.#tokens;
    const statements = [this.statement()];
    for (;;) {
      if (tokens.accept(Token[";"])) statements.push(this.statement());
      else if (tokens.isIn(starters)) {
        tokens.expect(Token[";"], "between two statements");
        statements.push(this.statement());
      } else if (tokens.is(Token.else)) {
        tokens.error(
          'this else belongs to no if: perhaps there is a ";" before it, or an if in between took it',
        );
        tokens.next();
        statements.push(this.statement());
      } else if (tokens.isIn(sequenceEnds)) return statements;
      else if (tokens.isIn(declarations)) return statements;
      else {
        tokens.error(`";" or end is missing, before ${tokens.describe()}`);
        tokens.next();
        tokens.skipStatement();
      }
    }
  }

  #if(at: number): Statement {
    const tokens = this.#tokens;
    tokens.next();
    const condition = this.#expressions.expression();
    this.#keyword(Token.then, "after the condition of this if");
    const whenTrue = this.statement();
    if (!tokens.accept(Token.else)) return { kind: "if", at, condition, whenTrue };
    return { kind: "if", at, condition, whenTrue, whenFalse: this.statement() };
  }

  #keyword(token: number, context: string): void {
    const tokens = this.#tokens;
    if (tokens.is(Token[":="])) {
      tokens.error('"=" is needed to compare, not ":="');
      tokens.next();
      this.#expressions.expression();
    }
    if (tokens.expect(token, context)) return;
    if (tokens.isIn(starters) || tokens.isIn(followers)) return;
    while (!tokens.is(token) && !tokens.isIn(followers) && !tokens.isIn(starters)) tokens.next();
    tokens.accept(token);
  }

  #while(at: number): Statement {
    this.#tokens.next();
    const condition = this.#expressions.expression();
    this.#keyword(Token.do, "after the condition of this while");
    return { kind: "while", at, condition, body: this.statement() };
  }

  #repeat(at: number): Statement {
    this.#tokens.next();
    const statements = this.#sequence();
    this.#tokens.expect(Token.until, "to close this repeat");
    return { kind: "repeat", at, statements, condition: this.#expressions.expression() };
  }

  #for(at: number): Statement {
    const tokens = this.#tokens;
    tokens.next();
    const variable = tokens.identifier("the variable of this for");
    tokens.expect(Token[":="], "after the variable of this for");
    const from = this.#expressions.expression();
    const down = tokens.is(Token.downto);
    if (!tokens.accept(Token.to) && !tokens.accept(Token.downto)) {
      tokens.error(`to or downto is missing in this for, before ${tokens.describe()}`);
    }
    const to = this.#expressions.expression();
    this.#keyword(Token.do, "after the bounds of this for");
    return { kind: "for", at, variable, from, to, down, body: this.statement() };
  }

  #case(at: number): Statement {
    const tokens = this.#tokens;
    tokens.next();
    const selector = this.#expressions.expression();
    this.#keyword(Token.of, "after the selector of this case");
    const cases: Case[] = [];
    do {
      if (tokens.is(Token.end) || tokens.is(Token["end of file"]) || this.#isOtherwise()) break;
      cases.push(this.#oneCase());
    } while (tokens.accept(Token[";"]));
    const otherwise = this.#otherwise();
    if (!tokens.expect(Token.end, "to close this case")) this.#recover();
    return { kind: "case", at, selector, cases, ...(otherwise ? { otherwise } : {}) };
  }

  #isOtherwise(): boolean {
    const tokens = this.#tokens;
    if (tokens.dialect !== "turbo") return false;
    return tokens.is(Token.else) || (tokens.is(Token.identifier) && tokens.name === "otherwise");
  }

  /** In Turbo Pascal: what is done where none of the constants is met, which is nothing at least. */
  #otherwise(): Statement[] | undefined {
    if (this.#isOtherwise()) {
      this.#tokens.next();
      return this.#sequence();
    }
    return this.#tokens.dialect === "turbo" ? [] : undefined;
  }

  #oneCase(): Case {
    const tokens = this.#tokens;
    const constants = tokens.list(() => this.#caseConstant());
    tokens.expect(Token[":"], "after the constants of a case");
    return { constants, body: this.statement() };
  }

  #caseConstant(): Member {
    const low = this.#expressions.expression();
    if (this.#tokens.dialect !== "turbo" || !this.#tokens.accept(Token[".."])) return { low };
    return { low, high: this.#expressions.expression() };
  }

  #with(at: number): Statement {
    this.#tokens.next();
    const records = this.#tokens.list(() => this.#expressions.expression());
    this.#keyword(Token.do, "after the records of this with");
    return { kind: "with", at, records, body: this.statement() };
  }

  #goto(at: number): Statement {
    const tokens = this.#tokens;
    tokens.next();
    const target = { value: tokens.value, at: tokens.at };
    if (!tokens.accept(Token.integer)) {
      tokens.error(`a label is missing after goto, before ${tokens.describe()}`);
      tokens.accept(Token.identifier);
      return { kind: "empty", at };
    }
    return { kind: "goto", at, target };
  }
}
