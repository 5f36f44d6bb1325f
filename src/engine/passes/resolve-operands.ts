/**
 * Makes one body of the instructions of a basic block: operands become constants, the program counter an address in the
 * region, relative jumps go to its offsets, and boundaries say where each instruction begins.
 */

import { InternalError } from "../../base/errors.ts";
import type { Body, Node, Operand, Value } from "../ir.ts";
import { rewriteBody } from "./rewrite.ts";

/** An instruction of actual guest code, staged with the values of its operands. */
export interface PlacedInstruction {
  /** Of its first byte, in the region. */
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
export function resolveOperands({ offset, length, body }: PlacedInstruction): Body {
  return rewriteBody(body, (node) => {
    switch (node.kind) {
      case "immediate": {
        const value = knownValue(node.operand);
        return { kind: "const", type: node.type, value: node.type === "i64" ? BigInt(value) : value | 0 };
      }
      case "pc":
        return { kind: "address", type: "i64", offset };
      case "nextPc":
        return { kind: "address", type: "i64", offset: offset + length };
      case "jumpRelative":
        return { kind: "goto", offset: offset + knownValue(node.offset) };
      case "readRegister":
        return isZero(node) ? zeroOf(node.type) : { ...node };
      case "writeRegister":
        return isZero(node) ? undefined : { ...node };
      default:
        // A node stands for one execution: the same encoding, met again, is other nodes.
        return { ...node };
    }
  });
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
