/** Constants, and entries of the expression stack itself. docs/pcode.md. */

import { insn } from "./insn.ts";

export const stack = {
  ldc: insn("00000001 a:6 imm:18", "ldc imm", [0, 1], (h, { a, imm }) => h.setE(a, h.imm(imm))),
  // The bits are taken as they are: a constant of 64 bits is one ldc and three of these.
  ldcx: insn("00000010 a:6 imm:18", "ldcx imm", [1, 1], (h, { a, imm }) =>
    h.setE(a, h.or(h.shl(h.e(a), h.i64(18n)), h.and(h.imm(imm), h.i64(0x3ffffn)))),
  ),
  dup: insn("00000011 a:6 b:6 000000000000", "dup", [1, 2], (h, { a, b }) => h.setE(b, h.e(a))),
  drop: insn("00000100 a:6 000000000000000000", "drop", [1, 0], () => {}),
  swap: insn("00000101 a:6 b:6 000000000000", "swap", [2, 2], (h, { a, b }) => {
    const [first, second] = [h.e(a), h.e(b)];
    h.setE(a, second);
    h.setE(b, first);
  }),
  over: insn("00000110 a:6 b:6 c:6 000000", "over", [2, 3], (h, { a, c }) => h.setE(c, h.e(a))),
};
