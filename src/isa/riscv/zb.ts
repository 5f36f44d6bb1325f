/** Zba, Zbb and Zbs: bit manipulation. The RISC-V Instruction Set Manual, volume I, chapter 30. */

import type { Operand, Value } from "../../engine/ir.ts";
import { insn } from "./insn.ts";
import type { RiscvOps } from "./vocabulary.ts";

/** rd = rs2 + (base << count). */
function shiftedAdd(h: RiscvOps, rd: Operand, base: Value, count: bigint, rs2: Operand): void {
  h.setX(rd, h.add(h.shl(base, h.i64(count)), h.x(rs2)));
}

/** Zba: address generation. */
export const zba = {
  add_uw: insn("0000100 rs2:5 rs1:5 000 rd:5 0111011", "add.uw rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.setX(rd, h.add(h.zext(h.x(rs1), 32), h.x(rs2))),
  ),
  sh1add: insn("0010000 rs2:5 rs1:5 010 rd:5 0110011", "sh1add rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    shiftedAdd(h, rd, h.x(rs1), 1n, rs2),
  ),
  sh2add: insn("0010000 rs2:5 rs1:5 100 rd:5 0110011", "sh2add rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    shiftedAdd(h, rd, h.x(rs1), 2n, rs2),
  ),
  sh3add: insn("0010000 rs2:5 rs1:5 110 rd:5 0110011", "sh3add rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    shiftedAdd(h, rd, h.x(rs1), 3n, rs2),
  ),
  sh1add_uw: insn("0010000 rs2:5 rs1:5 010 rd:5 0111011", "sh1add.uw rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    shiftedAdd(h, rd, h.zext(h.x(rs1), 32), 1n, rs2),
  ),
  sh2add_uw: insn("0010000 rs2:5 rs1:5 100 rd:5 0111011", "sh2add.uw rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    shiftedAdd(h, rd, h.zext(h.x(rs1), 32), 2n, rs2),
  ),
  sh3add_uw: insn("0010000 rs2:5 rs1:5 110 rd:5 0111011", "sh3add.uw rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    shiftedAdd(h, rd, h.zext(h.x(rs1), 32), 3n, rs2),
  ),
  slli_uw: insn("000010 shamt:6 rs1:5 001 rd:5 0011011", "slli.uw rd, rs1, shamt", (h, { rd, rs1, shamt }) =>
    h.setX(rd, h.shl(h.zext(h.x(rs1), 32), h.imm(shamt))),
  ),
};

/** Each byte that is not zero becomes 0xff: bit 7 of a byte is set where its low seven bits carry or it is set itself. */
function orCombine(h: RiscvOps, value: Value): Value {
  const low = h.i64(0x7f7f7f7f7f7f7f7fn);
  const carries = h.or(h.add(h.and(value, low), low), value);
  const ones = h.and(h.shrU(carries, h.i64(7n)), h.i64(0x0101010101010101n));
  return h.mul(ones, h.i64(0xffn));
}

/** Reverses the order of the bytes: pairs of bytes, pairs of halves, both words. */
function reverseBytes(h: RiscvOps, value: Value): Value {
  const swap = (from: Value, mask: bigint, count: bigint): Value =>
    h.or(h.and(h.shrU(from, h.i64(count)), h.i64(mask)), h.shl(h.and(from, h.i64(mask)), h.i64(count)));
  return h.rotl(swap(swap(value, 0x00ff00ff00ff00ffn, 8n), 0x0000ffff0000ffffn, 16n), h.i64(32n));
}

function smaller(h: RiscvOps, rd: Operand, a: Value, b: Value, less: Value): void {
  h.setX(rd, h.select(less, a, b));
}

