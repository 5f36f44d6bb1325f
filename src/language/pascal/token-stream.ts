/** What the parsers of expressions, types and statements share: the present token, and what to do where another is there. */

import type { Name } from "./ast.ts";
import type { Diagnostics } from "./diagnostics.ts";
import type { Dialect } from "./dialect.ts";
import { Lexer } from "./lexer.ts";
import { showToken, Token, type TokenName, tokenNames } from "./tokens.ts";

/** Sets of tokens, as a byte for each. */
export type TokenSet = Uint8Array;

export function tokenSet(...names: TokenName[]): TokenSet {
  const set = new Uint8Array(tokenNames.length);
  for (const name of names) set[Token[name]] = 1;
  return set;
}

/** What statements begin or end with: where to go on after an error. */
const statementBounds = tokenSet(
  "begin",
  "if",
  "while",
  "repeat",
  "for",
  "case",
  "with",
  "goto",
  "end",
  "until",
  "else",
  ";",
  "end of file",
  "procedure",
  "function",
);

export class TokenStream {
  readonly diagnostics: Diagnostics;
  readonly dialect: Dialect;
  readonly #lexer: Lexer;
  /** Levels of nesting: a text of nothing but parentheses is refused rather than followed. */
  #depth = 0;

  constructor(text: string, diagnostics: Diagnostics, dialect: Dialect) {
    this.diagnostics = diagnostics;
    this.dialect = dialect;
    this.#lexer = new Lexer(text, diagnostics, dialect);
    this.#lexer.next();
  }

  get token(): number {
    return this.#lexer.token;
  }

  get at(): number {
    return this.#lexer.start;
  }

  get previousEnd(): number {
    return this.#lexer.previousEnd;
  }

  get name(): string {
    return this.#lexer.name;
  }

  get value(): number {
    return this.#lexer.value;
  }

  next(): void {
    this.#lexer.next();
  }

  is(token: number): boolean {
    return this.#lexer.token === token;
  }

  isIn(set: TokenSet): boolean {
    return set[this.#lexer.token] === 1;
  }

  /** Passes a token if it is there. */
  accept(token: number): boolean {
    if (this.#lexer.token !== token) return false;
    this.#lexer.next();
    return true;
  }

  /** Passes a token that must be there; says so where it is not, and goes on as if it were. */
  expect(token: number, context: string): boolean {
    if (this.accept(token)) return true;
    this.#missing(token, context);
    return false;
  }

  #missing(token: number, context: string): void {
    const found = this.describe();
    if (token === Token["="] && this.is(Token[":="])) {
      this.error(`"=" is needed ${context}, not ":="`);
      this.next();
      return;
    }
    if (token === Token[":"] && (this.is(Token["="]) || this.is(Token[":="]))) {
      this.error(`":" is needed ${context}, not ${found}`);
      this.next();
      return;
    }
    if (token === Token[":="] && this.is(Token["="])) {
      this.error(`":=" is needed ${context}, not "="`);
      this.next();
      return;
    }
    const message = `${showToken(token)} is missing ${context}, before ${found}`;
    // What is missing at a line's end is shown there.
    if (token === Token[";"]) this.diagnostics.add(this.previousEnd, message);
    else this.error(message);
  }

  /** The present token in words. */
  describe(): string {
    if (this.is(Token.identifier) || this.is(Token.integer) || this.is(Token.real))
      return `"${this.#lexer.written}"`;
    if (this.is(Token.string)) return `the string ${this.#lexer.written}`;
    return this.is(Token["end of file"]) ? "the end of the file" : showToken(this.token);
  }

  error(message: string): void {
    this.diagnostics.add(this.at, message);
  }

  identifier(what: string): Name {
    const { at } = this;
    if (this.is(Token.identifier)) {
      const { name } = this;
      this.next();
      return { name, at };
    }
    this.error(`${what} is missing, before ${this.describe()}`);
    return { name: "", at };
  }

  /** One or more of something, with commas between. */
  list<T>(parse: () => T): T[] {
    const items = [parse()];
    while (this.accept(Token[","])) items.push(parse());
    return items;
  }

  /** Passes tokens until one of a set. */
  skipTo(set: TokenSet): void {
    while (!this.isIn(set) && !this.is(Token["end of file"])) this.next();
  }

  skipStatement(): void {
    this.skipTo(statementBounds);
  }

  /** Goes into something that may hold its like, up to `leave`; false, and said so, where that is too deep. */
  enter(): boolean {
    if (this.#depth >= MOST_DEPTH) {
      this.error("this is nested too deeply");
      while (!this.is(Token["end of file"])) this.next();
      return false;
    }
    this.#depth++;
    return true;
  }

  leave(): void {
    this.#depth--;
  }
}

const MOST_DEPTH = 400;
