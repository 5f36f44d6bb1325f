/**
 * A program that is known as a whole before it runs: every procedure, where it begins and ends, and where its jumps lead. Its
 * procedures become WebAssembly functions, and its calls WebAssembly calls. Offsets count bytes from the start of the code.
 */

import type { RegisterFile, StateSlot } from "../state-layout.ts";

export interface WholeProcedure {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** Distances from the frame pointer of places that no other code reaches: they may be kept in local variables. */
  readonly privates: readonly number[];
  /** Places before this hold arguments as the procedure begins. */
  readonly argumentBytes: number;
}

/** The registers, by their index in a file, that a helper finds in the state and leaves there. */
export interface HelperRegisters {
  readonly reads: readonly number[];
  readonly writes: readonly number[];
}

export interface WholeProgram {
  readonly code: Uint8Array;
  /** The guest's address of the code. */
  readonly codeAddress: number;
  readonly procedures: readonly WholeProcedure[];
  /** Where the first procedure begins that runs. */
  readonly entry: number;
  /** The file of registers, none of which outlives a call but the one that holds the return address as a procedure begins. */
  readonly registers: RegisterFile;
  readonly returnRegister: number;
  /** What the helper that an instruction calls does with registers. */
  readonly helperRegisters: (offset: number) => HelperRegisters;
  /** How many jumps that follow it an indirect jump chooses from; undefined where it is none. */
  readonly tableLength: (offset: number) => number | undefined;
  /**
   * The slot that points to a procedure's frame, and the one that points to the next procedure's before it begins. A procedure
   * changes them as it begins, and leaves them to its caller as they were: they are arguments of its function, and in the state
   * only where somebody looks.
   */
  readonly frame: { readonly pointer: StateSlot; readonly next: StateSlot };
  /** Whether an instruction does nothing but give up a frame, for the return that follows. */
  readonly givesUpFrame: (offset: number) => boolean;
  /** The slot of what a procedure gives back: the result of its function. */
  readonly result: StateSlot;
  /** Where the guest's address 0 is in linear memory, from which address on it may write, and how much memory there is. */
  readonly ram: number;
  readonly dataAddress: number;
  readonly memoryPages: number;
  /** The state in linear memory. */
  readonly state: number;
}
