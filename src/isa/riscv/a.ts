/**
 * A: atomic instructions. The RISC-V Instruction Set Manual, volume I, chapter 14.
 *
 * A reservation is an address and the value that was read there: SC stores if memory still holds that value. Another
 * hart that stores the same value in between goes unseen, as on any machine that builds SC on compare-and-exchange.
 */

import type { AtomicOperation, Operand } from "../../engine/ir.ts";
import { insn } from "./insn.ts";
import { Cause, reservation, reservedValue } from "./state.ts";
import type { RiscvOps } from "./vocabulary.ts";

function loadReserved(h: RiscvOps, size: 4 | 8, rd: Operand, rs1: Operand): void {
  const address = h.x(rs1);
  h.requireAlignedLoad(address, size);
  const value = h.load(size === 4 ? "i64.load32_s" : "i64.load", address);
  h.writeState(reservation, address);
  h.writeState(reservedValue, value);
  h.setX(rd, value);
}

function storeConditional(h: RiscvOps, size: 4 | 8, rd: Operand, rs1: Operand, rs2: Operand): void {
  const [address, value] = [h.x(rs1), h.x(rs2)];
  h.requireAligned(address, size, Cause.storeMisaligned);
  const stored = h.choose(
    h.eq(address, h.readState(reservation)),
    () => h.compareExchange(size, address, h.readState(reservedValue), value),
    () => h.i32(0),
  );
  h.writeState(reservation, h.i64(-1n));
  h.setBool(rd, h.eqz(stored));
}

type AmoOperands = Record<"rd" | "rs1" | "rs2", Operand>;

function amo(operation: AtomicOperation, size: 4 | 8) {
  return (h: RiscvOps, { rd, rs1, rs2 }: AmoOperands): void => {
    const [address, value] = [h.x(rs1), h.x(rs2)];
    h.requireAligned(address, size, Cause.storeMisaligned);
    h.setX(rd, h.atomic(operation, size, address, value));
  };
}

export const a = {
  lr_w: insn("00010 aq:1 rl:1 00000 rs1:5 010 rd:5 0101111", "lr.w rd, (rs1)", (h, { rd, rs1 }) =>
    loadReserved(h, 4, rd, rs1),
  ),
  sc_w: insn("00011 aq:1 rl:1 rs2:5 rs1:5 010 rd:5 0101111", "sc.w rd, rs2, (rs1)", (h, { rd, rs1, rs2 }) =>
    storeConditional(h, 4, rd, rs1, rs2),
  ),
  amoswap_w: insn("00001 aq:1 rl:1 rs2:5 rs1:5 010 rd:5 0101111", "amoswap.w rd, rs2, (rs1)", amo("xchg", 4)),
  amoadd_w: insn("00000 aq:1 rl:1 rs2:5 rs1:5 010 rd:5 0101111", "amoadd.w rd, rs2, (rs1)", amo("add", 4)),
  amoxor_w: insn("00100 aq:1 rl:1 rs2:5 rs1:5 010 rd:5 0101111", "amoxor.w rd, rs2, (rs1)", amo("xor", 4)),
  amoand_w: insn("01100 aq:1 rl:1 rs2:5 rs1:5 010 rd:5 0101111", "amoand.w rd, rs2, (rs1)", amo("and", 4)),
  amoor_w: insn("01000 aq:1 rl:1 rs2:5 rs1:5 010 rd:5 0101111", "amoor.w rd, rs2, (rs1)", amo("or", 4)),
  amomin_w: insn("10000 aq:1 rl:1 rs2:5 rs1:5 010 rd:5 0101111", "amomin.w rd, rs2, (rs1)", amo("min", 4)),
  amomax_w: insn("10100 aq:1 rl:1 rs2:5 rs1:5 010 rd:5 0101111", "amomax.w rd, rs2, (rs1)", amo("max", 4)),
  amominu_w: insn("11000 aq:1 rl:1 rs2:5 rs1:5 010 rd:5 0101111", "amominu.w rd, rs2, (rs1)", amo("minu", 4)),
  amomaxu_w: insn("11100 aq:1 rl:1 rs2:5 rs1:5 010 rd:5 0101111", "amomaxu.w rd, rs2, (rs1)", amo("maxu", 4)),

  lr_d: insn("00010 aq:1 rl:1 00000 rs1:5 011 rd:5 0101111", "lr.d rd, (rs1)", (h, { rd, rs1 }) =>
    loadReserved(h, 8, rd, rs1),
  ),
  sc_d: insn("00011 aq:1 rl:1 rs2:5 rs1:5 011 rd:5 0101111", "sc.d rd, rs2, (rs1)", (h, { rd, rs1, rs2 }) =>
    storeConditional(h, 8, rd, rs1, rs2),
  ),
  amoswap_d: insn("00001 aq:1 rl:1 rs2:5 rs1:5 011 rd:5 0101111", "amoswap.d rd, rs2, (rs1)", amo("xchg", 8)),
  amoadd_d: insn("00000 aq:1 rl:1 rs2:5 rs1:5 011 rd:5 0101111", "amoadd.d rd, rs2, (rs1)", amo("add", 8)),
  amoxor_d: insn("00100 aq:1 rl:1 rs2:5 rs1:5 011 rd:5 0101111", "amoxor.d rd, rs2, (rs1)", amo("xor", 8)),
  amoand_d: insn("01100 aq:1 rl:1 rs2:5 rs1:5 011 rd:5 0101111", "amoand.d rd, rs2, (rs1)", amo("and", 8)),
  amoor_d: insn("01000 aq:1 rl:1 rs2:5 rs1:5 011 rd:5 0101111", "amoor.d rd, rs2, (rs1)", amo("or", 8)),
  amomin_d: insn("10000 aq:1 rl:1 rs2:5 rs1:5 011 rd:5 0101111", "amomin.d rd, rs2, (rs1)", amo("min", 8)),
  amomax_d: insn("10100 aq:1 rl:1 rs2:5 rs1:5 011 rd:5 0101111", "amomax.d rd, rs2, (rs1)", amo("max", 8)),
  amominu_d: insn("11000 aq:1 rl:1 rs2:5 rs1:5 011 rd:5 0101111", "amominu.d rd, rs2, (rs1)", amo("minu", 8)),
  amomaxu_d: insn("11100 aq:1 rl:1 rs2:5 rs1:5 011 rd:5 0101111", "amomaxu.d rd, rs2, (rs1)", amo("maxu", 8)),
};
