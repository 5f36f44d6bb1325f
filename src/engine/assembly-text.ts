/** The assembly text of instructions: templates such as "lw rd, imm(rs1)", read in both directions. */

import { InternalError } from "../base/errors.ts";
import type { FieldKind, Instruction, InstructionSet } from "./instruction.ts";
import { stageInstruction } from "./operand-use.ts";
import type { Ops } from "./ops.ts";
import type { Field, Picture } from "./picture.ts";
import type { RegisterFile } from "./state-layout.ts";

/** An operand in the text. */
export interface TextOperand {
  readonly field: Field;
  readonly kind: FieldKind;
  readonly file?: RegisterFile;
  /** The operand is written as an address, and encoded as the distance to it. */
  readonly isTarget: boolean;
}

export interface InstructionText {
  readonly name: string;
  readonly picture: Picture;
  readonly mnemonic: string;
  /** What follows the mnemonic: operands, and the characters between them. */
  readonly parts: readonly (string | TextOperand)[];
  /** Fields that the mnemonic shows as a suffix: ".aq". */
  readonly suffixes: readonly TextOperand[];
  /** Fields that the text does not show. */
  readonly hidden: readonly TextOperand[];
}

/** The texts of all instructions of a set. */
export function textsOf<H extends Ops>(set: InstructionSet<H>): readonly InstructionText[] {
  return Object.entries(set.instructions).map(([name, instruction]) => textOf(set, name, instruction));
}

function textOf<H extends Ops>(
  set: InstructionSet<H>,
  name: string,
  instruction: Instruction<H>,
): InstructionText {
  const { picture, text } = instruction;
  const operands = new Map(picture.fields.map((field) => [field.name, operandOf(set, instruction, field)]));
  const space = text.indexOf(" ");
  const mnemonic = space < 0 ? text : text.slice(0, space);
  const rest = space < 0 ? "" : text.slice(space + 1);
  const shown = new Set<string>();
  const parts = rest
    .split(/([a-z]\w*)/)
    .map((piece) => piece.replaceAll(" ", ""))
    .filter((piece) => piece !== "")
    .map((piece) => {
      shown.add(piece);
      return operands.get(piece) ?? piece;
    });
  const others = [...operands.values()].filter(({ field }) => !shown.has(field.name));
  return {
    name,
    picture,
    mnemonic,
    parts,
    suffixes: others.filter(({ kind }) => kind.suffix).reverse(),
    hidden: others.filter(({ kind }) => !kind.suffix),
  };
}

function operandOf<H extends Ops>(
  set: InstructionSet<H>,
  instruction: Instruction<H>,
  field: Field,
): TextOperand {
  const kind = set.fieldKinds[field.name];
  if (!kind) throw new InternalError(`${instruction.text}: the field ${field.name} has no kind`);
  const base = instruction.kind === "short" ? set.instructions[instruction.base] : instruction;
  if (base?.kind !== "described") throw new InternalError(`${instruction.text} is short for nothing`);
  const inBase =
    instruction.kind === "short"
      ? Object.entries(instruction.operands).find(([, source]) => source === field.name)?.[0]
      : field.name;
  const use = stageInstruction(set, base).uses.find(({ operand }) => operand.name === inBase);
  const isTarget = use?.isJumpOffset ?? false;
  const file = use?.file ?? kind.file;
  return file ? { field, kind, file, isTarget } : { field, kind, isTarget };
}
