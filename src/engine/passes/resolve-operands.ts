/**
 * Makes one body of the instructions of a basic block: operands become constants, the program counter an address in the
 * region, relative jumps go to its offsets, and boundaries say where each instruction begins.
 */

import { InternalError } from "../../base/errors.ts";
import type { Body, Node, Operand, Value } from "../ir.ts";
import { isUnlisted, withNested, withOperands } from "./rewrite.ts";

/** An instruction of actual guest code, staged with the values of its operands, at its place in the region. */
export interface PlacedInstruction {
  readonly offset: number;
  readonly length: 2 | 4;
  readonly body: Body;
}

/** The body of a block. */
export function concatenate(instructions: readonly PlacedInstruction[]): Body {
  const block: Node[] = [];
  for (const [index, instruction] of instructions.entries()) {
    const { offset, length } = instruction;
    block.push({ kind: "boundary", offset, length, index });
    for (const node of resolveOperands(instruction)) block.push(node);
  }
  return block;
}

/** An instruction's body without operands, but for the numbers of registers. */
export function resolveOperands(instruction: PlacedInstruction): Body {
  return new Resolver(instruction).body(instruction.body);
}

/** A node stands for one execution: the same encoding, met again, is other nodes. So all are copied. */
class Resolver {
  readonly #offset: number;
  readonly #length: number;
  readonly #made = new Map<Value, Value>();
  readonly #map = (value: Value): Value => this.#made.get(value) ?? value;
  readonly #body = (body: Body): Body => this.body(body);

  constructor({ offset, length }: PlacedInstruction) {
    this.#offset = offset;
    this.#length = length;
  }

  body(body: Body): Body {
    const out: Node[] = [];
    for (const old of body) {
      const node = this.#node(old);
      if (node === undefined) continue;
      if ("type" in node) this.#made.set(old as Value, node);
      if (!isUnlisted(node as Value)) out.push(node);
    }
    return out;
  }

  #node(node: Node): Node | undefined {
    switch (node.kind) {
      case "immediate": {
        const value = knownValue(node.operand);
        return { kind: "const", type: node.type, value: node.type === "i64" ? BigInt(value) : value | 0 };
      }
      case "pc":
        return { kind: "address", type: "i64", offset: this.#offset };
      case "nextPc":
        return { kind: "address", type: "i64", offset: this.#offset + this.#length };
      case "jumpRelative":
        return { kind: "goto", offset: this.#offset + knownValue(node.offset) };
      case "readRegister":
        return isZero(node) ? zeroOf(node.type) : { ...node };
      case "writeRegister":
        return isZero(node) ? undefined : { ...node, value: this.#map(node.value) };
      case "pure":
        return { ...node, args: node.args.map(this.#map) };
      default: {
        const made = withNested(withOperands(node, this.#map), this.#body, this.#map);
        return made === node ? { ...node } : made;
      }
    }
  }
}

function isZero({ file, operand }: Extract<Node, { kind: "readRegister" | "writeRegister" }>): boolean {
  return file.zero && knownValue(operand) === 0;
}

function zeroOf(type: Value["type"]): Value {
  return { kind: "const", type, value: type === "i64" ? 0n : 0 };
}

function knownValue({ name, value }: Operand): number {
  if (value === undefined) throw new InternalError(`the operand ${name} has no value`);
  return value;
}
