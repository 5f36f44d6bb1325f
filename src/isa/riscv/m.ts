/** M: integer multiplication and division. The RISC-V Instruction Set Manual, volume I, chapter 13. */

import type { Operand, Value } from "../../engine/ir.ts";
import { insn } from "./insn.ts";
import type { RiscvOps } from "./vocabulary.ts";

/** The high 64 bits of the unsigned product, from products of 32-bit halves. */
function highUnsigned(h: RiscvOps, a: Value, b: Value): Value {
  const shift = h.i64(32n);
  const [aLow, aHigh] = [h.zext(a, 32), h.shrU(a, shift)];
  const [bLow, bHigh] = [h.zext(b, 32), h.shrU(b, shift)];
  const low = h.mul(aLow, bLow);
  const middle = h.add(h.mul(aHigh, bLow), h.shrU(low, shift));
  const middle2 = h.add(h.mul(aLow, bHigh), h.zext(middle, 32));
  return h.add(h.add(h.mul(aHigh, bHigh), h.shrU(middle, shift)), h.shrU(middle2, shift));
}

/** What a negative factor takes from the high half: the other factor where this one is negative, else zero. */
function correction(h: RiscvOps, factor: Value, other: Value): Value {
  return h.and(h.shrS(factor, h.i64(63n)), other);
}

/** The quotient or remainder of two 64-bit numbers: by zero and on overflow as the manual says, without a trap. */
function divide(
  h: RiscvOps,
  a: Value,
  b: Value,
  results: { byZero: () => Value; overflow?: () => Value; normal: () => Value },
): Value {
  const { byZero, overflow, normal } = results;
  if (!overflow) return h.choose(h.eqz(b), byZero, normal);
  const isLowest = a.type === "i64" ? h.eq(a, h.i64(-(1n << 63n))) : h.eq(a, h.i32(-0x80000000));
  const minusOne = a.type === "i64" ? h.i64(-1n) : h.i32(-1);
  const overflows = h.and(isLowest, h.eq(b, minusOne));
  return h.choose(h.eqz(b), byZero, () => h.choose(overflows, overflow, normal));
}

type Sources = { rs1: Operand; rs2: Operand };

const both = (h: RiscvOps, { rs1, rs2 }: Sources): [Value, Value] => [h.x(rs1), h.x(rs2)];
const bothWords = (h: RiscvOps, { rs1, rs2 }: Sources): [Value, Value] => [
  h.wrap(h.x(rs1)),
  h.wrap(h.x(rs2)),
];

export const m = {
  mul: insn("0000001 rs2:5 rs1:5 000 rd:5 0110011", "mul rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.setX(rd, h.mul(h.x(rs1), h.x(rs2))),
  ),
  mulh: insn("0000001 rs2:5 rs1:5 001 rd:5 0110011", "mulh rd, rs1, rs2", (h, { rd, ...sources }) => {
    const [a, b] = both(h, sources);
    h.setX(rd, h.sub(h.sub(highUnsigned(h, a, b), correction(h, a, b)), correction(h, b, a)));
  }),
  mulhsu: insn("0000001 rs2:5 rs1:5 010 rd:5 0110011", "mulhsu rd, rs1, rs2", (h, { rd, ...sources }) => {
    const [a, b] = both(h, sources);
    h.setX(rd, h.sub(highUnsigned(h, a, b), correction(h, a, b)));
  }),
  mulhu: insn("0000001 rs2:5 rs1:5 011 rd:5 0110011", "mulhu rd, rs1, rs2", (h, { rd, ...sources }) => {
    h.setX(rd, highUnsigned(h, ...both(h, sources)));
  }),
  div: insn("0000001 rs2:5 rs1:5 100 rd:5 0110011", "div rd, rs1, rs2", (h, { rd, ...sources }) => {
    const [a, b] = both(h, sources);
    const byZero = () => h.i64(-1n);
    h.setX(rd, divide(h, a, b, { byZero, overflow: () => a, normal: () => h.divS(a, b) }));
  }),
  divu: insn("0000001 rs2:5 rs1:5 101 rd:5 0110011", "divu rd, rs1, rs2", (h, { rd, ...sources }) => {
    const [a, b] = both(h, sources);
    h.setX(rd, divide(h, a, b, { byZero: () => h.i64(-1n), normal: () => h.divU(a, b) }));
  }),
  // WebAssembly's remainder of the lowest number by -1 is 0, as the manual wants.
  rem: insn("0000001 rs2:5 rs1:5 110 rd:5 0110011", "rem rd, rs1, rs2", (h, { rd, ...sources }) => {
    const [a, b] = both(h, sources);
    h.setX(rd, divide(h, a, b, { byZero: () => a, normal: () => h.remS(a, b) }));
  }),
  remu: insn("0000001 rs2:5 rs1:5 111 rd:5 0110011", "remu rd, rs1, rs2", (h, { rd, ...sources }) => {
    const [a, b] = both(h, sources);
    h.setX(rd, divide(h, a, b, { byZero: () => a, normal: () => h.remU(a, b) }));
  }),

  mulw: insn("0000001 rs2:5 rs1:5 000 rd:5 0111011", "mulw rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.setW(rd, h.mul(h.x(rs1), h.x(rs2))),
  ),
  divw: insn("0000001 rs2:5 rs1:5 100 rd:5 0111011", "divw rd, rs1, rs2", (h, { rd, ...sources }) => {
    const [a, b] = bothWords(h, sources);
    const byZero = () => h.i32(-1);
    h.setX(rd, h.extendS(divide(h, a, b, { byZero, overflow: () => a, normal: () => h.divS(a, b) })));
  }),
  divuw: insn("0000001 rs2:5 rs1:5 101 rd:5 0111011", "divuw rd, rs1, rs2", (h, { rd, ...sources }) => {
    const [a, b] = bothWords(h, sources);
    h.setX(rd, h.extendS(divide(h, a, b, { byZero: () => h.i32(-1), normal: () => h.divU(a, b) })));
  }),
  remw: insn("0000001 rs2:5 rs1:5 110 rd:5 0111011", "remw rd, rs1, rs2", (h, { rd, ...sources }) => {
    const [a, b] = bothWords(h, sources);
    h.setX(rd, h.extendS(divide(h, a, b, { byZero: () => a, normal: () => h.remS(a, b) })));
  }),
  remuw: insn("0000001 rs2:5 rs1:5 111 rd:5 0111011", "remuw rd, rs1, rs2", (h, { rd, ...sources }) => {
    const [a, b] = bothWords(h, sources);
    h.setX(rd, h.extendS(divide(h, a, b, { byZero: () => a, normal: () => h.remU(a, b) })));
  }),
};
