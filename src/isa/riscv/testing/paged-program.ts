/** For tests: programs that run with Sv39 page tables. */

import type { BareHart } from "./bare-hart.ts";
import { RAM_BASE } from "./bare-hart.ts";
import { PageTables } from "./page-tables.ts";

/** Bits of a page table entry, A and D set: the kernel's, and the user's. */
export const KERNEL = 0xcf;
export const USER = 0xdf;

const TABLES = 0x80000;

/** Tables in which the kernel finds RAM where it is. */
export function kernelTables(): PageTables {
  const tables = new PageTables("Sv39", RAM_BASE + TABLES);
  tables.map(BigInt(RAM_BASE), RAM_BASE, KERNEL, 1);
  return tables;
}

export function putTables({ ram }: BareHart, tables: PageTables): void {
  ram.set(tables.bytes, TABLES);
}

/** Opens all memory to the lower modes and switches translation on for them; spoils t0. */
export function enablePaging(tables: PageTables): string {
  return `
    li t0, -1
    csrw pmpaddr0, t0
    li t0, 0x1f
    csrw pmpcfg0, t0
    li t0, ${tables.satp}
    csrw satp, t0
    sfence.vma`;
}

const modes = { U: 0, S: 1, M: 3 } as const;

/** Goes on at the address in t1 in a mode; spoils t0. */
export function goOnIn(mode: keyof typeof modes): string {
  return `
    li t0, 0x1800
    csrc mstatus, t0
    li t0, ${modes[mode] << 11}
    csrs mstatus, t0
    csrw mepc, t1
    mret`;
}
