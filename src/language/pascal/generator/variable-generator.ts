/** The code that reaches variables. ISO 7185, section 6.5. */

import { rangeOf } from "../checker/values.ts";
import type { VariableSymbol } from "../symbols.ts";
import type { Value, Variable } from "../tree.ts";
import { type ArrayType, type ConformantType, extentOf, type Field, stride, type Type } from "../types.ts";
import { isImmediate } from "./emitter.ts";
import type { Frame, Place } from "./routine-generator.ts";
import type { ValueGenerator } from "./value-generator.ts";

type Element = Extract<Variable, { kind: "element" }>;

export class VariableGenerator {
  readonly #frame: Frame;
  readonly #values: ValueGenerator;

  constructor(frame: Frame, values: ValueGenerator) {
    this.#frame = frame;
    this.#values = values;
  }

  /** Where a variable is; its address may be on the stack then. */
  place(variable: Variable): Place {
    switch (variable.kind) {
      case "direct":
        return this.symbolPlace(variable.symbol);
      case "field": {
        const record = this.place(variable.record);
        this.#checkVariants(variable.field, record, variable.at);
        return { ...record, offset: record.offset + variable.field.offset };
      }
      case "withField": {
        const { level, offset } = variable.with.place;
        this.#frame.load(this.#frame.at(level, offset), "word");
        const record: Place = { base: "stack", offset: 0 };
        this.#checkVariants(variable.field, record, variable.at);
        return { base: "stack", offset: variable.field.offset };
      }
      case "element":
        return this.#element(variable);
      case "target":
        this.#pointer(variable.pointer, variable.at);
        return { base: "stack", offset: 0 };
      case "buffer":
        return this.#buffer(variable.file, variable.at);
    }
  }

  pushAddress(variable: Variable): void {
    this.#frame.pushAddress(this.place(variable));
  }

  symbolPlace(symbol: VariableSymbol): Place {
    const place = this.#frame.placeOf(symbol);
    if (!symbol.isReference) return place;
    this.#frame.load(place, "word");
    return { base: "stack", offset: 0 };
  }

  /** A pointer that must lead somewhere. */
  #pointer(pointer: Value, at: number): void {
    this.#values.value(pointer, false);
    if (!this.#frame.checks) return;
    this.#frame.code.at(at);
    this.#frame.code.emit("chkp");
  }

  #buffer(file: Variable, at: number): Place {
    this.pushAddress(file);
    this.#frame.code.at(at);
    this.#values.service("buffer");
    return { base: "stack", offset: 0 };
  }

  /** The variants that a field lies in must be the ones that the tags say. Section 6.5.3.3. */
  #checkVariants({ conditions }: Field, record: Place, at: number): void {
    const { code, checks } = this.#frame;
    if (!checks) return;
    for (const { tag, values } of conditions) {
      if (!tag) continue;
      code.at(at);
      if (record.base === "stack") code.emit("dup");
      const storage = tag.packed && extentOf(tag.type, true).size === 1 ? "byte" : "word";
      this.#frame.load({ ...record, offset: record.offset + tag.offset }, storage, true);
      this.#values.isOneOf(values);
      code.check("variant", "chkt");
    }
  }

  #element({ array, index, at }: Element): Place {
    const { type } = array;
    if (type.kind === "array") return this.#fixedElement(array, type, index, at);
    if (type.kind === "conformant") return this.#conformantElement(array, type, index, at);
    if (type.kind === "string") return this.#character(array, type.capacity, index, at);
    throw new TypeError("no array");
  }

  #fixedElement(array: Variable, type: ArrayType, index: Value, at: number): Place {
    const size = stride(type);
    const { low } = type.index;
    const place = this.place(array);
    if (index.kind === "constant") return { ...place, offset: place.offset + (index.value - low) * size };
    // The address of the element that would have the index 0, if that is as easy.
    const offset = place.offset - low * size;
    const isNear = place.base !== "local" || isImmediate(offset);
    const base: Place = isNear ? { ...place, offset } : place;
    if (base.base !== "stack") this.#frame.pushAddress(base);
    this.#values.value(index);
    this.#checkIndex(type, index, at);
    if (!isNear) this.#frame.code.add(-low);
    this.#scale(size);
    return { base: "stack", offset: base.base === "stack" ? base.offset : 0 };
  }

  /** The length of a string lies before its characters. */
  #character(array: Variable, capacity: number, index: Value, at: number): Place {
    this.pushAddress(array);
    this.#values.value(index);
    this.#frame.code.at(at);
    this.#frame.checkRange(0, capacity, "index");
    this.#scale(1);
    return { base: "stack", offset: 0 };
  }

  #checkIndex({ index: { low, high } }: ArrayType, index: Value, at: number): void {
    const known = rangeOf(index);
    if (known.low >= low && known.high <= high) return;
    this.#frame.code.at(at);
    this.#frame.checkRange(low, high, "index");
  }

  /** Adds so many times the index on the stack to the address below it. */
  #scale(size: number): void {
    const { code } = this.#frame;
    if (size <= 4095) {
      code.emit("ixa", size);
      return;
    }
    code.integer(size);
    code.emit("mulw");
    code.emit("addw");
  }

  #conformantElement(array: Variable, type: ConformantType, index: Value, at: number): Place {
    const { code, checks } = this.#frame;
    this.pushAddress(array);
    this.#values.value(index);
    if (checks) {
      this.pushBound(type, "low");
      this.pushBound(type, "high");
      code.at(at);
      code.check("index", "chkb");
    }
    this.pushBound(type, "low");
    code.emit("subw");
    if (type.element.kind === "conformant") {
      this.pushSize(type.element);
      code.emit("mulw");
      code.emit("addw");
    } else this.#scale(extentOf(type.element, type.packed).size);
    return { base: "stack", offset: 0 };
  }

  pushBound({ bounds }: ConformantType, which: "low" | "high"): void {
    this.#frame.load(this.#frame.at(bounds.level, bounds[which]), "word");
  }

  /** The elements of an array. */
  pushLength(type: Type): void {
    const { code } = this.#frame;
    if (type.kind === "array") code.integer(type.index.high - type.index.low + 1);
    else if (type.kind === "conformant") {
      this.pushBound(type, "high");
      this.pushBound(type, "low");
      code.emit("subw");
      code.emit("addiw", 1);
    }
  }

  /** The bytes of an array whose bounds are known at run time; as many as `extentOf` gives a fixed one. */
  pushSize(type: ConformantType): void {
    const { code } = this.#frame;
    this.pushLength(type);
    if (type.element.kind === "conformant") {
      this.pushSize(type.element);
      code.emit("mulw");
      return;
    }
    const { size } = extentOf(type.element, type.packed);
    if (size === 1) {
      code.emit("addiw", 3);
      code.integer(-4);
      code.emit("int");
    } else if (size > 1) {
      code.integer(size);
      code.emit("mulw");
    }
  }
}
