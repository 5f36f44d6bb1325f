/** What a description of an instruction is, and what an instruction set is made of. */

import { signExtend } from "../base/bits.ts";
import { InternalError } from "../base/errors.ts";
import type { Operand } from "./ir.ts";
import type { Ops } from "./ops.ts";
import type { PageTableFormat } from "./page-walk.ts";
import { extractField, type FieldNames, type Picture, parsePicture } from "./picture.ts";
import type { RegisterFile, StateLayout } from "./state-layout.ts";

/** The operands of a picture by name. */
export type Operands<Names extends string> = Readonly<Record<Names, Operand>>;

/** An instruction with a meaning of its own. */
export interface DescribedInstruction<H extends Ops> {
  readonly kind: "described";
  readonly picture: Picture;
  /** Assembly text: a mnemonic, and operands by name. */
  readonly text: string;
  readonly meaning: (h: H, operands: Operands<string>) => void;
}

/** A short form of another instruction: each operand of that one is a field of this picture or a number. */
export interface ShortInstruction {
  readonly kind: "short";
  readonly picture: Picture;
  readonly text: string;
  readonly base: string;
  readonly operands: Readonly<Record<string, string | number>>;
}

export type Instruction<H extends Ops> = DescribedInstruction<H> | ShortInstruction;

/** How a field's bits become an operand, and how assembly text shows it. */
export interface FieldKind {
  readonly kind: Operand["kind"];
  /** Added to the bits: RISC-V's three-bit register fields start at x8. */
  readonly add?: number;
  /** The text shows the field without its low bits: the upper immediates of RISC-V. */
  readonly shift?: number;
  /** Names of values. */
  readonly nameOf?: (value: number) => string | undefined;
  readonly parseName?: (name: string) => number | undefined;
  /** What an operand that the text leaves out is. */
  readonly defaultValue?: number;
  /** For registers: the file of one that the meaning does not use, such as the address space of a fence. */
  readonly file?: RegisterFile;
  /** A one-bit field that the text shows by adding this to the mnemonic. */
  readonly suffix?: string;
}

/** How instructions use registers as a stack. */
export interface StackEffects {
  readonly file: RegisterFile;
  /** The operands that are entries, from the deepest one that an instruction touches on. */
  readonly operands: readonly string[];
  /** How many entries an instruction takes, and puts there. */
  readonly effectOf: (name: string) => readonly [pops: number, pushes: number];
}

/** Everything that the engine needs to know of an instruction set. */
export interface InstructionSet<H extends Ops> {
  readonly name: string;
  readonly layout: StateLayout;
  readonly instructions: Readonly<Record<string, Instruction<H>>>;
  readonly fieldKinds: Readonly<Record<string, FieldKind>>;
  /** Sequences worth a handler of their own: "name/length name/length". Only speed depends on them. */
  readonly fusions: readonly string[];
  /** Of a stack machine, whose programs are known to use its stack as one: then such sequences become one body. */
  readonly stack?: StackEffects;
  /** Makes the vocabulary in which the meanings are written. */
  readonly ops: () => H;
  /** Bytes of the instruction that starts with these 16 bits. */
  readonly lengthOf: (low: number) => 2 | 4;
  readonly pageTables: PageTableFormat;
  /** Registers in which calls keep the address to come back to: a jump to one of them is a return. */
  readonly linkRegisters: readonly number[];
}

/** The value that an operand has in an encoding. */
export function operandValue<H extends Ops>(
  set: InstructionSet<H>,
  instruction: Instruction<H>,
  name: string,
  bits: number,
): number {
  const source = instruction.kind === "short" ? (instruction.operands[name] ?? 0) : name;
  if (typeof source === "number") return source;
  const field = instruction.picture.fields.find((candidate) => candidate.name === source);
  if (!field) throw new InternalError(`"${instruction.picture.text}" has no field ${source}`);
  const { kind, add = 0 } = set.fieldKinds[source] ?? {};
  const value = extractField(field, bits) + add;
  return kind === "signed" ? signExtend(value, field.width) : value;
}

/** Describes an instruction; the operands given to `meaning` are the fields of the picture, checked by type. */
export function describe<H extends Ops, const P extends string>(
  picture: P,
  text: string,
  meaning: (h: H, operands: Operands<FieldNames<P>>) => void,
): DescribedInstruction<H> {
  return {
    kind: "described",
    picture: parsePicture(picture),
    text,
    meaning: meaning as DescribedInstruction<H>["meaning"],
  };
}

/** Describes a short form of the instruction named `base`. */
export function short<const P extends string>(
  picture: P,
  text: string,
  base: string,
  operands: Readonly<Record<string, FieldNames<P> | number>>,
): ShortInstruction {
  return { kind: "short", picture: parsePicture(picture), text, base, operands };
}
