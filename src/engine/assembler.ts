/**
 * A two-pass assembler from the texts of the descriptions: labels, the usual directives, and what pseudo-instructions an
 * instruction set adds. For tests, benchmarks and small guests; sizes are fixed, nothing is relaxed.
 */

import { utf8 } from "../base/bytes.ts";
import { InputError, InternalError } from "../base/errors.ts";
import { type InstructionText, type TextOperand, textsOf } from "./assembly-text.ts";
import type { InstructionSet } from "./instruction.ts";
import type { Ops } from "./ops.ts";
import { insertField, matchesPicture } from "./picture.ts";

/** Text that cannot be assembled. */
export class AssemblyError extends InputError {
  override readonly name = "AssemblyError";
}

/** Rewrites a pseudo-instruction as instructions; `constant` gives the value of a text that needs no label. */
export type Pseudo = (args: readonly string[], constant: (text: string) => bigint) => readonly string[];

export interface AssembledProgram {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly base: bigint;
  readonly symbols: ReadonlyMap<string, bigint>;
}

export interface Assembler {
  /** Assembles a program that is to lie at `base`. */
  assemble(source: string, base?: bigint): AssembledProgram;
  /** The bits of one instruction by its name in the instruction set; operands that are left out are 0. */
  encode(name: string, operands: Readonly<Record<string, number>>): number;
}

interface Item {
  readonly line: number;
  readonly address: bigint;
  readonly emit: (out: DataView, at: number) => void;
}

const sizes: Readonly<Record<string, number>> = { ".byte": 1, ".half": 2, ".word": 4, ".dword": 8 };

export function makeAssembler<H extends Ops>(
  set: InstructionSet<H>,
  pseudos: Readonly<Record<string, Pseudo>>,
): Assembler {
  const byMnemonic = new Map<string, InstructionText[]>();
  const byName = new Map<string, InstructionText>();
  for (const text of textsOf(set)) {
    byName.set(text.name, text);
    const same = byMnemonic.get(text.mnemonic);
    if (same) same.push(text);
    else byMnemonic.set(text.mnemonic, [text]);
  }
  return {
    assemble: (source, base = 0n) => new Assembly(byMnemonic, pseudos, base).run(source),
    encode: (name, operands) => {
      const text = byName.get(name);
      if (!text) throw new InternalError(`no instruction ${name}`);
      const all = [...text.parts, ...text.suffixes, ...text.hidden].filter(
        (part) => typeof part !== "string",
      );
      return (
        all.reduce(
          (bits, part) => bits | placed(part, operands[part.field.name] ?? 0),
          text.picture.value,
        ) >>> 0
      );
    },
  };
}

/** The bits of an operand that has a value. */
function placed({ field, kind }: TextOperand, value: number): number {
  return insertField(field, value - (kind.add ?? 0));
}

class Assembly {
  readonly #texts: ReadonlyMap<string, readonly InstructionText[]>;
  readonly #pseudos: Readonly<Record<string, Pseudo>>;
  readonly #base: bigint;
  readonly #symbols = new Map<string, bigint>();
  readonly #items: Item[] = [];
  #size = 0;
  #line = 0;

  constructor(
    texts: ReadonlyMap<string, readonly InstructionText[]>,
    pseudos: Readonly<Record<string, Pseudo>>,
    base: bigint,
  ) {
    this.#texts = texts;
    this.#pseudos = pseudos;
    this.#base = base;
  }

