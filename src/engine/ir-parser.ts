/** Reads the text form of the IR (see ir-text.ts). Names of registers, slots and helpers are those of one instruction set. */

import { signatureOf } from "../wasm/types.ts";
import type {
  AtomicOperation,
  Body,
  Helper,
  Node,
  Operand,
  Reached,
  Reaching,
  Value,
  ValueType,
} from "./ir.ts";
import { accessOf, type LoadName, type StoreName } from "./ops.ts";
import type { RegisterFile, StateSlot } from "./state-layout.ts";

/** What names in the text stand for. */
export interface IrNames {
  readonly files: readonly RegisterFile[];
  readonly slots: readonly StateSlot[];
  readonly helpers: readonly Helper[];
}

/** Text that is no IR. */
export class IrTextError extends Error {
  override readonly name = "IrTextError";
}

/** Reads a body. Throws `IrTextError` with the line. */
export function parseBody(text: string, names: IrNames): Body {
  const lines = text.split("\n").map((line) => line.replace(/\/\/.*/, "").trim());
  return new Parser(lines, names).whole();
}

class Parser {
  readonly #lines: readonly string[];
  readonly #names: IrNames;
  readonly #values = new Map<string, Value>();
  #at = 0;

  constructor(lines: readonly string[], names: IrNames) {
    this.#lines = lines;
    this.#names = names;
  }

  whole(): Body {
    const body = this.#body();
    if (this.#at < this.#lines.length) this.#fail("a brace or give that belongs nowhere");
    return body;
  }

  #fail(problem: string): never {
    throw new IrTextError(`line ${this.#at + 1}: ${problem}: ${this.#lines[this.#at] ?? "the end"}`);
  }

  /** Nodes up to a line that is not the body's. */
  #body(): Node[] {
    const body: Node[] = [];
    for (; this.#at < this.#lines.length; this.#at++) {
      const line = this.#lines[this.#at] ?? "";
      if (line.startsWith("}") || line.startsWith("give ")) break;
      if (line !== "") body.push(this.#node(line));
    }
    return body;
  }

