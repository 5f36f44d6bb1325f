/** Physical memory protection. The RISC-V Instruction Set Manual, volume II, section 3.7. Granularity is four bytes. */

import type { HartMemory } from "./hart-memory.ts";
import { csr, Privilege } from "./state.ts";

export const PMP_ENTRIES = 16;

/** Kinds of access, as the masks that allow them in pmpcfg. */
export const Access = { read: 1, write: 2, fetch: 4 } as const;
export type Access = (typeof Access)[keyof typeof Access];

const LOCKED = 0x80;
const PERMISSIONS = Access.read | Access.write | Access.fetch;
/** Address bits 55 to 2 that pmpaddr has. */
export const PMP_ADDRESS_MASK = (1n << 54n) - 1n;

interface Region {
  readonly start: number;
  /** One past the last byte. */
  readonly end: number;
  readonly allowed: number;
  readonly locked: boolean;
}

export class Pmp {
  readonly #memory: HartMemory;
  #regions: Region[] = [];
  /** True where every access of every mode is allowed and no region splits memory. */
  #open = false;

  constructor(memory: HartMemory) {
    this.#memory = memory;
    this.update();
  }

  /** Whether every access is allowed. */
  get isOpen(): boolean {
    return this.#open;
  }

  /** To be called when a PMP register was written. */
  update(): void {
    this.#regions = [];
    for (let index = 0; index < PMP_ENTRIES; index++) {
      const region = this.#region(index);
      if (region) this.#regions.push(region);
    }
    const [first] = this.#regions;
    this.#open = first?.start === 0 && first.end >= 2 ** 56 && first.allowed === PERMISSIONS;
  }

  #region(index: number): Region | undefined {
    const config = this.#memory.getByte(csr.pmpcfg, index);
    const mode = (config >> 3) & 3;
    const address = this.#memory.getLong(csr.pmpaddr, index);
    const attributes = { allowed: config & PERMISSIONS, locked: (config & LOCKED) !== 0 };
    if (mode === 0) return undefined;
    if (mode === 1) {
      const start = index > 0 ? this.#memory.getLong(csr.pmpaddr, index - 1) : 0n;
      return { start: Number(start << 2n), end: Number(address << 2n), ...attributes };
    }
    if (mode === 2) return { start: Number(address << 2n), end: Number((address << 2n) + 4n), ...attributes };
    // NAPOT: the trailing ones give the size.
    const mask = address ^ (address + 1n);
    const start = (address & ~mask) << 2n;
    return { start: Number(start), end: Number(start + ((mask + 1n) << 2n)), ...attributes };
  }

  /** Whether an access of `size` bytes is allowed. The lowest-numbered region that holds any of them decides. */
  allows(address: number, size: number, access: Access, privilege: number): boolean {
    if (this.#open) return true;
    for (const { start, end, allowed, locked } of this.#regions) {
      if (address >= end || address + size <= start) continue;
      if (address < start || address + size > end) return false;
      return (privilege === Privilege.machine && !locked) || (allowed & access) !== 0;
    }
    return privilege === Privilege.machine;
  }

  /** Whether the whole page is decided by one region, so that the answer for it may be kept. */
  coversPage(address: number): boolean {
    if (this.#open) return true;
    const end = address + 4096;
    return !this.#regions.some(
      (region) =>
        (region.start > address && region.start < end) || (region.end > address && region.end < end),
    );
  }
}
