/**
 * The software translation lookaside buffers, in linear memory, direct-mapped by virtual page number.
 *
 * A data TLB is two tables, for reading and for writing. An entry: the virtual address of the page, negated (the tag, 8 bytes)
 * and what to add to the low half of a virtual address to get the one in linear memory (4 bytes). Generated code adds the
 * address to the tag, which takes one instruction of the processor less than subtracting: an access of n bytes hits when the
 * sum, unsigned, is at most 4096 - n. That one comparison covers presence, permission and leaving the page; misaligned
 * accesses within a page need nothing more. A page in the table for writing may also be read. Pages that are not plain RAM
 * (devices, pages with predecoded code for writing) are never entered.
 *
 * An instruction TLB entry: tag, and the address of the page's predecoded records.
 */

export const DATA_TLB_ENTRIES = 1024;
export const CODE_TLB_ENTRIES = 1024;
export const TLB_ENTRY_BYTES = 16;
/** From the table for reading to the one for writing. */
export const WRITE_TABLE = DATA_TLB_ENTRIES * TLB_ENTRY_BYTES;
/** Behind the tables: how to walk the page tables for them, see page-walk.ts. */
const WALK = 2 * WRITE_TABLE;
/**
 * The root table's address in linear memory, 0 where code may not walk (i32); how far to shift an address for the index in
 * it; how many upper bits of an address must be copies of its sign; which bits of an entry must be how (all i64).
 */
export const WalkField = {
  root: WALK,
  shift: WALK + 8,
  unused: WALK + 16,
  readMask: WALK + 24,
  readBits: WALK + 32,
  writeMask: WALK + 40,
  writeBits: WALK + 48,
} as const;
export const DATA_TLB_BYTES = WALK + 56;
/** Behind an instruction TLB: a cell for each of so many addresses, by its lower bits, see interpreter/region-entry.ts. */
export const JUMP_CELLS = 2048;
const JUMPS = CODE_TLB_ENTRIES * TLB_ENTRY_BYTES;
/**
 * Of such a cell: the address, the base address of the region that is entered there (i64), the epoch for which that holds
 * (i64), the number of the entry and the slot of the region (i32).
 */
export const JumpField = {
  pc: JUMPS,
  base: JUMPS + 8,
  epoch: JUMPS + 16,
  number: JUMPS + 24,
  slot: JUMPS + 28,
  bytes: 32,
} as const;
export const CODE_TLB_BYTES = JUMPS + JUMP_CELLS * JumpField.bytes;

/** The index in a table, already multiplied by the entry's size: page number times 16 is address >>> 8. */
export const TLB_INDEX_SHIFT = 8;
export const DATA_INDEX_MASK = (DATA_TLB_ENTRIES - 1) * TLB_ENTRY_BYTES;
export const CODE_INDEX_MASK = (CODE_TLB_ENTRIES - 1) * TLB_ENTRY_BYTES;

const NO_PAGE = 1;

/** Which entries of page tables permit what in a context, see `WalkField`. */
export interface WalkRules {
  readonly read: { readonly mask: bigint; readonly bits: bigint };
  readonly write: { readonly mask: bigint; readonly bits: bigint };
}

/** Fills and empties the TLBs at given addresses of a memory. */
export class Tlb {
  readonly #words: Int32Array;
  /** An empty data table: the tag of entry i is page i + 1, which belongs in another entry and so is never found. */
  readonly #emptyTable: Int32Array;

  constructor(buffer: ArrayBufferLike) {
    this.#words = new Int32Array(buffer);
    this.#emptyTable = new Int32Array(WRITE_TABLE / 4);
    for (let entry = 0; entry < DATA_TLB_ENTRIES; entry++) {
      this.#emptyTable.set(tagOf(((entry + 1) % DATA_TLB_ENTRIES) << 12, 0), entry * 4);
    }
  }

