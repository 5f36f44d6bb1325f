/** Programs and blocks. ISO 7185, sections 6.2 and 6.10. */

import type { Block, Label, Name, Procedure, ProgramNode, Statement } from "./ast.ts";
import type { Diagnostics } from "./diagnostics.ts";
import type { Dialect } from "./dialect.ts";
import { ExpressionParser } from "./expression-parser.ts";
import { StatementParser } from "./statement-parser.ts";
import { TokenStream, tokenSet } from "./token-stream.ts";
import { Token } from "./tokens.ts";
import { TypeParser } from "./type-parser.ts";

const partStarts = tokenSet("label", "const", "type", "var", "procedure", "function", "begin", "end of file");
const partStartsAndNames = tokenSet(
  "label",
  "const",
  "type",
  "var",
  "procedure",
  "function",
  "begin",
  "identifier",
);

const NO_UNITS = "units are not supported yet";
const nowhere = tokenSet();
const afterUnits = tokenSet(";");

/** The parts of a block, in the order in which they must be. */
const order = ["label", "const", "type", "var", "procedure"] as const;

/** Parses a program; what is wrong with it goes to `diagnostics`. */
export function parseProgram(text: string, diagnostics: Diagnostics, dialect: Dialect): ProgramNode {
  return new Parser(new TokenStream(text, diagnostics, dialect)).program();
}

type Parts = { -readonly [K in keyof Block]: Block[K] extends readonly (infer T)[] ? T[] : Block[K] };

class Parser {
  readonly #tokens: TokenStream;
  readonly #types: TypeParser;
  readonly #statements: StatementParser;

  constructor(tokens: TokenStream) {
    this.#tokens = tokens;
    const expressions = new ExpressionParser(tokens);
    this.#types = new TypeParser(tokens);
    this.#statements = new StatementParser(tokens, expressions);
  }

  program(): ProgramNode {
    const tokens = this.#tokens;
    if (this.#isTurbo && !tokens.is(Token.program)) return this.#withoutHeading();
    tokens.expect(Token.program, "at the beginning");
    const name = tokens.identifier("the name of the program");
    let parameters: Name[] = [];
    if (tokens.accept(Token["("])) {
      parameters = tokens.list(() => tokens.identifier("a program parameter"));
      tokens.expect(Token[")"], "after the program parameters");
    }
    tokens.expect(Token[";"], "after the program's heading");
    this.#units();
    const block = this.#block();
    this.#finish();
    return { name, parameters, block };
  }

  get #isTurbo(): boolean {
    return this.#tokens.dialect === "turbo";
  }

  /** In Turbo Pascal the heading may be missing. */
  #withoutHeading(): ProgramNode {
    const tokens = this.#tokens;
    const name = { name: "program", at: tokens.at };
    if (tokens.is(Token.identifier) && tokens.name === "unit") {
      tokens.error(NO_UNITS);
      tokens.skipTo(nowhere);
      return { name, parameters: [], block: this.#parts() };
    }
    this.#units();
    const block = this.#block();
    this.#finish();
    return { name, parameters: [], block };
  }

  /** Says that there are no units, and passes over what names them. */
  #units(): void {
    const tokens = this.#tokens;
    if (!this.#isTurbo || !tokens.is(Token.identifier) || tokens.name !== "uses") return;
    tokens.error(NO_UNITS);
    tokens.skipTo(afterUnits);
    tokens.accept(Token[";"]);
  }

