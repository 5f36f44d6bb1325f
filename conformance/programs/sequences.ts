/**
 * Programs of random instructions. Each holds some sequences; a sequence starts from random registers, runs, and leaves
 * all registers (but one, which addresses the results) and fcsr as its results.
 *
 *   straight       computation only, all instructions mixed
 *   memory         loads, stores and atomics of all widths, many misaligned, around the end of a page
 *   pairs          frequent instructions one after the other, in every combination: what the interpreter may run as one
 *   control flow   blocks that end in random jumps forward and backward until their fuel is spent, over a page's end
 */

import { riscvAssembler, riscvDisassembler } from "../../src/isa/riscv/assembly.ts";
import { riscv } from "../../src/isa/riscv/instruction-set.ts";
import type { Random } from "../../src/machine/testing/random.ts";
import { Code, emitEnd, type Label } from "../support/code.ts";
import { deviations } from "../support/deviations.ts";
import {
  operandIn,
  randomBits,
  type Shape,
  type ShapeOperand,
  shapes,
  withOperand,
} from "../support/shape.ts";
import type { Entry } from "../support/suites.ts";
import {
  PROGRAM_BASE,
  type ProgramCase,
  type ResultField,
  type UserProgram,
} from "../support/user-program.ts";
import { floatValue, integerValue, randomFor } from "./values.ts";

const SEQUENCES = 20;
const RESULTS = 0x100000;
const BUFFERS = 0x80000;
const PAGE = 4096;
/** x registers, f registers and fcsr. */
const INPUT_BYTES = 65 * 8;
const FCSR_INPUT = 64 * 8;
const SP = 2;

/** Where QEMU errs, a sequence would go astray. */
const isSound = ({ name }: Shape): boolean => !deviations.some(({ program }) => program === name);
const computing = shapes.filter(
  (shape) => shape.jump === "none" && shape.accessBytes === 0 && isSound(shape),
);
const accessing = shapes.filter(({ accessBytes }) => accessBytes > 0);
const jumping = shapes.filter(({ jump }) => jump !== "none");

/** What a kind of sequence adds to the frame that all share. */
interface Kind {
  readonly name: string;
  /** Emits the body; `reserved` are the registers that it may not name. */
  readonly body: (sequence: Sequence) => void;
  readonly usesBuffer?: boolean;
}

function entries(kind: Kind, programs: number): readonly Entry[] {
  return Array.from({ length: programs }, (_, index) => {
    const name = `${kind.name}-${index}`;
    return { name, make: () => sequenceProgram(kind, name) };
  });
}

function sequenceProgram(kind: Kind, name: string): UserProgram {
  const random = randomFor(name);
  const code = new Code(PROGRAM_BASE);
  const start = code.label();
  code.jump(start);
  code.padTo(PROGRAM_BASE + 64);
  const inputs = new DataView(new ArrayBuffer(SEQUENCES * INPUT_BYTES));
  const inputAddress = code.address;
  code.padTo(inputAddress + inputs.byteLength);
  code.place(start);
  let result = PROGRAM_BASE + RESULTS;
  const cases: ProgramCase[] = [];
  for (let index = 0; index < SEQUENCES; index++) {
    const sequence = new Sequence(code, random, kind, index, inputAddress + index * INPUT_BYTES, result);
    fillInputs(new DataView(inputs.buffer, index * INPUT_BYTES, INPUT_BYTES), random, sequence);
    const made = sequence.emit();
    result += 8 * made.results.length;
    cases.push(made);
  }
  emitEnd(code, PROGRAM_BASE + RESULTS, result - PROGRAM_BASE - RESULTS);
  const bytes = code.finish();
  if (bytes.length > BUFFERS) throw new Error(`${name}: the code is too long`);
  const image = new Uint8Array(result - PROGRAM_BASE);
  image.set(bytes);
  image.set(new Uint8Array(inputs.buffer), inputAddress - PROGRAM_BASE);
  if (kind.usesBuffer) {
    for (let at = BUFFERS; at < RESULTS; at++) image[at] = (at * 37 + 11) & 0xff;
  }
  return { name, image, results: RESULTS, cases };
}

function fillInputs(view: DataView, random: Random, sequence: Sequence): void {
  for (let index = 0; index < 32; index++) {
    view.setBigUint64(8 * index, sequence.fixed.get(index) ?? integerValue(random), true);
    view.setBigUint64(8 * (32 + index), floatValue(random.once(2) ? "s" : "d", random), true);
  }
  view.setBigUint64(FCSR_INPUT, BigInt((random.below(5) << 5) | random.below(32)), true);
}

