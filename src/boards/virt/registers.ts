/** A hart's registers by name. */

import { InputError } from "../../base/errors.ts";
import { csrNumber } from "../../isa/riscv/csr-names.ts";
import type { Hart } from "../../isa/riscv/hart.ts";
import { f, x } from "../../isa/riscv/state.ts";

/** The index of a register in a file, by its ABI name or its number. */
function indexIn(names: readonly string[], prefix: string, name: string): number {
  const abi = names.indexOf(name === "fp" ? "s0" : name);
  if (abi >= 0) return abi;
  const number = new RegExp(`^${prefix}(\\d{1,2})$`).exec(name)?.[1];
  return number !== undefined && Number(number) < names.length ? Number(number) : -1;
}

function refuse(name: string): never {
  throw new InputError(`no register is named "${name}"`);
}

export const RegisterNames = {
  read(hart: Hart, name: string): bigint {
    if (name === "pc") return hart.pc;
    const integer = indexIn(x.names, "x", name);
    if (integer >= 0) return hart.getX(integer);
    const float = indexIn(f.names, "f", name);
    if (float >= 0) return hart.getF(float);
    const number = csrNumber(name);
    const value = number === undefined ? undefined : hart.csrs.peek(number);
    return value === undefined ? refuse(name) : BigInt.asUintN(64, value);
  },

  write(hart: Hart, name: string, value: bigint): void {
    const integer = indexIn(x.names, "x", name);
    const float = indexIn(f.names, "f", name);
    if (name === "pc") hart.pc = value;
    else if (integer >= 0) hart.setX(integer, value);
    else if (float >= 0) hart.setF(float, value);
    else refuse(name);
  },
};
