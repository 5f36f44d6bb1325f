/**
 * How regions are entered. Where an address leads is found through the record of its instruction, and then remembered: a
 * cell for each of some thousand addresses says which region is entered there, until what addresses mean or which regions
 * there are has changed.
 */

import { FunctionWriter } from "../../wasm/function-writer.ts";
import { pushRecordOffset, pushTlbIndex } from "../address-code.ts";
import { CheckField, EntryField, GUEST_PAGE, type HartMap } from "../memory-map.ts";
import { regionImports } from "../region/generate.ts";
import { StateCode } from "../state-code.ts";
import type { StateLayout } from "../state-layout.ts";
import { CODE_INDEX_MASK, JUMP_CELLS, JumpField } from "../tlb.ts";
import { FIRST_REGION_HANDLER } from "./records.ts";

/** How deep regions may be entered from within one another: a stack's worth. */
const MOST_DEPTH = 200;

/** What `resolve` says: the cell is written; there is no region; there is one, but its pages lie elsewhere now. */
const Resolved = { found: 0, none: 1, moved: 2 } as const;

/** resolve(pc, cell): finds the region that is entered at an address, and writes the cell; one of `Resolved`. */
export function writeResolve(layout: StateLayout, hart: HartMap, checkPages: number): FunctionWriter {
  const code = new FunctionWriter({ params: ["i64", "i32"], results: ["i32"] });
  const [pc, cell] = [0, 1];
  const at = code.local("i32", "at");
  const base = code.local("i64", "base");
  const slot = code.local("i32", "slot");
  const check = code.local("i32", "check");
  const state = new StateCode(code, hart);
  const endIf = (result: number): void => {
    code.if_(undefined, "unlikely");
    code.i32(result).op("return").end();
  };
  pushTlbIndex(code, pc, CODE_INDEX_MASK);
  state.load(layout.codeTlb).op("i32.add").tee(at).memory("i64.load", 0, 3);
  code.get(pc).i64(BigInt(-GUEST_PAGE)).op("i64.and").tee(base).op("i64.ne");
  endIf(Resolved.none);
  code.get(at).memory("i32.load", 8, 2);
  pushRecordOffset(code, pc)
    .op("i32.add")
    .memory("i32.load16_u", 0, 1)
    .tee(at)
    .i32(FIRST_REGION_HANDLER)
    .op("i32.lt_u");
  endIf(Resolved.none);
  code.get(at).i32(FIRST_REGION_HANDLER).op("i32.sub").i32(EntryField.bytes).op("i32.mul").set(at);
  code
    .get(base)
    .get(at)
    .memory("i64.load8_s", hart.entries + EntryField.pages);
  code.i64(BigInt(GUEST_PAGE)).op("i64.mul").op("i64.sub").set(base);
  state.store(layout.pageAddress, () => code.get(base));
  code
    .get(at)
    .memory("i32.load8_u", hart.entries + EntryField.isSpread)
    .if_();
  code
    .get(at)
    .memory("i32.load16_u", hart.entries + EntryField.region, 1)
    .tee(slot)
    .i32(CheckField.bytes)
    .op("i32.mul")
    .tee(check)
    .memory("i64.load", hart.checks + CheckField.epoch, 3);
  state.load(layout.addressEpoch).op("i64.ne");
  code
    .get(check)
    .memory("i64.load", hart.checks + CheckField.base, 3)
    .get(base)
    .op("i64.ne")
    .op("i32.or");
  code.get(check).memory("i32.load", hart.checks + CheckField.codeTlb, 2);
  state.load(layout.codeTlb).op("i32.ne").op("i32.or").if_();
  code.get(slot).call(checkPages).op("i32.eqz");
  endIf(Resolved.moved);
  code
    .get(check)
    .get(base)
    .memory("i64.store", hart.checks + CheckField.base, 3);
  code.get(check);
  state.load(layout.addressEpoch).memory("i64.store", hart.checks + CheckField.epoch, 3);
  code.get(check);
  state.load(layout.codeTlb).memory("i32.store", hart.checks + CheckField.codeTlb, 2);
  code.end().end();
  code.get(cell).get(pc).memory("i64.store", JumpField.pc, 3);
  code.get(cell).get(base).memory("i64.store", JumpField.base, 3);
  code.get(cell);
  state.load(layout.addressEpoch).memory("i64.store", JumpField.epoch, 3);
  for (const [from, to] of [
    [EntryField.region, JumpField.slot],
    [EntryField.number, JumpField.number],
  ] as const) {
    code
      .get(cell)
      .get(at)
      .memory("i32.load16_u", hart.entries + from, 1)
      .memory("i32.store", to, 2);
  }
  return code.i32(Resolved.found);
}

/**
 * enter(pc, after): runs the region that is entered at an address, then the one where that left for, and so on, until
 * control comes to `after`, or to where no region is entered. What it gives is what a region does.
 */
export function writeEnter(
  layout: StateLayout,
  hart: HartMap,
  resolve: number,
  type: number,
): FunctionWriter {
  const code = new FunctionWriter(regionImports.enter);
  const [pc, after] = [0, 1];
  const cell = code.local("i32", "cell");
  const depth = code.local("i32", "depth");
  const resolved = code.local("i32", "resolved");
  const state = new StateCode(code, hart);
  state.load(layout.depth).tee(depth).i32(MOST_DEPTH).op("i32.ge_u").if_(undefined, "unlikely");
  code.get(pc).op("return").end();
  state.store(layout.depth, () => code.get(depth).i32(1).op("i32.add"));
  const done = code.block();
  const next = code.loop();
  code
    .get(pc)
    .op("i32.wrap_i64")
    .i32(Math.log2(JumpField.bytes) - 1)
    .op("i32.shl");
  code.i32((JUMP_CELLS - 1) * JumpField.bytes).op("i32.and");
  state.load(layout.codeTlb).op("i32.add").tee(cell).memory("i64.load", JumpField.pc, 3);
  code.get(pc).op("i64.ne").get(cell).memory("i64.load", JumpField.epoch, 3);
  state.load(layout.addressEpoch).op("i64.ne").op("i32.or").if_(undefined, "unlikely");
  code.get(pc).get(cell).call(resolve).tee(resolved).if_(undefined, "unlikely");
  // The interpreter passes by a region that cannot be entered.
  code.get(pc).get(resolved).i32(Resolved.moved).op("i32.eq").op("i64.extend_i32_u").op("i64.or").set(pc);
  code.br(done).end().end();
  code.get(cell).memory("i32.load", JumpField.number, 2).get(cell).memory("i64.load", JumpField.base, 3);
  code.get(cell).memory("i32.load", JumpField.slot, 2).callIndirect(type).tee(pc);
  code.get(after).op("i64.eq").brIf(done);
  code.get(pc).op("i32.wrap_i64").i32(1).op("i32.and").op("i32.eqz").brIf(next, "likely").end().end();
  state.store(layout.depth, () => code.get(depth));
  return code.get(pc);
}
