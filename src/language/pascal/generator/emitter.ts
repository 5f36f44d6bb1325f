/** Gathers instructions, labels, constants and the places in the text that they come from. */

import { alignUp } from "../../../base/bits.ts";
import type { PcoPositions } from "../../../formats/pco.ts";
import type { Instructions } from "../code.ts";
import type { Source } from "../diagnostics.ts";
import type { ErrorName } from "../tree.ts";

/** Immediate operands have 18 bits. */
const LEAST_IMMEDIATE = -0x20000;
const MOST_IMMEDIATE = 0x1ffff;

export function isImmediate(value: number): boolean {
  return value >= LEAST_IMMEDIATE && value <= MOST_IMMEDIATE;
}

export class Emitter {
  readonly labels: number[] = [];
  readonly errors: { instruction: number; error: ErrorName }[] = [];
  readonly #source: Source;
  readonly #names: string[] = [];
  readonly #operands: number[] = [];
  readonly #seconds: number[] = [];
  /** From so many instructions on, the code is of so many places in the text. */
  readonly #positioned: number[] = [];
  readonly #places: number[] = [];
  #constants = new Uint8Array(1024);
  #constantBytes = 0;
  readonly #knownConstants = new Map<string, number>();
  #at = -1;

  constructor(source: Source) {
    this.#source = source;
  }

  get here(): number {
    return this.#names.length;
  }

  get instructions(): Instructions {
    return { names: this.#names, operands: this.#operands, seconds: this.#seconds };
  }

  get positions(): PcoPositions {
    const lines = new Int32Array(this.#places.length);
    const columns = new Int32Array(this.#places.length);
    for (const [index, at] of this.#places.entries()) {
      const { line, column } = this.#source.positionOf(at);
      lines[index] = line;
      columns[index] = column;
    }
    return { instructions: Int32Array.from(this.#positioned), lines, columns };
  }

  get constants(): Uint8Array {
    return this.#constants.slice(0, this.#constantBytes);
  }

  emit(name: string, operand = 0, second = 0): void {
    this.#names.push(name);
    this.#operands.push(operand);
    this.#seconds.push(second);
  }

  /** Sets the instruction at an index, which is there already. */
  replace(index: number, name: string, operand: number): void {
    this.#names[index] = name;
    this.#operands[index] = operand;
  }

  /** Takes the last instruction back if it is this one. */
  takeBack(name: string, operand: number): boolean {
    if (this.#names.at(-1) !== name || this.#operands.at(-1) !== operand) return false;
    this.#names.pop();
    this.#operands.pop();
    this.#seconds.pop();
    return true;
  }

  label(): number {
    return this.labels.push(-1) - 1;
  }

  place(label: number): void {
    this.labels[label] = this.here;
  }

  /** What follows comes from this place in the text. */
  at(at: number): void {
    if (at === this.#at) return;
    this.#at = at;
    if (this.#positioned.at(-1) === this.here) {
      this.#places[this.#places.length - 1] = at;
      return;
    }
    this.#positioned.push(this.here);
    this.#places.push(at);
  }

  /** Says what it means where the next instruction fails. */
  means(error: ErrorName): void {
    this.errors.push({ instruction: this.here, error });
  }

  /** A check, and what it means where it fails. */
  check(error: ErrorName, name: string, operand = 0, second = 0): void {
    this.means(error);
    this.emit(name, operand, second);
  }

  /** A constant of 64 bits. */
  constant(value: bigint): void {
    const low = BigInt.asIntN(18, value);
    if (low === value) {
      this.emit("ldc", Number(value));
      return;
    }
    this.constant(value >> 18n);
    this.emit("ldcx", Number(low));
  }

  integer(value: number): void {
    if (isImmediate(value)) this.emit("ldc", value);
    else this.constant(BigInt(value));
  }

  real(value: number): void {
    if (Number.isInteger(value) && isImmediate(value) && !Object.is(value, -0)) {
      this.emit("ldc", value);
      this.emit("float");
      return;
    }
    this.constant(new BigInt64Array(new Float64Array([value]).buffer)[0] ?? 0n);
  }

  /** The address of constant bytes, which are the characters of a text. */
  bytes(text: string): void {
    const offset = this.#knownConstants.get(text) ?? this.#addConstant(text);
    if (isImmediate(offset)) this.emit("lac", offset);
    else {
      this.emit("lac", 0);
      this.add(offset);
    }
  }

  #addConstant(text: string): number {
    const offset = alignUp(this.#constantBytes, 8);
    const end = offset + alignUp(text.length, 8);
    if (end > this.#constants.length) {
      const larger = new Uint8Array(2 * end);
      larger.set(this.#constants);
      this.#constants = larger;
    }
    for (let index = 0; index < text.length; index++) {
      this.#constants[offset + index] = text.charCodeAt(index);
    }
    this.#constantBytes = end;
    this.#knownConstants.set(text, offset);
    return offset;
  }

  /** Adds to an address or to an integer that is known to fit. */
  add(value: number): void {
    if (value === 0) return;
    if (isImmediate(value)) {
      this.emit("addiw", value);
      return;
    }
    this.integer(value);
    this.emit("addw");
  }
}
