/** Types and the headings of procedures. ISO 7185, sections 6.4 and 6.6. */

import type { Expression, FieldList, Heading, Name, Parameter, TypeNode } from "./ast.ts";
import { type TokenStream, tokenSet } from "./token-stream.ts";
import { Token } from "./tokens.ts";

const afterFields = tokenSet("end", ")", ";", "end of file");

export class TypeParser {
  readonly #tokens: TokenStream;

  constructor(tokens: TokenStream) {
    this.#tokens = tokens;
  }

  type(): TypeNode {
    const tokens = this.#tokens;
    if (!tokens.enter()) return { kind: "name", at: tokens.at, name: "" };
    const type = this.#type();
    tokens.leave();
    return type;
  }

  #type(): TypeNode {
    const tokens = this.#tokens;
    const { at } = tokens;
    switch (tokens.token) {
      case Token["("]:
        return this.#enumeration();
      case Token["^"]:
        tokens.next();
        return { kind: "pointer", at, target: tokens.identifier("the type that is pointed to") };
      case Token.packed:
        tokens.next();
        return this.#structured(true);
      case Token.array:
      case Token.record:
      case Token.set:
      case Token.file:
        return this.#structured(false);
      default:
        return this.#nameOrSubrange();
    }
  }

  #enumeration(): TypeNode {
    const tokens = this.#tokens;
    const { at } = tokens;
    tokens.next();
    const names = tokens.list(() => tokens.identifier("the name of a value"));
    tokens.expect(Token[")"], "after the values of the type");
    return { kind: "enumeration", at, names };
  }

  /** A constant: a name or number, perhaps with a sign. Section 6.3. */
  constant(): Expression {
    const tokens = this.#tokens;
    const { at } = tokens;
    if (tokens.is(Token["+"]) || tokens.is(Token["-"])) {
      const operator = tokens.is(Token["-"]) ? "-" : "+";
      tokens.next();
      return { kind: "unary", at, operator, operand: this.#unsigned() };
    }
    return this.#unsigned();
  }

  #unsigned(): Expression {
    const tokens = this.#tokens;
    const { at } = tokens;
    if (tokens.is(Token.identifier)) {
      const { name } = tokens;
      tokens.next();
      return { kind: "name", at, name };
    }
    if (tokens.is(Token.string)) {
      const value = tokens.name;
      tokens.next();
      return { kind: "string", at, value };
    }
    if (tokens.is(Token.integer) || tokens.is(Token.real)) {
      const kind = tokens.is(Token.integer) ? "integer" : "real";
      const { value } = tokens;
      tokens.next();
      return { kind, at, value };
    }
    tokens.error(`a constant is missing, before ${tokens.describe()}`);
    return { kind: "missing", at };
  }

  #nameOrSubrange(): TypeNode {
    const tokens = this.#tokens;
    const { at } = tokens;
    if (!tokens.is(Token.identifier) && !tokens.isIn(constantStarts)) {
      tokens.error(`a type is missing, before ${tokens.describe()}`);
      return { kind: "name", at, name: "" };
    }
    const low = this.constant();
    if (low.kind === "name" && low.name === "string" && tokens.is(Token["["])) return this.#string(at);
    if (low.kind === "name" && !tokens.is(Token[".."])) return { kind: "name", at, name: low.name };
    tokens.expect(Token[".."], "in this subrange");
    return { kind: "subrange", at, low, high: this.constant() };
  }

  /** string [n], of Turbo Pascal. */
  #string(at: number): TypeNode {
    const tokens = this.#tokens;
    if (tokens.dialect !== "turbo") return { kind: "name", at, name: "string" };
    tokens.next();
    const capacity = this.constant();
    tokens.expect(Token["]"], "after the length of the string");
    return { kind: "string", at, capacity };
  }

  #structured(packed: boolean): TypeNode {
    const tokens = this.#tokens;
    const { at } = tokens;
    if (tokens.accept(Token.array)) return this.#array(at, packed);
    if (tokens.accept(Token.record)) {
      const fields = this.#fieldList();
      tokens.expect(Token.end, "to close this record");
      return { kind: "record", at, packed, fields };
    }
    if (tokens.accept(Token.set)) {
      tokens.expect(Token.of, "after set");
      return { kind: "set", at, packed, base: this.type() };
    }
    if (tokens.accept(Token.file)) {
      tokens.expect(Token.of, "after file");
      return { kind: "file", at, packed, element: this.type() };
    }
    tokens.error(`packed is for arrays, records, sets and files, not for ${tokens.describe()}`);
    return this.type();
  }

  #array(at: number, packed: boolean): TypeNode {
    const tokens = this.#tokens;
    tokens.expect(Token["["], "after array");
    const indices = tokens.list(() => this.type());
    tokens.expect(Token["]"], "after the index types");
    tokens.expect(Token.of, "after the index types");
    return { kind: "array", at, packed, indices, element: this.type() };
  }

  #fieldList(): FieldList {
    const tokens = this.#tokens;
    const fixed: { names: readonly Name[]; type: TypeNode }[] = [];
    while (!tokens.isIn(afterFields)) {
      if (tokens.is(Token.case)) {
        const variant = this.#variantPart();
        tokens.accept(Token[";"]);
        return { fixed, variant };
      }
      const names = tokens.list(() => tokens.identifier("the name of a field"));
      tokens.expect(Token[":"], "after the names of the fields");
      fixed.push({ names, type: this.type() });
      if (!tokens.accept(Token[";"]) && !tokens.isIn(afterFields)) {
        tokens.error(`";" or end is missing after this field, before ${tokens.describe()}`);
        if (!tokens.is(Token.identifier) && !tokens.is(Token.case)) tokens.skipTo(afterFields);
      }
    }
    return { fixed };
  }

  #innerFields(): FieldList {
    if (!this.#tokens.enter()) return { fixed: [] };
    const fields = this.#fieldList();
    this.#tokens.leave();
    return fields;
  }

  #variantPart(): NonNullable<FieldList["variant"]> {
    const tokens = this.#tokens;
    tokens.next();
    const first = tokens.identifier("the tag of this variant part");
    const hasTag = tokens.accept(Token[":"]);
    const type = hasTag ? tokens.identifier("the type of the tag") : first;
    tokens.expect(Token.of, "after the tag");
    const variants = [];
    do {
      if (tokens.is(Token.end) || tokens.is(Token[")"])) break;
      variants.push(this.#variant());
    } while (tokens.accept(Token[";"]));
    return hasTag ? { tag: first, type, variants } : { type, variants };
  }

  #variant() {
    const tokens = this.#tokens;
    const { at } = tokens;
    const constants = tokens.list(() => this.constant());
    tokens.expect(Token[":"], "after the constants of a variant");
    tokens.expect(Token["("], "before the fields of a variant");
    const fields = this.#innerFields();
    tokens.expect(Token[")"], "after the fields of a variant");
    return { constants, fields, at };
  }

  /** `procedure` or `function`, its name, parameters and result. */
  heading(): Heading {
    const tokens = this.#tokens;
    const kind = tokens.is(Token.function) ? "function" : "procedure";
    tokens.next();
    const name = tokens.identifier(`the name of this ${kind}`);
    const parameters = tokens.is(Token["("]) ? this.#parameters() : undefined;
    const result =
      kind === "function" && tokens.accept(Token[":"])
        ? tokens.identifier("the type of the result")
        : undefined;
    return {
      kind,
      name,
      ...(parameters ? { parameters } : {}),
      ...(result ? { result } : {}),
    };
  }

  #parameters(): Parameter[] {
    const tokens = this.#tokens;
    tokens.next();
    const parameters: Parameter[] = [];
    do parameters.push(this.#parameter());
    while (tokens.accept(Token[";"]));
    tokens.expect(Token[")"], "after the parameters");
    return parameters;
  }

  #parameter(): Parameter {
    const tokens = this.#tokens;
    if (tokens.is(Token.procedure) || tokens.is(Token.function)) {
      if (!tokens.enter()) {
        return { kind: "value", names: [], type: { kind: "name", at: tokens.at, name: "" } };
      }
      const heading = this.heading();
      tokens.leave();
      return { kind: "procedure", heading };
    }
    const kind = tokens.accept(Token.var) ? "variable" : "value";
    const names = tokens.list(() => tokens.identifier("the name of a parameter"));
    tokens.expect(Token[":"], "after the names of the parameters");
    return { kind, names, type: this.#parameterType() };
  }

  #parameterType(): TypeNode {
    const tokens = this.#tokens;
    const { at } = tokens;
    if (tokens.accept(Token.packed)) {
      tokens.expect(Token.array, "after packed");
      return this.#conformant(at, true);
    }
    if (tokens.accept(Token.array)) return this.#conformant(at, false);
    if (tokens.is(Token.identifier)) return { kind: "name", ...tokens.identifier("a type") };
    tokens.error("the type of a parameter must be a name: declare the type before");
    return this.type();
  }

  /** Section 6.6.3.7.1; several indices are short for arrays of arrays. */
  #conformant(at: number, packed: boolean): TypeNode {
    const tokens = this.#tokens;
    tokens.expect(Token["["], "after array");
    const indices = [this.#bounds()];
    while (tokens.accept(Token[";"])) indices.push(this.#bounds());
    tokens.expect(Token["]"], "after the bounds");
    tokens.expect(Token.of, "after the bounds");
    let element = this.#innerParameterType(at);
    for (const index of indices.reverse()) element = { kind: "conformant", at, packed, index, element };
    return element;
  }

  #innerParameterType(at: number): TypeNode {
    if (!this.#tokens.enter()) return { kind: "name", at, name: "" };
    const type = this.#parameterType();
    this.#tokens.leave();
    return type;
  }

  #bounds() {
    const tokens = this.#tokens;
    const low = tokens.identifier("the name of the lower bound");
    tokens.expect(Token[".."], "between the bounds");
    const high = tokens.identifier("the name of the upper bound");
    tokens.expect(Token[":"], "after the bounds");
    return { low, high, type: tokens.identifier("the type of the bounds") };
  }
}

const constantStarts = tokenSet("integer", "real", "string", "+", "-");
