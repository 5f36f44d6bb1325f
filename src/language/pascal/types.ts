/** The types of Pascal, and how their values lie in memory. ISO 7185, section 6.4; docs/pcode.md, "Data". */

import { alignUp } from "../../base/bits.ts";

export interface OrdinalType {
  readonly kind: "ordinal";
  readonly name: string;
  readonly low: number;
  readonly high: number;
  /** The type that a subrange is part of; the type itself for all others. */
  readonly host: OrdinalType;
  /** The names of an enumeration's values. */
  readonly names?: readonly string[];
}

export interface RealType {
  readonly kind: "real";
}

export interface PointerType {
  readonly kind: "pointer";
  /** Known once the type part is complete. */
  target: Type;
  readonly targetName: string;
}

export interface SetType {
  readonly kind: "set";
  readonly packed: boolean;
  /** Absent of [], which is of every set type. */
  readonly base?: OrdinalType;
  /** A constructor's type is packed as its context wants it. */
  readonly isConstructor: boolean;
}

export interface ArrayType {
  readonly kind: "array";
  readonly packed: boolean;
  readonly index: OrdinalType;
  readonly element: Type;
}

/** A parameter's type whose bounds come with the argument. */
export interface ConformantType {
  readonly kind: "conformant";
  readonly packed: boolean;
  readonly index: OrdinalType;
  readonly element: Type;
  /** Where in the frame of the procedure the bounds are; of the procedure's level. */
  readonly bounds: { readonly level: number; readonly low: number; readonly high: number };
}

/** A variant that must be chosen for a field to exist. */
export interface VariantCondition {
  /** Absent where there is no tag to look at. */
  readonly tag?: Field;
  readonly values: readonly number[];
}

export interface Field {
  readonly name: string;
  readonly type: Type;
  readonly offset: number;
  readonly conditions: readonly VariantCondition[];
  /** In a packed record. */
  readonly packed: boolean;
  readonly isTag: boolean;
}

export interface VariantPart {
  readonly tagType: OrdinalType;
  readonly variants: readonly { readonly values: readonly number[]; readonly part?: VariantPart }[];
}

export interface RecordType {
  readonly kind: "record";
  readonly packed: boolean;
  readonly fields: ReadonlyMap<string, Field>;
  readonly size: number;
  readonly align: number;
  readonly variantPart?: VariantPart;
}

export interface FileType {
  readonly kind: "file";
  readonly packed: boolean;
  readonly element: Type;
  readonly isText: boolean;
}

/** A string of varying length, as Turbo Pascal has it: a byte for the length, then the characters. */
export interface ShortStringType {
  readonly kind: "string";
  /** Characters that it may have, up to 255. */
  readonly capacity: number;
}

export type Type =
  | ShortStringType
  | OrdinalType
  | RealType
  | PointerType
  | SetType
  | ArrayType
  | ConformantType
  | RecordType
  | FileType
  | { readonly kind: "nil" }
  /** Of what is wrong anyway: fits everywhere. */
  | { readonly kind: "error" };

export const MAXINT = 0x7fff_ffff;

function ordinal(name: string, low: number, high: number, names?: readonly string[]): OrdinalType {
  const type = { kind: "ordinal", name, low, high, ...(names ? { names } : {}) } as {
    kind: "ordinal";
    name: string;
    low: number;
    high: number;
    host: OrdinalType;
  };
  type.host = type;
  return type;
}

export const integerType = ordinal("integer", -MAXINT, MAXINT);
export const booleanType = ordinal("Boolean", 0, 1, ["false", "true"]);
export const charType = ordinal("char", 0, 255);
export const realType: RealType = { kind: "real" };
export const nilType: Type = { kind: "nil" };
export const errorType: Type = { kind: "error" };
export const textType: FileType = { kind: "file", packed: false, element: charType, isText: true };

export const MOST_CHARACTERS = 255;
export const shortStringType: ShortStringType = { kind: "string", capacity: MOST_CHARACTERS };

export function enumerationType(names: readonly string[]): OrdinalType {
  return ordinal("", 0, names.length - 1, names);
}

export function subrangeType(host: OrdinalType, low: number, high: number): OrdinalType {
  return { kind: "ordinal", name: "", low, high, host };
}

/** The type of a string constant: packed array [1..n] of char. Section 6.1.7. */
export function stringType(length: number): ArrayType {
  return { kind: "array", packed: true, index: subrangeType(integerType, 1, length), element: charType };
}

/** Whether a type is a string type, and how long. */
export function stringLength(type: Type): number | undefined {
  if (type.kind !== "array" || !type.packed || !isChar(type.element)) return undefined;
  const { index } = type;
  return index.host === integerType && index.low === 1 && index.high > 1 ? index.high : undefined;
}

export function isOrdinal(type: Type): type is OrdinalType {
  return type.kind === "ordinal";
}

export function isInteger(type: Type): boolean {
  return type.kind === "ordinal" && type.host === integerType;
}

export function isBoolean(type: Type): boolean {
  return type.kind === "ordinal" && type.host === booleanType;
}

export function isChar(type: Type): boolean {
  return type.kind === "ordinal" && type.host === charType;
}

/** Whether a value can be one of a string of varying length: such a string, a string type of the standard, a character. */
export function isText(type: Type): boolean {
  return type.kind === "string" || isChar(type) || stringLength(type) !== undefined;
}

export function isNumber(type: Type): boolean {
  return isInteger(type) || type.kind === "real";
}