/** Zbb: basic bit manipulation. */
export const zbb = {
  andn: insn("0100000 rs2:5 rs1:5 111 rd:5 0110011", "andn rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.setX(rd, h.and(h.x(rs1), h.not(h.x(rs2)))),
  ),
  orn: insn("0100000 rs2:5 rs1:5 110 rd:5 0110011", "orn rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.setX(rd, h.or(h.x(rs1), h.not(h.x(rs2)))),
  ),
  xnor: insn("0100000 rs2:5 rs1:5 100 rd:5 0110011", "xnor rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.setX(rd, h.not(h.xor(h.x(rs1), h.x(rs2)))),
  ),
  clz: insn("0110000 00000 rs1:5 001 rd:5 0010011", "clz rd, rs1", (h, { rd, rs1 }) =>
    h.setX(rd, h.clz(h.x(rs1))),
  ),
  ctz: insn("0110000 00001 rs1:5 001 rd:5 0010011", "ctz rd, rs1", (h, { rd, rs1 }) =>
    h.setX(rd, h.ctz(h.x(rs1))),
  ),
  cpop: insn("0110000 00010 rs1:5 001 rd:5 0010011", "cpop rd, rs1", (h, { rd, rs1 }) =>
    h.setX(rd, h.popcnt(h.x(rs1))),
  ),
  clzw: insn("0110000 00000 rs1:5 001 rd:5 0011011", "clzw rd, rs1", (h, { rd, rs1 }) =>
    h.setX(rd, h.extendU(h.clz(h.wrap(h.x(rs1))))),
  ),
  ctzw: insn("0110000 00001 rs1:5 001 rd:5 0011011", "ctzw rd, rs1", (h, { rd, rs1 }) =>
    h.setX(rd, h.extendU(h.ctz(h.wrap(h.x(rs1))))),
  ),
  cpopw: insn("0110000 00010 rs1:5 001 rd:5 0011011", "cpopw rd, rs1", (h, { rd, rs1 }) =>
    h.setX(rd, h.extendU(h.popcnt(h.wrap(h.x(rs1))))),
  ),
  max: insn("0000101 rs2:5 rs1:5 110 rd:5 0110011", "max rd, rs1, rs2", (h, { rd, rs1, rs2 }) => {
    const [a, b] = [h.x(rs1), h.x(rs2)];
    smaller(h, rd, b, a, h.ltS(a, b));
  }),
  maxu: insn("0000101 rs2:5 rs1:5 111 rd:5 0110011", "maxu rd, rs1, rs2", (h, { rd, rs1, rs2 }) => {
    const [a, b] = [h.x(rs1), h.x(rs2)];
    smaller(h, rd, b, a, h.ltU(a, b));
  }),
  min: insn("0000101 rs2:5 rs1:5 100 rd:5 0110011", "min rd, rs1, rs2", (h, { rd, rs1, rs2 }) => {
    const [a, b] = [h.x(rs1), h.x(rs2)];
    smaller(h, rd, a, b, h.ltS(a, b));
  }),
  minu: insn("0000101 rs2:5 rs1:5 101 rd:5 0110011", "minu rd, rs1, rs2", (h, { rd, rs1, rs2 }) => {
    const [a, b] = [h.x(rs1), h.x(rs2)];
    smaller(h, rd, a, b, h.ltU(a, b));
  }),
  sext_b: insn("0110000 00100 rs1:5 001 rd:5 0010011", "sext.b rd, rs1", (h, { rd, rs1 }) =>
    h.setX(rd, h.sext(h.x(rs1), 8)),
  ),
  sext_h: insn("0110000 00101 rs1:5 001 rd:5 0010011", "sext.h rd, rs1", (h, { rd, rs1 }) =>
    h.setX(rd, h.sext(h.x(rs1), 16)),
  ),
  zext_h: insn("0000100 00000 rs1:5 100 rd:5 0111011", "zext.h rd, rs1", (h, { rd, rs1 }) =>
    h.setX(rd, h.zext(h.x(rs1), 16)),
  ),
  rol: insn("0110000 rs2:5 rs1:5 001 rd:5 0110011", "rol rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.setX(rd, h.rotl(h.x(rs1), h.x(rs2))),
  ),
  ror: insn("0110000 rs2:5 rs1:5 101 rd:5 0110011", "ror rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.setX(rd, h.rotr(h.x(rs1), h.x(rs2))),
  ),
  rori: insn("011000 shamt:6 rs1:5 101 rd:5 0010011", "rori rd, rs1, shamt", (h, { rd, rs1, shamt }) =>
    h.setX(rd, h.rotr(h.x(rs1), h.imm(shamt))),
  ),
  rolw: insn("0110000 rs2:5 rs1:5 001 rd:5 0111011", "rolw rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.setX(rd, h.extendS(h.rotl(h.wrap(h.x(rs1)), h.wrap(h.x(rs2))))),
  ),
  rorw: insn("0110000 rs2:5 rs1:5 101 rd:5 0111011", "rorw rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.setX(rd, h.extendS(h.rotr(h.wrap(h.x(rs1)), h.wrap(h.x(rs2))))),
  ),
  roriw: insn("0110000 shamt:5 rs1:5 101 rd:5 0011011", "roriw rd, rs1, shamt", (h, { rd, rs1, shamt }) =>
    h.setX(rd, h.extendS(h.rotr(h.wrap(h.x(rs1)), h.imm32(shamt)))),
  ),
  orc_b: insn("001010000111 rs1:5 101 rd:5 0010011", "orc.b rd, rs1", (h, { rd, rs1 }) =>
    h.setX(rd, orCombine(h, h.x(rs1))),
  ),
  rev8: insn("011010111000 rs1:5 101 rd:5 0010011", "rev8 rd, rs1", (h, { rd, rs1 }) =>
    h.setX(rd, reverseBytes(h, h.x(rs1))),
  ),
};

