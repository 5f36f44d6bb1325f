/**
 * From text to tokens, one at a time. ISO 7185, section 6.1: letters count alike in both cases; comments are between braces,
 * or between parentheses with asterisks, and either end will do; @ is ^, and (. .) are [ ].
 */

import type { Diagnostics } from "./diagnostics.ts";
import type { Dialect } from "./dialect.ts";
import { Token, wordTokens } from "./tokens.ts";

/** Classes of characters. */
const Class = { other: 0, space: 1, letter: 2, digit: 3 } as const;

const classes = new Uint8Array(128);
for (const code of [9, 10, 12, 13, 32]) classes[code] = Class.space;
for (let code = 0; code < 26; code++) {
  classes[65 + code] = Class.letter;
  classes[97 + code] = Class.letter;
}
for (let code = 48; code < 58; code++) classes[code] = Class.digit;

const code = (character: string): number => character.charCodeAt(0);
const [QUOTE, DOT, STAR, UNDERSCORE] = [code("'"), code("."), code("*"), code("_")];
const [EQUALS, LESS, GREATER, COLON, OPEN, CLOSE] = [
  code("="),
  code("<"),
  code(">"),
  code(":"),
  code("("),
  code(")"),
];
const [OPEN_BRACE, CLOSE_BRACE] = [code("{"), code("}")];

/** Characters that are a token by themselves, whatever follows. */
const singles = new Uint8Array(128);
for (const name of ["+", "-", "*", "/", "=", "[", "]", ",", ";", "^", ")"] as const) {
  singles[code(name)] = Token[name];
}
singles[code("@")] = Token["^"];

export class Lexer {
  readonly #text: string;
  readonly #diagnostics: Diagnostics;
  readonly #hasUnderscores: boolean;
  #at = 0;
  /** The token that was read last: its number and where it begins and ends. */
  token = 0;
  start = 0;
  end = 0;
  /** Where the token before it ended. */
  previousEnd = 0;
  /** An identifier in lower case, or the contents of a string. */
  name = "";
  /** The value of a number. */
  value = 0;

  constructor(text: string, diagnostics: Diagnostics, dialect: Dialect = "iso") {
    this.#text = text;
    this.#diagnostics = diagnostics;
    this.#hasUnderscores = dialect === "turbo";
  }

  /** Reads the next token. */
  next(): void {
    this.previousEnd = this.end;
    this.#skip();
    this.start = this.#at;
    this.token = this.#scan();
    this.end = this.#at;
  }

  /** The text of the token as it was written. */
  get written(): string {
    return this.#text.slice(this.start, this.end);
  }

  #classAt(at: number): number {
    return classes[this.#text.charCodeAt(at)] ?? Class.other;
  }

