/**
 * The IR as text, for people, tests and tools. One node a line:
 *
 *   boundary @4 +2 #1                     the instruction at offset 4 of the region begins: two bytes, the second of its block
 *   v1 = x[a0]                            reads a register; `f[fa0]:f64` as another type than i64
 *   v2 = i64.add v1 16                    constants are where they are used; `3:i32` where they are not i64
 *   v3 = load i64.load32_s v2 at v9+8     without `at` where it is not known whether v9 reaches it
 *   v4 = state fcsr                       `state fpFast[v1]` from a table
 *   x[a1] = @8                            the address of the region plus 8
 *   if v4 { ... } else { ... }            each brace ends its line
 *   v5 = choose v4 { give v1 } else { give v2 }
 *
 * and so on: `store`, `reach`, `atomic`, `compareExchange`, `call`, `jump`, `goto`, `trap`, `state s = v`. Operands without a
 * value are `$name`. Text behind // is not read. Parsing what was printed gives the same nodes, except that constants
 * are in no list.
 */

import { InternalError } from "../base/errors.ts";
import type { Body, Node, Operand, Reached, Value } from "./ir.ts";

/** Shows a body, a line for each node. */
export function printBody(body: Body): string {
  return new Printer().body(body, "").join("\n");
}

class Printer {
  readonly #names = new Map<Value, string>();

  body(body: Body, indent: string): string[] {
    return body.flatMap((node) => this.#lines(node).map((line) => indent + line));
  }

  #lines(node: Node): string[] {
    switch (node.kind) {
      case "const":
      case "address":
        return [];
      case "if": {
        const head = `if ${this.#use(node.condition)} {`;
        const otherwise = this.body(node.whenFalse, "  ");
        const tail = otherwise.length > 0 ? ["} else {", ...otherwise, "}"] : ["}"];
        return [head, ...this.body(node.whenTrue, "  "), ...tail];
      }
      case "choose": {
        const condition = this.#use(node.condition);
        const [yes, no] = [node.whenTrue, node.whenFalse].map(({ body, result }) => {
          const lines = this.body(body, "  ");
          return [...lines, `  give ${this.#use(result)}`];
        }) as [string[], string[]];
        return [`${this.#define(node)} = choose ${condition} {`, ...yes, "} else {", ...no, "}"];
      }
      default: {
        const text = this.#text(node);
        return [isValue(node) ? `${this.#define(node)} = ${text}` : text];
      }
    }
  }

  #define(value: Value): string {
    const name = `v${this.#names.size + 1}`;
    this.#names.set(value, name);
    return name;
  }

  #text(node: Exclude<Node, { kind: "const" | "address" | "if" | "choose" }>): string {
    const use = (...values: readonly Value[]): string => values.map((value) => this.#use(value)).join(" ");
    switch (node.kind) {
      case "immediate":
        return `${node.type}.immediate ${operandText(node.operand)}`;
      case "pc":
      case "nextPc":
        return node.kind;
      case "parameter":
        return `parameter ${node.index}`;
      case "pure":
        return `${node.op} ${use(...node.args)}`;
      case "readRegister":
        return `${registerText(node)}${node.type === "i64" ? "" : `:${node.type}`}`;
      case "readState":
        return `state ${node.slot.name}${node.index ? `[${use(node.index)}]` : ""}`;
      case "load":
        return `load ${node.access.op} ${use(node.address)}${this.#at(node.reached)}`;
      case "reach":
        return `reach ${node.access} ${use(node.address)} ${node.size}`;
      case "atomic":
        return `atomic ${node.operation} ${node.size} ${use(node.address, node.value)}`;
      case "compareExchange":
        return `compareExchange ${node.size} ${use(node.address, node.expected, node.value)}`;
      case "call":
      case "callEffect":
        return `call ${[node.helper.name, ...node.args.map((arg) => this.#use(arg))].join(" ")}`;
      case "writeRegister":
        return `${registerText(node)} = ${use(node.value)}`;
      case "writeState":
        return `state ${node.slot.name} = ${use(node.value)}`;
      case "store":
        return `store ${node.access.op} ${use(node.address, node.value)}${this.#at(node.reached)}`;
      case "jump":
        return `jump ${use(node.target)}`;
      case "jumpRelative":
        return `jumpRelative ${operandText(node.offset)}`;
      case "goto":
        return `goto @${node.offset}`;
      case "boundary":
        return `boundary @${node.offset} +${node.length} #${node.index}`;
      case "trap":
        return `trap ${node.cause} ${use(node.value)}`;
    }
  }

  #at(reached: Reached | undefined): string {
    return reached ? ` at ${this.#use(reached.base)}+${reached.offset}` : "";
  }

  #use(value: Value): string {
    if (value.kind === "address") return `@${value.offset}`;
    if (value.kind !== "const") return this.#names.get(value) ?? `undefined-${value.kind}`;
    const number = Object.is(value.value, -0) ? "-0" : String(value.value);
    return value.type === "i64" ? number : `${number}:${value.type}`;
  }
}

function isValue(node: Node): node is Value {
  return "type" in node;
}

function registerText({ file, operand }: Extract<Node, { kind: "readRegister" | "writeRegister" }>): string {
  const { value } = operand;
  const name = value === undefined ? undefined : (file.names[value] ?? String(value));
  return `${file.name}[${name ?? operandText(operand)}]`;
}

function operandText({ name, value }: Operand): string {
  return value === undefined ? `$${name}` : `$${name}=${value}`;
}

/** For messages about a single node. */
export function describeNode(node: Node): string {
  const [line] = new Printer().body([node], "");
  if (line === undefined) throw new InternalError(`a ${node.kind} has no text of its own`);
  return line;
}
