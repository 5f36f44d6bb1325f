/**
 * A program for one instruction: many cases, each with registers, immediates and rounding mode of its own.
 *
 *   load the operand registers (and fcsr, where floating point is used) from the case's inputs
 *   the instruction
 *   store what it wrote to the case's results
 *
 * Results, of eight bytes each: every register that was written, fcsr, which way control took, and where memory may
 * have been written two words of that.
 */

import { riscvDisassembler } from "../../src/isa/riscv/assembly.ts";
import type { Random } from "../../src/machine/testing/random.ts";
import { Code, emitEnd } from "../support/code.ts";
import { operandIn, randomBits, type Shape, type ShapeOperand, withOperand } from "../support/shape.ts";
import {
  PROGRAM_BASE,
  type ProgramCase,
  type ResultField,
  type UserProgram,
} from "../support/user-program.ts";
import { floatValue, fusedAddend, integerValue, nearbyFloat, random64, randomFor } from "./values.ts";

const INTEGER_CASES = 224;
const FLOAT_CASES = 448;
const USER_CSRS = [1, 2, 3] as const;
/** A case's inputs: up to three registers, fcsr, and memory of which an access touches the middle. */
const INPUT_BYTES = 64;
const FCSR_INPUT = 24;
const MEMORY_INPUT = 32;
/** Far enough from the start for the code of all cases. */
const RESULTS = 0x80000;

const TAKEN = 2;
const NOT_TAKEN = 1;

/** A register that an instruction names. */
interface UsedRegister {
  readonly file: string;
  readonly index: number;
  readonly name: string;
  readonly written: boolean;
}

/** The precision that most operands of an instruction have. */
export function precisionOf({ name }: Shape): "s" | "d" {
  return /^(fl|fs)w$|_s$|_w$/.test(name) ? "s" : "d";
}

function chooserFor(shape: Shape) {
  return ({ name }: ShapeOperand, random: Random): number | undefined => {
    if (name === "csr") return random.pick(USER_CSRS);
    if (name === "rm") return random.pick([0, 1, 2, 3, 4, 7, 7]);
    // The distance is that to the landing pad, which is near.
    if (shape.jump === "relative" && name === "imm") return 0;
    return undefined;
  };
}

/** Addresses are in rs1: x0 holds none. */
function suits(shape: Shape, bits: number): boolean {
  const needsAddress = shape.accessBytes > 0 || shape.jump === "absolute";
  return !needsAddress || operandIn(shape, "rs1", bits) !== 0;
}

function registersOf(shape: Shape, bits: number): UsedRegister[] {
  const seen = new Map<string, UsedRegister>();
  for (const { name, file, written } of shape.operands) {
    if (!file) continue;
    const index = operandIn(shape, name, bits);
    const known = seen.get(`${file}${index}`);
    const entry = { file, index, name: known?.name ?? name, written: written || (known?.written ?? false) };
    seen.set(`${file}${index}`, entry);
  }
  return [...seen.values()];
}

/** Makes the program of an instruction. */
export function instructionProgram(shape: Shape): UserProgram {
  return new InstructionProgram(shape).make();
}

class InstructionProgram {
  readonly #shape: Shape;
  readonly #random: Random;
  readonly #code = new Code(PROGRAM_BASE);
  readonly #usesFcsr: boolean;
  readonly #count: number;
  readonly #inputs: DataView<ArrayBuffer>;
  #resultAddress = PROGRAM_BASE + RESULTS;
  /** Of the case that is being made: the address of its inputs, and two registers that the instruction does not name. */
  #at = 0;
  #pointer = 0;
  #spare = 0;

  constructor(shape: Shape) {
    this.#shape = shape;
    this.#random = randomFor(shape.name);
    this.#usesFcsr = shape.usesFloat || shape.operands.some(({ name }) => name === "csr");
    const isArithmetic = shape.usesFloat && shape.accessBytes === 0;
    this.#count = isArithmetic ? FLOAT_CASES : INTEGER_CASES;
    this.#inputs = new DataView(new ArrayBuffer(this.#count * INPUT_BYTES));
  }

