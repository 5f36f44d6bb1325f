/**
 * A program of the p-machine as data: instructions by name, docs/pcode.md. What they are encoded as is the p-machine's
 * business (isa/pcode); the names are what both sides have in common.
 */

import type { PcoPositions } from "../../formats/pco.ts";
import type { PcoType, PcoVariable } from "../../formats/pco-variables.ts";
import type { ErrorName } from "./tree.ts";

/** Instructions, as lists of the same length: there are many. */
export interface Instructions {
  readonly names: readonly string[];
  /** Of a jump: the number of a label. */
  readonly operands: readonly number[];
  readonly seconds: readonly number[];
}

export interface CodeRoutine {
  readonly name: string;
  readonly level: number;
  /** The index of its first instruction, and of the one after its last. */
  readonly start: number;
  readonly end: number;
  readonly variables: readonly PcoVariable[];
  /** Bytes of the frame for what the caller puts there. */
  readonly argumentBytes: number;
  /** Places in the frame that nobody else reaches, and that are always accessed as a whole. */
  readonly privates: readonly number[];
}

export interface PascalCode {
  readonly name: string;
  readonly instructions: Instructions;
  /** The instruction that each label marks. */
  readonly labels: readonly number[];
  readonly constants: Uint8Array;
  readonly globalBytes: number;
  /** The instruction where the program begins. */
  readonly entry: number;
  readonly routines: readonly CodeRoutine[];
  readonly positions: PcoPositions;
  /** What it means where a check fails. */
  readonly errors: readonly { readonly instruction: number; readonly error: ErrorName }[];
  /** Program parameters, in order. */
  readonly files: readonly string[];
  /** The types of variables, by number. */
  readonly types: readonly PcoType[];
}
