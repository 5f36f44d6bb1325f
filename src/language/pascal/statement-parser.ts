/** Statements. ISO 7185, section 6.8. */

import type { Case, Label, Member, Statement, StatementBody } from "./ast.ts";
import type { ExpressionParser } from "./expression-parser.ts";
import { type TokenStream, tokenSet } from "./token-stream.ts";
import { tokenNames } from "./tokens.ts";

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
    const label = this.#label();
    const { at } = tokens;
    const body = tokens.nested(
      () => this.#body(),
      (): StatementBody => ({ kind: "empty" }),
    );
    return label ? { ...body, at, label } : { ...body, at };
  }

  #label(): Label | undefined {
    const tokens = this.#tokens;
    if (!tokens.is("integer")) return undefined;
    const label = { value: tokens.value, at: tokens.at };
    tokens.next();
    tokens.expect(":", "after the label");
    return label;
  }

  #body(): StatementBody {
    const tokens = this.#tokens;
    switch (tokenNames[tokens.token]) {
      case "identifier":
        return this.#simple();
      case "begin":
        return this.compound();
      case "if":
        return this.#if();
      case "while":
        return this.#while();
      case "repeat":
        return this.#repeat();
      case "for":
        return this.#for();
      case "case":
        return this.#case();
      case "with":
        return this.#with();
      case "goto":
        return this.#goto();
      default:
        if (!tokens.isIn(followers)) {
          tokens.error(`a statement cannot begin with ${tokens.describe()}`);
          tokens.skipStatement();
        }
        return { kind: "empty" };
    }
  }

  /** An assignment or the call of a procedure. */
  #simple(): StatementBody {
    const tokens = this.#tokens;
    const { at, name } = tokens;
    tokens.next();
    if (tokens.is("(")) {
      const args = this.#expressions.args();
      return { kind: "call", name, args };
    }
    const target = this.#expressions.selectors({ kind: "name", at, name });
    if (tokens.is(":=") || tokens.is("=") || tokens.is(":")) {
      if (tokens.is(":")) {
        tokens.error('":=" is needed to assign, not ":"');
        tokens.next();
      } else tokens.expect(":=", "to assign");
      return { kind: "assign", target, value: this.#expressions.expression() };
    }
    if (target.kind === "name") return { kind: "call", name, args: [] };
    tokens.error(`":=" is missing after the variable, before ${tokens.describe()}`);
    tokens.skipStatement();
    return { kind: "empty" };
  }

  compound(): StatementBody {
    const tokens = this.#tokens;
    tokens.next();
    const statements = this.#sequence();
    if (!tokens.expect("end", "to close this begin")) this.#recover();
    return { kind: "compound", statements };
  }

  #recover(): void {
    if (!this.#tokens.isIn(declarations) && !this.#tokens.is(".")) this.#tokens.skipStatement();
  }

  /** Statements with semicolons between. */
  #sequence(): Statement[] {
    const tokens = this.#tokens;
    const statements = [this.statement()];
    for (;;) {
      if (tokens.accept(";")) statements.push(this.statement());
      else if (tokens.isIn(starters)) {
        tokens.expect(";", "between two statements");
        statements.push(this.statement());
      } else if (tokens.is("else")) {
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

  #if(): StatementBody {
    const tokens = this.#tokens;
    tokens.next();
    const condition = this.#expressions.expression();
    this.#keyword("then", "after the condition of this if");
    const whenTrue = this.statement();
    if (!tokens.accept("else")) return { kind: "if", condition, whenTrue };
    return { kind: "if", condition, whenTrue, whenFalse: this.statement() };
  }

  #keyword(name: "then" | "do" | "of", context: string): void {
    const tokens = this.#tokens;
    if (tokens.is(":=")) {
      tokens.error('"=" is needed to compare, not ":="');
      tokens.next();
      this.#expressions.expression();
    }
    if (tokens.expect(name, context)) return;
    if (tokens.isIn(starters) || tokens.isIn(followers)) return;
    while (!tokens.is(name) && !tokens.isIn(followers) && !tokens.isIn(starters)) tokens.next();
    tokens.accept(name);
  }

  #while(): StatementBody {
    this.#tokens.next();
    const condition = this.#expressions.expression();
    this.#keyword("do", "after the condition of this while");
    return { kind: "while", condition, body: this.statement() };
  }

  #repeat(): StatementBody {
    this.#tokens.next();
    const statements = this.#sequence();
    this.#tokens.expect("until", "to close this repeat");
    return { kind: "repeat", statements, condition: this.#expressions.expression() };
  }

  #for(): StatementBody {
    const tokens = this.#tokens;
    tokens.next();
    const variable = tokens.identifier("the variable of this for");
    tokens.expect(":=", "after the variable of this for");
    const from = this.#expressions.expression();
    const down = tokens.is("downto");
    if (!tokens.accept("to") && !tokens.accept("downto")) {
      tokens.error(`to or downto is missing in this for, before ${tokens.describe()}`);
    }
    const to = this.#expressions.expression();
    this.#keyword("do", "after the bounds of this for");
    return { kind: "for", variable, from, to, down, body: this.statement() };
  }

  #case(): StatementBody {
    const tokens = this.#tokens;
    tokens.next();
    const selector = this.#expressions.expression();
    this.#keyword("of", "after the selector of this case");
    const cases: Case[] = [];
    do {
      if (tokens.is("end") || tokens.is("end of file") || this.#isOtherwise()) break;
      cases.push(this.#oneCase());
    } while (tokens.accept(";"));
    const otherwise = this.#otherwise();
    if (!tokens.expect("end", "to close this case")) this.#recover();
    return { kind: "case", selector, cases, ...(otherwise ? { otherwise } : {}) };
  }

  #isOtherwise(): boolean {
    const tokens = this.#tokens;
    if (tokens.dialect !== "turbo") return false;
    return tokens.is("else") || (tokens.is("identifier") && tokens.name === "otherwise");
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
    tokens.expect(":", "after the constants of a case");
    return { constants, body: this.statement() };
  }

  #caseConstant(): Member {
    const low = this.#expressions.expression();
    if (this.#tokens.dialect !== "turbo" || !this.#tokens.accept("..")) return { low };
    return { low, high: this.#expressions.expression() };
  }

  #with(): StatementBody {
    this.#tokens.next();
    const records = this.#tokens.list(() => this.#expressions.expression());
    this.#keyword("do", "after the records of this with");
    return { kind: "with", records, body: this.statement() };
  }

  #goto(): StatementBody {
    const tokens = this.#tokens;
    tokens.next();
    const target = { value: tokens.value, at: tokens.at };
    if (!tokens.accept("integer")) {
      tokens.error(`a label is missing after goto, before ${tokens.describe()}`);
      tokens.accept("identifier");
      return { kind: "empty" };
    }
    return { kind: "goto", target };
  }
}