  make(): UserProgram {
    const code = this.#code;
    const start = code.label();
    code.jump(start);
    code.padTo(PROGRAM_BASE + INPUT_BYTES);
    const inputs = code.address;
    code.padTo(inputs + this.#inputs.byteLength);
    code.place(start);
    const cases = Array.from({ length: this.#count }, (_, index) => {
      this.#at = inputs + index * INPUT_BYTES;
      return this.#case(index * INPUT_BYTES);
    });
    const results = PROGRAM_BASE + RESULTS;
    const end = this.#resultAddress;
    emitEnd(code, results, end - results);
    const bytes = code.finish();
    if (bytes.length > RESULTS) throw new Error(`${this.#shape.name}: the code is too long`);
    const image = new Uint8Array(end - PROGRAM_BASE);
    image.set(bytes);
    image.set(new Uint8Array(this.#inputs.buffer), inputs - PROGRAM_BASE);
    return { name: this.#shape.name, image, results: RESULTS, cases };
  }

  #case(offset: number): ProgramCase {
    const shape = this.#shape;
    let bits = 0;
    do bits = randomBits(shape, this.#random, chooserFor(shape));
    while (!suits(shape, bits));
    const registers = registersOf(shape, bits);
    this.#chooseHelpers(registers);
    this.#fillInputs(offset, bits, registers);
    this.#emitLoads(registers, bits);
    bits = this.#emitInstruction(offset, bits);
    return { describe: this.#describe(offset, bits, registers), results: this.#emitResults(registers) };
  }

  #chooseHelpers(registers: readonly UsedRegister[]): void {
    const used = new Set(registers.filter(({ file }) => file === "x").map(({ index }) => index));
    const free = Array.from({ length: 31 }, (_, index) => index + 1).filter((index) => !used.has(index));
    const first = this.#random.below(free.length);
    [this.#pointer = 1, this.#spare = 2] = [free[first], free[(first + 1) % free.length]];
  }

  #fillInputs(offset: number, bits: number, registers: readonly UsedRegister[]): void {
    const random = this.#random;
    const precision = precisionOf(this.#shape);
    const values: bigint[] = [];
    for (const [index, { file, name }] of registers.entries()) {
      const [previous] = values;
      const related = previous !== undefined && random.once(4);
      if (file === "f") {
        const addend = name === "rs3" && random.once(3) ? fusedAddend(precision, values) : undefined;
        values[index] =
          addend ?? (related ? nearbyFloat(precision, previous, random) : floatValue(precision, random));
      } else {
        values[index] = related ? previous : integerValue(random);
      }
      this.#inputs.setBigUint64(offset + 8 * index, values[index] ?? 0n, true);
    }
    const rounding = this.#shape.usesFloat ? random.below(5) : random.below(8);
    const flags = random.once(2) ? random.below(32) : random.pick([0, 1]);
    this.#inputs.setBigUint64(offset + FCSR_INPUT, BigInt((rounding << 5) | flags), true);
    for (let at = MEMORY_INPUT; at < INPUT_BYTES; at += 8) {
      const value = this.#shape.usesFloat ? floatValue(precision, random) : random64(random);
      this.#inputs.setBigUint64(offset + at, value, true);
    }
    if (this.#shape.accessBytes > 0) this.#setAddress(offset, bits, this.#accessAddress(bits));
  }

  /** Within the case's memory; atomic accesses are aligned, others may not be. */
  #accessAddress(bits: number): number {
    const { accessBytes, atomic } = this.#shape;
    const step = atomic !== "none" || this.#random.once(2) ? accessBytes : 1;
    const place = this.#random.below(8 / step + 1) * step;
    return this.#at + MEMORY_INPUT + 8 + Math.min(place, 8) - operandIn(this.#shape, "imm", bits);
  }

  /** Sets the register that holds an address. */
  #setAddress(offset: number, bits: number, value: number): void {
    const rs1 = operandIn(this.#shape, "rs1", bits);
    const place = registersOf(this.#shape, bits).findIndex(
      ({ file, index }) => file === "x" && index === rs1,
    );
    this.#inputs.setBigUint64(offset + 8 * place, BigInt.asUintN(64, BigInt(value)), true);
  }

  #emitLoads(registers: readonly UsedRegister[], bits: number): void {
    const code = this.#code;
    code.constant(this.#pointer, this.#at);
    if (this.#usesFcsr) {
      code.insn("ld", { rd: this.#spare, rs1: this.#pointer, imm: FCSR_INPUT });
      code.insn("csrw", { csr: 3, rs1: this.#spare });
    }
    for (const [index, { file, index: rd }] of registers.entries()) {
      const operands = { rd, rs1: this.#pointer, imm: 8 * index };
      if (file === "f") code.insn("fld", operands);
      else if (rd !== 0) code.insn("ld", operands);
    }
    if (this.#shape.atomic === "store-conditional" && !this.#random.once(4)) {
      const name = this.#shape.accessBytes === 4 ? "lr_w" : "lr_d";
      code.insn(name, { rd: this.#spare, rs1: operandIn(this.#shape, "rs1", bits) });
    }
  }

  /** Emits the instruction, a jump with its landing pad before or after it. The bits with their final operands. */
  #emitInstruction(offset: number, bits: number): number {
    const { jump, picture } = this.#shape;
    const code = this.#code;
    if (jump === "none") {
      code.bits(bits, picture.width);
      return bits;
    }
    const [over, done] = [code.label(), code.label()];
    const backward = this.#random.once(2);
    const padding = 2 * this.#random.below(40);
    let target = 0;
    const pad = (): void => {
      target = code.address;
      code.insn("addi", { rd: this.#spare, rs1: 0, imm: TAKEN });
    };
    if (backward) {
      code.jump(over);
      pad();
      code.jump(done);
      code.padTo(code.address + padding);
    }
    code.place(over);
    const from = code.address;
    let final = bits;
    code.later(picture.width === 16 ? 16 : 32, () => final);
    code.insn("addi", { rd: this.#spare, rs1: 0, imm: NOT_TAKEN });
    if (!backward) {
      code.jump(done);
      code.padTo(code.address + padding);
      pad();
    }
    code.place(done);
    if (jump === "relative") final = withOperand(this.#shape, bits, "imm", target - from);
    else {
      const odd = this.#random.below(2);
      const base = target + odd - operandIn(this.#shape, "imm", bits);
      this.#setAddress(offset, bits, base);
    }
    return final;
  }

  #emitResults(registers: readonly UsedRegister[]): ResultField[] {
    const code = this.#code;
    const fields: ResultField[] = [];
    const [pointer, spare] = [this.#pointer, this.#spare];
    code.constant(pointer, this.#resultAddress);
    const store = (name: string, insn: string, rs2: number): void => {
      code.insn(insn, { rs1: pointer, rs2, imm: 8 * fields.length });
      fields.push({ name, bytes: 8 });
    };
    if (this.#shape.jump !== "none") store("control went (1: on, 2: to the target)", "sd", spare);
    for (const { name, file, index, written } of registers) {
      if (written) store(`${name} (${file}${index})`, file === "f" ? "fsd" : "sd", index);
    }
    if (this.#usesFcsr) {
      code.insn("csrr", { csr: 3, rd: spare });
      store("fcsr", "sd", spare);
    }
    if (this.#shape.stores) this.#emitMemory(store);
    this.#resultAddress += 8 * fields.length;
    return fields;
  }

  #emitMemory(store: (name: string, insn: string, rs2: number) => void): void {
    // The pointer register keeps the results; the case's memory is addressed from another register each time.
    for (const at of [8, 16]) {
      this.#code.constant(this.#spare, this.#at);
      this.#code.insn("ld", { rd: this.#spare, rs1: this.#spare, imm: MEMORY_INPUT + at });
      store(`memory +${at}`, "sd", this.#spare);
    }
  }

  #describe(offset: number, bits: number, registers: readonly UsedRegister[]): () => string {
    const length = this.#shape.picture.width === 16 ? 2 : 4;
    return () => {
      const values = registers.map(
        ({ file, index }, place) =>
          `${file}${index}=${hex(this.#inputs.getBigUint64(offset + 8 * place, true))}`,
      );
      if (this.#usesFcsr) values.push(`fcsr=${hex(this.#inputs.getBigUint64(offset + FCSR_INPUT, true))}`);
      return `${riscvDisassembler()(bits, length, 0n)} with ${values.join(" ")}`;
    };
  }
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
