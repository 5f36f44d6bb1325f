/** What an instruction does with its operands, found by staging it once. */

import { InternalError } from "../base/errors.ts";
import type { DescribedInstruction, InstructionSet, Operands } from "./instruction.ts";
import { type Body, type Operand, visitNodes } from "./ir.ts";
import type { Ops } from "./ops.ts";
import type { RegisterFile } from "./state-layout.ts";

export interface OperandUse {
  readonly operand: Operand;
  readonly file?: RegisterFile;
  readonly written: boolean;
  /** The meaning depends on it. */
  readonly isUsed: boolean;
  /** The distance of a relative jump. */
  readonly isJumpOffset: boolean;
}

export interface StagedInstruction {
  readonly body: Body;
  readonly uses: readonly OperandUse[];
}

/** The operands of a described instruction, in the order of its picture's fields. */
export function operandsFor<H extends Ops>(
  set: InstructionSet<H>,
  instruction: DescribedInstruction<H>,
): Operands<string> {
  return Object.fromEntries(
    instruction.picture.fields.map(({ name }) => {
      const kind = set.fieldKinds[name]?.kind;
      if (!kind) throw new InternalError(`${instruction.text}: the field ${name} has no kind`);
      return [name, { name, kind }];
    }),
  );
}

/** Stages an instruction's meaning and finds how it uses its operands. */
export function stageInstruction<H extends Ops>(
  set: InstructionSet<H>,
  instruction: DescribedInstruction<H>,
): StagedInstruction {
  const operands = operandsFor(set, instruction);
  const h = set.ops();
  const body = h.stage(() => instruction.meaning(h, operands));
  const uses = Object.values(operands).map((operand) => useOf(body, operand));
  return { body, uses };
}

function useOf(body: Body, operand: Operand): OperandUse {
  let file: RegisterFile | undefined;
  let written = false;
  let isJumpOffset = false;
  let isUsed = false;
  visitNodes(body, (node) => {
    if ((node.kind === "readRegister" || node.kind === "writeRegister") && node.operand === operand) {
      file = node.file;
      written ||= node.kind === "writeRegister";
    }
    if (node.kind === "jumpRelative") isJumpOffset ||= node.offset === operand;
    if (node.kind === "immediate") isUsed ||= node.operand === operand;
  });
  isUsed ||= isJumpOffset || file !== undefined;
  return { operand, written, isUsed, isJumpOffset, ...(file && { file }) };
}
