/**
 * A random program for a bare hart, in one of the three modes. Blocks of random instructions lie on several pages and are
 * joined by branches, loops, calls and indirect jumps; they access data over the ends of pages, rewrite code, and trap. A
 * handler in machine mode goes on at the next of a list of blocks, so that nothing that a program does ends it. Outside
 * machine mode each page of code and data is mapped twice; the handler now and then swaps two of the second mappings.
 *
 *   base + 0x00000   the start, the handler and its list of blocks
 *        + 0x04000   pages of code        both again 0x10000000 higher
 *        + 0x10000   pages of data
 *        + 0x40000   page tables
 */

import { riscvAssembler } from "../../src/isa/riscv/assembly.ts";
import { PageTables } from "../../src/isa/riscv/testing/page-tables.ts";
import type { Random } from "../../src/machine/testing/random.ts";
import { random64 } from "../programs/values.ts";
import { Code, type Label } from "../support/code.ts";
import {
  operandIn,
  randomBits,
  type Shape,
  type ShapeOperand,
  shapes,
  withOperand,
} from "../support/shape.ts";

export const RAM_BASE = 0x40000000;
export const RAM_BYTES = 0x80000;
const CODE = RAM_BASE + 0x4000;
const DATA = RAM_BASE + 0x10000;
const TABLES = RAM_BASE + 0x40000;
const ALIAS = 0x10000000;
const PAGES = 4;
const PAGE = 4096;
/** The handler's list: a counter, then addresses. */
const LIST = RAM_BASE + 0x800;
const LIST_ENTRIES = 64;

const BLOCKS = 24;
const MODES = { M: 3, S: 1, U: 0 } as const;

/** Registers with a meaning: addresses of data, the counter of loops, and the blocks that may be run before the handler is. */
const [SP, S0, S1, COUNTER, FUEL] = [2, 8, 9, 26, 27];
const kept: ReadonlySet<number> = new Set([SP, S0, S1, COUNTER, FUEL]);
const [T3, T4] = [28, 29];

const computing = shapes.filter(({ jump, accessBytes }) => jump === "none" && accessBytes === 0);
const accessing = shapes.filter(({ accessBytes, atomic }) => accessBytes > 0 && atomic === "none");
const atomics = shapes.filter(({ atomic }) => atomic !== "none");
const jumping = shapes.filter(({ jump }) => jump !== "none");
/** fflags, frm, fcsr, cycle, instret, sscratch, mscratch, mcycle. */
const CSRS = [1, 2, 3, 3, 0xc00, 0xc02, 0x140, 0x340, 0xb00] as const;

export interface FuzzProgram {
  readonly mode: keyof typeof MODES;
  readonly image: Uint8Array;
  /** x1 to x31, f0 to f31. */
  readonly registers: readonly bigint[];
}

export function fuzzProgram(random: Random): FuzzProgram {
  const mode = random.pick(["M", "S", "U"] as const);
  const image = new Uint8Array(RAM_BYTES);
  const put = (address: number, bytes: Uint8Array): void => image.set(bytes, address - RAM_BASE);
  for (let at = DATA; at < DATA + PAGES * PAGE; at++) image[at - RAM_BASE] = random.word() & 0xff;
  const { code, labels } = new ProgramWriter(random).write();
  put(CODE, code.subarray(0, PAGES * PAGE));
  const list = new DataView(image.buffer, LIST - RAM_BASE);
  const alias = () => (mode !== "M" && random.once(2) ? ALIAS : 0);
  for (let entry = 0; entry < LIST_ENTRIES; entry++) {
    list.setBigUint64(
      8 + 8 * entry,
      BigInt(labels[random.below(labels.length)] ?? CODE) + BigInt(alias()),
      true,
    );
  }
  const tables = new PageTables(random.pick(["Sv39", "Sv48", "Sv57"]), TABLES);
  const swappable = mapPages(tables, mode, random);
  put(TABLES, tables.bytes);
  put(
    RAM_BASE,
    riscvAssembler().assemble(start(mode, tables.satp, swappable, random), BigInt(RAM_BASE)).bytes,
  );
  return { mode, image, registers: Array.from({ length: 63 }, () => random64(random)) };
}