  run(source: string): AssembledProgram {
    for (const [index, text] of source.split("\n").entries()) {
      this.#line = index + 1;
      this.#statement(text.replace(/#.*$/, "").trim());
    }
    const bytes = new Uint8Array(this.#size);
    const view = new DataView(bytes.buffer);
    for (const { line, address, emit } of this.#items) {
      this.#line = line;
      emit(view, Number(address - this.#base));
    }
    return { bytes, base: this.#base, symbols: this.#symbols };
  }

  #fail(message: string): never {
    throw new AssemblyError(`line ${this.#line}: ${message}`);
  }

  #here(): bigint {
    return this.#base + BigInt(this.#size);
  }

  #statement(text: string): void {
    const label = /^([A-Za-z_.$][\w.$]*):\s*(.*)$/.exec(text);
    if (label?.[1]) {
      if (this.#symbols.has(label[1])) this.#fail(`the label ${label[1]} is defined twice`);
      this.#symbols.set(label[1], this.#here());
      this.#statement(label[2] ?? "");
      return;
    }
    if (text === "") return;
    const [, word = "", rest = ""] = /^(\S+)\s*(.*)$/.exec(text) ?? [];
    if (word.startsWith(".")) this.#directive(word, rest);
    else this.#instruction(word, rest);
  }

  #directive(word: string, rest: string): void {
    const size = sizes[word];
    if (size) {
      for (const value of splitArguments(rest)) this.#data(value, size);
    } else if (word === ".align") {
      const unit = 2 ** Number(rest);
      this.#space((unit - (Number(this.#here()) % unit)) % unit);
    } else if (word === ".space") {
      this.#space(Number(this.#constant(rest)));
    } else if (word === ".asciz" || word === ".ascii") {
      const bytes = utf8(JSON.parse(rest) + (word === ".asciz" ? "\0" : ""));
      this.#add(bytes.length, (out, at) => new Uint8Array(out.buffer).set(bytes, at));
    } else if (word === ".equ") {
      const [name = "", value = ""] = splitArguments(rest);
      this.#symbols.set(name, this.#constant(value));
    } else {
      this.#fail(`no directive ${word}`);
    }
  }

  #data(text: string, size: number): void {
    this.#add(size, (out, at) => {
      const value = this.#evaluate(text);
      for (let index = 0; index < size; index++)
        out.setUint8(at + index, Number((value >> BigInt(8 * index)) & 255n));
    });
  }

  #space(size: number): void {
    if (size < 0 || size > 1 << 28) this.#fail(`cannot leave ${size} bytes free`);
    this.#add(size, () => {});
  }

  #add(size: number, emit: Item["emit"]): void {
    this.#items.push({ line: this.#line, address: this.#here(), emit });
    this.#size += size;
  }

  #instruction(word: string, rest: string): void {
    const args = splitArguments(rest);
    const pseudo = this.#pseudos[word];
    const expansion =
      pseudo && !this.#find(word, rest) ? pseudo(args, (text) => this.#constant(text)) : undefined;
    if (expansion) {
      for (const line of expansion) this.#statement(line);
      return;
    }
    const found = this.#find(word, rest);
    if (!found) this.#fail(`cannot read "${word} ${rest}"`);
    const { text, values, suffix } = found;
    const address = this.#here();
    this.#add(text.picture.width / 8, (out, at) => {
      const bits = this.#encode(text, values, suffix, address);
      if (text.picture.width === 16) out.setUint16(at, bits, true);
      else out.setUint32(at, bits, true);
    });
  }

  /** The instruction whose text fits, with the texts of its operands. */
  #find(
    word: string,
    rest: string,
  ): { text: InstructionText; values: Map<TextOperand, string>; suffix: string } | undefined {
    const [, plain = word, suffix = ""] = /^(.*)\.(aq|rl|aqrl)$/.exec(word) ?? [];
    for (const text of this.#texts.get(plain) ?? []) {
      const values = matchOperands(text, rest.replaceAll(/\s+/g, ""));
      if (values) return { text, values, suffix };
    }
    return undefined;
  }

  #encode(text: InstructionText, values: Map<TextOperand, string>, suffix: string, address: bigint): number {
    let bits = text.picture.value;
    for (const [operand, written] of values) bits |= this.#operandBits(operand, written, address);
    for (const operand of text.suffixes) {
      if (suffix.includes(operand.kind.suffix ?? "?")) bits |= placed(operand, 1);
    }
    if (!matchesPicture(text.picture, bits)) this.#fail(`${text.mnemonic} does not take these operands`);
    return bits >>> 0;
  }

  #operandBits(operand: TextOperand, written: string, address: bigint): number {
    const { field, kind, file, isTarget } = operand;
    if (file) return placed(operand, this.#register(file.names, file.name, written));
    const named = kind.parseName?.(written);
    if (named !== undefined) return insertField(field, named);
    const value = this.#evaluate(written) - (isTarget ? address : 0n);
    const shifted = kind.shift ? BigInt.asIntN(32, value << BigInt(kind.shift)) : value;
    const bits = insertField(field, Number(BigInt.asIntN(32, shifted)));
    const [low, high] =
      kind.kind === "signed"
        ? [-(1n << BigInt(field.width - 1)), 1n << BigInt(field.width - 1)]
        : [0n, 1n << BigInt(field.width)];
    if (shifted < low || shifted >= high) this.#fail(`${written} does not fit in ${field.name}`);
    return bits;
  }

  #register(names: readonly string[], file: string, written: string): number {
    const alias = written === "fp" ? "s0" : written;
    const index = names.indexOf(alias);
    if (index >= 0) return index;
    const number = new RegExp(`^${file}(\\d+)$`).exec(written)?.[1];
    if (number === undefined || Number(number) >= names.length) this.#fail(`no register ${written}`);
    return Number(number);
  }

  #constant(text: string): bigint {
    return this.#evaluate(text);
  }

  /** Numbers, labels, `.`, sums and differences, %hi and %lo of those. */
  #evaluate(text: string): bigint {
    const modifier = /^%(hi|lo)\((.*)\)$/.exec(text);
    if (modifier?.[2] !== undefined) {
      const value = this.#evaluate(modifier[2]);
      return modifier[1] === "lo" ? BigInt.asIntN(12, value) : BigInt.asUintN(20, (value + 0x800n) >> 12n);
    }
    const terms = text.match(/[+-]?[^+-]+/g);
    if (!terms || terms.join("") !== text) this.#fail(`cannot read "${text}"`);
    return terms.reduce((sum, term) => sum + this.#term(term), 0n);
  }

  #term(term: string): bigint {
    const negative = term.startsWith("-");
    const word = term.replace(/^[+-]/, "").trim();
    const symbol = this.#symbols.get(word);
    if (symbol === undefined && !/^(\d+|0x[\da-f]+|0b[01]+)$/i.test(word))
      this.#fail(`"${word}" is not defined`);
    const value = symbol ?? BigInt(word);
    return negative ? -value : value;
  }
}

function splitArguments(text: string): string[] {
  return text === "" ? [] : text.split(",").map((arg) => arg.trim());
}

/** The texts of the operands, where the text has the template's form; trailing operands with a default may be absent. */
function matchOperands({ parts }: InstructionText, text: string): Map<TextOperand, string> | undefined {
  for (let count = parts.length; count >= 0; count--) {
    const [present, absent] = [parts.slice(0, count), parts.slice(count)];
    if (absent.some((part) => typeof part !== "string" && part.kind.defaultValue === undefined))
      return undefined;
    if (count < parts.length && absent[0] !== "," && count > 0) continue;
    const pattern = present.map((part) =>
      typeof part === "string" ? escapeText(part) : "([^,()]+|%\\w+\\([^)]*\\))",
    );
    const match = new RegExp(`^${pattern.join("")}$`).exec(text);
    if (!match) continue;
    const operands = present.filter((part) => typeof part !== "string");
    const values = new Map(operands.map((operand, index) => [operand, match[index + 1] ?? ""]));
    for (const part of absent) if (typeof part !== "string") values.set(part, String(part.kind.defaultValue));
    return values;
  }
  return undefined;
}

function escapeText(text: string): string {
  return text.replaceAll(/[()]/g, "\\$&");
}
