/**
 * The variables of a program as .pco files have them, in the section VARS: what a debugger needs to show values as Pascal writes
 * them. First the types, each after those that it is made of, but that a pointer may lead to any; then, for each routine of
 * PROC, its variables.
 */

import { PcoError, type Reader, Writer } from "./pco-records.ts";

/** Which type stands in another one: its number. */
type TypeNumber = number;

export interface PcoField {
  readonly name: string;
  readonly type: TypeNumber;
  readonly offset: number;
  /** Bytes of an ordinal value: 1 or 4. */
  readonly bytes: number;
  /** The tags that must have one of some values for the field to exist: each by its number in the record. */
  readonly conditions: readonly { readonly tag: number; readonly values: readonly number[] }[];
}

/** Ordinals in arrays have as many bytes as there are from one element to the next. */
export type PcoType =
  | {
      readonly kind: "ordinal";
      readonly like: "integer" | "char" | "enumeration";
      readonly low: number;
      readonly high: number;
      /** Of an enumeration's values, from that of 0 on; a subrange has those of its host. */
      readonly names: readonly string[];
    }
  | { readonly kind: "real" }
  | { readonly kind: "pointer"; readonly target: TypeNumber }
  /** In eight bytes, or in 32. */
  | { readonly kind: "set"; readonly element: TypeNumber; readonly bytes: number }
  | {
      readonly kind: "array";
      readonly index: TypeNumber;
      readonly element: TypeNumber;
      readonly stride: number;
      readonly isString: boolean;
    }
  /** The bounds lie at distances in the frame of the routine; `stride` is 0 where the element is conformant too. */
  | {
      readonly kind: "conformant";
      readonly index: TypeNumber;
      readonly element: TypeNumber;
      readonly stride: number;
      readonly low: number;
      readonly high: number;
    }
  | { readonly kind: "record"; readonly fields: readonly PcoField[] }
  | { readonly kind: "file"; readonly element: TypeNumber; readonly isText: boolean }
  /** Of varying length: a byte for the length, then the characters. */
  | { readonly kind: "string"; readonly capacity: number }
  /** What a procedural parameter is. */
  | { readonly kind: "routine" }
  /** Of [] and of nil. */
  | { readonly kind: "none" };

/** How a routine has a variable: its own, or given by who called it. */
const passings = ["own", "value", "variable", "conformant", "routine", "bound", "result"] as const;
export type PcoPassing = (typeof passings)[number];

export interface PcoVariable {
  readonly name: string;
  readonly type: TypeNumber;
  /** From what the offset counts. */
  readonly base: "frame" | "globals";
  readonly offset: number;
  readonly passing: PcoPassing;
}

export interface VariableTable {
  readonly types: readonly PcoType[];
  /** By routine. */
  readonly variables: readonly (readonly PcoVariable[])[];
}

const kinds = [
  "ordinal",
  "real",
  "pointer",
  "set",
  "array",
  "conformant",
  "record",
  "file",
  "routine",
  "none",
  "string",
] as const;
const likes = ["integer", "char", "enumeration"] as const;
const bases = ["frame", "globals"] as const;

/** Passed by its address. */
export function isReference({ passing }: PcoVariable): boolean {
  return passing === "variable" || passing === "conformant";
}

export function variableSection({
  types,
  routines,
}: {
  readonly types: readonly PcoType[];
  readonly routines: readonly { readonly variables: readonly PcoVariable[] }[];
}): Uint8Array {
  const out = new Writer();
  out.list(types, (type) => writeType(out.number(kinds.indexOf(type.kind)), type));
  out.list(routines, ({ variables }) =>
    out.list(variables, ({ name, type, base, offset, passing }) =>
      out
        .string(name)
        .number(type)
        .number(bases.indexOf(base))
        .number(offset)
        .number(passings.indexOf(passing)),
    ),
  );
  return out.bytes;
}

function writeType(out: Writer, type: PcoType): void {
  switch (type.kind) {
    case "ordinal":
      out.number(likes.indexOf(type.like)).signed(type.low).signed(type.high);
      out.list(type.names, (name) => out.string(name));
      return;
    case "pointer":
      out.number(type.target);
      return;
    case "set":
      out.number(type.element).number(type.bytes);
      return;
    case "array":
      out
        .number(type.index)
        .number(type.element)
        .number(type.stride)
        .number(type.isString ? 1 : 0);
      return;
    case "conformant":
      out.number(type.index).number(type.element).number(type.stride).number(type.low).number(type.high);
      return;
    case "record":
      out.list(type.fields, (field) => writeField(out, field));
      return;
    case "file":
      out.number(type.element).number(type.isText ? 1 : 0);
      return;
    case "string":
      out.number(type.capacity);
      return;
    case "real":
    case "routine":
    case "none":
      return;
  }
}

function writeField(out: Writer, { name, type, offset, bytes, conditions }: PcoField): void {
  out.string(name).number(type).number(offset).number(bytes);
  out.list(conditions, ({ tag, values }) => out.number(tag).list(values, (value) => void out.signed(value)));
}

/** Reads the section; throws PcoError where a number leads nowhere. */
export function readVariables(from: Reader): VariableTable {
  const types: PcoType[] = [];
  from.list(() => void types.push(readType(from, types.length)));
  for (const type of types) {
    if (type.kind === "pointer" && type.target >= types.length) {
      throw new PcoError("the section VARS has a pointer to no type");
    }
  }
  const variables = from.list(() => from.list(() => readVariable(from, types.length)));
  return { types, variables };
}

/** @param before how many types come before it: it may be made of those */
function readType(from: Reader, before: number): PcoType {
  const kind = kinds[from.indexBelow(kinds.length)] ?? "none";
  switch (kind) {
    case "ordinal":
      return {
        kind,
        like: likes[from.indexBelow(likes.length)] ?? "integer",
        low: from.signed(),
        high: from.signed(),
        names: from.list(() => from.string()),
      };
    case "pointer":
      return { kind, target: from.number() };
    case "set":
      return { kind, element: from.indexBelow(before), bytes: from.number() };
    case "array": {
      const made = readElements(from, before);
      return { kind, ...made, isString: from.indexBelow(2) === 1 };
    }
    case "conformant":
      return { kind, ...readElements(from, before), low: from.number(), high: from.number() };
    case "record":
      return { kind, fields: readFields(from, before) };
    case "file":
      return { kind, element: from.indexBelow(before), isText: from.indexBelow(2) === 1 };
    case "string":
      return { kind, capacity: from.number() };
    case "real":
    case "routine":
    case "none":
      return { kind };
  }
}

function readElements(from: Reader, before: number) {
  return { index: from.indexBelow(before), element: from.indexBelow(before), stride: from.number() };
}

function readFields(from: Reader, before: number): readonly PcoField[] {
  const fields = from.list(() => ({
    name: from.string(),
    type: from.indexBelow(before),
    offset: from.number(),
    bytes: from.number(),
    conditions: from.list(() => ({ tag: from.number(), values: from.list(() => from.signed()) })),
  }));
  for (const { conditions } of fields) {
    if (conditions.some(({ tag }) => tag >= fields.length)) {
      throw new PcoError("the section VARS has a variant without a tag");
    }
  }
  return fields;
}

function readVariable(from: Reader, types: number): PcoVariable {
  return {
    name: from.string(),
    type: from.indexBelow(types),
    base: bases[from.indexBelow(bases.length)] ?? "frame",
    offset: from.number(),
    passing: passings[from.indexBelow(passings.length)] ?? "own",
  };
}
