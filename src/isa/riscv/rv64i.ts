/**
 * RV64I: the base integer instruction set. The RISC-V Instruction Set Manual, volume I, chapters 2 and 4.
 * ECALL is in privileged.ts.
 */

import { insn } from "./insn.ts";
import { Cause } from "./state.ts";

export const rv64i = {
  lui: insn("imm20[31:12] rd:5 0110111", "lui rd, imm20", (h, { rd, imm20 }) => h.setX(rd, h.imm(imm20))),
  auipc: insn("imm20[31:12] rd:5 0010111", "auipc rd, imm20", (h, { rd, imm20 }) =>
    h.setX(rd, h.add(h.pc(), h.imm(imm20))),
  ),

  jal: insn("imm[20|10:1|11|19:12] rd:5 1101111", "jal rd, imm", (h, { rd, imm }) => {
    h.setX(rd, h.nextPc());
    h.jumpRelative(imm);
  }),
  jalr: insn("imm:12 rs1:5 000 rd:5 1100111", "jalr rd, imm(rs1)", (h, { rd, rs1, imm }) => {
    const target = h.and(h.address(rs1, imm), h.i64(-2n));
    h.setX(rd, h.nextPc());
    h.jump(target);
  }),
  beq: insn("imm[12|10:5] rs2:5 rs1:5 000 imm[4:1|11] 1100011", "beq rs1, rs2, imm", (h, { rs1, rs2, imm }) =>
    h.branch(h.eq(h.x(rs1), h.x(rs2)), imm),
  ),
  bne: insn("imm[12|10:5] rs2:5 rs1:5 001 imm[4:1|11] 1100011", "bne rs1, rs2, imm", (h, { rs1, rs2, imm }) =>
    h.branch(h.ne(h.x(rs1), h.x(rs2)), imm),
  ),
  blt: insn("imm[12|10:5] rs2:5 rs1:5 100 imm[4:1|11] 1100011", "blt rs1, rs2, imm", (h, { rs1, rs2, imm }) =>
    h.branch(h.ltS(h.x(rs1), h.x(rs2)), imm),
  ),
  bge: insn("imm[12|10:5] rs2:5 rs1:5 101 imm[4:1|11] 1100011", "bge rs1, rs2, imm", (h, { rs1, rs2, imm }) =>
    h.branch(h.geS(h.x(rs1), h.x(rs2)), imm),
  ),
  bltu: insn(
    "imm[12|10:5] rs2:5 rs1:5 110 imm[4:1|11] 1100011",
    "bltu rs1, rs2, imm",
    (h, { rs1, rs2, imm }) => h.branch(h.ltU(h.x(rs1), h.x(rs2)), imm),
  ),
  bgeu: insn(
    "imm[12|10:5] rs2:5 rs1:5 111 imm[4:1|11] 1100011",
    "bgeu rs1, rs2, imm",
    (h, { rs1, rs2, imm }) => h.branch(h.geU(h.x(rs1), h.x(rs2)), imm),
  ),

  lb: insn("imm:12 rs1:5 000 rd:5 0000011", "lb rd, imm(rs1)", (h, { rd, rs1, imm }) =>
    h.setX(rd, h.load("i64.load8_s", h.address(rs1, imm))),
  ),
  lh: insn("imm:12 rs1:5 001 rd:5 0000011", "lh rd, imm(rs1)", (h, { rd, rs1, imm }) =>
    h.setX(rd, h.load("i64.load16_s", h.address(rs1, imm))),
  ),
  lw: insn("imm:12 rs1:5 010 rd:5 0000011", "lw rd, imm(rs1)", (h, { rd, rs1, imm }) =>
    h.setX(rd, h.load("i64.load32_s", h.address(rs1, imm))),
  ),
  ld: insn("imm:12 rs1:5 011 rd:5 0000011", "ld rd, imm(rs1)", (h, { rd, rs1, imm }) =>
    h.setX(rd, h.load("i64.load", h.address(rs1, imm))),
  ),
  lbu: insn("imm:12 rs1:5 100 rd:5 0000011", "lbu rd, imm(rs1)", (h, { rd, rs1, imm }) =>
    h.setX(rd, h.load("i64.load8_u", h.address(rs1, imm))),
  ),
  lhu: insn("imm:12 rs1:5 101 rd:5 0000011", "lhu rd, imm(rs1)", (h, { rd, rs1, imm }) =>
    h.setX(rd, h.load("i64.load16_u", h.address(rs1, imm))),
  ),
  lwu: insn("imm:12 rs1:5 110 rd:5 0000011", "lwu rd, imm(rs1)", (h, { rd, rs1, imm }) =>
    h.setX(rd, h.load("i64.load32_u", h.address(rs1, imm))),
  ),
  sb: insn("imm[11:5] rs2:5 rs1:5 000 imm[4:0] 0100011", "sb rs2, imm(rs1)", (h, { rs1, rs2, imm }) =>
    h.store("i64.store8", h.address(rs1, imm), h.x(rs2)),
  ),
  sh: insn("imm[11:5] rs2:5 rs1:5 001 imm[4:0] 0100011", "sh rs2, imm(rs1)", (h, { rs1, rs2, imm }) =>
    h.store("i64.store16", h.address(rs1, imm), h.x(rs2)),
  ),
  sw: insn("imm[11:5] rs2:5 rs1:5 010 imm[4:0] 0100011", "sw rs2, imm(rs1)", (h, { rs1, rs2, imm }) =>
    h.store("i64.store32", h.address(rs1, imm), h.x(rs2)),
  ),
  sd: insn("imm[11:5] rs2:5 rs1:5 011 imm[4:0] 0100011", "sd rs2, imm(rs1)", (h, { rs1, rs2, imm }) =>
    h.store("i64.store", h.address(rs1, imm), h.x(rs2)),
  ),

  addi: insn("imm:12 rs1:5 000 rd:5 0010011", "addi rd, rs1, imm", (h, { rd, rs1, imm }) =>
    h.setX(rd, h.add(h.x(rs1), h.imm(imm))),
  ),
  slti: insn("imm:12 rs1:5 010 rd:5 0010011", "slti rd, rs1, imm", (h, { rd, rs1, imm }) =>
    h.setBool(rd, h.ltS(h.x(rs1), h.imm(imm))),
  ),
  sltiu: insn("imm:12 rs1:5 011 rd:5 0010011", "sltiu rd, rs1, imm", (h, { rd, rs1, imm }) =>
    h.setBool(rd, h.ltU(h.x(rs1), h.imm(imm))),
  ),
  xori: insn("imm:12 rs1:5 100 rd:5 0010011", "xori rd, rs1, imm", (h, { rd, rs1, imm }) =>
    h.setX(rd, h.xor(h.x(rs1), h.imm(imm))),
  ),
  ori: insn("imm:12 rs1:5 110 rd:5 0010011", "ori rd, rs1, imm", (h, { rd, rs1, imm }) =>
    h.setX(rd, h.or(h.x(rs1), h.imm(imm))),
  ),
  andi: insn("imm:12 rs1:5 111 rd:5 0010011", "andi rd, rs1, imm", (h, { rd, rs1, imm }) =>
    h.setX(rd, h.and(h.x(rs1), h.imm(imm))),
  ),
  slli: insn("000000 shamt:6 rs1:5 001 rd:5 0010011", "slli rd, rs1, shamt", (h, { rd, rs1, shamt }) =>
    h.setX(rd, h.shl(h.x(rs1), h.imm(shamt))),
  ),
  srli: insn("000000 shamt:6 rs1:5 101 rd:5 0010011", "srli rd, rs1, shamt", (h, { rd, rs1, shamt }) =>
    h.setX(rd, h.shrU(h.x(rs1), h.imm(shamt))),
  ),
  srai: insn("010000 shamt:6 rs1:5 101 rd:5 0010011", "srai rd, rs1, shamt", (h, { rd, rs1, shamt }) =>
    h.setX(rd, h.shrS(h.x(rs1), h.imm(shamt))),
  ),

  // WebAssembly takes shift counts modulo the width, as RISC-V does.
  add: insn("0000000 rs2:5 rs1:5 000 rd:5 0110011", "add rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.setX(rd, h.add(h.x(rs1), h.x(rs2))),
  ),
  sub: insn("0100000 rs2:5 rs1:5 000 rd:5 0110011", "sub rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.setX(rd, h.sub(h.x(rs1), h.x(rs2))),
  ),
  sll: insn("0000000 rs2:5 rs1:5 001 rd:5 0110011", "sll rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.setX(rd, h.shl(h.x(rs1), h.x(rs2))),
  ),
  slt: insn("0000000 rs2:5 rs1:5 010 rd:5 0110011", "slt rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.setBool(rd, h.ltS(h.x(rs1), h.x(rs2))),
  ),
  sltu: insn("0000000 rs2:5 rs1:5 011 rd:5 0110011", "sltu rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.setBool(rd, h.ltU(h.x(rs1), h.x(rs2))),
  ),
  xor: insn("0000000 rs2:5 rs1:5 100 rd:5 0110011", "xor rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.setX(rd, h.xor(h.x(rs1), h.x(rs2))),
  ),
  srl: insn("0000000 rs2:5 rs1:5 101 rd:5 0110011", "srl rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.setX(rd, h.shrU(h.x(rs1), h.x(rs2))),
  ),
  sra: insn("0100000 rs2:5 rs1:5 101 rd:5 0110011", "sra rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.setX(rd, h.shrS(h.x(rs1), h.x(rs2))),
  ),
  or: insn("0000000 rs2:5 rs1:5 110 rd:5 0110011", "or rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.setX(rd, h.or(h.x(rs1), h.x(rs2))),
  ),
  and: insn("0000000 rs2:5 rs1:5 111 rd:5 0110011", "and rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.setX(rd, h.and(h.x(rs1), h.x(rs2))),
  ),

  addiw: insn("imm:12 rs1:5 000 rd:5 0011011", "addiw rd, rs1, imm", (h, { rd, rs1, imm }) =>
    h.setW(rd, h.add(h.x(rs1), h.imm(imm))),
  ),
  slliw: insn("0000000 shamt:5 rs1:5 001 rd:5 0011011", "slliw rd, rs1, shamt", (h, { rd, rs1, shamt }) =>
    h.setW(rd, h.shl(h.x(rs1), h.imm(shamt))),
  ),
  srliw: insn("0000000 shamt:5 rs1:5 101 rd:5 0011011", "srliw rd, rs1, shamt", (h, { rd, rs1, shamt }) =>
    h.setW(rd, h.shrU(h.zext(h.x(rs1), 32), h.imm(shamt))),
  ),
  sraiw: insn("0100000 shamt:5 rs1:5 101 rd:5 0011011", "sraiw rd, rs1, shamt", (h, { rd, rs1, shamt }) =>
    h.setX(rd, h.shrS(h.sext(h.x(rs1), 32), h.imm(shamt))),
  ),
  addw: insn("0000000 rs2:5 rs1:5 000 rd:5 0111011", "addw rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.setW(rd, h.add(h.x(rs1), h.x(rs2))),
  ),
  subw: insn("0100000 rs2:5 rs1:5 000 rd:5 0111011", "subw rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.setW(rd, h.sub(h.x(rs1), h.x(rs2))),
  ),
  sllw: insn("0000000 rs2:5 rs1:5 001 rd:5 0111011", "sllw rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.setX(rd, h.extendS(h.shl(h.wrap(h.x(rs1)), h.wrap(h.x(rs2))))),
  ),
  srlw: insn("0000000 rs2:5 rs1:5 101 rd:5 0111011", "srlw rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.setX(rd, h.extendS(h.shrU(h.wrap(h.x(rs1)), h.wrap(h.x(rs2))))),
  ),
  sraw: insn("0100000 rs2:5 rs1:5 101 rd:5 0111011", "sraw rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.setX(rd, h.extendS(h.shrS(h.wrap(h.x(rs1)), h.wrap(h.x(rs2))))),
  ),

  // One hart at a time runs in a machine's memory, in program order: there is nothing to order.
  fence: insn("fm:4 pred:4 succ:4 rs1:5 000 rd:5 0001111", "fence pred, succ", () => {}),
  ebreak: insn("000000000001 00000 000 00000 1110011", "ebreak", (h) => h.trap(Cause.breakpoint, h.pc())),
};
