/** From type nodes to types. ISO 7185, section 6.4. */

import { alignUp } from "../../../base/bits.ts";
import type { FieldList, Name, TypeNode } from "../ast.ts";
import {
  enumerationType,
  errorType,
  extentOf,
  type Field,
  holdsFile,
  integerType,
  isOrdinal,
  MOST_CHARACTERS,
  type OrdinalType,
  type PointerType,
  SET_ELEMENTS,
  showType,
  showValue,
  subrangeType,
  type Type,
  type VariantCondition,
  type VariantPart,
} from "../types.ts";
import { ordinalConstant } from "./constants.ts";
import type { Context } from "./context.ts";

type NodeOf<K extends TypeNode["kind"]> = Extract<TypeNode, { kind: K }>;

/** A record while its fields are laid out. */
interface RecordLayout {
  readonly packed: boolean;
  readonly fields: Map<string, Field>;
  align: number;
}

export class TypeChecker {
  readonly #context: Context;
  /** Pointers whose targets are looked for at the end of the type part. */
  readonly #pointers: { readonly type: PointerType; readonly name: Name }[] = [];
  /** Types that are being defined: they cannot be parts of themselves. */
  readonly #open = new Set<string>();

  constructor(context: Context) {
    this.#context = context;
  }

  /** The definitions of a type part. */
  define(definitions: readonly { readonly name: Name; readonly type: TypeNode }[]): void {
    const context = this.#context;
    for (const { name, type } of definitions) {
      this.#open.add(name.name);
      const found = this.type(type);
      this.#open.delete(name.name);
      context.declare({ kind: "type", name: name.name, type: found }, name.at);
    }
    this.finishPointers();
  }

  /** Finds what pointers lead to; their targets may be declared after them. Section 6.4.4. */
  finishPointers(): void {
    for (const { type, name } of this.#pointers.splice(0)) {
      const symbol = this.#context.find(name);
      if (symbol?.kind === "type") type.target = symbol.type;
      else if (symbol) this.#context.error(name.at, `"${name.name}" is not a type`);
    }
  }

  type(node: TypeNode): Type {
    switch (node.kind) {
      case "name":
        return this.named(node);
      case "enumeration":
        return this.#enumeration(node);
      case "subrange":
        return this.#subrange(node);
      case "array":
        return this.#array(node);
      case "record":
        return this.#record(node);
      case "set":
        return this.#set(node);
      case "file":
        return this.#file(node);
      case "string":
        return this.#string(node);
      case "pointer": {
        const type: PointerType = { kind: "pointer", target: errorType, targetName: node.target.name };
        this.#pointers.push({ type, name: node.target });
        return type;
      }
      case "conformant":
        this.#context.error(node.at, "an array with open bounds can only be a parameter");
        return errorType;
    }
  }

