/** Calls of procedures and functions. docs/pcode.md, "Procedures"; ISO 7185, section 6.6.3. */

import type { ProcedureSymbol } from "../symbols.ts";
import type { CallArgument, Value, Variable } from "../tree.ts";
import { type ConformantType, storageOf, type Type } from "../types.ts";
import type { Frame } from "./routine-generator.ts";
import type { ValueGenerator } from "./value-generator.ts";

type ArgumentOf<K extends CallArgument["kind"]> = Extract<CallArgument, { kind: K }>;

const isVariable = (array: Variable | Value): array is Variable => !("calls" in array);

export class CallGenerator {
  readonly #frame: Frame;
  readonly #values: ValueGenerator;
  readonly #labelOf: (procedure: ProcedureSymbol) => number;

  constructor(frame: Frame, values: ValueGenerator, labelOf: (procedure: ProcedureSymbol) => number) {
    this.#frame = frame;
    this.#values = values;
    this.#labelOf = labelOf;
  }

  functionCall({ procedure, args, at }: Extract<Value, { kind: "call" }>): void {
    this.call(procedure, args, at);
    this.#frame.code.emit("getres");
  }

  /** The stack is empty. */
  call(procedure: ProcedureSymbol, args: readonly CallArgument[], at: number): void {
    const { code } = this.#frame;
    for (const argument of args) this.#hoist(argument);
    for (const argument of args) this.#argument(argument);
    code.at(at);
    if (procedure.place) {
      const { level, offset } = procedure.place;
      this.#frame.load(this.#frame.at(level, offset + 4), "word");
      code.emit("starg", 0);
      this.#frame.load(this.#frame.at(level, offset), "word");
      code.emit("calli");
      return;
    }
    if (procedure.level > 0) {
      this.#frame.pushFrame(procedure.level);
      code.emit("starg", 0);
    }
    code.emit("call", this.#labelOf(procedure));
  }

  #hoist(argument: CallArgument): void {
    if (argument.kind === "value") this.#values.hoist(argument.value);
    else if (argument.kind === "variable") this.#values.hoistVariable(argument.variable);
    else if (argument.kind === "conformant") {
      if (isVariable(argument.array)) this.#values.hoistVariable(argument.array);
      else this.#values.hoist(argument.array);
    }
  }

  #argument(argument: CallArgument): void {
    const { code } = this.#frame;
    const { offset } = argument.parameter;
    switch (argument.kind) {
      case "value":
        this.#valueArgument(argument);
        return;
      case "variable":
        this.#values.variables.pushAddress(argument.variable);
        code.emit("starg", offset);
        return;
      case "procedure":
        this.#procedureArgument(argument);
        return;
      case "conformant":
        this.#conformantArgument(argument);
        return;
    }
  }

  #valueArgument({ parameter, value }: ArgumentOf<"value">): void {
    const { code } = this.#frame;
    const { type, offset } = parameter;
    this.#values.value(value);
    this.#frame.checkFits(type, value, "parameter");
    if (type.kind === "set") this.#values.checkSet(type, value, "set");
    code.emit(storageOf(type, false) === "long" ? "stargd" : "starg", offset);
  }

  #procedureArgument({ parameter: { offset }, procedure }: ArgumentOf<"procedure">): void {
    const { code } = this.#frame;
    if (procedure.place) {
      const { place } = procedure;
      this.#frame.load(this.#frame.at(place.level, place.offset), "word");
      code.emit("starg", offset);
      this.#frame.load(this.#frame.at(place.level, place.offset + 4), "word");
    } else {
      code.emit("ldp", this.#labelOf(procedure));
      code.emit("starg", offset);
      if (procedure.level > 0) this.#frame.pushFrame(procedure.level);
      else code.emit("ldc", 0);
    }
    code.emit("starg", offset + 4);
  }

  #conformantArgument({ parameter, conformant, array, withBounds }: ArgumentOf<"conformant">): void {
    const { code } = this.#frame;
    if (withBounds) this.#bounds(conformant, array.type, array.at);
    if (isVariable(array)) this.#values.variables.pushAddress(array);
    else this.#values.address(array);
    code.emit("starg", parameter.offset);
  }

  #bounds(wanted: ConformantType, found: Type, at: number): void {
    const { code } = this.#frame;
    if (found.kind !== "array" && found.kind !== "conformant") return;
    for (const which of ["low", "high"] as const) {
      if (found.kind === "array") code.integer(found.index[which]);
      else {
        this.#values.variables.pushBound(found, which);
        code.at(at);
        this.#frame.checkRange(wanted.index.low, wanted.index.high, "conformant");
      }
      code.emit("starg", wanted.bounds[which]);
    }
    if (wanted.element.kind === "conformant") this.#bounds(wanted.element, found.element, at);
  }
}