  #node(line: string): Node {
    const definition = /^(v\w*) = (.*)$/.exec(line);
    if (!definition) return this.#effect(line);
    const [, name = "", text = ""] = definition;
    const value = this.#value(text);
    this.#values.set(name, value);
    return value;
  }

  #value(text: string): Value {
    const [first = "", ...rest] = text.split(" ");
    const arg = (index: number): Value => this.#use(rest[index]);
    const register = this.#register(text);
    if (register) return { kind: "readRegister", ...register };
    switch (first) {
      case "pc":
      case "nextPc":
        return { kind: first, type: "i64" };
      case "i32.immediate":
      case "i64.immediate":
        return { kind: "immediate", type: first.slice(0, 3) as "i32", operand: operand(rest[0], "signed") };
      case "state":
        return this.#readState(rest[0] ?? "");
      case "load": {
        const access = accessOf(rest[0] as LoadName);
        const type = access.op.slice(0, 3) as ValueType;
        return { kind: "load", type, access, address: arg(1), ...this.#reached(rest.slice(2)) };
      }
      case "reach":
        return {
          kind: "reach",
          type: "i32",
          address: arg(1),
          size: Number(rest[2]),
          access: rest[0] as Reaching,
        };
      case "atomic": {
        const operation = rest[0] as AtomicOperation;
        return {
          kind: "atomic",
          type: "i64",
          operation,
          size: size(rest[1]),
          address: arg(2),
          value: arg(3),
        };
      }
      case "compareExchange": {
        const [address, expected, value] = [arg(1), arg(2), arg(3)];
        return { kind: "compareExchange", type: "i32", size: size(rest[0]), address, expected, value };
      }
      case "call": {
        const helper = this.#find(this.#names.helpers, rest[0], "helper");
        const args = rest.slice(1).map((name) => this.#use(name));
        return { kind: "call", type: helper.result ?? this.#fail("a helper without result"), helper, args };
      }
      case "choose":
        return this.#choose(arg(0));
      default: {
        const args = rest.map((name) => this.#use(name));
        const type = first === "select" ? args[0]?.type : signatureOf(first).results[0];
        return { kind: "pure", type: type ?? this.#fail("an unknown operation"), op: first, args };
      }
    }
  }

  #effect(line: string): Node {
    const [left = "", right] = line.split(" = ");
    if (right !== undefined) {
      const register = this.#register(left);
      const value = this.#use(right);
      if (register) return { kind: "writeRegister", file: register.file, operand: register.operand, value };
      const slot = this.#find(this.#names.slots, left.replace(/^state /, ""), "slot");
      return { kind: "writeState", slot, value };
    }
    const [first = "", ...rest] = line.split(" ");
    const arg = (index: number): Value => this.#use(rest[index]);
    switch (first) {
      case "if":
        return this.#if(arg(0));
      case "store": {
        const [access, address, value] = [accessOf(rest[0] as StoreName), arg(1), arg(2)];
        return { kind: "store", access, address, value, ...this.#reached(rest.slice(3)) };
      }
      case "call": {
        const helper = this.#find(this.#names.helpers, rest[0], "helper");
        return { kind: "callEffect", helper, args: rest.slice(1).map((name) => this.#use(name)) };
      }
      case "jump":
        return { kind: "jump", target: arg(0) };
      case "jumpRelative":
        return { kind: "jumpRelative", offset: operand(rest[0], "signed") };
      case "goto":
        return { kind: "goto", offset: Number(rest[0]?.slice(1)) };
      case "boundary": {
        const [offset = 0, length, index = 0] = rest.map((part) => Number(part.slice(1)));
        return { kind: "boundary", offset, length: length === 2 ? 2 : 4, index };
      }
      case "trap":
        return { kind: "trap", cause: Number(rest[0]), value: arg(1) };
      default:
        return this.#fail("neither a value nor an effect");
    }
  }

  #if(condition: Value): Node {
    this.#at += 1;
    const whenTrue = this.#body();
    const hasElse = this.#lines[this.#at] === "} else {";
    if (hasElse) this.#at += 1;
    const whenFalse = hasElse ? this.#body() : [];
    this.#expect("}");
    return { kind: "if", condition, whenTrue, whenFalse };
  }

  #choose(condition: Value): Value {
    const branch = (end: string) => {
      this.#at += 1;
      const body = this.#body();
      const result = this.#use(/^give (\S+)$/.exec(this.#lines[this.#at] ?? "")?.[1]);
      this.#at += 1;
      this.#expect(end);
      return { body, result };
    };
    const whenTrue = branch("} else {");
    const whenFalse = branch("}");
    return { kind: "choose", type: whenTrue.result.type, condition, whenTrue, whenFalse };
  }

  #expect(line: string): void {
    if (this.#lines[this.#at] !== line) this.#fail(`expected "${line}"`);
  }

  #readState(text: string): Value {
    const [, name, index] = /^(\w+)(?:\[(\S+)\])?$/.exec(text) ?? [];
    const slot = this.#find(this.#names.slots, name, "slot");
    const type = slot.type === "i64" ? "i64" : "i32";
    return { kind: "readState", type, slot, ...(index && { index: this.#use(index) }) };
  }

  #register(text: string): { file: RegisterFile; operand: Operand; type: ValueType } | undefined {
    const [, fileName, name = "", type = "i64"] = /^(\w+)\[(\S+)\](?::(\w+))?$/.exec(text) ?? [];
    const file = this.#names.files.find((candidate) => candidate.name === fileName);
    if (!file) return undefined;
    if (name.startsWith("$")) return { file, operand: operand(name, "register"), type: type as ValueType };
    const value = file.names.indexOf(name);
    if (value < 0) this.#fail(`no register ${name}`);
    return { file, operand: { name, kind: "register", value }, type: type as ValueType };
  }

  #reached([at, text = ""]: readonly string[]): { reached: Reached } | undefined {
    if (at === undefined) return undefined;
    const [base, offset] = text.split("+");
    return { reached: { base: this.#use(base), offset: Number(offset) } };
  }

  #use(text = ""): Value {
    const known = this.#values.get(text);
    if (known) return known;
    if (text.startsWith("@")) return { kind: "address", type: "i64", offset: Number(text.slice(1)) };
    const [, number = "", type = "i64"] =
      /^(-?[\d.]+(?:e[-+]?\d+)?|-?Infinity|NaN)(?::(\w+))?$/.exec(text) ?? [];
    if (number === "") return this.#fail(`no value ${text}`);
    return {
      kind: "const",
      type: type as ValueType,
      value: type === "i64" ? BigInt(number) : Number(number),
    };
  }

  #find<T extends { readonly name: string }>(list: readonly T[], name: string | undefined, what: string): T {
    return list.find((candidate) => candidate.name === name) ?? this.#fail(`no ${what} ${name}`);
  }
}

function operand(text = "", kind: Operand["kind"]): Operand {
  const [name = "", value] = text.slice(1).split("=");
  return value === undefined ? { name, kind } : { name, kind, value: Number(value) };
}

function size(text: string | undefined): 4 | 8 {
  return text === "4" ? 4 : 8;
}
