/**
 * Address translation: Sv39, Sv48 and Sv57 page tables, permissions, accessed and dirty bits (set by the walk).
 * The RISC-V Instruction Set Manual, volume II, chapter 12, section "Virtual Address Translation Process".
 *
 * Virtual addresses come as two 32-bit halves, physical ones are numbers: PPNs have 44 bits.
 */

import { LARGE_PAGE_CELLS } from "../../engine/memory-map.ts";
import { largePageCell } from "../../engine/page-walk.ts";
import { type Tlb, WRITE_TABLE } from "../../engine/tlb.ts";
import type { HartMemory } from "./hart-memory.ts";
import { PTE_RESERVED, PTE_RESERVED_HIGH, Pte } from "./page-tables.ts";
import { Access, type Pmp } from "./pmp.ts";
import { Cause, csr, layout, Mstatus, Privilege, privilege } from "./state.ts";

/** satp's modes: how many levels, and which bit of the high half is the highest of the address. */
const modes: Readonly<Record<number, { readonly levels: number; readonly signShift: number }>> = {
  8: { levels: 3, signShift: 25 },
  9: { levels: 4, signShift: 16 },
  10: { levels: 5, signShift: 7 },
};

/** Large pages are of 2^21, 2^30, 2^39 or 2^48 bytes. */
const largeShifts = [21, 30, 39, 48];

const pageFault = {
  [Access.read]: Cause.loadPageFault,
  [Access.write]: Cause.storePageFault,
  [Access.fetch]: Cause.fetchPageFault,
};
const accessFault = {
  [Access.read]: Cause.loadAccess,
  [Access.write]: Cause.storeAccess,
  [Access.fetch]: Cause.fetchAccess,
};

/** Data TLBs by what an access may do: without translation (machine mode), user, supervisor without and with SUM. */
const DataContext = { machine: 0, user: 1, supervisor: 2, supervisorSum: 3 } as const;
export const DATA_CONTEXTS = 4;
export const CODE_CONTEXTS = 3;

/**
 * What user-mode addresses mean where no page tables say it: the physical address, or -1 for a page fault. Nothing may change
 * where it `peeks`.
 */
export type UserTranslation = (low: number, high: number, access: Access, peeks: boolean) => number;

/** Virtual pages that are told apart where it is noted from which instructions are fetched. */
const FETCHED_PAGES = 4096;

export class Mmu {
  readonly #memory: HartMemory;
  readonly #userTranslation: UserTranslation | undefined;
  readonly #tlb: Tlb;
  readonly #pmp: Pmp;
  /** 1 for the pages, by the lower bits of their numbers, that instructions were fetched from since all was forgotten. */
  readonly #fetched = new Uint8Array(FETCHED_PAGES);
  /** The cause of the last fault. */
  fault = 0;
  /** Size of the page that the last walk ended at, as a level. */
  #level = 0;

  constructor(memory: HartMemory, tlb: Tlb, pmp: Pmp, userTranslation?: UserTranslation) {
    this.#memory = memory;
    this.#userTranslation = userTranslation;
    this.#tlb = tlb;
    this.#pmp = pmp;
    this.#setWalkRules();
    this.flushAll();
    this.updateContext();
  }

