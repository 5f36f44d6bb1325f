/** All programs that run in user mode, in groups: one file of golden vectors for each group. */

import { instructionProgram } from "../programs/instruction-program.ts";
import {
  controlFlowPrograms,
  memoryPrograms,
  pairPrograms,
  straightPrograms,
} from "../programs/sequences.ts";
import { shapes } from "./shape.ts";
import type { UserProgram } from "./user-program.ts";

/** A program that is made when it is needed. */
export interface Entry {
  readonly name: string;
  readonly make: () => UserProgram;
}

export const userGroups: Readonly<Record<string, readonly Entry[]>> = {
  instructions: shapes.map((shape) => ({ name: shape.name, make: () => instructionProgram(shape) })),
  sequences: straightPrograms,
  pairs: pairPrograms,
  memory: memoryPrograms,
  "control-flow": controlFlowPrograms,
};