  named(name: Name): Type {
    if (name.name === "") return errorType;
    if (this.#open.has(name.name)) {
      this.#context.error(
        name.at,
        `the type "${name.name}" cannot be a part of itself: only a pointer to it can`,
      );
      return errorType;
    }
    const symbol = this.#context.find(name);
    if (symbol?.kind === "type") return symbol.type;
    if (symbol) this.#context.error(name.at, `"${name.name}" is not a type`);
    return errorType;
  }

  #enumeration({ names }: NodeOf<"enumeration">): Type {
    const type = enumerationType(names.map(({ name }) => name));
    for (const [value, { name, at }] of names.entries()) {
      this.#context.declare({ kind: "constant", name, type, value }, at);
    }
    return type;
  }

  #subrange({ low, high, at }: NodeOf<"subrange">): Type {
    const first = ordinalConstant(this.#context, low);
    const last = ordinalConstant(this.#context, high);
    if (!first || !last) return errorType;
    if (first.type.host !== last.type.host) {
      this.#context.error(
        at,
        `the bounds of a subrange must be of one type, not ${showType(first.type)} and ${showType(last.type)}`,
      );
      return errorType;
    }
    if (first.value > last.value) {
      const [from, to] = [first, last].map(({ type, value }) => showValue(type, value));
      this.#context.error(at, `this subrange is empty: ${from} is more than ${to}`);
      return errorType;
    }
    return subrangeType(first.type.host, first.value, last.value);
  }

  /** An ordinal type, or none: `what` it is for. */
  #ordinal(node: TypeNode, what: string): OrdinalType | undefined {
    const type = this.type(node);
    if (isOrdinal(type)) return type;
    if (type.kind !== "error") {
      this.#context.error(node.at, `${what} must be of an ordinal type, which ${showType(type)} is not`);
    }
    return undefined;
  }

  /** array [A, B] of C is array [A] of array [B] of C. Section 6.4.3.2. */
  #array({ indices, packed, element, at }: NodeOf<"array">): Type {
    const types = indices.map((index) => this.#ordinal(index, "an index"));
    let type = this.type(element);
    for (const index of types.reverse()) {
      if (!index || type.kind === "error") return errorType;
      type = { kind: "array", packed, index, element: type };
      if (extentOf(type).size > 0x2000_0000) {
        this.#context.error(at, "this array is too large");
        return errorType;
      }
    }
    return type;
  }

  #set({ base, packed }: NodeOf<"set">): Type {
    const type = this.#ordinal(base, "the elements of a set");
    if (!type) return errorType;
    const isRange = type.host !== type || type.high < SET_ELEMENTS;
    if (!isRange || type.low < 0 || type.high >= SET_ELEMENTS) {
      this.#context.error(base.at, `the elements of a set must lie between 0 and ${SET_ELEMENTS - 1}`);
      return errorType;
    }
    return { kind: "set", packed, base: type, isConstructor: false };
  }

  #file({ element, packed }: NodeOf<"file">): Type {
    const type = this.type(element);
    if (holdsFile(type)) {
      this.#context.error(element.at, "a file cannot hold files");
      return errorType;
    }
    return { kind: "file", packed, element: type, isText: false };
  }

  #string({ capacity: node }: NodeOf<"string">): Type {
    const found = ordinalConstant(this.#context, node);
    if (!found) return errorType;
    const { type, value } = found;
    if (type === integerType && value >= 1 && value <= MOST_CHARACTERS) {
      return { kind: "string", capacity: value };
    }
    this.#context.error(node.at, `a string has from 1 to ${MOST_CHARACTERS} characters`);
    return errorType;
  }

  #record({ packed, fields }: NodeOf<"record">): Type {
    const layout: RecordLayout = { packed, fields: new Map(), align: 4 };
    const { end, part } = this.#fieldList(fields, layout, 0, []);
    const size = Math.max(alignUp(end, layout.align), 4);
    return {
      kind: "record",
      packed,
      fields: layout.fields,
      size,
      align: layout.align,
      ...(part ? { variantPart: part } : {}),
    };
  }

  /** Lays fields out from an offset; where they end. */
  #fieldList(
    list: FieldList,
    layout: RecordLayout,
    start: number,
    conditions: readonly VariantCondition[],
  ): { readonly end: number; readonly part?: VariantPart } {
    let at = start;
    for (const { names, type: node } of list.fixed) {
      const type = this.type(node);
      for (const name of names) at = this.#field(layout, name, type, at, conditions, false);
    }
    return list.variant ? this.#variants(list.variant, layout, at, conditions) : { end: at };
  }

  #field(
    layout: RecordLayout,
    { name, at }: Name,
    type: Type,
    start: number,
    conditions: readonly VariantCondition[],
    isTag: boolean,
  ): number {
    const { size, align } = extentOf(type, layout.packed);
    const offset = alignUp(start, align);
    layout.align = Math.max(layout.align, align);
    if (layout.fields.has(name))
      this.#context.error(at, `"${name}" is the name of two fields of this record`);
    layout.fields.set(name, { name, type, offset, conditions, packed: layout.packed, isTag });
    return offset + size;
  }

  #variants(
    { tag, type: typeName, variants }: NonNullable<FieldList["variant"]>,
    layout: RecordLayout,
    start: number,
    conditions: readonly VariantCondition[],
  ): { readonly end: number; readonly part?: VariantPart } {
    const type = this.named(typeName);
    if (!isOrdinal(type)) {
      if (type.kind !== "error") this.#context.error(typeName.at, "a tag must be of an ordinal type");
      return { end: start };
    }
    let end = tag ? this.#field(layout, tag, type, start, conditions, true) : start;
    const from = end;
    const field = tag && layout.fields.get(tag.name);
    const seen = new Set<number>();
    const parts = variants.map(({ constants, fields }) => {
      const values = this.#variantValues(constants, type, seen);
      const condition: VariantCondition = field ? { tag: field, values } : { values };
      const inner = this.#fieldList(fields, layout, from, [...conditions, condition]);
      end = Math.max(end, inner.end);
      return inner.part ? { values, part: inner.part } : { values };
    });
    this.#requireAllValues(type, seen, typeName.at);
    return { end, part: { tagType: type, variants: parts } };
  }

  #variantValues(
    constants: readonly import("../ast.ts").Expression[],
    type: OrdinalType,
    seen: Set<number>,
  ): readonly number[] {
    return constants.flatMap((constant) => {
      const found = ordinalConstant(this.#context, constant);
      if (!found) return [];
      const { value } = found;
      if (found.type.host !== type.host || value < type.low || value > type.high) {
        this.#context.error(constant.at, `this is no value of the tag's type ${showType(type)}`);
      } else if (seen.has(value)) {
        this.#context.error(constant.at, `${showValue(type, value)} already has a variant`);
      }
      seen.add(value);
      return [value];
    });
  }

  /** Section 6.4.3.3: each value of the tag's type has its variant. */
  #requireAllValues(type: OrdinalType, seen: ReadonlySet<number>, at: number): void {
    if (type.high - type.low > 1000) {
      this.#context.error(at, "each value of the tag's type must have a variant, and this type has too many");
      return;
    }
    for (let value = type.low; value <= type.high; value++) {
      if (seen.has(value)) continue;
      this.#context.error(at, `the value ${showValue(type, value)} of the tag has no variant`);
      return;
    }
  }
}
