/** The p-machine's instructions, put together for the engine. docs/pcode.md. */

import type { InstructionSet } from "../../engine/instruction.ts";
import { checks } from "./checks.ts";
import { control } from "./control.ts";
import { fusions } from "./fusions.ts";
import type { StackInstruction } from "./insn.ts";
import { integers } from "./integers.ts";
import { reals } from "./reals.ts";
import { serviceNumber, services } from "./services.ts";
import { sets } from "./sets.ts";
import { stack } from "./stack.ts";
import { e, layout } from "./state.ts";
import { variables } from "./variables.ts";
import { PcodeOps } from "./vocabulary.ts";

const register = { kind: "register", file: e } as const;
const signed = { kind: "signed" } as const;
const unsigned = { kind: "unsigned" } as const;

export const instructions: Readonly<Record<string, StackInstruction>> = {
  ...stack,
  ...variables,
  ...integers,
  ...reals,
  ...sets,
  ...checks,
  ...control,
};

export const pcode: InstructionSet<PcodeOps> = {
  name: "pcode",
  layout,
  instructions,
  // No page tables: the machine's memory is one piece.
  pageTables: { table: { mask: 0n, bits: 1n }, frame: { mask: 0n, shift: 0 } },
  fieldKinds: {
    a: register,
    b: register,
    c: register,
    imm: signed,
    at: unsigned,
    disp: unsigned,
    size: unsigned,
    low: unsigned,
    high: unsigned,
    base: unsigned,
    to: signed,
  },
  fusions,
  stack: {
    file: e,
    operands: ["a", "b", "c"],
    effectOf: (name) => {
      const { pops = 0, pushes = 0 } = instructions[name] ?? {};
      // What is called finds the return address.
      return [pops, name.startsWith("call") ? 1 : pushes];
    },
  },
  ops: () => new PcodeOps(),
  lengthOf: () => 4,
  // `leave` puts the return address at the bottom of the stack.
  linkRegisters: [0],
};

export { serviceNumber, services };
