/**
 * F: single-precision floating point. The RISC-V Instruction Set Manual, volume I, chapter 21.
 * What the words mean for rounding and flags is in vocabulary.ts.
 */

import { insn } from "./insn.ts";

export const f = {
  flw: insn("imm:12 rs1:5 010 rd:5 0000111", "flw rd, imm(rs1)", (h, { rd, rs1, imm }) => {
    h.writesFloat();
    h.setFloatBits("s", rd, h.load("i64.load32_u", h.address(rs1, imm)));
  }),
  fsw: insn("imm[11:5] rs2:5 rs1:5 010 imm[4:0] 0100111", "fsw rs2, imm(rs1)", (h, { rs1, rs2, imm }) => {
    h.readsFloat();
    h.store("i64.store32", h.address(rs1, imm), h.rawFloat(rs2));
  }),

  fmadd_s: insn(
    "rs3:5 00 rs2:5 rs1:5 rm:3 rd:5 1000011",
    "fmadd.s rd, rs1, rs2, rs3, rm",
    (h, { rd, rm, rs1, rs2, rs3 }) => h.floatFused("s", "madd", rd, rm, rs1, rs2, rs3),
  ),
  fmsub_s: insn(
    "rs3:5 00 rs2:5 rs1:5 rm:3 rd:5 1000111",
    "fmsub.s rd, rs1, rs2, rs3, rm",
    (h, { rd, rm, rs1, rs2, rs3 }) => h.floatFused("s", "msub", rd, rm, rs1, rs2, rs3),
  ),
  fnmsub_s: insn(
    "rs3:5 00 rs2:5 rs1:5 rm:3 rd:5 1001011",
    "fnmsub.s rd, rs1, rs2, rs3, rm",
    (h, { rd, rm, rs1, rs2, rs3 }) => h.floatFused("s", "nmsub", rd, rm, rs1, rs2, rs3),
  ),
  fnmadd_s: insn(
    "rs3:5 00 rs2:5 rs1:5 rm:3 rd:5 1001111",
    "fnmadd.s rd, rs1, rs2, rs3, rm",
    (h, { rd, rm, rs1, rs2, rs3 }) => h.floatFused("s", "nmadd", rd, rm, rs1, rs2, rs3),
  ),
  fadd_s: insn(
    "0000000 rs2:5 rs1:5 rm:3 rd:5 1010011",
    "fadd.s rd, rs1, rs2, rm",
    (h, { rd, rm, rs1, rs2 }) => h.floatArithmetic("s", "add", rd, rm, rs1, rs2),
  ),
  fsub_s: insn(
    "0000100 rs2:5 rs1:5 rm:3 rd:5 1010011",
    "fsub.s rd, rs1, rs2, rm",
    (h, { rd, rm, rs1, rs2 }) => h.floatArithmetic("s", "sub", rd, rm, rs1, rs2),
  ),
  fmul_s: insn(
    "0001000 rs2:5 rs1:5 rm:3 rd:5 1010011",
    "fmul.s rd, rs1, rs2, rm",
    (h, { rd, rm, rs1, rs2 }) => h.floatArithmetic("s", "mul", rd, rm, rs1, rs2),
  ),
  fdiv_s: insn(
    "0001100 rs2:5 rs1:5 rm:3 rd:5 1010011",
    "fdiv.s rd, rs1, rs2, rm",
    (h, { rd, rm, rs1, rs2 }) => h.floatArithmetic("s", "div", rd, rm, rs1, rs2),
  ),
  fsqrt_s: insn("0101100 00000 rs1:5 rm:3 rd:5 1010011", "fsqrt.s rd, rs1, rm", (h, { rd, rm, rs1 }) =>
    h.floatArithmetic("s", "sqrt", rd, rm, rs1),
  ),

  fsgnj_s: insn("0010000 rs2:5 rs1:5 000 rd:5 1010011", "fsgnj.s rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.floatSign("s", rd, rs1, rs2, (_, b) => b),
  ),
  fsgnjn_s: insn("0010000 rs2:5 rs1:5 001 rd:5 1010011", "fsgnjn.s rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.floatSign("s", rd, rs1, rs2, (_, b) => h.not(b)),
  ),
  fsgnjx_s: insn("0010000 rs2:5 rs1:5 010 rd:5 1010011", "fsgnjx.s rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.floatSign("s", rd, rs1, rs2, (a, b) => h.xor(a, b)),
  ),
  fmin_s: insn("0010100 rs2:5 rs1:5 000 rd:5 1010011", "fmin.s rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.floatMinMax("s", "min", rd, rs1, rs2),
  ),
  fmax_s: insn("0010100 rs2:5 rs1:5 001 rd:5 1010011", "fmax.s rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.floatMinMax("s", "max", rd, rs1, rs2),
  ),
  feq_s: insn("1010000 rs2:5 rs1:5 010 rd:5 1010011", "feq.s rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.floatCompare("s", "eq", rd, rs1, rs2),
  ),
  flt_s: insn("1010000 rs2:5 rs1:5 001 rd:5 1010011", "flt.s rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.floatCompare("s", "lt", rd, rs1, rs2),
  ),
  fle_s: insn("1010000 rs2:5 rs1:5 000 rd:5 1010011", "fle.s rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.floatCompare("s", "le", rd, rs1, rs2),
  ),
  fclass_s: insn("1110000 00000 rs1:5 001 rd:5 1010011", "fclass.s rd, rs1", (h, { rd, rs1 }) =>
    h.floatClass("s", rd, rs1),
  ),

  fcvt_w_s: insn("1100000 00000 rs1:5 rm:3 rd:5 1010011", "fcvt.w.s rd, rs1, rm", (h, { rd, rm, rs1 }) =>
    h.floatToInteger("s", 32, true, rd, rm, rs1),
  ),
  fcvt_wu_s: insn("1100000 00001 rs1:5 rm:3 rd:5 1010011", "fcvt.wu.s rd, rs1, rm", (h, { rd, rm, rs1 }) =>
    h.floatToInteger("s", 32, false, rd, rm, rs1),
  ),
  fcvt_l_s: insn("1100000 00010 rs1:5 rm:3 rd:5 1010011", "fcvt.l.s rd, rs1, rm", (h, { rd, rm, rs1 }) =>
    h.floatToInteger("s", 64, true, rd, rm, rs1),
  ),
  fcvt_lu_s: insn("1100000 00011 rs1:5 rm:3 rd:5 1010011", "fcvt.lu.s rd, rs1, rm", (h, { rd, rm, rs1 }) =>
    h.floatToInteger("s", 64, false, rd, rm, rs1),
  ),
  fcvt_s_w: insn("1101000 00000 rs1:5 rm:3 rd:5 1010011", "fcvt.s.w rd, rs1, rm", (h, { rd, rm, rs1 }) =>
    h.floatFromInteger("s", 32, true, rd, rm, rs1),
  ),
  fcvt_s_wu: insn("1101000 00001 rs1:5 rm:3 rd:5 1010011", "fcvt.s.wu rd, rs1, rm", (h, { rd, rm, rs1 }) =>
    h.floatFromInteger("s", 32, false, rd, rm, rs1),
  ),
  fcvt_s_l: insn("1101000 00010 rs1:5 rm:3 rd:5 1010011", "fcvt.s.l rd, rs1, rm", (h, { rd, rm, rs1 }) =>
    h.floatFromInteger("s", 64, true, rd, rm, rs1),
  ),
  fcvt_s_lu: insn("1101000 00011 rs1:5 rm:3 rd:5 1010011", "fcvt.s.lu rd, rs1, rm", (h, { rd, rm, rs1 }) =>
    h.floatFromInteger("s", 64, false, rd, rm, rs1),
  ),

  // The moves copy bits whether or not they are NaN-boxed.
  fmv_x_w: insn("1110000 00000 rs1:5 000 rd:5 1010011", "fmv.x.w rd, rs1", (h, { rd, rs1 }) => {
    h.readsFloat();
    h.setW(rd, h.rawFloat(rs1));
  }),
  fmv_w_x: insn("1111000 00000 rs1:5 000 rd:5 1010011", "fmv.w.x rd, rs1", (h, { rd, rs1 }) => {
    h.writesFloat();
    h.setFloatBits("s", rd, h.zext(h.x(rs1), 32));
  }),
};
