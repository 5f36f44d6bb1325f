/**
 * Values in memory as Pascal writes them, by the types that a .pco file has. Memory and types may be anything: every access is
 * bounded, and so is what is written.
 */

import type { PcoField, PcoType } from "../../../formats/pco-variables.ts";
import type { ProcessorMemory } from "../../../isa/pcode/processor-memory.ts";
import { UNDEFINED_LONG, UNDEFINED_WORD } from "../../../isa/pcode/state.ts";

/** A variable: where it is, and what it is. */
export interface Located {
  readonly type: PcoType;
  readonly address: number;
  /** Bytes of an ordinal value: 1 or 4. */
  readonly bytes: number;
  /** The frame that has the bounds of a conformant array. */
  readonly frame: number;
}

type TypeOf<K extends PcoType["kind"]> = Extract<PcoType, { kind: K }>;

const NO_VALUE = "no value";
const OUTSIDE_MEMORY = "outside the memory";
/** Different elements of an array that are shown, fields in fields, and characters of a value. */
const MOST_ELEMENTS = 12;
const MOST_DEPTH = 4;
const MOST_CHARACTERS = 400;
/** Values that are looked at for one that is shown. */
const MOST_WORK = 50_000;
const MOST_SET_BYTES = 32;
const MOST_STRING = 256;

/** Words that hold a value, as far as a program may read them. */
export class Memory {
  readonly #bytes: ProcessorMemory;

  constructor(bytes: ProcessorMemory) {
    this.#bytes = bytes;
  }

  /** A word; undefined where there is none. */
  word(address: number): number | undefined {
    if (!this.#isThere(address, 4)) return undefined;
    return this.#bytes.view.getInt32(address, true);
  }

  byte(address: number): number | undefined {
    return this.#isThere(address, 1) ? this.#bytes.ram[address] : undefined;
  }

  long(address: number): bigint | undefined {
    return this.#isThere(address, 8) ? this.#bytes.view.getBigInt64(address, true) : undefined;
  }

  real(address: number): number {
    return this.#bytes.view.getFloat64(address, true);
  }

  #isThere(address: number, size: number): boolean {
    return Number.isInteger(address) && this.#bytes.isAccessible(address, size, false);
  }
}

export class ValueWriter {
  readonly #types: readonly PcoType[];
  readonly #memory: Memory;
  /** Characters that may still be written. */
  #left = 0;
  #work = 0;

  constructor(types: readonly PcoType[], memory: Memory) {
    this.#types = types;
    this.#memory = memory;
  }

  /** The value of a variable, in at most some hundred characters. */
  show(variable: Located): string {
    this.#left = MOST_CHARACTERS;
    this.#work = MOST_WORK;
    return this.#value(variable, 0);
  }

  /** An ordinal number as a constant of its type. */
  ordinal(type: PcoType, value: number): string {
    if (type.kind !== "ordinal" || type.like === "integer") return String(value);
    if (type.like === "char")
      return value >= 32 && value < 127 ? quoted(String.fromCharCode(value)) : `chr(${value})`;
    return type.names[value] ?? `${value}, which is no value of its type`;
  }

