/** Code that takes guest addresses, i64 values in a local, apart. */

import type { FunctionWriter } from "../wasm/function-writer.ts";
import { GUEST_PAGE, RECORD_SHIFT } from "./memory-map.ts";
import { TLB_INDEX_SHIFT } from "./tlb.ts";

/** Leaves the distance of an address's entry from the start of a TLB; `mask` is the TLB's. */
export function pushTlbIndex(code: FunctionWriter, address: number, mask: number): FunctionWriter {
  return code.get(address).op("i32.wrap_i64").i32(TLB_INDEX_SHIFT).op("i32.shr_u").i32(mask).op("i32.and");
}

/** Leaves the distance of an instruction's record from its page's first one. */
export function pushRecordOffset(code: FunctionWriter, address: number): FunctionWriter {
  return code
    .get(address)
    .op("i32.wrap_i64")
    .i32(GUEST_PAGE - 2)
    .op("i32.and")
    .i32(RECORD_SHIFT)
    .op("i32.shl");
}

/** Leaves both halves of a value, as TypeScript takes it. */
export function pushHalves(code: FunctionWriter, value: number): FunctionWriter {
  return code.get(value).op("i32.wrap_i64").get(value).i64(32n).op("i64.shr_u").op("i32.wrap_i64");
}
