/** RV64GC with Zba, Zbb, Zbs, Zicsr and Zifencei, put together for the engine. */

import type { InstructionSet } from "../../engine/instruction.ts";
import { a } from "./a.ts";
import { c } from "./c.ts";
import { csrName, csrNumber } from "./csr-names.ts";
import { d } from "./d.ts";
import { f } from "./f.ts";
import { fusions } from "./fusions.ts";
import { m } from "./m.ts";
import { pageTables } from "./page-tables.ts";
import { privileged } from "./privileged.ts";
import { rv64i } from "./rv64i.ts";
import { layout, x } from "./state.ts";
import { RiscvOps } from "./vocabulary.ts";
import { zba, zbb, zbs } from "./zb.ts";
import { zicsr } from "./zicsr.ts";

const register = { kind: "register", file: x } as const;
const shortRegister = { kind: "register", add: 8 } as const;
const signed = { kind: "signed" } as const;
const unsigned = { kind: "unsigned" } as const;

const roundingModes = ["rne", "rtz", "rdn", "rup", "rmm", "", "", "dyn"];
const ORDERING = "iorw";

/** The letters of a FENCE operand, most significant bit first. */
function orderingName(value: number): string {
  return [...ORDERING].filter((_, index) => (value >> (3 - index)) & 1).join("") || "0";
}

function orderingValue(name: string): number | undefined {
  if (!/^[iorw]+$/.test(name)) return undefined;
  return [...name].reduce((bits, letter) => bits | (8 >> ORDERING.indexOf(letter)), 0);
}

const ordering = { ...unsigned, nameOf: orderingName, parseName: orderingValue, defaultValue: 15 };

/** The index of a name, if it is there. */
function indexIn(names: readonly string[], name: string): number | undefined {
  const index = names.indexOf(name);
  return index < 0 ? undefined : index;
}

export const riscv: InstructionSet<RiscvOps> = {
  name: "riscv64",
  layout,
  pageTables,
  instructions: { ...rv64i, ...m, ...a, ...f, ...d, ...zba, ...zbb, ...zbs, ...zicsr, ...privileged, ...c },
  fieldKinds: {
    rd: register,
    rs1: register,
    rs2: register,
    rs3: register,
    frd: register,
    frs2: register,
    crd: shortRegister,
    crs1: shortRegister,
    crs2: shortRegister,
    cfrd: shortRegister,
    cfrs2: shortRegister,
    imm: signed,
    imm20: { ...signed, shift: 12 },
    uimm: unsigned,
    zimm: unsigned,
    shamt: unsigned,
    csr: { ...unsigned, nameOf: csrName, parseName: csrNumber },
    rm: {
      ...unsigned,
      nameOf: (value) => roundingModes[value] || undefined,
      parseName: (name) => indexIn(roundingModes, name),
      defaultValue: 7,
    },
    aq: { ...unsigned, suffix: "aq" },
    rl: { ...unsigned, suffix: "rl" },
    fm: unsigned,
    pred: ordering,
    succ: ordering,
  },
  fusions,
  ops: () => new RiscvOps(),
  // Volume I, section 1.5: 16 bits unless the two lowest are ones.
  lengthOf: (low) => ((low & 3) === 3 ? 4 : 2),
  // Volume I, section 2.5.1: ra and t0.
  linkRegisters: [1, 5],
};