/** One sequence while it is made. */
class Sequence {
  readonly code: Code;
  readonly random: Random;
  readonly kind: Kind;
  /** Addresses the inputs and the results, and is not used in between. */
  readonly pointer: number;
  /** Registers with a meaning: their initial values. Random instructions do not write them. */
  readonly fixed = new Map<number, bigint>();
  readonly #reserved = new Set<number>();
  readonly #inputs: number;
  readonly #results: number;
  readonly #shown: (() => string)[] = [];
  readonly #fields: ResultField[] = [];
  /** The middle of the buffer of a memory sequence. */
  readonly base: number;
  readonly baseRegister: number;
  readonly fuel: number;
  readonly path: number;
  readonly end: Label;

  constructor(code: Code, random: Random, kind: Kind, index: number, inputs: number, results: number) {
    this.code = code;
    this.random = random;
    this.kind = kind;
    this.#inputs = inputs;
    this.#results = results;
    this.end = code.label();
    const choose = (first: number, count: number): number => {
      for (;;) {
        const register = first + random.below(count);
        if (this.#reserved.has(register)) continue;
        this.#reserved.add(register);
        return register;
      }
    };
    this.pointer = choose(3, 29);
    this.base = PROGRAM_BASE + BUFFERS + (index + 1) * PAGE - 8 * random.below(32);
    this.baseRegister = 0;
    this.fuel = 0;
    this.path = 0;
    if (kind.usesBuffer) {
      this.baseRegister = choose(8, 8);
      this.#reserved.add(SP);
      this.fixed.set(SP, BigInt(this.base)).set(this.baseRegister, BigInt(this.base));
    }
    if (kind.name === "control-flow") {
      this.fuel = choose(3, 29);
      this.path = choose(3, 29);
      this.fixed.set(this.fuel, 80n);
    }
  }

  emit(): ProgramCase {
    this.#emitInputs();
    this.kind.body(this);
    this.code.place(this.end);
    this.#emitRegisters();
    if (this.kind.usesBuffer) this.#emitBuffer();
    const shown = this.#shown;
    return { describe: () => `\n    ${shown.map((line) => line()).join("\n    ")}`, results: this.#fields };
  }

  #emitInputs(): void {
    const { code, pointer } = this;
    code.constant(pointer, this.#inputs);
    code.insn("ld", { rd: 1, rs1: pointer, imm: FCSR_INPUT });
    code.insn("csrw", { csr: 3, rs1: 1 });
    for (let rd = 0; rd < 32; rd++) code.insn("fld", { rd, rs1: pointer, imm: 8 * (32 + rd) });
    for (let rd = 1; rd < 32; rd++) {
      if (rd !== pointer) code.insn("ld", { rd, rs1: pointer, imm: 8 * rd });
    }
  }

  /** Emits a random instruction of a shape, with chosen operands, that writes no register with a meaning. */
  instruction(
    shape: Shape,
    choose: (operand: ShapeOperand) => number | undefined = () => undefined,
    keep?: number,
  ): void {
    const bits = this.choose(shape, choose, keep);
    this.show(bits, shape);
    this.code.bits(bits, shape.picture.width);
  }

  /** The same without emitting it; `keep` is one more register that is not written. */
  choose(shape: Shape, choose: (operand: ShapeOperand) => number | undefined, keep?: number): number {
    for (;;) {
      const bits = randomBits(shape, this.random, (operand, random) => {
        if (operand.name === "rm") return random.pick([0, 1, 2, 3, 4, 7, 7, 7]);
        if (operand.name === "csr") return 1;
        return choose(operand);
      });
      const allowed = shape.operands.every((operand) => {
        if (operand.file !== "x") return true;
        const register = operandIn(shape, operand.name, bits);
        const wanted = choose(operand);
        if (operand.field !== undefined && wanted !== undefined && register !== wanted) return false;
        return (
          register !== this.pointer &&
          !(operand.written && (register === keep || this.#reserved.has(register)))
        );
      });
      if (allowed) return bits;
    }
  }

  show(bits: number, shape: Shape): void {
    const { address } = this.code;
    const length = shape.picture.width === 16 ? 2 : 4;
    this.#shown.push(() => `${address.toString(16)}: ${riscvDisassembler()(bits, length, BigInt(address))}`);
  }

  /** A register that may be written, other than x0. */
  register(): number {
    for (;;) {
      const register = 1 + this.random.below(31);
      if (!this.#reserved.has(register)) return register;
    }
  }

  /** A shape that does not always write a register with a meaning, as C.ADDI16SP does sp. */
  pick(from: readonly Shape[]): Shape {
    for (;;) {
      const shape = from[this.random.below(from.length)];
      const always = shape?.operands.some(
        ({ written, fixed }) => written && fixed !== undefined && this.#reserved.has(fixed),
      );
      if (shape && !always) return shape;
    }
  }

  #emitRegisters(): void {
    const { code, pointer } = this;
    code.constant(pointer, this.#results);
    for (let index = 1; index < 32; index++) {
      if (index !== pointer) this.#store(`x${index}`, "sd", index);
    }
    for (let index = 0; index < 32; index++) this.#store(`f${index}`, "fsd", index);
    code.insn("csrr", { csr: 3, rd: 1 });
    this.#store("fcsr", "sd", 1);
  }

  #emitBuffer(): void {
    const { code } = this;
    code.constant(1, this.base);
    for (let offset = -BEFORE; offset < AFTER; offset += 8) {
      code.insn("ld", { rd: 3 === this.pointer ? 4 : 3, rs1: 1, imm: offset });
      this.#store(`memory at the base + ${offset}`, "sd", 3 === this.pointer ? 4 : 3);
    }
  }

  #store(name: string, insn: string, rs2: number): void {
    this.code.insn(insn, { rs1: this.pointer, rs2, imm: 8 * this.#fields.length });
    this.#fields.push({ name, bytes: 8 });
  }
}

/** The bytes before and after the base that accesses may touch: the largest offset of a compressed access is 504. */
const BEFORE = 256;
const AFTER = 520;

const straight: Kind = {
  name: "straight",
  body: (sequence) => {
    for (let count = 0; count < 50; count++) sequence.instruction(sequence.pick(computing));
  },
};

const memory: Kind = {
  name: "memory",
  usesBuffer: true,
  body: (sequence) => {
    for (let count = 0; count < 50; count++) {
      if (sequence.random.once(4)) sequence.instruction(sequence.pick(computing));
      else emitAccess(sequence, sequence.pick(accessing));
    }
  },
};

function emitAccess(sequence: Sequence, shape: Shape, keep?: number): void {
  const { random, baseRegister } = sequence;
  if (shape.atomic !== "none") {
    const address = sequence.register();
    const place = 8 * (random.below(8) - 4) + (shape.accessBytes === 4 ? 4 * random.below(2) : 0);
    sequence.code.insn("addi", { rd: address, rs1: baseRegister, imm: place });
    sequence.instruction(shape, ({ name }) => (name === "rs1" ? address : undefined));
    return;
  }
  const isShort = shape.picture.width === 16;
  const offset = random.below(512) - BEFORE;
  const choose = ({ name, field }: ShapeOperand): number | undefined => {
    if (name === "rs1" && field !== undefined)
      return isShort ? baseRegister : random.pick([SP, baseRegister]);
    return name === "imm" && !isShort ? offset : undefined;
  };
  sequence.instruction(shape, choose, keep);
}

const BLOCKS = 14;

const controlFlow: Kind = {
  name: "control-flow",
  body: (sequence) => {
    const { code, random } = sequence;
    const labels = Array.from({ length: BLOCKS }, () => code.label());
    const pageEnd = Math.ceil((code.address + 500) / PAGE) * PAGE;
    const start = code.label();
    code.jump(start);
    code.padTo(pageEnd - 2 * random.below(200) - 20);
    code.place(start);
    for (let block = 0; block < BLOCKS; block++) emitBlock(sequence, labels, block);
  },
};

function emitBlock(sequence: Sequence, labels: readonly Label[], block: number): void {
  const { code, random, fuel, path, end } = sequence;
  const label = labels[block];
  if (label) code.place(label);
  code.insn("addi", { rd: fuel, rs1: fuel, imm: -1 });
  const from = code.address;
  code.later(32, () => riscvAssembler().encode("bge", { rs1: 0, rs2: fuel, imm: end.address - from }));
  code.insn("rori", { rd: path, rs1: path, shamt: 7 });
  code.insn("addi", { rd: path, rs1: path, imm: block });
  for (let count = random.below(4); count >= 0; count--) sequence.instruction(sequence.pick(computing));
  emitJump(sequence, sequence.pick(jumping), labels, block);
}

function emitJump(sequence: Sequence, shape: Shape, labels: readonly Label[], block: number): void {
  const { code, random } = sequence;
  // Compressed branches reach two blocks far.
  const reach = shape.picture.width === 16 && shape.jump === "relative" ? 2 : BLOCKS;
  const first = Math.max(0, block - reach);
  const last = Math.min(BLOCKS - 1, block + reach);
  const target = labels[first + random.below(last - first + 1)];
  if (!target) return;
  const width = shape.picture.width === 16 ? 16 : 32;
  if (shape.jump === "relative") {
    const bits = sequence.choose(shape, ({ name }) => (name === "imm" ? 0 : undefined));
    sequence.show(bits, shape);
    const from = code.address;
    code.later(width, () => withOperand(shape, bits, "imm", target.address - from));
    return;
  }
  const register = sequence.register();
  const bits = sequence.choose(shape, ({ name }) => (name === "rs1" ? register : undefined));
  const value = (): number => target.address - operandIn(shape, "imm", bits);
  const low = (): number => (value() << 20) >> 20;
  code.later(32, () => riscvAssembler().encode("lui", { rd: register, imm20: value() - low() }));
  code.later(32, () => riscvAssembler().encode("addi", { rd: register, rs1: register, imm: low() }));
  sequence.show(bits, shape);
  code.bits(bits, width);
}

/**
 * The instructions that compilers use most, by the name of the full form and the length in bytes. The list is not the
 * interpreter's own, so that this one and its recordings stay when that one changes.
 */
const frequent =
  "addi/2 addi/4 add/2 add/4 ld/2 ld/4 sd/2 sd/4 lw/2 lw/4 sw/2 sw/4 lbu/4 lhu/4 sb/4 slli/2 slli/4 srli/2 srli/4 and/2 and/4 " +
  "andi/2 andi/4 or/2 or/4 xor/2 xor/4 sub/2 sub/4 addw/2 addw/4 addiw/2 addiw/4 subw/2 mul/4 mulw/4 lui/2 lui/4 auipc/4 sltu/4 " +
  "sltiu/4 beq/2 beq/4 bne/2 bne/4 blt/4 bge/4 bltu/4 bgeu/4 jal/2 jalr/2 fld/4 fsd/4";

/** The shapes of each frequent instruction: a compressed one may be one of several. */
const frequentShapes: readonly (readonly Shape[])[] = frequent.split(" ").map((entry) => {
  const [name, length] = entry.split("/");
  return shapes.filter(
    (shape) => fullForm(shape.name) === name && shape.picture.width === 8 * Number(length),
  );
});

function fullForm(name: string): string {
  const instruction = riscv.instructions[name];
  return instruction?.kind === "short" ? instruction.base : name;
}

const PAIRS = 60;

const pairs: Kind = {
  name: "pairs",
  usesBuffer: true,
  body: (sequence) => {
    for (let count = 0; count < PAIRS; count++) emitPair(sequence);
  },
};

/** Two frequent instructions and one more; the jumps among them go behind that. */
function emitPair(sequence: Sequence): void {
  const { code, random } = sequence;
  const after = code.label();
  const chosen = [0, 1, 2].map(() =>
    sequence.pick(frequentShapes[random.below(frequentShapes.length)] ?? shapes),
  );
  // Not ra, which C.JALR writes.
  let target = 0;
  do target = sequence.register();
  while (target === 1);
  if (chosen.some(({ jump }) => jump === "absolute")) emitAddress(sequence, target, after);
  for (const shape of chosen) {
    if (shape.jump !== "none") emitForwardJump(sequence, shape, target, after);
    else if (shape.accessBytes > 0) emitAccess(sequence, shape, target);
    else sequence.instruction(shape, () => undefined, target);
  }
  code.place(after);
}

function emitAddress({ code }: Sequence, register: number, label: Label): void {
  const low = (): number => (label.address << 20) >> 20;
  code.later(32, () => riscvAssembler().encode("lui", { rd: register, imm20: label.address - low() }));
  code.later(32, () => riscvAssembler().encode("addi", { rd: register, rs1: register, imm: low() }));
}

function emitForwardJump(sequence: Sequence, shape: Shape, target: number, label: Label): void {
  const { code } = sequence;
  const relative = shape.jump === "relative";
  const wanted = ({ name }: ShapeOperand): number | undefined =>
    relative ? (name === "imm" ? 0 : undefined) : name === "rs1" ? target : name === "imm" ? 0 : undefined;
  const bits = sequence.choose(shape, wanted, target);
  sequence.show(bits, shape);
  const from = code.address;
  const width = shape.picture.width === 16 ? 16 : 32;
  code.later(width, () => (relative ? withOperand(shape, bits, "imm", label.address - from) : bits));
}

/** 400 sequences of 60 triples. */
export const pairPrograms = entries(pairs, 20);
/** 400 sequences of 50 instructions. */
export const straightPrograms = entries(straight, 20);
/** 100 sequences of 50 instructions. */
export const memoryPrograms = entries(memory, 5);
/** 200 sequences. */
export const controlFlowPrograms = entries(controlFlow, 10);
