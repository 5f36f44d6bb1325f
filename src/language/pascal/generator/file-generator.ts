/** The code of file operations, read and write. ISO 7185, sections 6.6.5.2 and 6.9. */

import { isPackedComponent } from "../checker/call-checker.ts";
import type { Action, Value } from "../tree.ts";
import { isBoolean, isChar, isInteger, stringLength, type Type } from "../types.ts";
import { type Frame, scalarStorage } from "./routine-generator.ts";
import type { ValueGenerator } from "./value-generator.ts";

type ActionOf<K extends Action["kind"]> = Extract<Action, { kind: K }>;

/** Field widths where none is given: section 6.9.3 leaves them to the implementation. */
const DEFAULT_WIDTH = { integer: 11, boolean: 5, real: 24, char: 1 } as const;

export class FileGenerator {
  readonly #values: ValueGenerator;
  readonly #frame: Frame;

  constructor(values: ValueGenerator) {
    this.#values = values;
    this.#frame = values.frame;
  }

  operation({ service, file, at }: ActionOf<"file">): void {
    this.#values.hoistVariable(file);
    this.#values.variables.pushAddress(file);
    this.#frame.code.at(at);
    this.#values.service(service);
  }

  read({ file, target, at }: ActionOf<"read">): void {
    const { type } = target;
    this.#values.hoistVariable(file);
    this.#values.hoistVariable(target);
    if (type.kind === "string") {
      this.#values.variables.pushAddress(file);
      this.#values.variables.pushAddress(target);
      this.#frame.code.integer(type.capacity);
      this.#frame.code.at(at);
      return this.#values.service("readShort");
    }
    const place = this.#frame.forStore(this.#values.variables.place(target));
    this.#values.variables.pushAddress(file);
    this.#frame.code.at(at);
    this.#values.service(isInteger(type) ? "readInteger" : isChar(type) ? "readChar" : "readReal");
    if (type.kind === "ordinal" && type.host !== type) this.#frame.checkRange(type.low, type.high, "range");
    this.#frame.store(place, scalarStorage(type, isPackedComponent(target)));
  }

  write({ file, item: { value, width, digits, least }, at }: ActionOf<"write">): void {
    const values = this.#values;
    const { code } = this.#frame;
    values.hoistVariable(file);
    for (const part of [value, width, digits]) if (part) values.hoist(part);
    values.variables.pushAddress(file);
    const length = stringLength(value.type);
    if (length !== undefined) {
      values.address(value);
      code.integer(length);
    } else values.value(value);
    if (width) this.#checkedWidth(width, least);
    else code.integer(defaultWidth(value.type));
    if (digits) this.#checkedWidth(digits, least);
    code.at(at);
    values.service(digits ? "writeFixed" : writer(value.type));
  }

  #checkedWidth(width: Value, least: number): void {
    this.#values.value(width);
    if (width.kind === "constant") return;
    this.#frame.code.at(width.at);
    this.#frame.checkRange(least, 0x7fff_ffff, "width");
  }
}

function writer(type: Type): string {
  if (isInteger(type)) return "writeInteger";
  if (isChar(type)) return "writeChar";
  if (isBoolean(type)) return "writeBoolean";
  if (type.kind === "string") return "writeShort";
  return type.kind === "real" ? "writeReal" : "writeString";
}

function defaultWidth(type: Type): number {
  if (isInteger(type)) return DEFAULT_WIDTH.integer;
  if (isBoolean(type)) return DEFAULT_WIDTH.boolean;
  if (isChar(type)) return DEFAULT_WIDTH.char;
  if (type.kind === "string") return 0;
  return type.kind === "real" ? DEFAULT_WIDTH.real : (stringLength(type) ?? 1);
}
