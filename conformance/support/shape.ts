/** What an instruction touches, found by staging its description: the generators ask this instead of knowing names. */

import { signExtend } from "../../src/base/bits.ts";
import { makeDecoder } from "../../src/engine/decoder.ts";
import type { DescribedInstruction } from "../../src/engine/instruction.ts";
import { visitNodes } from "../../src/engine/ir.ts";
import { stageInstruction } from "../../src/engine/operand-use.ts";
import { extractField, insertField, matchesPicture, type Picture } from "../../src/engine/picture.ts";
import { riscv } from "../../src/isa/riscv/instruction-set.ts";
import type { RiscvOps } from "../../src/isa/riscv/vocabulary.ts";
import type { Random } from "../../src/machine/testing/random.ts";

/** An operand of the base instruction: a field of the picture, or a number that a short form fixes. */
export interface ShapeOperand {
  readonly name: string;
  /** The field of this instruction's picture; undefined where the number is fixed. */
  readonly field?: string;
  readonly fixed?: number;
  /** x or f where the operand is a register. */
  readonly file?: string;
  readonly written: boolean;
}

export interface Shape {
  readonly name: string;
  readonly mnemonic: string;
  readonly picture: Picture;
  readonly operands: readonly ShapeOperand[];
  /** Bytes of the load, store or atomic access; 0 where there is none. */
  readonly accessBytes: number;
  readonly stores: boolean;
  /** Atomic accesses take an address without an offset, aligned. */
  readonly atomic: "none" | "load-reserved" | "store-conditional" | "amo";
  /** Jumps by an offset, or to an address in rs1. */
  readonly jump: "none" | "relative" | "absolute";
  readonly usesFloat: boolean;
  readonly helpers: ReadonlySet<string>;
}

/** Instructions that need privilege or trap: the system scenarios have them. The reason is shown in the list of tests. */
export const systemOnly: Readonly<Record<string, string>> = {
  ecall: "traps: the end of every program here, and the traps of the system scenarios",
  ebreak: "traps",
  c_ebreak: "traps",
  sret: "privileged",
  mret: "privileged",
  wfi: "privileged",
  sfence_vma: "privileged",
  sfence_vma_all: "privileged",
};

function baseOf(name: string): {
  base: DescribedInstruction<RiscvOps>;
  map: Record<string, string | number>;
} {
  const instruction = riscv.instructions[name];
  if (instruction?.kind === "described") {
    const map = Object.fromEntries(instruction.picture.fields.map((field) => [field.name, field.name]));
    return { base: instruction, map };
  }
  const base = instruction && riscv.instructions[instruction.base];
  if (base?.kind !== "described") throw new Error(`${name} is no instruction`);
  return { base, map: { ...instruction?.operands } as Record<string, string | number> };
}

function shapeOf(name: string): Shape {
  const instruction = riscv.instructions[name];
  if (!instruction) throw new Error(`${name} is no instruction`);
  const { base, map } = baseOf(name);
  const staged = stageInstruction(riscv, base);
  const helpers = new Set<string>();
  let accessBytes = 0;
  let stores = false;
  let atomic: Shape["atomic"] = "none";
  let jump: Shape["jump"] = "none";
  visitNodes(staged.body, (node) => {
    if (node.kind === "load" || node.kind === "store") accessBytes = node.access.size;
    if (node.kind === "atomic" || node.kind === "compareExchange") {
      accessBytes = node.size;
      atomic = node.kind === "atomic" ? "amo" : "store-conditional";
    }
    if (node.kind === "writeState" && node.slot.name === "reservation" && atomic === "none") {
      atomic = "load-reserved";
    }
    stores ||= node.kind === "store" || node.kind === "atomic" || node.kind === "compareExchange";
    if (node.kind === "jump") jump = "absolute";
    if (node.kind === "jumpRelative") jump = "relative";
    if (node.kind === "call" || node.kind === "callEffect") helpers.add(node.helper.name);
  });
  const operands = staged.uses.map(({ operand, file, written }): ShapeOperand => {
    const source = map[operand.name];
    const place = typeof source === "number" ? { fixed: source } : source ? { field: source } : {};
    return { name: operand.name, written, ...place, ...(file ? { file: file.name } : {}) };
  });
  return {
    name,
    mnemonic: instruction.text.split(" ")[0] ?? "",
    picture: instruction.picture,
    operands,
    accessBytes,
    stores,
    atomic,
    jump,
    usesFloat: helpers.has("useFloat"),
    helpers,
  };
}

/** Every instruction that can run in user mode, in the order of the tables. */
export const shapes: readonly Shape[] = Object.keys(riscv.instructions)
  .filter((name) => !(name in systemOnly))
  .map(shapeOf);

const decoders = {
  16: makeDecoder(shapes.filter(({ picture }) => picture.width === 16)),
  32: makeDecoder(shapes.filter(({ picture }) => picture.width === 32)),
} as const;

/** The shape by name. */
export function shapeNamed(name: string): Shape {
  const shape = shapes.find((candidate) => candidate.name === name);
  if (!shape) throw new Error(`${name} is no instruction of user mode`);
  return shape;
}

/** The value of an operand in an encoded instruction; registers as their number. */
export function operandIn(shape: Shape, name: string, bits: number): number {
  const operand = shape.operands.find((candidate) => candidate.name === name);
  if (operand?.fixed !== undefined) return operand.fixed;
  const field = shape.picture.fields.find((candidate) => candidate.name === operand?.field);
  const kind = field && riscv.fieldKinds[field.name];
  if (!field || !kind) return 0;
  const value = extractField(field, bits) + (kind.add ?? 0);
  return kind.kind === "signed" ? signExtend(value, field.width) : value;
}

/** Chooses the value of an operand; undefined leaves it to chance. */
export type Chooser = (operand: ShapeOperand, random: Random) => number | undefined;

const CORNER_VALUES = [0, 1, -1, 2, -2, 0x7fffffff, -0x80000000, 0x55555555] as const;

/** Random bits of an instruction, with chosen operands where there is a choice. */
export function randomBits(shape: Shape, random: Random, choose: Chooser): number {
  for (let attempt = 0; attempt < 10_000; attempt++) {
    let bits = (shape.picture.value | (random.word() & ~shape.picture.mask)) >>> 0;
    if (shape.picture.width === 16) bits &= 0xffff;
    for (const operand of shape.operands) {
      if (operand.field === undefined) continue;
      const corner = operand.file === undefined && random.once(4) ? random.pick(CORNER_VALUES) : undefined;
      const value = choose(operand, random) ?? corner;
      if (value !== undefined) bits = withOperand(shape, bits, operand.name, value);
    }
    const decoded = decoders[shape.picture.width === 16 ? 16 : 32](bits);
    if (matchesPicture(shape.picture, bits) && decoded === shape) return bits;
  }
  throw new Error(`no operands suit ${shape.name}`);
}

/** The same instruction with another value in an operand. */
export function withOperand(shape: Shape, bits: number, name: string, value: number): number {
  const operand = shape.operands.find((candidate) => candidate.name === name);
  const field = shape.picture.fields.find((candidate) => candidate.name === operand?.field);
  if (!field) throw new Error(`${shape.name} has no field for ${name}`);
  const encoded = value - (riscv.fieldKinds[field.name]?.add ?? 0);
  return ((bits & ~insertField(field, -1)) | insertField(field, encoded)) >>> 0;
}
