/** A program as the p-machine is given it: code without depths, constants, and what is known of its source. docs/pcode.md, "Programs". */

import { InputError } from "../../base/errors.ts";

/** A routine, for traces. Instructions are counted from 0. */
export interface ImageRoutine {
  readonly name: string;
  readonly level: number;
  readonly start: number;
  readonly end: number;
  readonly argumentBytes: number;
  /** Places in its frame that only its own code reaches, each always as a whole. */
  readonly privates: readonly number[];
}

/** From this instruction on, code is of this place. */
export interface ImagePosition {
  readonly instruction: number;
  readonly line: number;
  readonly column: number;
}

export interface ProgramImage {
  readonly name: string;
  /** The file that the source was in. */
  readonly source: string;
  readonly code: Uint32Array;
  readonly constants: Uint8Array;
  readonly globalBytes: number;
  readonly entry: number;
  readonly routines: readonly ImageRoutine[];
  readonly positions: readonly ImagePosition[];
  /** What it means where a check fails, by name. */
  readonly errors: readonly { readonly instruction: number; readonly error: string }[];
  readonly files: readonly string[];
}

/** A program that the p-machine refuses. */
export class ProgramError extends InputError {
  override readonly name = "ProgramError";
}
