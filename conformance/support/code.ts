/** Emits machine code at fixed addresses, with labels that are resolved at the end. */

import { riscvAssembler } from "../../src/isa/riscv/assembly.ts";

/** A place in the code. */
export interface Label {
  address: number;
}

export class Code {
  readonly #base: number;
  readonly #halves: number[] = [];
  readonly #fixups: (() => void)[] = [];

  constructor(base: number) {
    this.#base = base;
  }

  get address(): number {
    return this.#base + 2 * this.#halves.length;
  }

  /** Emits an encoded instruction. */
  bits(bits: number, width: number): void {
    this.#halves.push(bits & 0xffff);
    if (width === 32) this.#halves.push(bits >>> 16);
  }

  /** Emits an instruction of 32 bits by its name in the instruction set. */
  insn(name: string, operands: Readonly<Record<string, number>>): void {
    this.bits(riscvAssembler().encode(name, operands), 32);
  }

  /** Emits an instruction that may know labels that are placed later. */
  later(width: 16 | 32, encode: () => number): void {
    const at = this.#halves.length;
    this.bits(0, width);
    this.#fixups.push(() => {
      const bits = encode();
      this.#halves[at] = bits & 0xffff;
      if (width === 32) this.#halves[at + 1] = bits >>> 16;
    });
  }

  label(): Label {
    return { address: -1 };
  }

  place(label: Label): void {
    label.address = this.address;
  }

  /** Loads a constant below 2 GiB: always two instructions. */
  constant(rd: number, value: number): void {
    const low = (value << 20) >> 20;
    this.insn("lui", { rd, imm20: value - low });
    this.insn("addi", { rd, rs1: rd, imm: low });
  }

  /** jal zero, label */
  jump(label: Label): void {
    const from = this.address;
    this.later(32, () => riscvAssembler().encode("jal", { rd: 0, imm: label.address - from }));
  }

  /** Fills with c.nop up to an address. */
  padTo(address: number): void {
    while (this.address < address) this.bits(0x0001, 16);
  }

  finish(): Uint8Array {
    for (const fixup of this.#fixups) fixup();
    return new Uint8Array(Uint16Array.from(this.#halves).buffer);
  }
}

const A0 = 10;
const A1 = 11;
const A2 = 12;
const A7 = 17;
const WRITE = 64;
const EXIT = 93;

/** Writes memory to standard output and exits, by Linux's system calls. */
export function emitEnd(code: Code, address: number, bytes: number): void {
  code.constant(A0, 1);
  code.constant(A1, address);
  code.constant(A2, bytes);
  code.constant(A7, WRITE);
  code.insn("ecall", {});
  code.constant(A0, 0);
  code.constant(A7, EXIT);
  code.insn("ecall", {});
}
