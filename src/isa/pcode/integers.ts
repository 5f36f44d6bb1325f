/**
 * Integers, Booleans and addresses. ISO 7185, section 6.7.2.2: a result outside -maxint to maxint is an error; the names with
 * w do not look, and keep the low 32 bits.
 */

import type { Operand, Value } from "../../engine/ir.ts";
import { insn } from "./insn.ts";
import { Cause } from "./state.ts";
import type { PcodeOps } from "./vocabulary.ts";

/** i mod j is what is left of i once a multiple of j is taken away, from 0 to j - 1. */
function modulo(h: PcodeOps, dividend: Value, divisor: Value): Value {
  const rest = h.remS(dividend, divisor);
  return h.select(h.ltS(rest, h.i64(0n)), h.add(rest, divisor), rest);
}

function requireDivisor(h: PcodeOps, b: Operand): void {
  h.trapIf(h.eqz(h.e(b)), Cause.divisionByZero);
}

export const integers = {
  add: insn("01000000 a:6 b:6 000000000000", "add", [2, 1], (h, { a, b }) =>
    h.setInteger(a, h.add(h.e(a), h.e(b))),
  ),
  sub: insn("01000001 a:6 b:6 000000000000", "sub", [2, 1], (h, { a, b }) =>
    h.setInteger(a, h.sub(h.e(a), h.e(b))),
  ),
  mul: insn("01000010 a:6 b:6 000000000000", "mul", [2, 1], (h, { a, b }) =>
    h.setInteger(a, h.mul(h.e(a), h.e(b))),
  ),
  div: insn("01000011 a:6 b:6 000000000000", "div", [2, 1], (h, { a, b }) => {
    requireDivisor(h, b);
    h.setE(a, h.divS(h.e(a), h.e(b)));
  }),
  mod: insn("01000100 a:6 b:6 000000000000", "mod", [2, 1], (h, { a, b }) => {
    h.trapIf(h.geS(h.i64(0n), h.e(b)), Cause.modNotPositive, h.e(b));
    h.setE(a, modulo(h, h.e(a), h.e(b)));
  }),
  neg: insn("01000101 a:6 000000000000000000", "neg", [1, 1], (h, { a }) =>
    h.setInteger(a, h.sub(h.i64(0n), h.e(a))),
  ),
  abs: insn("01000110 a:6 000000000000000000", "abs", [1, 1], (h, { a }) => {
    const value = h.e(a);
    const negative = h.sub(h.i64(0n), value);
    h.setInteger(a, h.select(h.ltS(value, h.i64(0n)), negative, value));
  }),
  sqr: insn("01000111 a:6 000000000000000000", "sqr", [1, 1], (h, { a }) =>
    h.setInteger(a, h.mul(h.e(a), h.e(a))),
  ),
  addi: insn("01001000 a:6 imm:18", "addi imm", [1, 1], (h, { a, imm }) =>
    h.setInteger(a, h.add(h.e(a), h.imm(imm))),
  ),
  odd: insn("01001001 a:6 000000000000000000", "odd", [1, 1], (h, { a }) =>
    h.setE(a, h.and(h.e(a), h.i64(1n))),
  ),

  addw: insn("01010000 a:6 b:6 000000000000", "addw", [2, 1], (h, { a, b }) =>
    h.setWord(a, h.add(h.e(a), h.e(b))),
  ),
  subw: insn("01010001 a:6 b:6 000000000000", "subw", [2, 1], (h, { a, b }) =>
    h.setWord(a, h.sub(h.e(a), h.e(b))),
  ),
  mulw: insn("01010010 a:6 b:6 000000000000", "mulw", [2, 1], (h, { a, b }) =>
    h.setWord(a, h.mul(h.e(a), h.e(b))),
  ),
  // The machine itself cannot divide by zero: that stays an error without checks too.
  modw: insn("01010011 a:6 b:6 000000000000", "modw", [2, 1], (h, { a, b }) => {
    requireDivisor(h, b);
    h.setE(a, modulo(h, h.e(a), h.e(b)));
  }),
  addiw: insn("01010100 a:6 imm:18", "addiw imm", [1, 1], (h, { a, imm }) =>
    h.setWord(a, h.add(h.e(a), h.imm(imm))),
  ),
  ixa: insn("01010101 a:6 b:6 size:12", "ixa size", [2, 1], (h, { a, b, size }) =>
    h.setE(a, h.add(h.e(a), h.mul(h.e(b), h.imm(size)))),
  ),

  eq: insn("01100000 a:6 b:6 000000000000", "eq", [2, 1], (h, { a, b }) =>
    h.setBool(a, h.eq(h.e(a), h.e(b))),
  ),
  ne: insn("01100001 a:6 b:6 000000000000", "ne", [2, 1], (h, { a, b }) =>
    h.setBool(a, h.ne(h.e(a), h.e(b))),
  ),
  lt: insn("01100010 a:6 b:6 000000000000", "lt", [2, 1], (h, { a, b }) =>
    h.setBool(a, h.ltS(h.e(a), h.e(b))),
  ),
  le: insn("01100011 a:6 b:6 000000000000", "le", [2, 1], (h, { a, b }) =>
    h.setBool(a, h.geS(h.e(b), h.e(a))),
  ),
  gt: insn("01100100 a:6 b:6 000000000000", "gt", [2, 1], (h, { a, b }) =>
    h.setBool(a, h.ltS(h.e(b), h.e(a))),
  ),
  ge: insn("01100101 a:6 b:6 000000000000", "ge", [2, 1], (h, { a, b }) =>
    h.setBool(a, h.geS(h.e(a), h.e(b))),
  ),
  not: insn("01100110 a:6 000000000000000000", "not", [1, 1], (h, { a }) => h.setBool(a, h.eqz(h.e(a)))),
};