/** Maps all pages twice; the addresses of the entries of the second mappings. */
function mapPages(tables: PageTables, mode: string, random: Random): number[] {
  const flags = () =>
    0xf | (mode === "U" ? 0x10 : 0) | (random.once(4) ? 0 : 0x40) | (random.once(4) ? 0 : 0x80);
  const entries: number[] = [];
  for (const first of [CODE, DATA]) {
    for (let address = first; address < first + PAGES * PAGE; address += PAGE) {
      tables.map(BigInt(address), address, flags());
      entries.push(tables.map(BigInt(address + ALIAS), address, flags()));
    }
  }
  return entries;
}

/** The code at the start, and the handler: both are executed in machine mode. */
function start(mode: keyof typeof MODES, satp: bigint, entries: readonly number[], random: Random): string {
  const pages = mode === "M" ? 0 : 1;
  const base = (): number =>
    DATA + PAGE * (1 + random.below(PAGES - 1)) - 8 * random.below(20) + pages * ALIAS * random.below(2);
  const half = entries.length / 2;
  const swap = (): string => {
    const group = random.once(3) ? half : 0;
    const [one, other] = [0, 1].map(() => entries[group + random.below(half)]);
    return `li t3, ${one}\nli t4, ${other}\nld t5, 0(t3)\nld t6, 0(t4)\nsd t6, 0(t3)\nsd t5, 0(t4)`;
  };
  return `
    la t5, handler
    csrw mtvec, t5
    li t5, -1
    csrw pmpaddr0, t5
    li t5, 0x1f
    csrw pmpcfg0, t5
    li t5, ${pages ? satp : 0n}
    csrw satp, t5
    li t5, ${random.below(8)}
    csrw mcounteren, t5
    sfence.vma
    j handler
  .align 2
  handler: li t5, ${LIST}
    lw t6, 0(t5)
    addi t6, t6, 1
    sw t6, 0(t5)
    andi t6, t6, ${LIST_ENTRIES - 1}
    slli t6, t6, 3
    add t5, t5, t6
    ld t5, 8(t5)
    csrw mepc, t5
    andi t6, t6, ${8 * random.pick([1, 3, 7])}
    bnez t6, on
    ${swap()}
    ${swap()}
    sfence.vma
  on: li sp, ${base()}
    li s0, ${base()}
    li s1, ${base()}
    li s10, ${random.below(6)}
    li s11, ${5 + random.below(40)}
    li t5, 0x7800
    csrc mstatus, t5
    li t5, ${0x2000 + (MODES[mode] << 11)}
    csrs mstatus, t5
    mret`;
}

class ProgramWriter {
  readonly #random: Random;
  readonly #code = new Code(CODE);
  readonly #labels: Label[];
  /** Where an instruction of four bytes is that others rewrite, and where data lies between blocks. */
  readonly #slots: Label[] = [];
  readonly #islands: Label[] = [];

  constructor(random: Random) {
    this.#random = random;
    this.#labels = Array.from({ length: BLOCKS }, () => this.#code.label());
    for (let index = 0; index < 6; index++) this.#slots.push(this.#code.label());
    for (let index = 0; index < 4; index++) this.#islands.push(this.#code.label());
  }

