/** What is an error if it does not hold. The source position of such an instruction says which. ISO 7185, annex D. */

import { insn } from "./insn.ts";
import { Cause, UNDEFINED_LONG, UNDEFINED_WORD } from "./state.ts";

export const checks = {
  // From 0 to imm.
  chk: insn("10100000 a:6 imm:18", "chk imm", [1, 1], (h, { a, imm }) =>
    h.trapIf(h.gtU(h.e(a), h.imm(imm)), Cause.bounds, h.e(a)),
  ),
  chkr: insn("10100001 a:6 low:9 high:9", "chkr low, high", [1, 1], (h, { a, low, high }) => {
    const distance = h.sub(h.e(a), h.imm(low));
    h.trapIf(h.gtU(distance, h.sub(h.imm(high), h.imm(low))), Cause.bounds, h.e(a));
  }),
  // The value, then its bounds.
  chkb: insn("10100010 a:6 b:6 c:6 000000", "chkb", [3, 1], (h, { a, b, c }) => {
    const isOutside = h.or(h.ltS(h.e(a), h.e(b)), h.ltS(h.e(c), h.e(a)));
    h.trapIf(isOutside, Cause.bounds, h.e(a));
  }),
  chkp: insn("10100011 a:6 000000000000000000", "chkp", [1, 1], (h, { a }) => {
    h.trapIf(h.eqz(h.e(a)), Cause.nilPointer);
    h.trapIf(h.eq(h.e(a), h.i64(BigInt(UNDEFINED_WORD))), Cause.undefinedValue);
  }),
  chkw: insn("10100100 a:6 000000000000000000", "chkw", [1, 1], (h, { a }) =>
    h.trapIf(h.eq(h.e(a), h.i64(BigInt(UNDEFINED_WORD))), Cause.undefinedValue),
  ),
  chkd: insn("10100101 a:6 000000000000000000", "chkd", [1, 1], (h, { a }) =>
    h.trapIf(h.eq(h.e(a), h.i64(UNDEFINED_LONG)), Cause.undefinedValue),
  ),
  // A condition that must hold.
  chkt: insn("10100110 a:6 000000000000000000", "chkt", [1, 0], (h, { a }) =>
    h.trapIf(h.eqz(h.e(a)), Cause.bounds),
  ),
  trap: insn("10100111 000000 imm:18", "trap imm", [0, 0], (h, { imm }) => h.trap(Cause.error, h.imm(imm))),
};
