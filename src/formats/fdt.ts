/**
 * Flattened device trees: how a board tells a kernel what it is made of. Devicetree Specification 0.4, chapter 5,
 * version 17 of the format. `fdt-reader.ts` reads them back.
 *
 * ```
 * header | memory reservations | structure (tokens) | strings (names of properties)
 * ```
 */

import { alignUp } from "../base/bits.ts";
import { type Bytes, concatBytes, utf8, viewOf } from "../base/bytes.ts";

export const FDT_MAGIC = 0xd00d_feed;
export const FDT_VERSION = 17;
export const FDT_LAST_COMPATIBLE_VERSION = 16;
export const FDT_HEADER_SIZE = 40;

export const FDT_BEGIN_NODE = 1;
export const FDT_END_NODE = 2;
export const FDT_PROP = 3;
export const FDT_NOP = 4;
export const FDT_END = 9;

/**
 * The value of a property: `true` is the empty value; a number is one cell and a bigint two; a string ends in NUL,
 * and an array of strings is a list of such. References are numbers: the `phandle` of the other node.
 */
export type FdtValue =
  | true
  | number
  | bigint
  | string
  | readonly (number | bigint)[]
  | readonly string[]
  | Bytes;

/** A node; the root's name is empty. */
export interface FdtNode {
  readonly name: string;
  readonly properties?: Readonly<Record<string, FdtValue>>;
  readonly children?: readonly FdtNode[];
}

/** Memory that the kernel must leave alone. */
export interface FdtReservation {
  readonly address: bigint;
  readonly size: bigint;
}

export interface FdtOptions {
  readonly reservations?: readonly FdtReservation[];
  /** The number of the processor that boots. */
  readonly bootCpu?: number;
}

/** The flattened tree, as a kernel takes it. */
export function encodeFdt(root: FdtNode, options: FdtOptions = {}): Uint8Array<ArrayBuffer> {
  const strings = new StringTable();
  const reservations = (options.reservations ?? []).flatMap(({ address, size }) => [
    u64be(address),
    u64be(size),
  ]);
  const reserved = concatBytes([...reservations, u64be(0n), u64be(0n)]);
  const structure = concatBytes([...nodeTokens(root, strings), u32be(FDT_END)]);
  const names = strings.bytes();
  const structureStart = FDT_HEADER_SIZE + reserved.length;
  const stringsStart = structureStart + structure.length;
  const header = [
    FDT_MAGIC,
    stringsStart + names.length,
    structureStart,
    stringsStart,
    FDT_HEADER_SIZE,
    FDT_VERSION,
    FDT_LAST_COMPATIBLE_VERSION,
    options.bootCpu ?? 0,
    names.length,
    structure.length,
  ];
  return concatBytes([...header.map(u32be), reserved, structure, names]);
}

/** The names of properties, each once. */
class StringTable {
  readonly #offsets = new Map<string, number>();
  readonly #parts: Bytes[] = [];
  #length = 0;

  offsetOf(name: string): number {
    const known = this.#offsets.get(name);
    if (known !== undefined) return known;
    const offset = this.#length;
    const bytes = utf8(`${name}\0`);
    this.#offsets.set(name, offset);
    this.#parts.push(bytes);
    this.#length += bytes.length;
    return offset;
  }

  bytes(): Bytes {
    return concatBytes(this.#parts);
  }
}

function nodeTokens(node: FdtNode, strings: StringTable): Bytes[] {
  const properties = Object.entries(node.properties ?? {});
  return [
    u32be(FDT_BEGIN_NODE),
    padded(utf8(`${node.name}\0`)),
    ...properties.flatMap(([name, value]) => propertyTokens(strings.offsetOf(name), encodeFdtValue(value))),
    ...(node.children ?? []).flatMap((child) => nodeTokens(child, strings)),
    u32be(FDT_END_NODE),
  ];
}

function propertyTokens(nameOffset: number, value: Bytes): Bytes[] {
  return [u32be(FDT_PROP), u32be(value.length), u32be(nameOffset), padded(value)];
}

/** The bytes of a property's value. */
export function encodeFdtValue(value: FdtValue): Bytes {
  if (value === true) return new Uint8Array(0);
  if (value instanceof Uint8Array) return value;
  return concatBytes((Array.isArray(value) ? value : [value]).map(encodeElement));
}

function encodeElement(element: number | bigint | string): Bytes {
  if (typeof element === "number") return u32be(element);
  return typeof element === "bigint" ? u64be(element) : utf8(`${element}\0`);
}

function padded(bytes: Bytes): Bytes {
  const whole = new Uint8Array(alignUp(bytes.length, 4));
  whole.set(bytes);
  return whole;
}

function u32be(value: number): Bytes {
  const bytes = new Uint8Array(4);
  viewOf(bytes).setUint32(0, value);
  return bytes;
}

function u64be(value: bigint): Bytes {
  const bytes = new Uint8Array(8);
  viewOf(bytes).setBigUint64(0, value);
  return bytes;
}
