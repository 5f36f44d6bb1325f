/** A program as the p-machine is given it: what a .pco file holds. */

import { InputError } from "../../base/errors.ts";
import type { PcoProgram, PcoRoutine } from "../../formats/pco.ts";

export type ProgramImage = PcoProgram;
export type ImageRoutine = PcoRoutine;

/** A program that the p-machine refuses. */
export class ProgramError extends InputError {
  override readonly name = "ProgramError";
}