  write(): { readonly code: Uint8Array; readonly labels: readonly number[] } {
    const code = this.#code;
    const end = CODE + PAGES * PAGE;
    for (let block = 0; block < BLOCKS && code.address < end - 600; block++) {
      this.#gap(block, end);
      code.place(this.#labels[block] ?? code.label());
      this.#block(block);
    }
    // What was not placed lies at the start.
    for (const label of [...this.#labels, ...this.#slots, ...this.#islands])
      if (label.address < 0) label.address = CODE;
    return { code: code.finish(), labels: this.#labels.map(({ address }) => address) };
  }

  /** Now and then data between two blocks, or a way to the next page. */
  #gap(block: number, end: number): void {
    const { random, code } = this;
    if (random.once(5)) {
      const over = code.label();
      code.jump(over);
      const island = this.#islands[random.below(this.#islands.length)];
      if (island && island.address < 0) code.place(island);
      for (let count = 0; count < 32; count++) code.bits(random.word() & 0xffff, 16);
      code.place(over);
    }
    const pageEnd = Math.ceil((code.address + 64) / PAGE) * PAGE;
    if (block === 0 || !random.once(6) || pageEnd >= end - PAGE / 2) return;
    const start = code.label();
    code.jump(start);
    code.padTo(pageEnd - 2 * random.below(40));
    code.place(start);
  }

  get random(): Random {
    return this.#random;
  }
  get code(): Code {
    return this.#code;
  }

  #block(block: number): void {
    const { code, random } = this;
    code.insn("addi", { rd: FUEL, rs1: FUEL, imm: -1 });
    code.insn("blt", { rs1: 0, rs2: FUEL, imm: 8 });
    code.insn("ecall", {});
    const loops = random.once(2);
    if (loops) code.insn("addi", { rd: COUNTER, rs1: 0, imm: 1 + random.below(8) });
    const start = code.address;
    for (let count = 1 + random.below(10); count > 0; count--) this.#item();
    if (loops) {
      code.insn("addi", { rd: COUNTER, rs1: COUNTER, imm: -1 });
      code.insn("bne", { rs1: COUNTER, rs2: 0, imm: start - code.address });
    }
    if (!random.once(4)) this.#jump(block);
  }

  #item(): void {
    const { code, random } = this;
    const kind = random.below(41);
    if (kind < 20) this.#instruction(this.#pick(computing));
    else if (kind < 30) this.#access();
    else if (kind < 32) this.#atomic();
    else if (kind < 34) this.#rewrite();
    else if (kind < 36) this.#slot();
    else if (kind === 36) this.#island();
    else if (kind === 37) this.#call();
    else if (kind === 38) this.#repeat();
    else if (kind === 39) code.insn(random.pick(["ecall", "ebreak", "fence_i", "fence_i"]), {});
    else if (random.once(2)) code.bits(random.word(), 32);
  }

  /** The same instructions twice: also a counter in memory, as they are counted up. */
  #repeat(): void {
    const { code, random } = this;
    const counter = { rs1: random.pick([SP, S0, S1]), imm: 8 * random.below(8) };
    for (const shape of [0, 1].map(() => this.#pick(random.once(2) ? computing : accessing))) {
      const bits = this.#choose(shape, this.#nearData(shape));
      for (let times = 0; times < 2; times++) {
        code.insn("ld", { rd: 10, ...counter });
        code.bits(bits, shape.picture.width);
        code.insn("addi", { rd: 10, rs1: 10, imm: 1 });
        code.insn("sd", { rs2: 10, ...counter });
      }
    }
  }

  #instruction(shape: Shape, choose: (operand: ShapeOperand) => number | undefined = () => undefined): void {
    this.#code.bits(this.#choose(shape, choose), shape.picture.width);
  }

