/**
 * Variables by what Pascal calls them: `list^.next^.name[i, 2]`. ISO 7185, section 6.5; an index is a constant or another variable.
 */

import type { PcoType } from "../../../formats/pco-variables.ts";
import { UNDEFINED_WORD } from "../../../isa/pcode/state.ts";
import { conformantShape, type Located, type Memory } from "./values.ts";

/** What was asked for is not there: why. */
export class DesignatorError extends Error {
  override readonly name = "DesignatorError";
}

export interface DesignatorPorts {
  readonly types: readonly PcoType[];
  readonly memory: Memory;
  /** The variable of a name; undefined where it means none. */
  readonly find: (name: string) => Located | undefined;
}

const integer: PcoType = { kind: "ordinal", like: "integer", low: 0, high: 255, names: [] };
/** The one with the index 0 is the length of the string. */
const character: PcoType = { kind: "ordinal", like: "char", low: 0, high: 255, names: [] };
const FILE_HEADER_BYTES = 8;
const MOST_DEPTH = 16;
const tokenSyntax = /\s*(?:([A-Za-z_]\w*)|(-?\d+)|'((?:[^']|'')*)'|([.^[\],@])|(\S))/y;

interface Token {
  readonly kind: "name" | "number" | "string" | "sign" | "end";
  readonly text: string;
}

/** The variable that a text means; throws DesignatorError where there is none. */
export function findDesignated(text: string, ports: DesignatorPorts): Located {
  const parser = new DesignatorParser(text, ports);
  const found = parser.variable();
  parser.requireEnd();
  return found;
}

class DesignatorParser {
  readonly #tokens: readonly Token[];
  readonly #ports: DesignatorPorts;
  #at = 0;
  #depth = 0;

  constructor(text: string, ports: DesignatorPorts) {
    this.#tokens = tokensOf(text);
    this.#ports = ports;
  }

  get #next(): Token {
    return this.#tokens[this.#at] ?? { kind: "end", text: "" };
  }

  #take(sign: string): boolean {
    const { kind, text } = this.#next;
    const isIt = kind === "sign" && (text === sign || (sign === "^" && text === "@"));
    if (isIt) this.#at++;
    return isIt;
  }

  requireEnd(): void {
    if (this.#next.kind !== "end") throw new DesignatorError(`"${this.#next.text}" is not understood here`);
  }

  variable(): Located {
    const { kind, text } = this.#next;
    if (kind !== "name")
      throw new DesignatorError(text === "" ? "a variable is needed" : `"${text}" is no variable`);
    this.#at++;
    let found = this.#ports.find(text.toLowerCase());
    if (!found) throw new DesignatorError(`there is no variable "${text}" here`);
    for (;;) {
      if (this.#take("^")) found = this.#target(found);
      else if (this.#take(".")) found = this.#field(found);
      else if (this.#take("[")) found = this.#elements(found);
      else return found;
    }
  }

  #type(number: number): PcoType {
    return this.#ports.types[number] ?? { kind: "none" };
  }

  #target({ type, address }: Located): Located {
    if (type.kind === "file") {
      return { type: this.#type(type.element), address: address + FILE_HEADER_BYTES, bytes: 4, frame: 0 };
    }
    if (type.kind !== "pointer") throw new DesignatorError("this is no pointer");
    const value = this.#ports.memory.word(address);
    if (value === UNDEFINED_WORD) throw new DesignatorError("the pointer has no value");
    if (!value)
      throw new DesignatorError(value === 0 ? "the pointer is nil" : "the pointer is outside the memory");
    return { type: this.#type(type.target), address: value >>> 0, bytes: 4, frame: 0 };
  }

  #field({ type, address }: Located): Located {
    const { kind, text } = this.#next;
    this.#at++;
    if (type.kind !== "record") throw new DesignatorError("this is no record");
    const field = type.fields.find(({ name }) => kind === "name" && name === text.toLowerCase());
    if (!field) throw new DesignatorError(`the record has no field "${text}"`);
    return { type: this.#type(field.type), address: address + field.offset, bytes: field.bytes, frame: 0 };
  }

  #elements(array: Located): Located {
    let found = array;
    do found = this.#element(found);
    while (this.#take(","));
    if (!this.#take("]")) throw new DesignatorError('"]" is missing');
    return found;
  }

  #element(array: Located): Located {
    const { type, address, frame } = array;
    const shape = this.#shape(array);
    const parts = this.#parts(type);
    if (!shape || !parts) throw new DesignatorError("this is no array");
    const index = this.#index(parts.index);
    if (index < shape.low || index > shape.high)
      throw new DesignatorError(`the index ${index} is outside the array`);
    return {
      type: parts.element,
      address: address + (index - shape.low) * shape.stride,
      bytes: shape.stride,
      frame,
    };
  }

  /** What indices and elements are; undefined of what has none. */
  #parts(type: PcoType): { readonly index: PcoType; readonly element: PcoType } | undefined {
    if (type.kind === "string") return { index: integer, element: character };
    if (type.kind !== "array" && type.kind !== "conformant") return undefined;
    return { index: this.#type(type.index), element: this.#type(type.element) };
  }

  #shape({ type, frame }: Located) {
    if (type.kind === "conformant") {
      return conformantShape(type, (number) => this.#type(number), this.#ports.memory, frame);
    }
    if (type.kind === "string") return { low: 0, high: type.capacity, stride: 1 };
    if (type.kind !== "array") return undefined;
    const index = this.#type(type.index);
    return index.kind === "ordinal" ? { low: index.low, high: index.high, stride: type.stride } : undefined;
  }

  /** A constant of the index type, or the value of a variable. */
  #index(type: PcoType): number {
    const { kind, text } = this.#next;
    if (kind === "number") {
      this.#at++;
      return Number(text);
    }
    if (kind === "string" && text.length === 1) {
      this.#at++;
      return text.charCodeAt(0);
    }
    const named = type.kind === "ordinal" && kind === "name" ? type.names.indexOf(text.toLowerCase()) : -1;
    if (named >= 0) {
      this.#at++;
      return named;
    }
    if (++this.#depth > MOST_DEPTH) throw new DesignatorError("too many indices in indices");
    return this.#valueOf(this.variable());
  }

  #valueOf({ type, address, bytes }: Located): number {
    if (type.kind !== "ordinal") throw new DesignatorError("an index must be of an ordinal type");
    const value = bytes === 1 ? this.#ports.memory.byte(address) : this.#ports.memory.word(address);
    if (value === undefined || value === UNDEFINED_WORD) throw new DesignatorError("an index has no value");
    return value;
  }
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  tokenSyntax.lastIndex = 0;
  for (let match = tokenSyntax.exec(text); match; match = tokenSyntax.exec(text)) {
    const [, name, number, string, sign, other] = match;
    if (name !== undefined) tokens.push({ kind: "name", text: name });
    else if (number !== undefined) tokens.push({ kind: "number", text: number });
    else if (string !== undefined) tokens.push({ kind: "string", text: string.replaceAll("''", "'") });
    else tokens.push({ kind: "sign", text: sign ?? other ?? "" });
  }
  return tokens;
}
