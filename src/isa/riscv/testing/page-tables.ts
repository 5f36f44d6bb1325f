/** Builds page tables in a program's memory. The RISC-V Instruction Set Manual, volume II, chapter 12. */

const PTE_V = 1;

export const translationModes = {
  Sv39: { mode: 8n, levels: 3 },
  Sv48: { mode: 9n, levels: 4 },
  Sv57: { mode: 10n, levels: 5 },
} as const;
export type TranslationMode = keyof typeof translationModes;

export class PageTables {
  /** Where the tables lie, and their bytes. */
  readonly address: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  readonly #mode: TranslationMode;
  #used = 4096;

  constructor(mode: TranslationMode, address: number, pages = 48) {
    this.#mode = mode;
    this.address = address;
    this.bytes = new Uint8Array(pages * 4096);
    this.#view = new DataView(this.bytes.buffer);
  }

  /** The value of satp. */
  get satp(): bigint {
    return (translationModes[this.#mode].mode << 60n) | BigInt(this.address / 4096);
  }

  /** Enters a leaf at a level (0: 4 KiB) and returns the entry's physical address. */
  map(virtual: bigint, physical: number, flags: number | bigint, level = 0): number {
    const at = this.#entry(virtual, level);
    this.#view.setBigUint64(at, (BigInt(physical / 4096) << 10n) | BigInt(flags), true);
    return this.address + at;
  }

  /** Writes an entry at a level as it is. */
  set(virtual: bigint, pte: bigint, level: number): number {
    const at = this.#entry(virtual, level);
    this.#view.setBigUint64(at, pte, true);
    return this.address + at;
  }

  /** The entry at a level. */
  get(virtual: bigint, level: number): bigint {
    return this.#view.getBigUint64(this.#entry(virtual, level), true);
  }

  /** The offset of an entry; tables above it are made. */
  #entry(virtual: bigint, wanted: number): number {
    let table = 0;
    for (let level = translationModes[this.#mode].levels - 1; ; level--) {
      const at = table + 8 * Number((virtual >> BigInt(12 + 9 * level)) & 511n);
      if (level === wanted) return at;
      if (this.#view.getUint32(at, true) === 0) {
        const page = (this.address + this.#used) / 4096;
        this.#view.setBigUint64(at, (BigInt(page) << 10n) | BigInt(PTE_V), true);
        this.#used += 4096;
      }
      const pte = this.#view.getBigUint64(at, true);
      table = Number(pte >> 10n) * 4096 - this.address;
    }
  }
}
