/** `insn` describes an instruction of RISC-V: its picture, its text, its meaning. */

import { type DescribedInstruction, describe, type Operands } from "../../engine/instruction.ts";
import type { FieldNames } from "../../engine/picture.ts";
import type { RiscvOps } from "./vocabulary.ts";

export function insn<const P extends string>(
  picture: P,
  text: string,
  meaning: (h: RiscvOps, operands: Operands<FieldNames<P>>) => void,
): DescribedInstruction<RiscvOps> {
  return describe<RiscvOps, P>(picture, text, meaning);
}
