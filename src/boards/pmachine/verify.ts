/**
 * Looks through a program before it runs: every instruction that can be reached is one, control stays in the code, and the
 * depth of the stack is the same by whatever way an instruction is reached, and within bounds. The depth goes into the
 * instruction (docs/pcode.md, "Loading"); what cannot be reached becomes no instruction. That memory is safe does not depend
 * on this: the machine bounds each access.
 */

import { signExtend } from "../../base/bits.ts";
import { extractField, type Field, insertField } from "../../engine/picture.ts";
import type { StackInstruction } from "../../isa/pcode/insn.ts";
import { instructions, services } from "../../isa/pcode/instruction-set.ts";
import { MOST_CODE } from "../../isa/pcode/memory.ts";
import { opcodeIn, opcodeOf } from "../../isa/pcode/opcodes.ts";
import { STACK_ENTRIES } from "../../isa/pcode/state.ts";
import { ProgramError, type ProgramImage } from "./program-image.ts";

interface Known {
  readonly name: string;
  readonly instruction: StackInstruction;
  /** The fields that get a depth, and what is added to it. */
  readonly depths: readonly { readonly field: Field; readonly add: number }[];
  readonly operand: Field | undefined;
  /** The bits that no field has. */
  readonly fixed: number;
}

const opcodes = {
  enter: opcodeOf("enter"),
  enterx: opcodeOf("enterx"),
  leave: opcodeOf("leave"),
  ret: opcodeOf("ret"),
  ldc: opcodeOf("ldc"),
  ldcx: opcodeOf("ldcx"),
} as const;
const registerFields = ["a", "b", "c", "base"];
const NOT_REACHED = -1;

const byOpcode: readonly (Known | undefined)[] = makeTable();

function makeTable(): (Known | undefined)[] {
  const table: (Known | undefined)[] = [];
  for (const [name, instruction] of Object.entries(instructions)) {
    const { fields, value, mask } = instruction.picture;
    const depths = fields
      .filter((field) => registerFields.includes(field.name))
      .map((field) => ({ field, add: Math.max(0, ["a", "b", "c"].indexOf(field.name)) }));
    const operand = fields.find((field) => field.name === "to" || field.name === "imm");
    table[opcodeIn(value)] = { name, instruction, depths, operand, fixed: mask };
  }
  return table;
}

/** The code as the machine executes it. */
export function verifyProgram(image: ProgramImage): Uint32Array {
  return verifierOf(image).verify();
}

/** How many entries the stack has before each instruction; -1 where control does not come. */
export function stackDepths(image: ProgramImage): Int8Array {
  const verifier = verifierOf(image);
  verifier.verify();
  return verifier.depths;
}

function verifierOf(image: ProgramImage): Verifier {
  if (4 * image.code.length > MOST_CODE) throw new ProgramError("the program has too much code");
  return new Verifier(image);
}

class Verifier {
  readonly #code: Uint32Array;
  readonly #loaded: Uint32Array;
  readonly depths: Int8Array;
  readonly #work: number[] = [];
  readonly #image: ProgramImage;

  constructor(image: ProgramImage) {
    this.#image = image;
    this.#code = image.code;
    this.#loaded = new Uint32Array(image.code.length);
    this.depths = new Int8Array(image.code.length).fill(NOT_REACHED);
  }

