/**
 * Where everything lies in the machine's linear memory:
 *
 *   0            nothing: a null address hits no one's data
 *   64 KiB       one area for each hart: its state, its data TLBs, its instruction TLBs, its straddle page
 *   records      predecoded pages, shared by no one: one cache for each hart, after its area
 *   code pages   which pages of RAM have predecoded code
 *   ram          guest RAM, from a multiple of 64 KiB, which is the same however much there is
 *
 * Generated code has these addresses as constants: it is made for one hart of one machine.
 */

import { alignUp } from "../base/bits.ts";
import { CODE_TLB_BYTES, DATA_TLB_BYTES } from "./tlb.ts";

export const WASM_PAGE = 65536;
export const GUEST_PAGE = 4096;

/** The page of an address in linear memory; those from 2^31 on are no signed 32-bit numbers. */
export function pageOf(address: number): number {
  return address - (address % GUEST_PAGE);
}

/** Predecoded instructions: 8 bytes for each two bytes of guest code, and two more that mark the page's end. */
export const RECORD_BYTES = 8;
/** From a distance in guest code to one in its records, as a shift. */
export const RECORD_SHIFT = Math.log2(RECORD_BYTES / 2);
export const RECORDS_IN_PAGE = GUEST_PAGE / 2;
export const PAGE_RECORD_BYTES = (RECORDS_IN_PAGE + 2) * RECORD_BYTES;

/** Regions of translated code that a hart may have at one time, and places where they may be entered. */
export const REGION_SLOTS = 8192;
export const ENTRY_SLOTS = 32768;

/**
 * Of an entry: the handler number that stood in its record, the region's slot, the entry's number (16 bits each); pages from
 * the base, and whether the region lies on several pages (a byte each).
 */
export const EntryField = { handler: 0, region: 2, number: 4, pages: 6, isSpread: 7, bytes: 8 } as const;

/**
 * Of a slot: the base address and the instruction TLB for which the region's pages were found to lie where they should, and
 * the epoch for which that holds.
 */
export const CheckField = { base: 0, epoch: 8, codeTlb: 16, bytes: 24 } as const;

/** Cells of the table of large pages, a power of two. Several addresses share one: it only says where there are none. */
export const LARGE_PAGE_CELLS = 4096;

/** RAM that linear memory can hold. */
const MOST_RAM = 2 ** 32;

/**
 * Guest addresses from `low` to `high` that may be reached without the TLB, where the slot `flatBytes` says so: address a lies
 * at `host` + (a - low) in linear memory.
 */
export interface FlatRange {
  readonly low: number;
  readonly high: number;
  readonly host: number;
  /** It always may, all of it but the last seven bytes: then these are RAM's own addresses. */
  readonly always?: boolean | undefined;
}

/** The addresses of a flat range at which up to eight bytes may be accessed. */
export function usableBytes({ low, high }: FlatRange): bigint {
  return BigInt(high - low - 7);
}

/** One hart's addresses in linear memory. */
export interface HartMap {
  readonly state: number;
  readonly stateBytes: number;
  /** One data TLB for each data context, one instruction TLB for each code context. */
  readonly dataTlbs: readonly number[];
  readonly codeTlbs: readonly number[];
  readonly straddle: number;
  /** Where regions may be entered, see `EntryField`. */
  readonly entries: number;
  /** Where the pages of regions were looked at, see `CheckField`. */
  readonly checks: number;
  /** A byte for each `largePageCell`: 1 where the TLBs may have part of a large page that lies there. */
  readonly largePages: number;
  readonly records: number;
  readonly recordPages: number;
  readonly flat?: FlatRange;
}

export interface MemoryMap {
  readonly harts: readonly HartMap[];
  /** A byte for each page of RAM: of how many harts the predecoded code has it. */
  readonly codePages: number;
  /** Where RAM lies here, and for the guest. */
  readonly ram: number;
  readonly ramBase: number;
  readonly ramBytes: number;
  /** Size of the whole memory in WebAssembly pages. */
  readonly pages: number;
}

export interface MemoryMapOptions {
  readonly harts: number;
  readonly stateBytes: number;
  readonly dataContexts: number;
  readonly codeContexts: number;
  readonly recordPages: number;
  /** The guest's physical address of the first byte of RAM. */
  readonly ramBase: number;
  readonly ramBytes: number;
  /** Guest addresses that the beginning of RAM may be given to, as they are, or always has (see `FlatRange`). */
  readonly flat?: Omit<FlatRange, "host"> | undefined;
}

/** Lays out a machine's memory. */
export function layOutMemory(options: MemoryMapOptions): MemoryMap {
  let next = WASM_PAGE;
  const take = (bytes: number): number => {
    const address = next;
    next = alignUp(next + bytes, GUEST_PAGE);
    return address;
  };
  const takeMany = (count: number, bytes: number): number[] =>
    Array.from({ length: count }, () => take(bytes));
  const areas = Array.from({ length: options.harts }, () => ({
    state: take(options.stateBytes),
    stateBytes: options.stateBytes,
    dataTlbs: takeMany(options.dataContexts, DATA_TLB_BYTES),
    codeTlbs: takeMany(options.codeContexts, CODE_TLB_BYTES),
    straddle: take(PAGE_RECORD_BYTES),
    entries: take(EntryField.bytes * ENTRY_SLOTS),
    checks: take(CheckField.bytes * REGION_SLOTS),
    largePages: take(LARGE_PAGE_CELLS),
    records: take(options.recordPages * PAGE_RECORD_BYTES),
    recordPages: options.recordPages,
  }));
  const { ramBase, ramBytes, flat } = options;
  const codePages = take(MOST_RAM / GUEST_PAGE);
  const ram = alignUp(next, WASM_PAGE);
  const host = flat?.always ? ram + flat.low - ramBase : ram;
  const harts = flat ? areas.map((area) => ({ ...area, flat: { ...flat, host } })) : areas;
  return {
    harts,
    codePages,
    ram,
    ramBase,
    ramBytes,
    pages: (ram + alignUp(ramBytes, WASM_PAGE)) / WASM_PAGE,
  };
}
