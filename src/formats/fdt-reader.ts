/** Reads flattened device trees (Devicetree Specification 0.4, chapter 5): for tests, and trees from outside. */

import { hex } from "../base/bits.ts";
import { type Bytes, fromUtf8, viewOf } from "../base/bytes.ts";
import { InputError } from "../base/errors.ts";
import {
  FDT_BEGIN_NODE,
  FDT_END,
  FDT_END_NODE,
  FDT_HEADER_SIZE,
  FDT_LAST_COMPATIBLE_VERSION,
  FDT_MAGIC,
  FDT_NOP,
  FDT_PROP,
  FDT_VERSION,
  type FdtReservation,
} from "./fdt.ts";

/** Nodes inside nodes; real trees have fewer than ten. */
const MAX_DEPTH = 64;

/** A node as it was read: a property is bytes, since the format does not say what they mean. */
export interface FdtReadNode {
  readonly name: string;
  readonly properties: Readonly<Record<string, Bytes>>;
  readonly children: readonly FdtReadNode[];
}

export interface Fdt {
  readonly root: FdtReadNode;
  readonly reservations: readonly FdtReservation[];
  readonly bootCpu: number;
}

/** The bytes are not a device tree. */
export class FdtError extends InputError {
  override readonly name = "FdtError";
}

/** Reads a tree. Throws FdtError with the offset of what is wrong. */
export function decodeFdt(bytes: Bytes): Fdt {
  return new Reader(bytes).read();
}

class Reader {
  readonly #bytes: Bytes;
  readonly #view: DataView;
  #offset = 0;

  constructor(bytes: Bytes) {
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
  }

  read(): Fdt {
    const header = Array.from({ length: FDT_HEADER_SIZE / 4 }, () => this.#word());
    const [
      magic = 0,
      size = 0,
      structure = 0,
      strings = 0,
      reserved = 0,
      version = 0,
      compatible = 0,
      bootCpu = 0,
    ] = header;
    if (magic !== FDT_MAGIC) this.#fail(0, `the magic number is ${hex(magic)}, not ${hex(FDT_MAGIC)}`);
    if (size > this.#bytes.length) this.#fail(4, `it should have ${size} bytes, not ${this.#bytes.length}`);
    if (version < FDT_LAST_COMPATIBLE_VERSION || compatible > FDT_VERSION) {
      this.#fail(20, `version ${version} is not known`);
    }
    this.#offset = reserved;
    const reservations = this.#reservations();
    this.#offset = structure;
    this.#expect(FDT_BEGIN_NODE);
    const root = this.#node(strings, 0);
    this.#expect(FDT_END);
    return { root, reservations, bootCpu };
  }

  #reservations(): FdtReservation[] {
    const found: FdtReservation[] = [];
    for (;;) {
      const [address, size] = [this.#doubleWord(), this.#doubleWord()];
      if (address === 0n && size === 0n) return found;
      found.push({ address, size });
    }
  }

  /** A node after its FDT_BEGIN_NODE. */
  #node(strings: number, depth: number): FdtReadNode {
    if (depth > MAX_DEPTH) this.#fail(this.#offset, "too many nodes inside each other");
    const name = this.#stringAt(this.#offset);
    this.#skip(name.length + 1);
    const properties: Record<string, Bytes> = {};
    const children: FdtReadNode[] = [];
    for (;;) {
      const token = this.#token();
      if (token === FDT_END_NODE) return { name: fromUtf8(name), properties, children };
      if (token === FDT_BEGIN_NODE) children.push(this.#node(strings, depth + 1));
      else if (token === FDT_PROP) this.#property(strings, properties);
      else this.#fail(this.#offset - 4, `token ${token} is not expected here`);
    }
  }

  #property(strings: number, into: Record<string, Bytes>): void {
    const length = this.#word();
    const name = fromUtf8(this.#stringAt(strings + this.#word()));
    const start = this.#offset;
    this.#skip(length);
    into[name] = this.#bytes.slice(start, start + length);
  }

  /** The bytes of the string at `offset`, without its NUL. */
  #stringAt(offset: number): Bytes {
    const end = this.#bytes.indexOf(0, offset);
    if (end < 0) this.#fail(offset, "a string does not end");
    return this.#bytes.subarray(offset, end);
  }

  #token(): number {
    for (;;) {
      const token = this.#word();
      if (token !== FDT_NOP) return token;
    }
  }

  #expect(token: number): void {
    const found = this.#token();
    if (found !== token) this.#fail(this.#offset - 4, `token ${token} is expected, not ${found}`);
  }

  /** Steps over `length` bytes and the padding to the next word. */
  #skip(length: number): void {
    const end = this.#offset + length;
    if (end > this.#bytes.length) this.#fail(this.#offset, `${length} bytes are missing`);
    this.#offset = Math.ceil(end / 4) * 4;
  }

  #word(): number {
    const offset = this.#offset;
    this.#skip(4);
    return this.#view.getUint32(offset);
  }

  #doubleWord(): bigint {
    return (BigInt(this.#word()) << 32n) | BigInt(this.#word());
  }

  #fail(offset: number, reason: string): never {
    throw new FdtError(`Cannot read device tree, offset ${hex(offset)}: ${reason}`);
  }
}