  #type(number: number): PcoType {
    return this.#types[number] ?? { kind: "none" };
  }

  #value(variable: Located, depth: number): string {
    if (this.#left <= 0 || depth > MOST_DEPTH) return "…";
    const text = this.#text(variable, depth);
    this.#left -= text.length;
    return text;
  }

  #text({ type, address, bytes, frame }: Located, depth: number): string {
    this.#work--;
    if (this.#work < 0) return "…";
    switch (type.kind) {
      case "ordinal":
        return this.#ordinal(type, address, bytes);
      case "real":
        return this.#real(address);
      case "pointer":
        return this.#pointer(address);
      case "set":
        return this.#set(type, address);
      case "array":
        return this.#array(type, address, depth);
      case "conformant":
        return this.#conformant(type, address, frame, depth);
      case "record":
        return this.#record(type, address, depth);
      case "file":
        return type.isText ? "a text file" : "a file";
      case "string":
        return this.#shortString(type, address);
      case "routine":
        return "a routine";
      case "none":
        return "?";
    }
  }

  #ordinal(type: PcoType, address: number, bytes: number): string {
    const value = bytes === 1 ? this.#memory.byte(address) : this.#memory.word(address);
    if (value === undefined) return OUTSIDE_MEMORY;
    return value === UNDEFINED_WORD ? NO_VALUE : this.ordinal(type, value);
  }

  #real(address: number): string {
    const bits = this.#memory.long(address);
    if (bits === undefined) return OUTSIDE_MEMORY;
    if (bits === UNDEFINED_LONG) return NO_VALUE;
    const text = String(this.#memory.real(address));
    return /^-?\d+$/.test(text) ? `${text}.0` : text;
  }

  #pointer(address: number): string {
    const value = this.#memory.word(address);
    if (value === undefined) return OUTSIDE_MEMORY;
    if (value === UNDEFINED_WORD) return NO_VALUE;
    return value === 0 ? "nil" : `^${value >>> 0}`;
  }

  #set({ element, bytes }: TypeOf<"set">, address: number): string {
    const parts: string[] = [];
    const count = 8 * Math.min(bytes, MOST_SET_BYTES);
    const has = (value: number): boolean =>
      value < count && (((this.#memory.byte(address + (value >> 3)) ?? 0) >> (value & 7)) & 1) === 1;
    if (this.#memory.byte(address) === undefined) return OUTSIDE_MEMORY;
    const of = this.#type(element);
    for (let low = 0; low < count; low++) {
      if (!has(low)) continue;
      let high = low;
      while (has(high + 1)) high++;
      parts.push(
        high === low ? this.ordinal(of, low) : `${this.ordinal(of, low)}..${this.ordinal(of, high)}`,
      );
      low = high;
    }
    return `[${parts.join(", ")}]`;
  }

  #array(type: TypeOf<"array">, address: number, depth: number): string {
    const index = this.#type(type.index);
    if (index.kind !== "ordinal") return "?";
    const length = index.high - index.low + 1;
    if (type.isString) return this.#string(address, length);
    const element = this.#type(type.element);
    return this.#elements(length, depth, (at) => ({
      type: element,
      address: address + at * type.stride,
      bytes: type.stride,
      frame: 0,
    }));
  }

  #conformant(type: TypeOf<"conformant">, address: number, frame: number, depth: number): string {
    const shape = conformantShape(type, (number) => this.#type(number), this.#memory, frame);
    if (!shape) return OUTSIDE_MEMORY;
    const element = this.#type(type.element);
    return this.#elements(shape.high - shape.low + 1, depth, (at) => ({
      type: element,
      address: address + at * shape.stride,
      bytes: shape.stride,
      frame,
    }));
  }

  #shortString({ capacity }: TypeOf<"string">, address: number): string {
    const length = this.#memory.byte(address);
    return length === undefined ? OUTSIDE_MEMORY : this.#string(address + 1, Math.min(length, capacity));
  }

  #string(address: number, length: number): string {
    let text = "";
    for (let at = 0; at < Math.min(length, MOST_STRING); at++) {
      const code = this.#memory.byte(address + at);
      if (code === undefined) return OUTSIDE_MEMORY;
      text += code >= 32 && code < 127 ? String.fromCharCode(code) : "·";
    }
    return `${quoted(text)}${length > MOST_STRING ? "…" : ""}`;
  }

  /** Equal elements one after the other are shown once. */
  #elements(length: number, depth: number, elementAt: (at: number) => Located): string {
    const parts: string[] = [];
    let at = 0;
    while (at < length) {
      if (parts.length === MOST_ELEMENTS || this.#left <= 0) return `(${parts.join(", ")}, …)`;
      const text = this.#value(elementAt(at), depth + 1);
      const first = at;
      do at++;
      while (at < length && this.#text(elementAt(at), depth + 1) === text);
      parts.push(at - first === 1 ? text : `${text} ${at - first} times`);
      if (this.#work < 0) return `(${parts.join(", ")} or more, …)`;
    }
    return `(${parts.join(", ")})`;
  }

  #record({ fields }: TypeOf<"record">, address: number, depth: number): string {
    const parts: string[] = [];
    for (const field of fields) {
      if (!this.#exists(fields, field, address)) continue;
      if (this.#left <= 0) return `(${parts.join("; ")}; …)`;
      const { name, offset, bytes } = field;
      const value = { type: this.#type(field.type), address: address + offset, bytes, frame: 0 };
      parts.push(`${name}: ${this.#value(value, depth + 1)}`);
    }
    return `(${parts.join("; ")})`;
  }

  /** Whether the tags say that a field is of the present variant. */
  #exists(fields: readonly PcoField[], { conditions }: PcoField, address: number): boolean {
    return conditions.every(({ tag, values }) => {
      const field = fields[tag];
      if (!field) return true;
      const at = address + field.offset;
      const value = field.bytes === 1 ? this.#memory.byte(at) : this.#memory.word(at);
      return value !== undefined && values.includes(value);
    });
  }
}

/** Bounds of a conformant array, and bytes from one element to the next; undefined where they cannot be. */
export function conformantShape(
  type: TypeOf<"conformant">,
  typeOf: (number: number) => PcoType,
  memory: Memory,
  frame: number,
): { readonly low: number; readonly high: number; readonly stride: number } | undefined {
  const low = memory.word(frame + type.low);
  const high = memory.word(frame + type.high);
  if (low === undefined || high === undefined) return undefined;
  if (type.stride > 0) return { low, high, stride: type.stride };
  const element = typeOf(type.element);
  if (element.kind !== "conformant") return undefined;
  const inner = conformantShape(element, typeOf, memory, frame);
  if (!inner) return undefined;
  const bytes = (inner.high - inner.low + 1) * inner.stride;
  return { low, high, stride: element.stride === 1 ? 4 * Math.ceil(bytes / 4) : bytes };
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