  #finish(): void {
    const tokens = this.#tokens;
    if (!tokens.is(Token["."])) {
      const found = tokens.describe();
      tokens.error(`"." is missing after the last end, before ${found}`);
      return;
    }
    tokens.next();
    if (!tokens.is(Token["end of file"]))
      tokens.error(`there is more after the program's end: ${tokens.describe()}`);
  }

  /** A block of nothing, which begins here. */
  #parts(): Parts {
    const { at } = this.#tokens;
    return {
      at,
      labels: [],
      constants: [],
      types: [],
      variables: [],
      procedures: [],
      body: { kind: "empty", at },
      end: at,
    };
  }

  #block(): Block {
    const tokens = this.#tokens;
    const parts = this.#parts();
    this.#declarations(parts);
    parts.body = this.#body();
    parts.end = Math.max(tokens.previousEnd - 3, 0);
    return parts;
  }

  /** The block of a procedure; a directive in its place where blocks are nested too deeply. */
  #innerBlock(): Block | Name {
    const tokens = this.#tokens;
    if (!tokens.enter()) return { name: "forward", at: tokens.at };
    const block = this.#block();
    tokens.leave();
    return block;
  }

  #body(): Statement {
    const tokens = this.#tokens;
    const { at } = tokens;
    if (!tokens.is(Token.begin)) {
      tokens.error(`begin is missing, before ${tokens.describe()}`);
      return { kind: "empty", at };
    }
    return this.#statements.compound(at);
  }

  #declarations(parts: Parts): void {
    const tokens = this.#tokens;
    let reached = 0;
    for (;;) {
      if (tokens.is(Token.begin) || tokens.is(Token["end of file"]) || tokens.is(Token.end)) return;
      if (!tokens.isIn(partStarts)) {
        tokens.error(`a declaration or begin is missing, before ${tokens.describe()}`);
        tokens.next();
        tokens.skipTo(partStarts);
        continue;
      }
      const part = order.findIndex((name) => tokens.is(Token[name]));
      const rank = part < 0 ? order.length - 1 : part;
      if (this.#isTurbo) {
        this.#part(parts);
        continue;
      }
      if (rank < reached && rank < order.length - 1) this.#misplaced(order[rank] ?? "label");
      else if (rank === reached - 0.5) tokens.error("a second part of this kind: put them together");
      reached = Math.max(reached, rank === order.length - 1 ? rank : rank + 0.5);
      this.#part(parts);
    }
  }

  /** Section 6.2.1: labels, constants, types, variables, procedures. */
  #misplaced(name: string): void {
    this.#tokens.error(
      `the ${name} part must come earlier: the order is label, const, type, var, procedures and functions`,
    );
  }

  #part(parts: Parts): void {
    const tokens = this.#tokens;
    if (tokens.accept(Token.label)) {
      parts.labels.push(...tokens.list(() => this.#label()));
      tokens.expect(Token[";"], "after the labels");
    } else if (tokens.accept(Token.const))
      this.#each((name) => {
        parts.constants.push({ name, value: this.#types.constant() });
      });
    else if (tokens.accept(Token.type))
      this.#each((name) => {
        parts.types.push({ name, type: this.#types.type() });
      });
    else if (tokens.accept(Token.var)) this.#variables(parts);
    else parts.procedures.push(this.#procedure());
  }

  #label(): Label {
    const tokens = this.#tokens;
    const label = { value: tokens.value, at: tokens.at };
    if (!tokens.accept(Token.integer)) tokens.error(`a label is a number, not ${tokens.describe()}`);
    return label;
  }

  /** Definitions: a name, `=`, something, `;`. */
  #each(parse: (name: Name) => void): void {
    const tokens = this.#tokens;
    if (!tokens.is(Token.identifier)) tokens.error(`a definition is missing, before ${tokens.describe()}`);
    while (tokens.is(Token.identifier)) {
      const name = tokens.identifier("a name");
      tokens.expect(Token["="], "in this definition");
      parse(name);
      this.#endOfDeclaration();
    }
  }

  #endOfDeclaration(): void {
    const tokens = this.#tokens;
    if (tokens.expect(Token[";"], "after this declaration")) return;
    if (!tokens.isIn(partStartsAndNames)) {
      while (!tokens.isIn(partStarts) && !tokens.is(Token[";"])) tokens.next();
      tokens.accept(Token[";"]);
    }
  }

  #variables(parts: Parts): void {
    const tokens = this.#tokens;
    if (!tokens.is(Token.identifier))
      tokens.error(`a variable is missing after var, before ${tokens.describe()}`);
    while (tokens.is(Token.identifier)) {
      const names = tokens.list(() => tokens.identifier("the name of a variable"));
      tokens.expect(Token[":"], "after the names of the variables");
      parts.variables.push({ names, type: this.#types.type() });
      this.#endOfDeclaration();
    }
  }

  #procedure(): Procedure {
    const tokens = this.#tokens;
    const heading = this.#types.heading();
    tokens.expect(Token[";"], `after the heading of this ${heading.kind}`);
    const body = tokens.is(Token.identifier) ? tokens.identifier("a directive") : this.#innerBlock();
    tokens.expect(Token[";"], `after this ${heading.kind}`);
    return { heading, body };
  }
}