  verify(): Uint32Array {
    this.#reach(this.#image.entry, 0, this.#image.entry);
    for (let next = this.#work.pop(); next !== undefined; next = this.#work.pop()) this.#instruction(next);
    this.#checkFrames();
    return this.#loaded;
  }

  /** Where procedures begin, where jumps lead, and what control falls into. */
  readonly #called = new Set<number>();
  readonly #jumped = new Set<number>();
  readonly #fallenInto = new Set<number>();

  /** Every procedure makes its frame as it begins, and gives it up as it returns: docs/pcode.md, "Loading". */
  #checkFrames(): void {
    for (const start of this.#called) {
      const isEntered = this.#jumped.has(start) || this.#fallenInto.has(start);
      if (isEntered || this.#frameMaker(start) === undefined) {
        this.#fail(start, "a procedure must begin with enter, and only calls lead there");
      }
    }
    const makers = new Set([...this.#called].map((start) => this.#frameMaker(start)));
    makers.add(this.#image.entry + 1);
    for (const [index, bits] of this.#code.entries()) {
      if (this.depths[index] === NOT_REACHED) continue;
      const opcode = opcodeIn(bits);
      const isMaker = opcode === opcodes.enter || opcode === opcodes.enterx;
      if (isMaker && (!makers.has(index) || this.#jumped.has(index))) {
        this.#fail(index, "enter is not where a procedure begins");
      }
      const isOdd = opcode === opcodes.ret && (!this.#is(index - 1, "leave") || this.#jumped.has(index));
      if (isOdd || (opcode === opcodes.leave && !this.#is(index + 1, "ret"))) {
        this.#fail(index, "leave and ret must follow each other");
      }
    }
  }

  /** The instruction by which a procedure that begins here makes its frame. */
  #frameMaker(start: number): number | undefined {
    if (this.#is(start, "enter")) return start;
    const isLong = this.#is(start, "ldc") && this.#is(start + 1, "ldcx") && this.#is(start + 2, "enterx");
    return isLong && !this.#jumped.has(start + 1) ? start + 2 : undefined;
  }

  #is(index: number, name: keyof typeof opcodes): boolean {
    return this.depths[index] !== NOT_REACHED && opcodeIn(this.#code[index] ?? 0) === opcodes[name];
  }

  #fail(index: number, reason: string): never {
    throw new ProgramError(`instruction ${index} of the program: ${reason}`);
  }

  /** Control may come to an instruction with so many entries on the stack. */
  #reach(index: number, depth: number, from: number): void {
    const known = this.depths[index];
    if (known === undefined) this.#fail(from, "control leaves the code");
    if (known === depth) return;
    if (known !== NOT_REACHED) {
      this.#fail(index, `the stack has ${known} entries by one way and ${depth} by another`);
    }
    this.depths[index] = depth;
    this.#work.push(index);
  }

  #instruction(index: number): void {
    const bits = this.#code[index] ?? 0;
    const known = byOpcode[opcodeIn(bits)];
    if (!known || (bits & known.fixed) >>> 0 !== known.instruction.picture.value) {
      this.#fail(index, "no instruction has these bits");
    }
    const depth = this.depths[index] ?? 0;
    const [pops, pushes] = this.#effect(index, bits, known);
    const base = depth - pops;
    if (base < 0) this.#fail(index, `${known.name} takes ${pops} entries from a stack of ${depth}`);
    if (base + Math.max(pops, pushes) + known.depths.length > STACK_ENTRIES) {
      this.#fail(index, "an expression needs too many entries of the stack");
    }
    let loaded = bits;
    for (const { field, add } of known.depths) {
      loaded = (loaded & ~insertField(field, -1)) | insertField(field, base + add);
    }
    this.#loaded[index] = loaded;
    this.#follow(index, bits, known, base + pushes);
  }

  #effect(index: number, bits: number, { name, instruction, operand }: Known): readonly [number, number] {
    if (name !== "svc" || !operand) return [instruction.pops, instruction.pushes];
    const service = services[extractField(operand, bits)];
    if (!service) this.#fail(index, "there is no such service");
    return [service.takes.length, service.gives];
  }

  /** Goes on to what may be executed next. */
  #follow(index: number, bits: number, { name, operand }: Known, depth: number): void {
    const next = index + 1;
    const value = operand ? signExtend(extractField(operand, bits), operand.width) : 0;
    const target = index + value / 4;
    switch (name) {
      case "jmp":
        this.#jump(target, depth, index);
        return;
      case "jz":
      case "jnz":
        this.#jump(target, depth, index);
        break;
      case "jtab":
        if (value < 0) this.#fail(index, "a table of jumps has a negative length");
        for (let entry = 0; entry <= value; entry++) this.#jump(next + entry, depth, index);
        return;
      case "call":
        this.#requireEmpty(index, depth);
        this.#call(target, index);
        break;
      case "calli":
        this.#requireEmpty(index, depth);
        break;
      case "ldp":
        this.#call(target, index);
        break;
      case "ret":
      case "stop":
      case "trap":
        return;
    }
    this.#fallenInto.add(next);
    this.#reach(next, depth, index);
  }

  #jump(target: number, depth: number, from: number): void {
    this.#jumped.add(target);
    this.#reach(target, depth, from);
  }

  #call(target: number, from: number): void {
    this.#called.add(target);
    this.#reach(target, 1, from);
  }

  #requireEmpty(index: number, depth: number): void {
    if (depth !== 0) this.#fail(index, `a call while the stack has ${depth} entries`);
  }
}
