/** What a debugger is told of variables: their types and places, as formats/pco-variables.ts has them. */

import type { PcoPassing, PcoType, PcoVariable } from "../../../formats/pco-variables.ts";
import type { TypeNode } from "../ast.ts";
import type { ParameterSymbol, ProcedureSymbol, VariableSymbol } from "../symbols.ts";
import type { Routine } from "../tree.ts";
import {
  charType,
  extentOf,
  integerType,
  isOrdinal,
  type OrdinalType,
  type RecordType,
  stride,
  stringLength,
  type Type,
} from "../types.ts";

/** Gathers the types of a program's variables, each once. */
export class VariableTable {
  readonly #types: PcoType[] = [];
  readonly #numbers = new Map<Type, number>();
  /** Pointers whose targets have no number yet: those may be made of the pointers. */
  readonly #pointers: { readonly number: number; readonly target: Type }[] = [];
  #routine: number | undefined;

  /** What a routine declares; called once its frame is laid out. */
  variablesOf({ variables, symbol, level }: Routine): readonly PcoVariable[] {
    const declared = variables.map((variable) => this.#variable(variable, level));
    if (!symbol) return declared;
    const { resultVariable } = symbol;
    const result = resultVariable ? [this.#make(resultVariable, "frame", "result")] : [];
    return [...declared, ...this.#given(symbol), ...result];
  }

  /** All types that the variables so far need. */
  get types(): readonly PcoType[] {
    for (let next = this.#pointers.pop(); next; next = this.#pointers.pop()) {
      this.#types[next.number] = { kind: "pointer", target: this.#number(next.target) };
    }
    return this.#types;
  }

  #variable(variable: VariableSymbol, level: number): PcoVariable {
    const { type, isReference, isParameter, isInFrame } = variable;
    let passing: PcoPassing = isParameter ? "value" : "own";
    if (type.kind === "conformant") passing = "conformant";
    else if (isReference) passing = "variable";
    return this.#make(variable, level === 0 && !isInFrame ? "globals" : "frame", passing);
  }

  #make(
    { name, type, offset }: { readonly name: string; readonly type: Type; readonly offset: number },
    base: "frame" | "globals",
    passing: PcoPassing,
  ): PcoVariable {
    return { name, type: this.#number(type), base, offset, passing };
  }

  /** Procedural parameters, and the bounds of conformant arrays. */
  #given({ parameters, heading }: ProcedureSymbol): readonly PcoVariable[] {
    const routines = parameters.filter(({ mode }) => mode === "procedure");
    const bounds = (heading.parameters ?? []).flatMap((parameter) =>
      parameter.kind === "procedure"
        ? []
        : this.#bounds(parameter.type, parameters, parameter.names[0]?.name),
    );
    return [...routines.map(({ name, offset }) => this.#procedural(name, offset)), ...bounds];
  }

  #procedural(name: string, offset: number): PcoVariable {
    this.#routine ??= this.#types.push({ kind: "routine" }) - 1;
    return { name, type: this.#routine, base: "frame", offset, passing: "routine" };
  }

  #bounds(written: TypeNode, parameters: readonly ParameterSymbol[], of?: string): readonly PcoVariable[] {
    const bounds: PcoVariable[] = [];
    let node = written;
    let type = parameters.find(({ name }) => name === of)?.type;
    while (node.kind === "conformant" && type?.kind === "conformant") {
      const { low, high } = node.index;
      const { index } = type;
      bounds.push(this.#make({ name: low.name, type: index, offset: type.bounds.low }, "frame", "bound"));
      bounds.push(this.#make({ name: high.name, type: index, offset: type.bounds.high }, "frame", "bound"));
      node = node.element;
      type = type.element;
    }
    return bounds;
  }

  #number(type: Type): number {
    const known = this.#numbers.get(type);
    if (known !== undefined) return known;
    const made = this.#type(type);
    const number = this.#types.push(made) - 1;
    this.#numbers.set(type, number);
    if (type.kind === "pointer") this.#pointers.push({ number, target: type.target });
    return number;
  }

  #type(type: Type): PcoType {
    switch (type.kind) {
      case "ordinal":
        return ordinal(type);
      case "real":
        return { kind: "real" };
      case "pointer":
        return { kind: "pointer", target: 0 };
      case "set":
        return type.base
          ? { kind: "set", element: this.#number(type.base), bytes: extentOf(type).size }
          : { kind: "none" };
      case "array":
        return {
          kind: "array",
          index: this.#number(type.index),
          element: this.#number(type.element),
          stride: stride(type),
          isString: stringLength(type) !== undefined,
        };
      case "conformant": {
        const { low, high } = type.bounds;
        const bytes = type.element.kind === "conformant" ? 0 : extentOf(type.element, type.packed).size;
        const index = this.#number(type.index);
        return { kind: "conformant", index, element: this.#number(type.element), stride: bytes, low, high };
      }
      case "record":
        return { kind: "record", fields: this.#fields(type) };
      case "file":
        return { kind: "file", element: this.#number(type.element), isText: type.isText };
      case "string":
        return { kind: "string", capacity: type.capacity };
      case "nil":
      case "error":
        return { kind: "none" };
    }
  }

  #fields({ fields }: RecordType) {
    const names = [...fields.keys()];
    return [...fields.values()].map(({ name, type, offset, conditions, packed }) => ({
      name,
      type: this.#number(type),
      offset,
      bytes: isOrdinal(type) ? extentOf(type, packed).size : 0,
      conditions: conditions.flatMap(({ tag, values }) =>
        tag ? [{ tag: names.indexOf(tag.name), values }] : [],
      ),
    }));
  }
}

function ordinal({ low, high, host }: OrdinalType): PcoType {
  const like = host === integerType ? "integer" : host === charType ? "char" : "enumeration";
  return { kind: "ordinal", like, low, high, names: host.names ?? [] };
}
