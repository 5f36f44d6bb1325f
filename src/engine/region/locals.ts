/** The local variables of a region: guest registers, and what its code works with. */

import type { FunctionWriter } from "../../wasm/function-writer.ts";
import type { AccessLocals } from "../guest-memory-code.ts";
import { type Body, type Node, visitNodes } from "../ir.ts";
import type { RegisterFile } from "../state-layout.ts";

/** A guest register that a region uses. */
export interface GuestRegister {
  readonly local: number;
  readonly type: "i64" | "f64";
  /** Offset in the hart's state. */
  readonly offset: number;
  /** A bit of its own, for sets of registers. */
  readonly bit: bigint;
}

export class RegionLocals implements AccessLocals {
  readonly dataTlb: number;
  readonly flatBytes: number;
  readonly address: number;
  readonly entry: number;
  /** Steps left. */
  readonly budget: number;
  /** Virtual address of the base page: a parameter. */
  readonly base = 1;
  /** Which target of a dispatch node is meant. */
  readonly label: number;
  /** Where an indirect jump goes. */
  readonly target: number;
  /** Where the region is left for the interpreter: the instruction's offset, and how many are to be taken from the budget. */
  readonly leftAt: number;
  readonly #code: FunctionWriter;
  readonly #registers = new Map<number, GuestRegister>();

  constructor(code: FunctionWriter) {
    this.#code = code;
    this.dataTlb = code.local("i32", "dataTlb");
    this.flatBytes = code.local("i64", "flatBytes");
    this.entry = code.local("i32", "entry");
    this.budget = code.local("i32", "budget");
    this.label = code.local("i32", "label");
    this.leftAt = code.local("i32", "leftAt");
    this.address = code.local("i64", "address");
    this.target = code.local("i64", "target");
  }

  /** Gives every register that a body uses its local. */
  name(body: Body): void {
    visitNodes(body, (node) => void this.bitOf(node));
  }

  /** The bit of the register that a node reads or writes. */
  bitOf(node: Node): bigint {
    if (node.kind !== "readRegister" && node.kind !== "writeRegister") return 0n;
    return this.register(node.file, node.operand.value ?? 0).bit;
  }

  register(file: RegisterFile, index: number): GuestRegister {
    const offset = file.offset + 8 * index;
    const known = this.#registers.get(offset);
    if (known) return known;
    const register = {
      local: this.#code.local(file.type, file.names[index]),
      type: file.type,
      offset,
      bit: 1n << BigInt(this.#registers.size),
    };
    this.#registers.set(offset, register);
    return register;
  }

  /** The registers of a set. */
  among(set: bigint): GuestRegister[] {
    return [...this.#registers.values()].filter(({ bit }) => (set & bit) !== 0n);
  }
}