  #choose(shape: Shape, choose: (operand: ShapeOperand) => number | undefined): number {
    for (let attempt = 0; ; attempt++) {
      const bits = randomBits(shape, this.#random, (operand, random) => {
        if (operand.name === "csr") return random.pick(CSRS);
        if (operand.name === "rm") return random.pick([0, 1, 2, 3, 4, 7, 7, 7]);
        // Few registers, so that they depend on each other.
        return choose(operand) ?? (operand.file && random.once(2) ? 10 + random.below(5) : undefined);
      });
      const spoils = shape.operands.some(
        ({ name, file, written }) => file === "x" && written && kept.has(operandIn(shape, name, bits)),
      );
      if (!spoils || attempt > 20) return bits;
    }
  }

  #pick(from: readonly Shape[]): Shape {
    const shape = from[this.#random.below(from.length)];
    if (!shape) throw new Error("there are no shapes");
    return shape;
  }

  #nearData(shape: Shape): (operand: ShapeOperand) => number | undefined {
    const { random } = this;
    const isShort = shape.picture.width === 16;
    const offset = (random.below(64) - 32) * random.pick([1, 2, 4, 8]);
    return ({ name, field }) => {
      if (name === "rs1" && field !== undefined)
        return isShort ? random.pick([S0, S1]) : random.pick([SP, S0, S1]);
      return name === "imm" && !isShort && shape.accessBytes > 0 ? offset : undefined;
    };
  }

  #access(): void {
    const shape = this.#pick(accessing);
    if (this.random.once(12)) this.#instruction(shape);
    else this.#instruction(shape, this.#nearData(shape));
  }

  #atomic(): void {
    const shape = this.#pick(atomics);
    const place = 8 * this.random.below(16) + (shape.accessBytes === 4 ? 4 * this.random.below(2) : 0);
    this.code.insn("addi", { rd: T4, rs1: this.random.pick([S0, S1]), imm: -place });
    this.code.insn("andi", { rd: T4, rs1: T4, imm: this.random.once(10) ? -1 : -8 });
    this.#instruction(shape, ({ name }) => (name === "rs1" ? T4 : undefined));
  }

  /** An instruction that others rewrite. */
  #slot(): void {
    const slot = this.#slots[this.random.below(this.#slots.length)];
    if (slot && slot.address < 0) this.code.place(slot);
    this.#wide();
  }

  #wide(): void {
    this.code.bits(this.#wideBits(), 32);
  }

  /** An instruction of four bytes that computes. */
  #wideBits(): number {
    for (;;) {
      const shape = this.#pick(computing);
      if (shape.picture.width === 32) return this.#choose(shape, () => undefined);
    }
  }

  /** Writes an instruction over another one. */
  #rewrite(): void {
    const { code, random } = this;
    const slot = this.#slots[random.below(this.#slots.length)];
    if (!slot) return;
    this.#address(T4, slot, random.once(4) ? ALIAS : 0);
    const bits = this.#wideBits();
    const low = (bits << 20) >> 20;
    code.insn("lui", { rd: T3, imm20: (bits - low) | 0 });
    code.insn("addi", { rd: T3, rs1: T3, imm: low });
    if (random.once(4)) code.insn("sh", { rs1: T4, rs2: T3, imm: 0 });
    else code.insn("sw", { rs1: T4, rs2: T3, imm: 0 });
    if (random.once(2)) code.insn("fence_i", {});
  }

  /** Accesses data on a page of code. */
  #island(): void {
    const { random } = this;
    const island = this.#islands[random.below(this.#islands.length)];
    if (!island) return;
    this.#address(T4, island, random.once(4) ? ALIAS : 0);
    for (let count = 0; count < 3; count++) {
      const shape = this.#pick(accessing.filter(({ picture }) => picture.width === 32));
      this.#instruction(shape, ({ name }) =>
        name === "rs1" ? T4 : name === "imm" ? random.below(56) : undefined,
      );
    }
  }

  /** A label's address in a register: always two instructions. */
  #address(rd: number, label: Label, more: number, less: () => number = () => 0): void {
    const value = (): number => label.address + more - less();
    const low = (): number => (value() << 20) >> 20;
    const encode = (name: string, operands: Record<string, number>) =>
      riscvAssembler().encode(name, operands);
    this.#code.later(32, () => encode("lui", { rd, imm20: value() - low() }));
    this.#code.later(32, () => encode("addi", { rd, rs1: rd, imm: low() }));
  }

  #call(): void {
    const { code, random } = this;
    const target = this.#labels[random.below(BLOCKS)];
    const from = code.address;
    if (target) code.later(32, () => riscvAssembler().encode("jal", { rd: 1, imm: target.address - from }));
  }

  #jump(block: number): void {
    const { code, random } = this;
    if (random.once(6)) {
      code.insn("jalr", { rd: 0, rs1: 1, imm: 0 });
      return;
    }
    const shape = this.#pick(jumping);
    const width = shape.picture.width === 16 ? 16 : 32;
    const near = Math.min(BLOCKS - 1, Math.max(0, block + random.below(5) - 2));
    const target = this.#labels[random.once(2) ? near : random.below(BLOCKS)];
    if (!target) return;
    if (shape.jump === "relative") {
      const bits = this.#choose(shape, ({ name }) => (name === "imm" ? 0 : undefined));
      const from = code.address;
      code.later(width, () => withOperand(shape, bits, "imm", target.address - from));
      return;
    }
    const bits = this.#choose(shape, ({ name }) => (name === "rs1" ? T4 : undefined));
    this.#address(T4, target, random.once(3) ? ALIAS : 0, () => operandIn(shape, "imm", bits));
    code.bits(bits, width);
  }
}
