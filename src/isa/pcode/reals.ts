/** Reals: IEEE 754 double precision. ISO 7185, section 6.7.2.2; what is infinite or not a number is an error. */

import type { Operand, Value } from "../../engine/ir.ts";
import { insn } from "./insn.ts";
import { Cause, MAXINT } from "./state.ts";
import type { PcodeOps } from "./vocabulary.ts";

/** Sets the integer that a real without a fraction is; an error where it is none. */
function setWhole(h: PcodeOps, a: Operand, value: Value): void {
  const isInteger = h.le(h.pure("f64.abs", value), h.f64(MAXINT));
  h.trapIf(h.eqz(isInteger), Cause.conversion);
  h.setE(a, h.pure("i64.trunc_sat_f64_s", value));
}

export const reals = {
  fadd: insn("01110000 a:6 b:6 000000000000", "fadd", [2, 1], (h, { a, b }) =>
    h.setFinite(a, h.add(h.real(a), h.real(b))),
  ),
  fsub: insn("01110001 a:6 b:6 000000000000", "fsub", [2, 1], (h, { a, b }) =>
    h.setFinite(a, h.sub(h.real(a), h.real(b))),
  ),
  fmul: insn("01110010 a:6 b:6 000000000000", "fmul", [2, 1], (h, { a, b }) =>
    h.setFinite(a, h.mul(h.real(a), h.real(b))),
  ),
  fdiv: insn("01110011 a:6 b:6 000000000000", "fdiv", [2, 1], (h, { a, b }) => {
    h.trapIf(h.eq(h.real(b), h.f64(0)), Cause.realDivisionByZero);
    h.setFinite(a, h.pure("f64.div", h.real(a), h.real(b)));
  }),
  fneg: insn("01110100 a:6 000000000000000000", "fneg", [1, 1], (h, { a }) =>
    h.setReal(a, h.pure("f64.neg", h.real(a))),
  ),
  fabs: insn("01110101 a:6 000000000000000000", "fabs", [1, 1], (h, { a }) =>
    h.setReal(a, h.pure("f64.abs", h.real(a))),
  ),
  fsqr: insn("01110110 a:6 000000000000000000", "fsqr", [1, 1], (h, { a }) =>
    h.setFinite(a, h.mul(h.real(a), h.real(a))),
  ),
  fsqrt: insn("01110111 a:6 000000000000000000", "fsqrt", [1, 1], (h, { a }) => {
    h.trapIf(h.lt(h.real(a), h.f64(0)), Cause.negativeRoot);
    h.setReal(a, h.pure("f64.sqrt", h.real(a)));
  }),
  float: insn("01111000 a:6 000000000000000000", "float", [1, 1], (h, { a }) =>
    h.setReal(a, h.pure("f64.convert_i64_s", h.e(a))),
  ),
  trunc: insn("01111001 a:6 000000000000000000", "trunc", [1, 1], (h, { a }) =>
    setWhole(h, a, h.pure("f64.trunc", h.real(a))),
  ),
  // Section 6.6.6.3: trunc(x + 0.5) for x from 0, else trunc(x - 0.5).
  round: insn("01111010 a:6 000000000000000000", "round", [1, 1], (h, { a }) => {
    const half = h.pure("f64.copysign", h.f64(0.5), h.real(a));
    setWhole(h, a, h.pure("f64.trunc", h.add(h.real(a), half)));
  }),

  // Without a look at the result.
  faddw: insn("01111011 a:6 b:6 000000000000", "faddw", [2, 1], (h, { a, b }) =>
    h.setReal(a, h.add(h.real(a), h.real(b))),
  ),
  fsubw: insn("01111100 a:6 b:6 000000000000", "fsubw", [2, 1], (h, { a, b }) =>
    h.setReal(a, h.sub(h.real(a), h.real(b))),
  ),
  fmulw: insn("01111101 a:6 b:6 000000000000", "fmulw", [2, 1], (h, { a, b }) =>
    h.setReal(a, h.mul(h.real(a), h.real(b))),
  ),
  fdivw: insn("01111110 a:6 b:6 000000000000", "fdivw", [2, 1], (h, { a, b }) =>
    h.setReal(a, h.pure("f64.div", h.real(a), h.real(b))),
  ),

  feq: insn("10000000 a:6 b:6 000000000000", "feq", [2, 1], (h, { a, b }) =>
    h.setBool(a, h.eq(h.real(a), h.real(b))),
  ),
  fne: insn("10000001 a:6 b:6 000000000000", "fne", [2, 1], (h, { a, b }) =>
    h.setBool(a, h.ne(h.real(a), h.real(b))),
  ),
  flt: insn("10000010 a:6 b:6 000000000000", "flt", [2, 1], (h, { a, b }) =>
    h.setBool(a, h.lt(h.real(a), h.real(b))),
  ),
  fle: insn("10000011 a:6 b:6 000000000000", "fle", [2, 1], (h, { a, b }) =>
    h.setBool(a, h.le(h.real(a), h.real(b))),
  ),
  fgt: insn("10000100 a:6 b:6 000000000000", "fgt", [2, 1], (h, { a, b }) =>
    h.setBool(a, h.lt(h.real(b), h.real(a))),
  ),
  fge: insn("10000101 a:6 b:6 000000000000", "fge", [2, 1], (h, { a, b }) =>
    h.setBool(a, h.le(h.real(b), h.real(a))),
  ),
};
