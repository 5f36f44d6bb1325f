/** What the sections of .pco files are made of: numbers as LEB128, strings as their length and UTF-8, lists. */

import { InputError } from "../base/errors.ts";

/** A file that is no such program. */
export class PcoError extends InputError {
  override readonly name = "PcoError";
}

export class Writer {
  readonly #bytes: number[] = [];

  number(value: number): this {
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.#bytes.push((rest % 128) | 128);
    this.#bytes.push(rest);
    return this;
  }

  /** A number that may be negative: 0, -1, 1, -2 and so on. */
  signed(value: number): this {
    return this.number(value < 0 ? -2 * value - 1 : 2 * value);
  }

  string(text: string): this {
    const bytes = new TextEncoder().encode(text);
    this.number(bytes.length);
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }

  list<T>(items: readonly T[], write: (item: T) => void): this {
    this.number(items.length);
    for (const item of items) write(item);
    return this;
  }

  get bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

export class Reader {
  readonly #bytes: Uint8Array;
  readonly #section: string;
  #at = 0;

  constructor(bytes: Uint8Array, section: string) {
    this.#bytes = bytes;
    this.#section = section;
  }

  /** Below 2^31. */
  number(): number {
    return this.#below(2 ** 31);
  }

  /** From -2^31 on, below 2^31. */
  signed(): number {
    const value = this.#below(2 ** 32);
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  #below(limit: number): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 36; scale *= 128) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new PcoError(`the section ${this.#section} ends too early`);
      value += (byte & 127) * scale;
      if (byte < 128) {
        if (value < limit) return value;
        break;
      }
    }
    throw new PcoError(`a number in the section ${this.#section} is too large`);
  }

  /** The number of one of so many things. */
  indexBelow(count: number): number {
    const index = this.number();
    if (index < count) return index;
    throw new PcoError(`the section ${this.#section} has a number ${index} of ${count} things`);
  }

  string(): string {
    const length = this.number();
    const bytes = this.#bytes.subarray(this.#at, this.#at + length);
    if (bytes.length < length) throw new PcoError(`the section ${this.#section} ends too early`);
    this.#at += length;
    return new TextDecoder().decode(bytes);
  }

  /** Every item takes a byte at least, so that the count is bounded by the section. */
  list<T>(read: () => T): T[] {
    const count = this.number();
    if (count > this.#bytes.length) throw new PcoError(`the section ${this.#section} ends too early`);
    return Array.from({ length: count }, read);
  }
}