  /** Says which entries of page tables permit what in each context. */
  #setWalkRules(): void {
    for (const [context, tlb] of this.#memory.hart.dataTlbs.entries()) {
      const user = context === DataContext.supervisorSum ? 0 : Pte.U;
      const rule = (needed: number) => ({
        mask: PTE_RESERVED | BigInt(needed | user),
        bits: BigInt(context === DataContext.user ? needed | Pte.U : needed),
      });
      const read = rule(Pte.V | Pte.R | Pte.A);
      this.#tlb.setWalkRules(tlb, { read, write: rule(Pte.V | Pte.R | Pte.W | Pte.A | Pte.D) });
    }
  }

  /** Chooses the TLBs for the privilege in force; to be called when it or mstatus changed. */
  updateContext(): void {
    const { hart } = this.#memory;
    const current = this.#memory.get(privilege);
    const status = this.#memory.get(csr.mstatus);
    const data = this.#dataContext(this.dataPrivilege(), (status & Mstatus.SUM) !== 0);
    const code = current === Privilege.machine ? 0 : current === Privilege.user ? 1 : 2;
    this.#memory.set(layout.dataTlb, hart.dataTlbs[data] ?? 0);
    this.#memory.set(layout.codeTlb, hart.codeTlbs[code] ?? 0);
  }

  #dataContext(mode: number, sum: boolean): number {
    if (mode === Privilege.machine) return DataContext.machine;
    if (mode === Privilege.user) return DataContext.user;
    return sum ? DataContext.supervisorSum : DataContext.supervisor;
  }

  /** The privilege of loads and stores: MPP's where MPRV is set. */
  dataPrivilege(): number {
    const current = this.#memory.get(privilege);
    const status = this.#memory.get(csr.mstatus);
    return current === Privilege.machine && status & Mstatus.MPRV ? (status & Mstatus.MPP) >> 11 : current;
  }

  /** Forgets everything: protection of physical memory changed. */
  flushAll(): void {
    const { dataTlbs, codeTlbs } = this.#memory.hart;
    this.#tlb.clearData(dataTlbs[DataContext.machine] ?? 0);
    this.#tlb.clearCode(codeTlbs[0] ?? 0);
    this.#memory.set(layout.tlbsUsed, 1);
    this.flush();
    this.setWalks();
  }

  /** Forgets all translations of the modes that are translated. */
  flush(): void {
    this.#noteChange();
    this.#fetched.fill(0);
    if (this.#memory.get(layout.tlbsUsed) === 0) return;
    this.#memory.set(layout.tlbsUsed, 0);
    const { hart, bytes } = this.#memory;
    for (const tlb of hart.dataTlbs.slice(1)) this.#tlb.clearData(tlb);
    for (const tlb of hart.codeTlbs.slice(1)) this.#tlb.clearCode(tlb);
    bytes.fill(0, hart.largePages, hart.largePages + LARGE_PAGE_CELLS);
  }

  /** Says how generated code may walk the page tables: to be called when satp or MXR changed. */
  setWalks(): void {
    const high = this.#memory.getHigh(csr.satp);
    const translation = modes[high >>> 28];
    const host = this.#memory.hostAddress(tableAddress(high, this.#memory.get(csr.satp)), 4096);
    const isPlain = this.#pmp.isOpen && (this.#memory.get(csr.mstatus) & Mstatus.MXR) === 0;
    const shift = 12 + 9 * ((translation?.levels ?? 1) - 1);
    for (const [context, tlb] of this.#memory.hart.dataTlbs.entries()) {
      const root = translation && isPlain && host > 0 && context !== DataContext.machine ? host : 0;
      this.#tlb.setWalk(tlb, root, shift, translation?.signShift ?? 0);
    }
  }

  #noteChange(): void {
    this.#memory.setLong(layout.addressEpoch, this.#memory.getLong(layout.addressEpoch) + 1n);
  }

  /** Forgets the translations of a virtual address. */
  flushAddress(low: number, high: number): void {
    const { hart, bytes } = this.#memory;
    if (largeShifts.some((shift) => bytes[hart.largePages + largePageCell(low, high, shift)] !== 0)) {
      this.flush();
      return;
    }
    for (const tlb of hart.dataTlbs) this.#tlb.dropData(tlb, low);
    if (this.#fetched[(low >>> 12) % FETCHED_PAGES] === 0) return;
    this.#noteChange();
    for (const tlb of hart.codeTlbs) this.#tlb.dropCode(tlb, low);
  }

  /**
   * The physical address; -1 on a fault, whose cause is then in `fault`. `size` is that of the access, within a page.
   */
  translate(low: number, high: number, size: number, access: Access, mode: number): number {
    if (access === Access.fetch) this.#fetched[(low >>> 12) % FETCHED_PAGES] = 1;
    const physical = this.#walk(low, high, access, mode);
    if (physical < 0) return -1;
    if (!this.#pmp.allows(physical, size, access, mode)) return this.#fail(accessFault[access]);
    return physical;
  }

  /** As `translate`; -1 also where the accessed or the dirty bit would have to be set. */
  peek(low: number, high: number, size: number, mode: number, access: Access = Access.fetch): number {
    const walks = this.#memory.get(layout.walks);
    this.#onlyPeeks = true;
    const physical = this.translate(low, high, size, access, mode);
    this.#onlyPeeks = false;
    this.#memory.set(layout.walks, walks);
    return physical;
  }

  #onlyPeeks = false;

  /** Enters a page just translated in the TLB for reading or writing. */
  enterData(low: number, high: number, physical: number, host: number, access: Access): void {
    if (!this.#pmp.coversPage(physical - (physical % 4096))) return;
    // What is in the table for writing may be read: translated code counts on it.
    if (access === Access.write && !this.#pmp.allows(physical, 1, Access.read, this.dataPrivilege())) return;
    this.#memory.set(layout.tlbsUsed, 1);
    const table = this.#memory.get(layout.dataTlb) + (access === Access.write ? WRITE_TABLE : 0);
    this.#noteLargePage(low, high);
    this.#tlb.enterData(table, low, high, host & ~0xfff);
  }

  /** Notes that the page just fetched from is about to be in the instruction TLB. */
  noteCodePage(low: number, high: number): void {
    this.#memory.set(layout.tlbsUsed, 1);
    this.#noteLargePage(low, high);
  }

  #noteLargePage(low: number, high: number): void {
    const { hart, bytes } = this.#memory;
    if (this.#level > 0) bytes[hart.largePages + largePageCell(low, high, 12 + 9 * this.#level)] = 1;
  }

  #fail(cause: number): -1 {
    this.fault = cause;
    return -1;
  }

  #walk(low: number, high: number, access: Access, mode: number): number {
    this.#level = 0;
    if (this.#userTranslation && mode === Privilege.user) {
      const physical = this.#userTranslation(low, high, access, this.#onlyPeeks);
      return physical < 0 ? this.#fail(pageFault[access]) : physical;
    }
    const satpHigh = this.#memory.getHigh(csr.satp);
    const translation = mode === Privilege.machine ? undefined : modes[satpHigh >>> 28];
    if (!translation) return (high >>> 0) * 2 ** 32 + (low >>> 0);
    this.#memory.set(layout.walks, this.#memory.get(layout.walks) + 1);
    const { levels, signShift } = translation;
    if ((high << signShift) >> signShift !== high) return this.#fail(pageFault[access]);
    let table = tableAddress(satpHigh, this.#memory.get(csr.satp));
    for (let level = levels - 1; level >= 0; level--) {
      const address = table + virtualPageNumber(low, high, level) * 8;
      const host = this.#memory.hostAddress(address, 8);
      if (host < 0 || !this.#pmp.allows(address, 8, Access.read, Privilege.supervisor)) {
        return this.#fail(accessFault[access]);
      }
      const pte = this.#memory.words[host >>> 2] ?? 0;
      const pteHigh = this.#memory.words[(host >>> 2) + 1] ?? 0;
      if (!(pte & Pte.V) || (pte & Pte.W && !(pte & Pte.R)) || pteHigh & PTE_RESERVED_HIGH) {
        return this.#fail(pageFault[access]);
      }
      const page = ((pteHigh & 0x3fffff) * 2 ** 22 + (pte >>> 10)) * 4096;
      if (pte & (Pte.R | Pte.X)) {
        const physical = this.#leaf(access, mode, level, address, host, page);
        return physical < 0 ? -1 : physical + offsetInPage(low, high, level);
      }
      if (pte & (Pte.U | Pte.A | Pte.D)) return this.#fail(pageFault[access]);
      table = page;
    }
    return this.#fail(pageFault[access]);
  }

  /** Steps 5 to 8 of the manual: permissions, alignment of large pages, accessed and dirty bits. Gives the page. */
  #leaf(access: Access, mode: number, level: number, address: number, host: number, page: number): number {
    const pte = this.#memory.words[host >>> 2] ?? 0;
    const pageSize = 4096 * 512 ** level;
    if (!this.#permits(pte, access, mode) || page % pageSize !== 0) return this.#fail(pageFault[access]);
    const wanted = Pte.A | (access === Access.write ? Pte.D : 0);
    if ((pte & wanted) !== wanted) {
      if (this.#onlyPeeks) return -1;
      if (!this.#pmp.allows(address, 8, Access.write, Privilege.supervisor))
        return this.#fail(accessFault[access]);
      this.#memory.words[host >>> 2] = pte | wanted;
    }
    this.#level = level;
    return page;
  }

  #permits(pte: number, access: Access, mode: number): boolean {
    const status = this.#memory.get(csr.mstatus);
    if (
      mode === Privilege.user
        ? !(pte & Pte.U)
        : pte & Pte.U && (access === Access.fetch || !(status & Mstatus.SUM))
    ) {
      return false;
    }
    if (access === Access.fetch) return (pte & Pte.X) !== 0;
    if (access === Access.write) return (pte & Pte.W) !== 0;
    return (pte & Pte.R) !== 0 || (status & Mstatus.MXR && pte & Pte.X) !== 0;
  }
}

/** The nine bits of a virtual page number that index a table of this level. */
function virtualPageNumber(low: number, high: number, level: number): number {
  switch (level) {
    case 0:
      return (low >>> 12) & 0x1ff;
    case 1:
      return (low >>> 21) & 0x1ff;
    case 2:
      return ((high & 0x7f) << 2) | (low >>> 30);
    case 3:
      return (high >>> 7) & 0x1ff;
    default:
      return (high >>> 16) & 0x1ff;
  }
}

/** The offset in a page of this level. */
function offsetInPage(low: number, high: number, level: number): number {
  if (level < 3) return low & (4096 * 512 ** level - 1);
  return (high & (level === 3 ? 0x7f : 0xffff)) * 2 ** 32 + (low >>> 0);
}

/** The physical address of the root table that the halves of satp name. */
function tableAddress(high: number, low: number): number {
  return ((high & 0xfff) * 2 ** 32 + (low >>> 0)) * 4096;
}
