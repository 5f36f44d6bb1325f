/** The helpers that the descriptions call; the hart implements each in TypeScript (see hart.ts). */

import type { Helper, ValueType } from "../../engine/ir.ts";
import { csr, fcsr, fpFast, ordinaryLimit, sumLimit } from "./state.ts";

function helper(name: string, leaves: boolean, params: readonly ValueType[], result?: ValueType): Helper {
  return result ? { name, leaves, params, result } : { name, leaves, params };
}

/** What rounding and exceptions change. */
const floatState = [fcsr, fpFast, ordinaryLimit, sumLimit];

/** A helper for arithmetic, with a result of 64 bits; it comes after `useFloat`, so that the state is dirty already. */
function arithmetic(name: string, params: readonly ValueType[]): Helper {
  return { ...helper(name, true, params, "i64"), changes: floatState };
}

/** CSR accesses take the CSR's number, the new value in the slot `csrOperand`, and leave the old one in `result`. */
export const csrRead = helper("csrRead", true, ["i32"]);
export const csrWrite = helper("csrWrite", true, ["i32"]);
export const csrSwap = helper("csrSwap", true, ["i32"]);
export const csrSet = helper("csrSet", true, ["i32"]);
export const csrClear = helper("csrClear", true, ["i32"]);

export const ecall = helper("ecall", true, []);
export const mret = helper("mret", true, []);
export const sret = helper("sret", true, []);
export const wfi = helper("wfi", true, []);
/** The address, and which of rs1 is x0 (then all addresses). */
export const sfenceVma = helper("sfenceVma", true, ["i64"]);
export const sfenceVmaAll = helper("sfenceVmaAll", true, []);

/** Traps where floating point is off; else marks its state dirty. */
export const useFloat: Helper = {
  ...helper("useFloat", true, []),
  establishes: "condition-false",
  changes: [csr.mstatus],
};
/** Operation, rounding mode, operands. Formats: 32 or 64 bits. */
export const floatArithmetic = arithmetic("floatArithmetic", ["i32", "i32", "i32", "i64", "i64"]);
export const floatFused = arithmetic("floatFused", ["i32", "i32", "i32", "i64", "i64", "i64"]);
export const floatCompare: Helper = {
  ...helper("floatCompare", false, ["i32", "i32", "i64", "i64"], "i64"),
  changes: [...floatState, csr.mstatus],
};
export const floatMinMax: Helper = {
  ...helper("floatMinMax", false, ["i32", "i32", "i64", "i64"], "i64"),
  changes: floatState,
};
/** Format, integer width times its sign, rounding mode. */
export const floatToInteger: Helper = {
  ...helper("floatToInteger", true, ["i32", "i32", "i32", "i64"], "i64"),
  changes: [...floatState, csr.mstatus],
};
export const floatFromInteger = arithmetic("floatFromInteger", ["i32", "i32", "i32", "i64"]);
/** From format, to format, rounding mode. */
export const floatConvert = arithmetic("floatConvert", ["i32", "i32", "i32", "i64"]);
