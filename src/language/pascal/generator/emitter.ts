/** Gathers instructions, labels, constants and the places in the text that they come from. */

import { alignUp } from "../../../base/bits.ts";
import type { CodePosition, Instruction } from "../code.ts";
import type { Source } from "../diagnostics.ts";
import type { ErrorName } from "../tree.ts";

/** Immediate operands have 18 bits. */
const LEAST_IMMEDIATE = -0x20000;
const MOST_IMMEDIATE = 0x1ffff;

export function isImmediate(value: number): boolean {
  return value >= LEAST_IMMEDIATE && value <= MOST_IMMEDIATE;
}

/** The text of a string, a byte for each character. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export class Emitter {
  readonly instructions: Instruction[] = [];
  readonly labels: number[] = [];
  readonly positions: CodePosition[] = [];
  readonly errors: { instruction: number; error: ErrorName }[] = [];
  readonly #source: Source;
  #constants = new Uint8Array(1024);
  #constantBytes = 0;
  readonly #knownConstants = new Map<string, number>();
  #at = -1;

  constructor(source: Source) {
    this.#source = source;
  }

  get here(): number {
    return this.instructions.length;
  }

  get constants(): Uint8Array {
    return this.#constants.slice(0, this.#constantBytes);
  }

  emit(name: string, operand = 0, second?: number): void {
    this.instructions.push(second === undefined ? { name, operand } : { name, operand, second });
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
    const position = { instruction: this.here, ...this.#source.positionOf(at) };
    if (this.positions.at(-1)?.instruction === this.here) this.positions.pop();
    this.positions.push(position);
  }

  /** Says what it means where the next instruction fails. */
  means(error: ErrorName): void {
    this.errors.push({ instruction: this.here, error });
  }

  /** A check, and what it means where it fails. */
  check(error: ErrorName, name: string, operand = 0, second?: number): void {
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

  /** The address of constant bytes. */
  bytes(bytes: Uint8Array): void {
    const key = String.fromCharCode(...bytes);
    const offset = this.#knownConstants.get(key) ?? this.#addConstant(key, bytes);
    this.emit("lac", 0);
    if (isImmediate(offset)) {
      this.instructions.pop();
      this.emit("lac", offset);
    } else this.add(offset);
  }

  #addConstant(key: string, bytes: Uint8Array): number {
    const offset = alignUp(this.#constantBytes, 8);
    const end = offset + alignUp(bytes.length, 8);
    if (end > this.#constants.length) {
      const larger = new Uint8Array(2 * end);
      larger.set(this.#constants);
      this.#constants = larger;
    }
    this.#constants.set(bytes, offset);
    this.#constantBytes = end;
    this.#knownConstants.set(key, offset);
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
