/** The helpers that the descriptions call; the hart implements each in TypeScript (see hart.ts). */

import type { Helper, ValueType } from "../../engine/ir.ts";

function helper(name: string, leaves: boolean, params: readonly ValueType[], result?: ValueType): Helper {
  return result ? { name, leaves, params, result } : { name, leaves, params };
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
export const useFloat = helper("useFloat", true, []);
/** Operation, rounding mode, operands. Formats: 32 or 64 bits. */
export const floatArithmetic = helper("floatArithmetic", true, ["i32", "i32", "i32", "i64", "i64"], "i64");
export const floatFused = helper("floatFused", true, ["i32", "i32", "i32", "i64", "i64", "i64"], "i64");
export const floatCompare = helper("floatCompare", false, ["i32", "i32", "i64", "i64"], "i64");
export const floatMinMax = helper("floatMinMax", false, ["i32", "i32", "i64", "i64"], "i64");
/** Format, integer width times its sign, rounding mode. */
export const floatToInteger = helper("floatToInteger", true, ["i32", "i32", "i32", "i64"], "i64");
export const floatFromInteger = helper("floatFromInteger", true, ["i32", "i32", "i32", "i64"], "i64");
/** From format, to format, rounding mode. */
export const floatConvert = helper("floatConvert", true, ["i32", "i32", "i32", "i64"], "i64");
