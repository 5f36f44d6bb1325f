/** A program of the p-machine as engine/whole translates it. */

import { extractField } from "../../engine/picture.ts";
import type { WholeProcedure, WholeProgram } from "../../engine/whole/program.ts";
import { services } from "./instruction-set.ts";
import { CODE_BASE, DATA_BASE } from "./memory.ts";
import { fieldOf, jumpDistance, opcodeIn, opcodeOf } from "./opcodes.ts";
import { e, fp, returned, sp } from "./state.ts";

/** Where the machine lies in linear memory. */
export interface WholePlaces {
  readonly ram: number;
  readonly state: number;
  readonly memoryPages: number;
}

/** Places in the frames of a routine that no other code reaches, each always accessed with one width. */
export interface PrivatePlaces {
  /** The routine's first instruction. */
  readonly start: number;
  /** Places before this are put there by who calls. */
  readonly argumentBytes: number;
  readonly privates: readonly number[];
}

const opcodes = {
  call: opcodeOf("call"),
  ldp: opcodeOf("ldp"),
  jtab: opcodeOf("jtab"),
  leave: opcodeOf("leave"),
} as const;

/** Describes a program that was loaded: `code` has its depths. */
export function describeWhole(
  code: Uint32Array,
  entry: number,
  routines: readonly PrivatePlaces[],
  places: WholePlaces,
): WholeProgram {
  const word = (offset: number): number => code[offset >> 2] ?? 0;
  const immediate = fieldOf("svc", "imm");
  const base = fieldOf("svc", "base");
  const range = (first: number, count: number): readonly number[] =>
    Array.from({ length: count }, (_, index) => first + index);
  return {
    ...places,
    code: new Uint8Array(code.buffer, code.byteOffset, code.byteLength),
    codeAddress: CODE_BASE,
    procedures: findProcedures(code, entry, routines),
    entry: 4 * entry,
    registers: e,
    returnRegister: 0,
    helperRegisters: (offset) => {
      const bits = word(offset);
      const service = services[extractField(immediate, bits)];
      const first = extractField(base, bits);
      return { reads: range(first, service?.takes.length ?? 0), writes: range(first, service?.gives ?? 0) };
    },
    tableLength: (offset) => {
      const bits = word(offset);
      return opcodeIn(bits) === opcodes.jtab ? extractField(immediate, bits) : undefined;
    },
    frame: { pointer: fp, next: sp },
    givesUpFrame: (offset) => opcodeIn(word(offset)) === opcodes.leave,
    result: returned,
    dataAddress: DATA_BASE,
  };
}

/** A procedure begins where it is called, or where its address is taken, and reaches to the next one. */
function findProcedures(
  code: Uint32Array,
  entry: number,
  routines: readonly PrivatePlaces[],
): readonly WholeProcedure[] {
  const known = new Map(routines.map((routine) => [4 * routine.start, routine]));
  const starts = new Set([4 * entry]);
  for (const [index, bits] of code.entries()) {
    const opcode = opcodeIn(bits);
    if (opcode !== opcodes.call && opcode !== opcodes.ldp) continue;
    starts.add(4 * index + jumpDistance(bits));
  }
  const sorted = [...starts].sort((a, b) => a - b);
  return sorted.map((start, index) => ({
    name: `p${start}`,
    start,
    end: sorted[index + 1] ?? 4 * code.length,
    argumentBytes: known.get(start)?.argumentBytes ?? 0,
    privates: known.get(start)?.privates ?? [],
  }));
}
