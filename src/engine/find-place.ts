/**
 * findPlace(address, size): the address in linear memory of an access within a page of RAM, by the TLB, the page tables or
 * at last by TypeScript; 0 where there is more to the access than that. What was found is entered in the TLB.
 */

import { FunctionWriter } from "../wasm/function-writer.ts";
import { pushHalves, pushTlbIndex } from "./address-code.ts";
import type { Reaching } from "./ir.ts";
import { GUEST_PAGE, type HartMap, type MemoryMap } from "./memory-map.ts";
import { StateCode } from "./state-code.ts";
import type { StateLayout } from "./state-layout.ts";
import { DATA_INDEX_MASK, WRITE_TABLE } from "./tlb.ts";

/** Added to the size where the place is then written. */
export const FOR_WRITE = 0x1000;
/** Added where that does not happen at once: what would have to be noted of the page is not, and there is no place. */
const AS_IT_IS = 0x2000;

/** What is added to the size for a kind of access, and back. */
export const reachingModes = { read: 0, write: FOR_WRITE, readWrite: FOR_WRITE | AS_IT_IS } as const;

export function reachingOf(size: number): Reaching {
  if ((size & FOR_WRITE) === 0) return "read";
  return size & AS_IT_IS ? "readWrite" : "write";
}

export const findPlaceType = { params: ["i64", "i32"], results: ["i32"] } as const;

/** @param walk the function of `writePageWalk`; `slow` findPlace in TypeScript, which takes the address in two halves */
export function writeFindPlace(
  layout: StateLayout,
  map: MemoryMap,
  hart: HartMap,
  { walk, slow }: { readonly walk: number; readonly slow: number },
): FunctionWriter {
  const code = new FunctionWriter(findPlaceType);
  const state = new StateCode(code, hart);
  const [address, size] = [0, 1];
  const tlb = code.local("i32", "tlb");
  const write = code.local("i32", "write");
  const entry = code.local("i32", "entry");
  const page = code.local("i32", "page");
  const bytes = (): void =>
    void code
      .get(size)
      .i32(FOR_WRITE - 1)
      .op("i32.and");
  const low = () => code.get(address).op("i32.wrap_i64");

  code.get(size).i32(FOR_WRITE).op("i32.and").set(write);
  state.load(layout.dataTlb).set(tlb);
  pushTlbIndex(code, address, DATA_INDEX_MASK)
    .get(tlb)
    .op("i32.add")
    .i32(WRITE_TABLE)
    .i32(0)
    .get(write)
    .op("select")
    .op("i32.add")
    .set(entry);
  code.get(entry).memory("i64.load", 0, 3).get(address).op("i64.add").i64(BigInt(GUEST_PAGE));
  bytes();
  code.op("i64.extend_i32_u").op("i64.sub").op("i64.le_u").if_(undefined, "unlikely");
  low().get(entry).memory("i32.load", 8, 2).op("i32.add").op("return").end();

  const givenUp = code.block();
  low()
    .i32(GUEST_PAGE - 1)
    .op("i32.and");
  bytes();
  code.op("i32.add").i32(GUEST_PAGE).op("i32.gt_u").brIf(givenUp, "unlikely");
  code.get(address).get(write).get(tlb).call(walk).tee(page).op("i32.eqz").brIf(givenUp, "unlikely");
  // What is predecoded may not be written past TypeScript.
  code.get(write).if_();
  code.get(page).i32(map.ram).op("i32.sub").i32(Math.log2(GUEST_PAGE)).op("i32.shr_u");
  code.memory("i32.load8_u", map.codePages).brIf(givenUp, "unlikely").end();
  code.get(entry).i64(0n).get(address).i64(BigInt(-GUEST_PAGE)).op("i64.and").op("i64.sub");
  code.memory("i64.store", 0, 3);
  code.get(entry).get(page);
  low().i32(-GUEST_PAGE).op("i32.and").op("i32.sub").memory("i32.store", 8, 2);
  state.store(layout.tlbsUsed, () => code.i32(1));
  low()
    .i32(GUEST_PAGE - 1)
    .op("i32.and")
    .get(page)
    .op("i32.or")
    .op("return")
    .end();
  pushHalves(code, address).get(size).call(slow);
  return code;
}
