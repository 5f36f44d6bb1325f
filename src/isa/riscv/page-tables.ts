/** Page table entries. The RISC-V Instruction Set Manual, volume II, chapter 12. */

import type { PageTableFormat } from "../../engine/page-walk.ts";

/** Bits of an entry. */
export const Pte = { V: 1, R: 2, W: 4, X: 8, U: 16, A: 64, D: 128 } as const;
/** Of its high half, bits 63 to 54: reserved, or of extensions that this hart lacks. */
export const PTE_RESERVED_HIGH = 0xffc00000;
/** The same of the whole entry. */
export const PTE_RESERVED = BigInt(PTE_RESERVED_HIGH) << 32n;

/** The page number is bits 53 to 10; bits 9, 8 and 5 are the supervisor's own and G. */
export const pageTables: PageTableFormat = {
  table: {
    mask: PTE_RESERVED | BigInt(Pte.V | Pte.R | Pte.W | Pte.X | Pte.U | Pte.A | Pte.D),
    bits: BigInt(Pte.V),
  },
  frame: { mask: ((1n << 44n) - 1n) << 10n, shift: 2 },
};
