/**
 * C: compressed instructions, each the short form of another. The RISC-V Instruction Set Manual, volume I, chapter 28.
 * Hints (such as C.LI with rd x0) are their base instruction with rd x0, which does nothing.
 */

import { short } from "../../engine/instruction.ts";

export const c = {
  c_addi4spn: short("000 uimm[5:4|9:6|2|3]!=0 crd:3 00", "c.addi4spn crd, sp, uimm", "addi", {
    rd: "crd",
    rs1: 2,
    imm: "uimm",
  }),
  c_fld: short("001 uimm[5:3] crs1:3 uimm[7:6] cfrd:3 00", "c.fld cfrd, uimm(crs1)", "fld", {
    rd: "cfrd",
    rs1: "crs1",
    imm: "uimm",
  }),
  c_lw: short("010 uimm[5:3] crs1:3 uimm[2|6] crd:3 00", "c.lw crd, uimm(crs1)", "lw", {
    rd: "crd",
    rs1: "crs1",
    imm: "uimm",
  }),
  c_ld: short("011 uimm[5:3] crs1:3 uimm[7:6] crd:3 00", "c.ld crd, uimm(crs1)", "ld", {
    rd: "crd",
    rs1: "crs1",
    imm: "uimm",
  }),
  c_fsd: short("101 uimm[5:3] crs1:3 uimm[7:6] cfrs2:3 00", "c.fsd cfrs2, uimm(crs1)", "fsd", {
    rs2: "cfrs2",
    rs1: "crs1",
    imm: "uimm",
  }),
  c_sw: short("110 uimm[5:3] crs1:3 uimm[2|6] crs2:3 00", "c.sw crs2, uimm(crs1)", "sw", {
    rs2: "crs2",
    rs1: "crs1",
    imm: "uimm",
  }),
  c_sd: short("111 uimm[5:3] crs1:3 uimm[7:6] crs2:3 00", "c.sd crs2, uimm(crs1)", "sd", {
    rs2: "crs2",
    rs1: "crs1",
    imm: "uimm",
  }),

  c_addi: short("000 imm[5] rd:5 imm[4:0] 01", "c.addi rd, imm", "addi", { rd: "rd", rs1: "rd", imm: "imm" }),
  c_addiw: short("001 imm[5] rd:5!=0 imm[4:0] 01", "c.addiw rd, imm", "addiw", {
    rd: "rd",
    rs1: "rd",
    imm: "imm",
  }),
  c_li: short("010 imm[5] rd:5 imm[4:0] 01", "c.li rd, imm", "addi", { rd: "rd", rs1: 0, imm: "imm" }),
  c_addi16sp: short("011 imm[9] 00010 imm[4|6|8:7|5]!=0 01", "c.addi16sp imm", "addi", {
    rd: 2,
    rs1: 2,
    imm: "imm",
  }),
  c_lui: short("011 imm20[17] rd:5!=2 imm20[16:12]!=0 01", "c.lui rd, imm20", "lui", {
    rd: "rd",
    imm20: "imm20",
  }),
  c_srli: short("100 shamt[5] 00 crd:3 shamt[4:0] 01", "c.srli crd, shamt", "srli", {
    rd: "crd",
    rs1: "crd",
    shamt: "shamt",
  }),
  c_srai: short("100 shamt[5] 01 crd:3 shamt[4:0] 01", "c.srai crd, shamt", "srai", {
    rd: "crd",
    rs1: "crd",
    shamt: "shamt",
  }),
  c_andi: short("100 imm[5] 10 crd:3 imm[4:0] 01", "c.andi crd, imm", "andi", {
    rd: "crd",
    rs1: "crd",
    imm: "imm",
  }),
  c_sub: short("100011 crd:3 00 crs2:3 01", "c.sub crd, crs2", "sub", { rd: "crd", rs1: "crd", rs2: "crs2" }),
  c_xor: short("100011 crd:3 01 crs2:3 01", "c.xor crd, crs2", "xor", { rd: "crd", rs1: "crd", rs2: "crs2" }),
  c_or: short("100011 crd:3 10 crs2:3 01", "c.or crd, crs2", "or", { rd: "crd", rs1: "crd", rs2: "crs2" }),
  c_and: short("100011 crd:3 11 crs2:3 01", "c.and crd, crs2", "and", { rd: "crd", rs1: "crd", rs2: "crs2" }),
  c_subw: short("100111 crd:3 00 crs2:3 01", "c.subw crd, crs2", "subw", {
    rd: "crd",
    rs1: "crd",
    rs2: "crs2",
  }),
  c_addw: short("100111 crd:3 01 crs2:3 01", "c.addw crd, crs2", "addw", {
    rd: "crd",
    rs1: "crd",
    rs2: "crs2",
  }),
  c_j: short("101 imm[11|4|9:8|10|6|7|3:1|5] 01", "c.j imm", "jal", { rd: 0, imm: "imm" }),
  c_beqz: short("110 imm[8|4:3] crs1:3 imm[7:6|2:1|5] 01", "c.beqz crs1, imm", "beq", {
    rs1: "crs1",
    rs2: 0,
    imm: "imm",
  }),
  c_bnez: short("111 imm[8|4:3] crs1:3 imm[7:6|2:1|5] 01", "c.bnez crs1, imm", "bne", {
    rs1: "crs1",
    rs2: 0,
    imm: "imm",
  }),

  c_slli: short("000 shamt[5] rd:5 shamt[4:0] 10", "c.slli rd, shamt", "slli", {
    rd: "rd",
    rs1: "rd",
    shamt: "shamt",
  }),
  c_fldsp: short("001 uimm[5] frd:5 uimm[4:3|8:6] 10", "c.fldsp frd, uimm(sp)", "fld", {
    rd: "frd",
    rs1: 2,
    imm: "uimm",
  }),
  c_lwsp: short("010 uimm[5] rd:5!=0 uimm[4:2|7:6] 10", "c.lwsp rd, uimm(sp)", "lw", {
    rd: "rd",
    rs1: 2,
    imm: "uimm",
  }),
  c_ldsp: short("011 uimm[5] rd:5!=0 uimm[4:3|8:6] 10", "c.ldsp rd, uimm(sp)", "ld", {
    rd: "rd",
    rs1: 2,
    imm: "uimm",
  }),
  c_jr: short("1000 rs1:5!=0 00000 10", "c.jr rs1", "jalr", { rd: 0, rs1: "rs1", imm: 0 }),
  c_mv: short("1000 rd:5 rs2:5!=0 10", "c.mv rd, rs2", "add", { rd: "rd", rs1: 0, rs2: "rs2" }),
  c_ebreak: short("1001 00000 00000 10", "c.ebreak", "ebreak", {}),
  c_jalr: short("1001 rs1:5!=0 00000 10", "c.jalr rs1", "jalr", { rd: 1, rs1: "rs1", imm: 0 }),
  c_add: short("1001 rd:5 rs2:5!=0 10", "c.add rd, rs2", "add", { rd: "rd", rs1: "rd", rs2: "rs2" }),
  c_fsdsp: short("101 uimm[5:3|8:6] frs2:5 10", "c.fsdsp frs2, uimm(sp)", "fsd", {
    rs2: "frs2",
    rs1: 2,
    imm: "uimm",
  }),
  c_swsp: short("110 uimm[5:2|7:6] rs2:5 10", "c.swsp rs2, uimm(sp)", "sw", {
    rs2: "rs2",
    rs1: 2,
    imm: "uimm",
  }),
  c_sdsp: short("111 uimm[5:3|8:6] rs2:5 10", "c.sdsp rs2, uimm(sp)", "sd", {
    rs2: "rs2",
    rs1: 2,
    imm: "uimm",
  }),
};