/** A word with only the bit `index` set. */
function bit(h: RiscvOps, index: Value): Value {
  return h.shl(h.i64(1n), index);
}

function extractBit(h: RiscvOps, rd: Operand, value: Value, index: Value): void {
  h.setX(rd, h.and(h.shrU(value, index), h.i64(1n)));
}

/** Zbs: single bits. */
export const zbs = {
  bclr: insn("0100100 rs2:5 rs1:5 001 rd:5 0110011", "bclr rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.setX(rd, h.and(h.x(rs1), h.not(bit(h, h.x(rs2))))),
  ),
  bclri: insn("010010 shamt:6 rs1:5 001 rd:5 0010011", "bclri rd, rs1, shamt", (h, { rd, rs1, shamt }) =>
    h.setX(rd, h.and(h.x(rs1), h.not(bit(h, h.imm(shamt))))),
  ),
  bext: insn("0100100 rs2:5 rs1:5 101 rd:5 0110011", "bext rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    extractBit(h, rd, h.x(rs1), h.x(rs2)),
  ),
  bexti: insn("010010 shamt:6 rs1:5 101 rd:5 0010011", "bexti rd, rs1, shamt", (h, { rd, rs1, shamt }) =>
    extractBit(h, rd, h.x(rs1), h.imm(shamt)),
  ),
  binv: insn("0110100 rs2:5 rs1:5 001 rd:5 0110011", "binv rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.setX(rd, h.xor(h.x(rs1), bit(h, h.x(rs2)))),
  ),
  binvi: insn("011010 shamt:6 rs1:5 001 rd:5 0010011", "binvi rd, rs1, shamt", (h, { rd, rs1, shamt }) =>
    h.setX(rd, h.xor(h.x(rs1), bit(h, h.imm(shamt)))),
  ),
  bset: insn("0010100 rs2:5 rs1:5 001 rd:5 0110011", "bset rd, rs1, rs2", (h, { rd, rs1, rs2 }) =>
    h.setX(rd, h.or(h.x(rs1), bit(h, h.x(rs2)))),
  ),
  bseti: insn("001010 shamt:6 rs1:5 001 rd:5 0010011", "bseti rd, rs1, shamt", (h, { rd, rs1, shamt }) =>
    h.setX(rd, h.or(h.x(rs1), bit(h, h.imm(shamt)))),
  ),
};
