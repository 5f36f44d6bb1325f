/**
 * Strings of varying length, as Turbo Pascal has them: by their addresses. One that is computed lies in the frame. The services
 * of strings are in isa/pcode/services.ts.
 */

import { isPackedComponent } from "../checker/call-checker.ts";
import type { Action, Value, Variable } from "../tree.ts";
import { extentOf, isBoolean, isInteger, MOST_CHARACTERS, shortStringType, stringLength } from "../types.ts";
import { type Frame, type Place, scalarStorage } from "./routine-generator.ts";
import type { ValueGenerator } from "./value-generator.ts";

type ValueOf<K extends Value["kind"]> = Extract<Value, { kind: K }>;
type ActionOf<K extends Action["kind"]> = Extract<Action, { kind: K }>;

/** Of the names of the two Booleans, which lie one after the other. */
const NAME_BYTES = 8;

export class StringGenerator {
  readonly #frame: Frame;
  readonly #values: ValueGenerator;

  constructor(frame: Frame, values: ValueGenerator) {
    this.#frame = frame;
    this.#values = values;
  }

  /** The address of a string that is no variable. */
  address(value: Value): void {
    switch (value.kind) {
      case "stringOf":
        return this.#stringOf(value);
      case "concatenation":
        return this.#concatenation(value);
      case "partOfString":
        return this.#part(value);
      case "call":
        return this.#result(value);
      default:
        throw new TypeError(`a ${value.kind} is no string`);
    }
  }

  #block(): Place {
    return this.#frame.temporaryBlock(extentOf(shortStringType).size);
  }

  #stringOf({ operand }: ValueOf<"stringOf">): void {
    const { code } = this.#frame;
    if (operand.kind === "string") {
      const text = operand.text.slice(0, MOST_CHARACTERS);
      code.bytes(String.fromCharCode(text.length) + text);
      return;
    }
    if (isBoolean(operand.type)) {
      code.bytes("\x05FALSE\0\0\x04TRUE");
      this.#values.value(operand);
      code.emit("ixa", NAME_BYTES);
      return;
    }
    const place = this.#block();
    this.#frame.pushAddress(place);
    const length = stringLength(operand.type);
    if (length === undefined) {
      code.emit("ldc", 1);
      code.emit("stb", 0);
      this.#frame.pushAddress(place);
      this.#values.value(operand);
      code.emit("stb", 1);
    } else {
      code.integer(MOST_CHARACTERS);
      this.#values.value(operand);
      code.integer(length);
      this.#values.service("makeString");
    }
    this.#frame.pushAddress(place);
  }

  #concatenation({ parts }: ValueOf<"concatenation">): void {
    const { code } = this.#frame;
    const place = this.#block();
    for (const [index, part] of parts.entries()) {
      this.#frame.pushAddress(place);
      code.integer(MOST_CHARACTERS);
      this.#values.value(part);
      this.#values.service(index === 0 ? "assignString" : "appendString");
    }
    this.#frame.pushAddress(place);
  }

  #part({ string, index, count, at }: ValueOf<"partOfString">): void {
    const place = this.#block();
    this.#frame.pushAddress(place);
    for (const operand of [string, index, count]) this.#values.value(operand);
    this.#frame.code.at(at);
    this.#values.service("copyPart");
    this.#frame.pushAddress(place);
  }

  /** The function left its result in the frame that it gave up: it is copied before anything else is put there. */
  #result(value: ValueOf<"call">): void {
    const place = this.#block();
    this.#values.calls.call(value.procedure, value.args, value.at);
    this.#frame.pushAddress(place);
    this.#frame.code.integer(MOST_CHARACTERS);
    this.#frame.code.emit("getres");
    this.#values.service("assignString");
    this.#frame.pushAddress(place);
  }

  query({ query, operands, at }: ValueOf<"stringQuery">): void {
    for (const operand of operands) this.#values.value(operand);
    this.#frame.code.at(at);
    if (query === "length") this.#frame.code.emit("ldb", 0);
    else this.#values.service(query);
  }

  edit({ service, target, operands, at }: ActionOf<"editString">): void {
    this.#intoString(target, operands, service, at);
  }

  format({ target, value, width, digits, at }: ActionOf<"format">): void {
    if (isInteger(value.type)) this.#intoString(target, [value, width], "formatInteger", at);
    else this.#intoString(target, [value, width, digits], "formatReal", at);
  }

  /** Calls a service with a string variable, its capacity and operands. */
  #intoString(target: Variable, operands: readonly Value[], service: string, at: number): void {
    if (target.type.kind !== "string") return;
    this.#values.hoistVariable(target);
    for (const operand of operands) this.#values.hoist(operand);
    this.#values.variables.pushAddress(target);
    this.#frame.code.integer(target.type.capacity);
    for (const operand of operands) this.#values.value(operand);
    this.#frame.code.at(at);
    this.#values.service(service);
  }

  parse({ string, target, code: codeVariable, at }: ActionOf<"parseNumber">): void {
    const isWhole = isInteger(target.type);
    this.#values.hoist(string);
    for (const variable of [target, codeVariable]) this.#values.hoistVariable(variable);
    const services = [isWhole ? "parseInteger" : "parseReal", isWhole ? "integerCode" : "realCode"];
    for (const [index, variable] of [target, codeVariable].entries()) {
      const place = this.#frame.forStore(this.#values.variables.place(variable));
      this.#values.value(string);
      this.#frame.code.at(at);
      this.#values.service(services[index] ?? "");
      if (variable.type.kind === "ordinal" && variable.type.host !== variable.type) {
        this.#frame.checkRange(variable.type.low, variable.type.high, "range");
      }
      this.#frame.store(place, scalarStorage(variable.type, isPackedComponent(variable)));
    }
  }
}
