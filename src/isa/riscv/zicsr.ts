/**
 * Zicsr: control and status registers; Zifencei. The RISC-V Instruction Set Manual, volume I, chapters 6 and 7.
 *
 * Whether a CSR is read or written depends on which operands are x0 or 0: each case is a pattern of its own.
 */

import * as helpers from "./helpers.ts";
import { insn } from "./insn.ts";

export const zicsr = {
  csrw: insn("csr:12 rs1:5 001 00000 1110011", "csrw csr, rs1", (h, { csr, rs1 }) =>
    h.csrWrite(csr, h.x(rs1)),
  ),
  csrrw: insn("csr:12 rs1:5 001 rd:5!=0 1110011", "csrrw rd, csr, rs1", (h, { csr, rd, rs1 }) =>
    h.csrAccess(helpers.csrSwap, csr, rd, h.x(rs1)),
  ),
  csrr: insn("csr:12 00000 010 rd:5 1110011", "csrr rd, csr", (h, { csr, rd }) => h.csrRead(csr, rd)),
  csrrs: insn("csr:12 rs1:5!=0 010 rd:5 1110011", "csrrs rd, csr, rs1", (h, { csr, rd, rs1 }) =>
    h.csrAccess(helpers.csrSet, csr, rd, h.x(rs1)),
  ),
  csrrc_zero: insn("csr:12 00000 011 rd:5 1110011", "csrrc rd, csr, zero", (h, { csr, rd }) =>
    h.csrRead(csr, rd),
  ),
  csrrc: insn("csr:12 rs1:5!=0 011 rd:5 1110011", "csrrc rd, csr, rs1", (h, { csr, rd, rs1 }) =>
    h.csrAccess(helpers.csrClear, csr, rd, h.x(rs1)),
  ),
  csrwi: insn("csr:12 zimm:5 101 00000 1110011", "csrwi csr, zimm", (h, { csr, zimm }) =>
    h.csrWrite(csr, h.imm(zimm)),
  ),
  csrrwi: insn("csr:12 zimm:5 101 rd:5!=0 1110011", "csrrwi rd, csr, zimm", (h, { csr, rd, zimm }) =>
    h.csrAccess(helpers.csrSwap, csr, rd, h.imm(zimm)),
  ),
  csrrsi_zero: insn("csr:12 00000 110 rd:5 1110011", "csrrsi rd, csr, 0", (h, { csr, rd }) =>
    h.csrRead(csr, rd),
  ),
  csrrsi: insn("csr:12 zimm:5!=0 110 rd:5 1110011", "csrrsi rd, csr, zimm", (h, { csr, rd, zimm }) =>
    h.csrAccess(helpers.csrSet, csr, rd, h.imm(zimm)),
  ),
  csrrci_zero: insn("csr:12 00000 111 rd:5 1110011", "csrrci rd, csr, 0", (h, { csr, rd }) =>
    h.csrRead(csr, rd),
  ),
  csrrci: insn("csr:12 zimm:5!=0 111 rd:5 1110011", "csrrci rd, csr, zimm", (h, { csr, rd, zimm }) =>
    h.csrAccess(helpers.csrClear, csr, rd, h.imm(zimm)),
  ),

  // Code that is written is decoded anew at once, so there is nothing left to synchronise.
  fence_i: insn("imm:12 rs1:5 001 rd:5 0001111", "fence.i", () => {}),
};