  /** Passes spaces and comments. */
  #skip(): void {
    const text = this.#text;
    for (;;) {
      while (this.#classAt(this.#at) === Class.space) this.#at++;
      const first = text.charCodeAt(this.#at);
      if (first === OPEN_BRACE) this.#comment(1);
      else if (first === OPEN && text.charCodeAt(this.#at + 1) === STAR) this.#comment(2);
      else return;
    }
  }

  #comment(opening: number): void {
    const text = this.#text;
    for (let at = this.#at + opening; at < text.length; at++) {
      const next = text.charCodeAt(at);
      if (next === CLOSE_BRACE) {
        this.#at = at + 1;
        return;
      }
      if (next === STAR && text.charCodeAt(at + 1) === CLOSE) {
        this.#at = at + 2;
        return;
      }
    }
    this.#diagnostics.add(this.#at, "this comment has no end");
    this.#at = text.length;
  }

  #scan(): number {
    if (this.#at >= this.#text.length) return Token["end of file"];
    const first = this.#text.charCodeAt(this.#at);
    const kind = classes[first] ?? Class.other;
    if (kind === Class.letter) return this.#word();
    if (kind === Class.digit) return this.#number();
    if (first === QUOTE) return this.#string();
    const single = singles[first] ?? 0;
    if (single !== 0) {
      this.#at++;
      return single;
    }
    return this.#symbol(first);
  }

  #symbol(first: number): number {
    const second = this.#text.charCodeAt(this.#at + 1);
    const double = doubleToken(first, second);
    if (double !== undefined) {
      this.#at += 2;
      return double;
    }
    this.#at++;
    if (first === LESS) return Token["<"];
    if (first === GREATER) return Token[">"];
    if (first === COLON) return Token[":"];
    if (first === OPEN) return Token["("];
    if (first === DOT) return Token["."];
    this.#diagnostics.add(this.#at - 1, unknownCharacter(this.#text[this.#at - 1] ?? ""));
    this.#skip();
    this.start = this.#at;
    return this.#scan();
  }

  #word(): number {
    const text = this.#text;
    const start = this.#at;
    let at = start + 1;
    for (;;) {
      const next = text.charCodeAt(at);
      const kind = classes[next] ?? Class.other;
      if (kind < Class.letter && next !== UNDERSCORE) break;
      at++;
    }
    this.#at = at;
    const written = text.slice(start, at);
    const name = written.toLowerCase();
    this.name = name;
    if (!this.#hasUnderscores && written.includes("_")) {
      this.#diagnostics.add(start, `standard Pascal has no "_" in identifiers, as in "${written}"`);
    }
    return wordTokens.get(name) ?? Token.identifier;
  }

  #digits(from: number): number {
    let at = from;
    while (this.#classAt(at) === Class.digit) at++;
    return at;
  }

  /** Section 6.1.5. */
  #number(): number {
    const text = this.#text;
    const start = this.#at;
    let at = this.#digits(start);
    let isReal = false;
    if (text.charCodeAt(at) === DOT && this.#classAt(at + 1) === Class.digit) {
      isReal = true;
      at = this.#digits(at + 1);
    }
    const exponent = text[at];
    if (exponent === "e" || exponent === "E") {
      const sign = text[at + 1];
      const digits = sign === "+" || sign === "-" ? at + 2 : at + 1;
      if (this.#classAt(digits) === Class.digit) {
        isReal = true;
        at = this.#digits(digits);
      }
    }
    this.#at = at;
    this.value = Number(text.slice(start, at));
    if (this.#classAt(at) === Class.letter) {
      this.#diagnostics.add(at, "a letter directly after a number: there must be something between them");
    }
    return isReal ? Token.real : Token.integer;
  }

  /** Section 6.1.7; a quote in it is written twice. */
  #string(): number {
    const text = this.#text;
    const start = this.#at;
    let contents = "";
    for (let at = start + 1; ; ) {
      const quote = text.indexOf("'", at);
      const lineEnd = text.indexOf("\n", at);
      if (quote < 0 || (lineEnd >= 0 && lineEnd < quote)) {
        this.#diagnostics.add(start, "this string has no closing quote on its line");
        this.#at = lineEnd < 0 ? text.length : lineEnd;
        this.name = contents + text.slice(at, this.#at);
        return Token.string;
      }
      contents += text.slice(at, quote);
      if (text.charCodeAt(quote + 1) !== QUOTE) {
        this.#at = quote + 1;
        this.name = contents;
        return Token.string;
      }
      contents += "'";
      at = quote + 2;
    }
  }
}

function doubleToken(first: number, second: number): number | undefined {
  if (second === EQUALS) {
    if (first === COLON) return Token[":="];
    if (first === LESS) return Token["<="];
    if (first === GREATER) return Token[">="];
  }
  if (first === LESS && second === GREATER) return Token["<>"];
  if (first === DOT && second === DOT) return Token[".."];
  if (first === DOT && second === CLOSE) return Token["]"];
  if (first === OPEN && second === DOT) return Token["["];
  return undefined;
}

function unknownCharacter(character: string): string {
  if (character === '"') return `strings are written between ' and ', not between " and "`;
  if (character === "}") return "a } without a {";
  return `the character "${character}" has no meaning here`;
}
