/** `insn` describes an instruction of the p-machine: its picture, its text, what it takes from the stack and puts there, its meaning. */

import { type DescribedInstruction, describe, type Operands } from "../../engine/instruction.ts";
import type { FieldNames } from "../../engine/picture.ts";
import type { PcodeOps } from "./vocabulary.ts";

/**
 * An instruction of a stack machine. Its register fields `a`, `b` and `c` are the entries from the deepest that it takes
 * on: code has zeros there until the loader, who knows the depth of the stack at each instruction, fills them in.
 */
export interface StackInstruction extends DescribedInstruction<PcodeOps> {
  readonly pops: number;
  readonly pushes: number;
}

export function insn<const P extends string>(
  picture: P,
  text: string,
  effect: readonly [pops: number, pushes: number],
  meaning: (h: PcodeOps, operands: Operands<FieldNames<P>>) => void,
): StackInstruction {
  const [pops, pushes] = effect;
  return { ...describe<PcodeOps, P>(picture, text, meaning), pops, pushes };
}
