/**
 * The services of strings of varying length, as Turbo Pascal has them: a byte for the length, then the characters. What does not
 * fit is cut. See isa/pcode/services.ts for what each takes and gives.
 */

import type { ProcessorMemory } from "../../isa/pcode/processor-memory.ts";
import { fixedText, floatingText, padded } from "./number-text.ts";
import type { PascalFile } from "./pascal-file.ts";

export interface StringPorts {
  readonly memory: ProcessorMemory;
  /** Gives an address of so many bytes; throws RunTimeError where the program may not reach them. */
  readonly range: (address: number, size: number, write: boolean) => number;
  /** The file whose variable's address is an operand. */
  readonly file: (base: number) => PascalFile;
  /** The same file, after what the program wrote has been shown. */
  readonly reading: (file: PascalFile) => PascalFile;
}

type Operation = (base: number) => void;

const MOST_CHARACTERS = 255;
const MOST_WIDTH = 255;
const MAXINT = 0x7fff_ffff;

/** The longest beginning of a text that is one of a number; blanks may come before it. */
const numberStarts = {
  integer: /^ *[+-]?\d*/,
  real: /^ *[+-]?\d*(?:(?<=\d)\.\d*)?(?:(?<=[\d.])[eE][+-]?\d*)?/,
} as const;
const numbers = {
  integer: /^ *[+-]?\d+$/,
  real: /^ *[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?$/,
} as const;
type NumberKind = keyof typeof numbers;

export function stringOperations({ memory, range, file, reading }: StringPorts): Record<string, Operation> {
  const operand = (index: number): number => memory.entry(index);

  const textAt = (address: number, length: number): string =>
    String.fromCharCode(...memory.ram.subarray(range(address, length, false), address + length));

  /** The string whose address is an operand. */
  const text = (index: number): string => {
    const address = operand(index);
    const length = memory.ram[range(address, 1, false)] ?? 0;
    return textAt(address + 1, length);
  };

  /** Gives the string at operand `index`, of the capacity that follows, another text. */
  const put = (index: number, contents: string): void => store(operand(index), operand(index + 1), contents);

  const store = (address: number, capacity: number, contents: string): void => {
    const length = Math.min(contents.length, capacity, MOST_CHARACTERS);
    range(address, length + 1, true);
    memory.ram[address] = length;
    for (let at = 0; at < length; at++) memory.ram[address + 1 + at] = contents.charCodeAt(at);
  };

  const width = (index: number): number => Math.min(Math.max(operand(index), 0), MOST_WIDTH);

  const parse = (kind: NumberKind, index: number): number | undefined => {
    const written = text(index);
    if (!numbers[kind].test(written)) return undefined;
    const value = Number(written);
    return kind === "real" ? (Number.isFinite(value) ? value : undefined) : asInteger(value);
  };

  /** Where a text stops to be a number, from 1; 0 of one that is. */
  const code = (kind: NumberKind, index: number): number => {
    if (parse(kind, index) !== undefined) return 0;
    const written = text(index);
    return (numberStarts[kind].exec(written)?.[0].length ?? 0) + 1;
  };

  return {
    assignString: (base) => put(base, text(base + 2)),
    appendString: (base) => put(base, text(base) + text(base + 2)),
    makeString: (base) => put(base, textAt(operand(base + 2), operand(base + 3))),
    copyPart: (base) => {
      const start = Math.max(operand(base + 2), 1) - 1;
      const part = text(base + 1).slice(start, start + Math.max(operand(base + 3), 0));
      store(operand(base), MOST_CHARACTERS, part);
    },
    insertString: (base) => {
      const old = text(base);
      const at = Math.min(Math.max(operand(base + 3), 1) - 1, old.length);
      put(base, old.slice(0, at) + text(base + 2) + old.slice(at));
    },
    deletePart: (base) => {
      const old = text(base);
      const [index, count] = [operand(base + 2), operand(base + 3)];
      if (index >= 1 && count > 0) put(base, old.slice(0, index - 1) + old.slice(index - 1 + count));
    },
    compareShort: (base) => {
      const [one, other] = [text(base), text(base + 1)];
      memory.setEntry(base, one < other ? -1 : one > other ? 1 : 0);
    },
    position: (base) => {
      const part = text(base);
      memory.setEntry(base, part === "" ? 0 : text(base + 1).indexOf(part) + 1);
    },
    formatInteger: (base) => put(base, padded(String(operand(base + 2)), width(base + 3))),
    formatReal: (base) => {
      const value = memory.realEntry(base + 2);
      const digits = operand(base + 4);
      put(
        base,
        digits < 0 ? floatingText(value, width(base + 3)) : fixedText(value, width(base + 3), digits),
      );
    },
    parseInteger: (base) => memory.setEntry(base, parse("integer", base) ?? 0),
    parseReal: (base) => memory.setRealEntry(base, parse("real", base) ?? 0),
    integerCode: (base) => memory.setEntry(base, code("integer", base)),
    realCode: (base) => memory.setEntry(base, code("real", base)),
    readShort: (base) => put(base + 1, reading(file(base)).readRest("read", operand(base + 2))),
    writeShort: (base) => file(base).writeText(padded(text(base + 1), width(base + 2))),
  };
}

function asInteger(value: number): number | undefined {
  return Math.abs(value) <= MAXINT ? value : undefined;
}