/** Whether values of a type hold a file: such cannot be assigned. Section 6.4.6. */
export function holdsFile(type: Type): boolean {
  switch (type.kind) {
    case "file":
      return true;
    case "array":
    case "conformant":
      return holdsFile(type.element);
    case "record":
      return [...type.fields.values()].some((field) => holdsFile(field.type));
    default:
      return false;
  }
}

// Memory

/** Elements of the largest set. */
export const SET_ELEMENTS = 256;
const WIDE_SET_BYTES = SET_ELEMENTS / 8;
/** Of a file variable: the number of the file, and its kind; the buffer follows. */
export const FILE_HEADER_BYTES = 8;

/** Sets of more than 64 possible elements lie in memory, also while they are computed. */
export function isWideSet({ base }: SetType): boolean {
  return base !== undefined && base.host.high > 63;
}

/** How a value is loaded and stored; a "block" is dealt with by its address. */
export type Storage = "word" | "byte" | "long" | "block";

export function storageOf(type: Type, inPacked: boolean): Storage {
  switch (type.kind) {
    case "ordinal":
      return inPacked && type.low >= 0 && type.high <= 255 ? "byte" : "word";
    case "real":
      return "long";
    case "set":
      return isWideSet(type) ? "block" : "long";
    case "string":
    case "array":
    case "conformant":
    case "record":
    case "file":
      return "block";
    case "pointer":
    case "nil":
    case "error":
      return "word";
  }
}

export interface Extent {
  readonly size: number;
  readonly align: number;
}

const extents = new WeakMap<Type, Extent>();

/** Bytes that a value takes, and of what its address is a multiple. */
export function extentOf(type: Type, inPacked = false): Extent {
  const storage = storageOf(type, inPacked);
  if (storage === "byte") return { size: 1, align: 1 };
  if (storage === "word") return { size: 4, align: 4 };
  if (storage === "long") return { size: 8, align: 8 };
  const known = extents.get(type);
  if (known) return known;
  const extent = blockExtent(type);
  extents.set(type, extent);
  return extent;
}

function blockExtent(type: Type): Extent {
  switch (type.kind) {
    case "set":
      return { size: WIDE_SET_BYTES, align: 8 };
    case "string":
      return { size: alignUp(type.capacity + 1, 4), align: 4 };
    case "array": {
      const { size, align } = extentOf(type.element, type.packed);
      const length = type.index.high - type.index.low + 1;
      return {
        size: alignUp(Math.min(size * length, Number.MAX_SAFE_INTEGER), 4),
        align: Math.max(align, 4),
      };
    }
    case "record":
      return { size: type.size, align: type.align };
    case "file": {
      const { size } = extentOf(type.element);
      return { size: alignUp(FILE_HEADER_BYTES + size, 8), align: 8 };
    }
    default:
      return { size: 4, align: 4 };
  }
}

/** Bytes from one element of an array to the next. */
export function stride(array: ArrayType): number {
  return extentOf(array.element, array.packed).size;
}

// Relations

/** Section 6.4.5. */
export function areCompatible(one: Type, other: Type): boolean {
  if (one === other || one.kind === "error" || other.kind === "error") return true;
  if (one.kind === "ordinal" && other.kind === "ordinal") return one.host === other.host;
  if (one.kind === "set" && other.kind === "set") {
    if (!one.base || !other.base) return true;
    if (one.packed !== other.packed && !one.isConstructor && !other.isConstructor) return false;
    return one.base.host === other.base.host;
  }
  const length = stringLength(one);
  if (length !== undefined) return length === stringLength(other);
  if (one.kind === "nil") return other.kind === "pointer" || other.kind === "nil";
  if (other.kind === "nil") return one.kind === "pointer";
  return false;
}

/** Whether values of `from` may be assigned to `to`, as far as their types say. Section 6.4.6. */
export function isAssignable(to: Type, from: Type): boolean {
  if (to.kind === "error" || from.kind === "error") return true;
  if (holdsFile(to) || holdsFile(from)) return false;
  if (to === from) return true;
  if (to.kind === "real") return isInteger(from);
  if (to.kind === "string") return isText(from);
  return areCompatible(to, from);
}

/** A type as a message shows it. */
export function showType(type: Type): string {
  switch (type.kind) {
    case "ordinal":
      return showOrdinal(type);
    case "real":
      return "real";
    case "string":
      return type.capacity === MOST_CHARACTERS ? "string" : `string[${type.capacity}]`;
    case "pointer":
      return `^${type.targetName}`;
    case "set":
      return type.base ? `set of ${showOrdinal(type.base)}` : "the empty set";
    case "array": {
      const length = stringLength(type);
      if (length !== undefined) return `string of ${length} characters`;
      return `${type.packed ? "packed " : ""}array [${showOrdinal(type.index)}] of ${showType(type.element)}`;
    }
    case "conformant":
      return `array [..] of ${showType(type.element)}`;
    case "record":
      return "record";
    case "file":
      return type.isText ? "text" : `file of ${showType(type.element)}`;
    case "nil":
      return "nil";
    case "error":
      return "unknown";
  }
}

function showOrdinal(type: OrdinalType): string {
  if (type.host !== type) return `${showValue(type, type.low)}..${showValue(type, type.high)}`;
  if (type.name !== "") return type.name;
  const names = type.names ?? [];
  return `(${names.length > 4 ? `${names.slice(0, 3).join(", ")}, ..` : names.join(", ")})`;
}

/** An ordinal value as the program text has it. */
export function showValue(type: OrdinalType, value: number): string {
  const { host } = type;
  if (host === charType) return value < 32 ? `chr(${value})` : `'${String.fromCharCode(value)}'`;
  return host.names?.[value] ?? String(value);
}