  /** Says what page tables permit to the context of a data TLB. */
  setWalkRules(tlb: number, { read, write }: WalkRules): void {
    const longs = new BigInt64Array(this.#words.buffer);
    longs[(tlb + WalkField.readMask) >> 3] = read.mask;
    longs[(tlb + WalkField.readBits) >> 3] = read.bits;
    longs[(tlb + WalkField.writeMask) >> 3] = write.mask;
    longs[(tlb + WalkField.writeBits) >> 3] = write.bits;
  }

  /** Says where page tables are walked from for a data TLB; a root of 0: they are not. The upper halves stay 0. */
  setWalk(tlb: number, root: number, shift: number, unused: number): void {
    this.#words[(tlb + WalkField.root) >> 2] = root;
    this.#words[(tlb + WalkField.shift) >> 2] = shift;
    this.#words[(tlb + WalkField.unused) >> 2] = unused;
  }

  /** Forgets everything in a data TLB. */
  clearData(tlb: number): void {
    this.#words.set(this.#emptyTable, tlb >> 2);
    this.#words.set(this.#emptyTable, (tlb + WRITE_TABLE) >> 2);
  }

  clearCode(tlb: number): void {
    const first = tlb >> 2;
    for (let word = first; word < first + JUMPS / 4; word += 4) this.#words[word] = NO_PAGE;
  }

  /** Forgets which regions are entered where: for a context whose epoch may be one that has been. */
  clearJumps(tlb: number): void {
    const first = (tlb + JUMPS) >> 2;
    this.#words.fill(-1, first, first + (JUMP_CELLS * JumpField.bytes) / 4);
  }

  /** Enters the page of the virtual address (two halves) at `host` in linear memory into one table. */
  enterData(table: number, low: number, high: number, host: number): void {
    const word = (table + ((low >>> TLB_INDEX_SHIFT) & DATA_INDEX_MASK)) >> 2;
    const page = low & ~0xfff;
    [this.#words[word], this.#words[word + 1]] = tagOf(page, high);
    this.#words[word + 2] = host - page;
  }

  enterCode(tlb: number, low: number, high: number, records: number): void {
    const word = (tlb + ((low >>> TLB_INDEX_SHIFT) & CODE_INDEX_MASK)) >> 2;
    this.#words[word] = low & ~0xfff;
    this.#words[word + 1] = high;
    this.#words[word + 2] = records;
  }

  /** The records of a virtual address's page; undefined where the TLB does not have them. */
  findCode(tlb: number, low: number, high: number): number | undefined {
    const word = (tlb + ((low >>> TLB_INDEX_SHIFT) & CODE_INDEX_MASK)) >> 2;
    const hit = this.#words[word] === (low & ~0xfff) && this.#words[word + 1] === high;
    return hit ? this.#words[word + 2] : undefined;
  }

  /** Takes the page of a virtual address out of a data TLB. */
  dropData(tlb: number, low: number): void {
    const offset = (low >>> TLB_INDEX_SHIFT) & DATA_INDEX_MASK;
    this.#empty(tlb, offset);
    this.#empty(tlb + WRITE_TABLE, offset);
  }

  #empty(table: number, offset: number): void {
    const word = (table + offset) >> 2;
    const empty = offset >> 2;
    this.#words[word] = this.#emptyTable[empty] ?? 0;
    this.#words[word + 1] = this.#emptyTable[empty + 1] ?? 0;
  }

  dropCode(tlb: number, low: number): void {
    this.#words[(tlb + ((low >>> TLB_INDEX_SHIFT) & CODE_INDEX_MASK)) >> 2] = NO_PAGE;
  }

  /** Takes every virtual page out for writing that lies at `host`. */
  dropWritable(tlb: number, host: number): void {
    const first = (tlb + WRITE_TABLE) >> 2;
    for (let word = 0; word < WRITE_TABLE / 4; word += 4) {
      const page = (this.#words[first + word + 2] ?? 0) - (this.#words[first + word] ?? 0);
      if ((page | 0) === (host | 0)) this.#empty(tlb + WRITE_TABLE, word << 2);
    }
  }

  /** Whether an instruction TLB leads to records. */
  hasRecords(tlb: number, records: number): boolean {
    const first = tlb >> 2;
    for (let word = first; word < first + JUMPS / 4; word += 4) {
      if (this.#words[word + 2] === records && this.#words[word] !== NO_PAGE) return true;
    }
    return false;
  }

  /** Takes every virtual page out whose records are at `records`. */
  dropRecords(tlb: number, records: number): void {
    const first = tlb >> 2;
    for (let word = first; word < first + JUMPS / 4; word += 4) {
      if (this.#words[word + 2] === records) this.#words[word] = NO_PAGE;
    }
  }
}

/** The tag, in halves, of a data TLB's entry for a page's address in halves. */
function tagOf(low: number, high: number): [low: number, high: number] {
  return [-low | 0, low === 0 ? -high | 0 : ~high];
}
