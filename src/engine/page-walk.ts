/**
 * Walks the guest's page tables after a TLB miss, where nothing is out of the ordinary: tables and page are RAM, the entry
 * permits the access as it is, nothing has to be set in it. For all else the walk finds nothing, and the instruction set's own
 * TypeScript decides. Tables have 512 entries of 8 bytes, as RISC-V's and x86-64's do.
 */

import { FunctionWriter } from "../wasm/function-writer.ts";
import { type HartMap, LARGE_PAGE_CELLS, type MemoryMap } from "./memory-map.ts";
import { StateCode } from "./state-code.ts";
import type { StateLayout } from "./state-layout.ts";
import { WalkField } from "./tlb.ts";

/** What an instruction set's page table entries look like. */
export interface PageTableFormat {
  /** An entry leads to another table where `entry & mask` are these bits. */
  readonly table: { readonly mask: bigint; readonly bits: bigint };
  /** The physical address of a page: `(entry & mask) << shift`. */
  readonly frame: { readonly mask: bigint; readonly shift: number };
}

const PAGE_SHIFT = 12;
const LEVEL_BITS = 9;

/**
 * walk(address, write, tlb): the address in linear memory of the page that a virtual address lies in, or 0; `tlb` is that of
 * the context, whose `WalkField`s say what is permitted.
 */
export function writePageWalk(
  format: PageTableFormat,
  layout: StateLayout,
  map: MemoryMap,
  hart: HartMap,
): FunctionWriter {
  const code = new FunctionWriter({ params: ["i64", "i32", "i32"], results: ["i32"] });
  const [address, write, tlb] = [0, 1, 2];
  const table = code.local("i32", "table");
  const shift = code.local("i64", "shift");
  const entry = code.local("i64", "entry");
  const offset = code.local("i64", "offset");
  const within = code.local("i64", "within");
  const cell = code.local("i32", "cell");
  const field = (op: string, at: number) => code.get(tlb).memory(op, at);
  const giveUpIf = (): void => {
    code.if_(undefined, "unlikely");
    code.i32(0).op("return").end();
  };
  const frame = () => {
    code.get(entry).i64(format.frame.mask).op("i64.and");
    return format.frame.shift === 0 ? code : code.i64(BigInt(format.frame.shift)).op("i64.shl");
  };
  const isNoRam = () =>
    code
      .get(offset)
      .i64(BigInt(map.ramBytes - 2 ** PAGE_SHIFT))
      .op("i64.gt_u");
  const here = () => code.get(offset).op("i32.wrap_i64").i32(map.ram).op("i32.add");

  field("i32.load", WalkField.root).tee(table).op("i32.eqz");
  giveUpIf();
  code.get(address);
  field("i64.load", WalkField.unused).op("i64.shl");
  field("i64.load", WalkField.unused).op("i64.shr_s").get(address).op("i64.ne");
  giveUpIf();
  field("i64.load", WalkField.shift).set(shift);
  const next = code.loop();
  code.get(address).get(shift).op("i64.shr_u").op("i32.wrap_i64");
  code
    .i32(2 ** LEVEL_BITS - 1)
    .op("i32.and")
    .i32(3)
    .op("i32.shl")
    .get(table)
    .op("i32.add");
  code.memory("i64.load", 0, 3).set(entry);
  frame().i64(BigInt(map.ramBase)).op("i64.sub").set(offset);
  code.get(entry).i64(format.table.mask).op("i64.and").i64(format.table.bits).op("i64.eq").if_();
  isNoRam();
  giveUpIf();
  here().set(table);
  code.get(shift).i64(BigInt(LEVEL_BITS)).op("i64.sub").tee(shift);
  code.i64(BigInt(PAGE_SHIFT)).op("i64.ge_s").brIf(next, "likely");
  code.i32(0).op("return").end().end();

  code.get(entry);
  field("i64.load", WalkField.writeMask);
  field("i64.load", WalkField.readMask).get(write).op("select").op("i64.and");
  field("i64.load", WalkField.writeBits);
  field("i64.load", WalkField.readBits).get(write).op("select").op("i64.ne");
  giveUpIf();

  // A large page: which 4 KiB of it.
  code.get(shift).i64(BigInt(PAGE_SHIFT)).op("i64.ne").if_();
  code
    .i64(1n)
    .get(shift)
    .op("i64.shl")
    .i64(BigInt(2 ** PAGE_SHIFT))
    .op("i64.sub")
    .set(within);
  frame().get(within).op("i64.and").op("i64.eqz").op("i32.eqz");
  giveUpIf();
  code.get(offset).get(address).get(within).op("i64.and").op("i64.add").set(offset);
  // As `largePageCell`.
  code.get(address).get(shift).op("i64.shr_u").op("i32.wrap_i64").tee(cell);
  code.get(cell).i32(12).op("i32.shr_u").op("i32.xor");
  code.get(shift).op("i32.wrap_i64").i32(4).op("i32.shl").op("i32.add");
  code
    .i32(LARGE_PAGE_CELLS - 1)
    .op("i32.and")
    .i32(1)
    .memory("i32.store8", hart.largePages)
    .end();
  isNoRam();
  giveUpIf();
  const state = new StateCode(code, hart);
  state.store(layout.walks, () => state.load(layout.walks).i32(1).op("i32.add"));
  here();
  return code;
}

/** Which cell of a hart's `largePages` says whether the TLBs may have part of the large page of 2^shift bytes at an address. */
export function largePageCell(low: number, high: number, shift: number): number {
  const page = shift < 32 ? (low >>> shift) | (high << (32 - shift)) : high >>> (shift - 32);
  return ((page ^ (page >>> 12)) + (shift << 4)) & (LARGE_PAGE_CELLS - 1);
}
