/**
 * D: double-precision floating point. The RISC-V Instruction Set Manual, volume I, chapter 22.
 * What the words mean for rounding and flags is in vocabulary.ts.
 */

import { insn } from "./insn.ts";

export const d = {
  fld: insn("imm:12 rs1:5 011 rd:5 0000111", "fld rd, imm(rs1)", (h, { rd, rs1, imm }) => {
    h.writesFloat();
    h.setFloatBits("d", rd, h.load("i64.load", h.address(rs1, imm)));
  }),
  fsd: insn("imm[11:5] rs2:5 rs1:5 011 imm[4:0] 0100111", "fsd rs2, imm(rs1)", (h, { rs1, rs2, imm }) => {
    h.readsFloat();
    h.store("i64.store", h.address(rs1, imm), h.rawFloat(rs2));
  }),

  fmadd_d: insn(
    "rs3:5 01 rs2:5 rs1:5 rm:3 rd:5 1000011",
    "fmadd.d rd, rs1, rs2, rs3, rm",
    (h, { rd, rm, rs1, rs2, rs3 }) => h.floatFused("d", "madd", rd, rm, rs1, rs2, rs3),
  ),
  fmsub_d: insn(
    "rs3:5 01 rs2:5 rs1:5 rm:3 rd:5 1000111",
    "fmsub.d rd, rs1, rs2, rs3, rm",
    (h, { rd, rm, rs1, rs2, rs3 }) => h.floatFused("d", "msub", rd, rm, rs1, rs2, rs3),
  ),
  fnmsub_d: insn(
    "rs3:5 01 rs2:5 rs1:5 rm:3 rd:5 1001011",
    "fnmsub.d rd, rs1, rs2, rs3, rm",
    (h, { rd, rm, rs1, rs2, rs3 }) => h.floatFused("d", "nmsub", rd, rm, rs1, rs2, rs3),
  ),
  fnmadd_d: insn(
    "rs3:5 01 rs2:5 rs1:5 rm:3 rd:5 1001111",
    "fnmadd.d rd, rs1, rs2, rs3, rm",
    (h, { rd, rm, rs1, rs2, rs3 }) => h.floatFused("d", "nmadd", rd, rm, rs1, rs2, rs3),
  ),
  fadd_d: insn(
    "0000001 rs2:5 rs1:5 rm:3 rd:5 1010011",
    "fadd.d rd, rs1, rs2, rm",
    (h, { rd, rm, rs1, rs2 }) => h.floatArithmetic("d", "add", rd, rm, rs1, rs2),
  ),
  fsub_d: insn(
    "0000101 rs2:5 rs1:5 rm:3 rd:5 1010011",
    "fsub.d rd, rs1, rs2, rm",
    (h, { rd, rm, rs1, rs2 }) => h.floatArithmetic("d", "sub", rd, rm, rs1, rs2),
  ),
  fmul_d: insn(
    "0001001 rs2:5 rs1:5 rm:3 rd:5 1010011",
    "fmul.d rd, rs1, rs2, rm",
    (h, { rd, rm, rs1, rs2 }) => h.floatArithmetic("d", "mul", rd, rm, rs1, rs2),
  ),
  fdiv_d: insn(
    "0001101 rs2:5 rs1:5 rm:3 rd:5 1010011",
    "fdiv.d rd, rs1, rs2, rm",
    (h, { rd, rm, rs1, rs2 }) => h.floatArithmetic("d", "div", rd, rm, rs1, rs2),
  ),
  fsqrt_d: insn("0101101 00000 rs1:5 rm:3 rd:5 1010011", "fsqrt.d rd, rs1, rm", (h, { rd, rm, rs1 }) =>
    h.floatArithmetic("d", "sqrt", rd, rm, rs1),
  ),

  fsgnj_d: insn("0010001 rs2:5 rs1:5 000 rd:5 1010011", "fsgnj.d rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.floatSign("d", rd, rs1, rs2, (_, b) => b),
  ),
  fsgnjn_d: insn("0010001 rs2:5 rs1:5 001 rd:5 1010011", "fsgnjn.d rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.floatSign("d", rd, rs1, rs2, (_, b) => h.not(b)),
  ),
  fsgnjx_d: insn("0010001 rs2:5 rs1:5 010 rd:5 1010011", "fsgnjx.d rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.floatSign("d", rd, rs1, rs2, (a, b) => h.xor(a, b)),
  ),
  fmin_d: insn("0010101 rs2:5 rs1:5 000 rd:5 1010011", "fmin.d rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.floatMinMax("d", "min", rd, rs1, rs2),
  ),
  fmax_d: insn("0010101 rs2:5 rs1:5 001 rd:5 1010011", "fmax.d rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.floatMinMax("d", "max", rd, rs1, rs2),
  ),
  feq_d: insn("1010001 rs2:5 rs1:5 010 rd:5 1010011", "feq.d rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.floatCompare("d", "eq", rd, rs1, rs2),
  ),
  flt_d: insn("1010001 rs2:5 rs1:5 001 rd:5 1010011", "flt.d rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.floatCompare("d", "lt", rd, rs1, rs2),
  ),
  fle_d: insn("1010001 rs2:5 rs1:5 000 rd:5 1010011", "fle.d rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.floatCompare("d", "le", rd, rs1, rs2),
  ),
  fclass_d: insn("1110001 00000 rs1:5 001 rd:5 1010011", "fclass.d rd, rs1", (h, { rd, rs1 }) =>
    h.floatClass("d", rd, rs1),
  ),

  fcvt_w_d: insn("1100001 00000 rs1:5 rm:3 rd:5 1010011", "fcvt.w.d rd, rs1, rm", (h, { rd, rm, rs1 }) =>
    h.floatToInteger("d", 32, true, rd, rm, rs1),
  ),
  fcvt_wu_d: insn("1100001 00001 rs1:5 rm:3 rd:5 1010011", "fcvt.wu.d rd, rs1, rm", (h, { rd, rm, rs1 }) =>
    h.floatToInteger("d", 32, false, rd, rm, rs1),
  ),
  fcvt_l_d: insn("1100001 00010 rs1:5 rm:3 rd:5 1010011", "fcvt.l.d rd, rs1, rm", (h, { rd, rm, rs1 }) =>
    h.floatToInteger("d", 64, true, rd, rm, rs1),
  ),
  fcvt_lu_d: insn("1100001 00011 rs1:5 rm:3 rd:5 1010011", "fcvt.lu.d rd, rs1, rm", (h, { rd, rm, rs1 }) =>
    h.floatToInteger("d", 64, false, rd, rm, rs1),
  ),
  fcvt_d_w: insn("1101001 00000 rs1:5 rm:3 rd:5 1010011", "fcvt.d.w rd, rs1, rm", (h, { rd, rm, rs1 }) =>
    h.floatFromInteger("d", 32, true, rd, rm, rs1),
  ),
  fcvt_d_wu: insn("1101001 00001 rs1:5 rm:3 rd:5 1010011", "fcvt.d.wu rd, rs1, rm", (h, { rd, rm, rs1 }) =>
    h.floatFromInteger("d", 32, false, rd, rm, rs1),
  ),
  fcvt_d_l: insn("1101001 00010 rs1:5 rm:3 rd:5 1010011", "fcvt.d.l rd, rs1, rm", (h, { rd, rm, rs1 }) =>
    h.floatFromInteger("d", 64, true, rd, rm, rs1),
  ),
  fcvt_d_lu: insn("1101001 00011 rs1:5 rm:3 rd:5 1010011", "fcvt.d.lu rd, rs1, rm", (h, { rd, rm, rs1 }) =>
    h.floatFromInteger("d", 64, false, rd, rm, rs1),
  ),
  fcvt_s_d: insn("0100000 00001 rs1:5 rm:3 rd:5 1010011", "fcvt.s.d rd, rs1, rm", (h, { rd, rm, rs1 }) =>
    h.floatConvert("d", "s", rd, rm, rs1),
  ),
  fcvt_d_s: insn("0100001 00000 rs1:5 rm:3 rd:5 1010011", "fcvt.d.s rd, rs1, rm", (h, { rd, rm, rs1 }) =>
    h.floatConvert("s", "d", rd, rm, rs1),
  ),

  fmv_x_d: insn("1110001 00000 rs1:5 000 rd:5 1010011", "fmv.x.d rd, rs1", (h, { rd, rs1 }) => {
    h.readsFloat();
    h.setX(rd, h.rawFloat(rs1));
  }),
  fmv_d_x: insn("1111001 00000 rs1:5 000 rd:5 1010011", "fmv.d.x rd, rs1", (h, { rd, rs1 }) => {
    h.writesFloat();
    h.setRawFloat(rd, h.x(rs1));
  }),
};
