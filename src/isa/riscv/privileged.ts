/** Environment calls and the instructions of the privileged modes. Volume I, section 2.8; volume II, sections 3.3, 12.2. */

import * as helpers from "./helpers.ts";
import { insn } from "./insn.ts";

export const privileged = {
  ecall: insn("000000000000 00000 000 00000 1110011", "ecall", (h) => h.callEffect(helpers.ecall)),
  sret: insn("0001000 00010 00000 000 00000 1110011", "sret", (h) => h.callEffect(helpers.sret)),
  mret: insn("0011000 00010 00000 000 00000 1110011", "mret", (h) => h.callEffect(helpers.mret)),
  wfi: insn("0001000 00101 00000 000 00000 1110011", "wfi", (h) => h.callEffect(helpers.wfi)),
  // rs2 names an address space: all of them are fenced.
  sfence_vma_all: insn("0001001 rs2:5 00000 000 00000 1110011", "sfence.vma zero, rs2", (h) =>
    h.callEffect(helpers.sfenceVmaAll),
  ),
  sfence_vma: insn("0001001 rs2:5 rs1:5!=0 000 00000 1110011", "sfence.vma rs1, rs2", (h, { rs1 }) =>
    h.callEffect(helpers.sfenceVma, h.x(rs1)),
  ),
};
