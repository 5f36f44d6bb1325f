/**
 * Generates the interpreter: one WebAssembly function that holds a handler for every instruction.
 *
 *   resync:  take everything anew from the state
 *   enter:   find the predecoded page of `pc`, through the instruction TLB or `enterPage`
 *   next:    budget spent? return; else branch to the handler of the record at `record`
 *
 * A handler ends by going to `next`, or to `enter` where control leaves the page. `record` plays the program counter:
 * the guest's address is worked out from it only when someone asks.
 */

import { FunctionWriter, type Label } from "../../wasm/function-writer.ts";
import { ModuleWriter } from "../../wasm/module-writer.ts";
import type { ValueType } from "../../wasm/types.ts";
import type { Body, Helper } from "../ir.ts";
import { visitNodes } from "../ir.ts";
import { LocalPool, Lowering } from "../lowering.ts";
import { EntryField, GUEST_PAGE, type HartMap, REGION_SLOTS, RegionField } from "../memory-map.ts";
import { RegionStatus, regionImports } from "../region/generate.ts";
import { FIND_FOR_WRITE } from "../region/target.ts";
import { LEAVE_LOG_ENTRIES, type StateLayout } from "../state-layout.ts";
import { CODE_INDEX_MASK, DATA_INDEX_MASK, TLB_INDEX_SHIFT, WRITE_TABLE } from "../tlb.ts";
import {
  FIRST_REGION_HANDLER,
  Handler,
  type HandlerPlan,
  type InterpreterPlan,
  SIGNED_PLACE,
} from "./records.ts";
import {
  type InterpreterCalls,
  type InterpreterLabels,
  type InterpreterLocals,
  InterpreterTarget,
} from "./target.ts";

/** What the engine itself imports, beside the helpers of the instruction set. */
const engineImports = {
  enterPage: { params: [], results: ["i32"] },
  decode: { params: ["i32", "i32"], results: [] },
  straddle: { params: [], results: [] },
  illegal: { params: ["i32"], results: [] },
  slowLoad: { params: ["i32", "i32", "i32"], results: [] },
  slowStore: { params: ["i32", "i32", "i32"], results: [] },
  trap: { params: ["i32", "i32", "i32"], results: [] },
  checkPages: { params: ["i32"], results: ["i32"] },
  findPlace: { params: ["i32", "i32", "i32"], results: ["i32"] },
} as const satisfies Record<string, { params: readonly ValueType[]; results: readonly ValueType[] }>;

type EngineCalls = Record<keyof typeof engineImports, number>;

/** Writes the module; its export `run` takes nothing and returns 0 when the budget is spent, else enterPage's answer. */
export function generateInterpreter(
  plan: InterpreterPlan,
  layout: StateLayout,
  hart: HartMap,
  memoryPages: number,
): Uint8Array<ArrayBuffer> {
  const module = new ModuleWriter();
  module.importMemory("env", "memory", { minimum: memoryPages });
  module.importTable("env", "regions", { minimum: REGION_SLOTS, maximum: REGION_SLOTS });
  const engine = Object.fromEntries(
    Object.entries(engineImports).map(([name, type]) => [name, module.importFunction("env", name, type)]),
  ) as EngineCalls;
  const helpers = importHelpers(
    module,
    plan.handlers.map(({ staged }) => staged.body),
  );
  const regionType = module.type({ params: ["i32"], results: ["i32"] });
  const runRegion = module.function(writeRunRegion(layout, hart, engine.checkPages, regionType), "runRegion");
  const enter = module.function(writeEnter(layout, hart, runRegion), "enter");
  const run = new InterpreterWriter(layout, hart, engine, helpers, enter).write(plan);
  module.export("run", "function", module.function(run, "run"));
  module.export("enter", "function", enter);
  module.export("findPlace", "function", module.function(writeFindPlace(layout, hart, engine.findPlace)));
  return module.encode();
}

function importHelpers(module: ModuleWriter, bodies: readonly Body[]): ReadonlyMap<Helper, number> {
  const helpers = new Map<Helper, number>();
  const add = (helper: Helper): void => {
    if (helpers.has(helper)) return;
    const { name, params, result } = helper;
    helpers.set(helper, module.importFunction("helper", name, { params, results: result ? [result] : [] }));
  };
  for (const body of bodies) {
    visitNodes(body, (node) => {
      if (node.kind === "call" || node.kind === "callEffect") add(node.helper);
    });
  }
  return helpers;
}

/**
 * runRegion(entry, pc): runs the region of an entry, if its pages still lie where they did; a `RegionStatus`.
 * The budget is in the state, and so are all registers.
 */
function writeRunRegion(
  layout: StateLayout,
  hart: HartMap,
  checkPages: number,
  regionType: number,
): FunctionWriter {
  const code = new FunctionWriter({ params: ["i32", "i64"], results: ["i32"] });
  const [entry, pc] = [0, 1];
  const base = code.local("i64", "base");
  const slot = code.local("i32", "slot");
  const cell = code.local("i32", "cell");
  const { state, entries, regions } = hart;
  code
    .get(entry)
    .i32(Math.log2(EntryField.bytes))
    .op("i32.shl")
    .tee(entry)
    .memory("i32.load16_u", entries + EntryField.region, 1)
    .tee(slot)
    .i32(Math.log2(RegionField.bytes))
    .op("i32.shl")
    .set(cell);
  code
    .get(pc)
    .i64(BigInt(-GUEST_PAGE))
    .op("i64.and")
    .get(entry)
    .memory("i64.load16_s", entries + EntryField.pages, 1);
  code
    .i64(BigInt(Math.log2(GUEST_PAGE)))
    .op("i64.shl")
    .op("i64.sub")
    .set(base);
  code
    .i32(0)
    .get(base)
    .memory("i64.store", state + layout.pageAddress.offset, 3);
  code
    .get(cell)
    .memory("i32.load", regions + RegionField.codeTlb, 2)
    .if_();
  code
    .get(cell)
    .memory("i32.load", regions + RegionField.codeTlb, 2)
    .i32(0)
    .memory("i32.load", state + layout.codeTlb.offset, 2)
    .op("i32.ne");
  code
    .get(cell)
    .memory("i32.load", regions + RegionField.epoch, 2)
    .i32(0)
    .memory("i32.load", state + layout.addressEpoch.offset, 2)
    .op("i32.ne")
    .op("i32.or");
  code
    .get(cell)
    .memory("i64.load", regions + RegionField.base, 3)
    .get(base)
    .op("i64.ne")
    .op("i32.or");
  code.if_(undefined, "unlikely");
  code.get(slot).call(checkPages).op("i32.eqz").if_(undefined, "unlikely");
  code
    .i32(0)
    .get(pc)
    .memory("i64.store", state + layout.pc.offset, 3)
    .i32(RegionStatus.interpret)
    .op("return");
  code.end().end().end();
  code
    .get(entry)
    .memory("i32.load16_u", entries + EntryField.number, 1)
    .get(slot)
    .callIndirect(regionType);
  return code;
}

/** No address of an instruction: they are even. */
const NOWHERE = -1n;

/** How deep regions may be entered from within one another: a stack's worth. */
const MOST_DEPTH = 200;

/**
 * enter(pc, after): runs the region that is entered at an address, then the one where that left for, and so on, until
 * control comes to `after`, or to where no region is entered or the instruction TLB does not know the page.
 */
function writeEnter(layout: StateLayout, hart: HartMap, runRegion: number): FunctionWriter {
  const code = new FunctionWriter(regionImports.enter);
  const [pc, after] = [0, 1];
  const at = code.local("i32", "at");
  const depth = code.local("i32", "depth");
  const status = code.local("i32", "status");
  const { state } = hart;
  code
    .i32(0)
    .memory("i32.load", state + layout.depth.offset, 2)
    .tee(depth)
    .i32(MOST_DEPTH)
    .op("i32.ge_u")
    .if_(undefined, "unlikely");
  code
    .i32(0)
    .get(pc)
    .memory("i64.store", state + layout.pc.offset, 3)
    .i32(RegionStatus.go)
    .op("return")
    .end();
  code
    .i32(0)
    .get(depth)
    .i32(1)
    .op("i32.add")
    .memory("i32.store", state + layout.depth.offset, 2);
  const none = code.block();
  const next = code.loop();
  code.get(pc).op("i32.wrap_i64").i32(TLB_INDEX_SHIFT).op("i32.shr_u").i32(CODE_INDEX_MASK).op("i32.and");
  code
    .i32(0)
    .memory("i32.load", state + layout.codeTlb.offset, 2)
    .op("i32.add")
    .tee(at);
  code
    .memory("i64.load", 0, 3)
    .get(pc)
    .i64(BigInt(-GUEST_PAGE))
    .op("i64.and")
    .op("i64.ne")
    .brIf(none, "unlikely");
  code
    .get(at)
    .memory("i32.load", 8, 2)
    .get(pc)
    .op("i32.wrap_i64")
    .i32(GUEST_PAGE - 2)
    .op("i32.and")
    .i32(3)
    .op("i32.shl")
    .op("i32.add")
    .memory("i32.load16_u", 0, 1)
    .tee(at)
    .i32(FIRST_REGION_HANDLER)
    .op("i32.lt_u")
    .brIf(none, "unlikely");
  code.get(at).i32(FIRST_REGION_HANDLER).op("i32.sub").get(pc).call(runRegion).tee(status).op("i32.eqz");
  code.if_(undefined, "likely");
  code
    .i32(0)
    .memory("i64.load", state + layout.pc.offset, 3)
    .tee(pc)
    .get(after)
    .op("i64.ne")
    .brIf(next, "likely");
  code.end();
  code
    .i32(0)
    .get(depth)
    .memory("i32.store", state + layout.depth.offset, 2)
    .get(status)
    .op("return")
    .end()
    .end();
  // No region: the interpreter goes on, and what it meets is remembered.
  code
    .i32(0)
    .get(depth)
    .memory("i32.store", state + layout.depth.offset, 2);
  code
    .i32(0)
    .get(pc)
    .memory("i64.store", state + layout.pc.offset, 3);
  logLeave(code, layout, hart, pc, at);
  code.i32(RegionStatus.go);
  return code;
}

/** Remembers an address where regions left for other code. */
function logLeave(
  code: FunctionWriter,
  layout: StateLayout,
  { state }: HartMap,
  pc: number,
  scratch: number,
): void {
  const { leaveCount, leaveLog } = layout;
  code
    .i32(0)
    .memory("i32.load", state + leaveCount.offset, 2)
    .set(scratch);
  code
    .i32(0)
    .get(scratch)
    .i32(1)
    .op("i32.add")
    .memory("i32.store", state + leaveCount.offset, 2);
  code
    .get(scratch)
    .i32(LEAVE_LOG_ENTRIES - 1)
    .op("i32.and")
    .i32(3)
    .op("i32.shl")
    .get(pc)
    .memory("i64.store", state + leaveLog.offset, 3);
}

/** findPlace(address, size): where an access lies, by the TLB or else by TypeScript; 0 where only the interpreter can do it. */
function writeFindPlace(layout: StateLayout, hart: HartMap, findPlace: number): FunctionWriter {
  const code = new FunctionWriter(regionImports.findPlace);
  const [address, size] = [0, 1];
  const entry = code.local("i32", "entry");
  code
    .get(address)
    .op("i32.wrap_i64")
    .i32(TLB_INDEX_SHIFT)
    .op("i32.shr_u")
    .i32(DATA_INDEX_MASK)
    .op("i32.and");
  code
    .i32(0)
    .memory("i32.load", hart.state + layout.dataTlb.offset, 2)
    .op("i32.add");
  code
    .i32(WRITE_TABLE)
    .i32(0)
    .get(size)
    .i32(FIND_FOR_WRITE)
    .op("i32.and")
    .op("select")
    .op("i32.add")
    .set(entry);
  code.get(address).get(entry).memory("i64.load", 0, 3).op("i64.sub").i64(BigInt(GUEST_PAGE));
  code
    .get(size)
    .i32(FIND_FOR_WRITE - 1)
    .op("i32.and")
    .op("i64.extend_i32_u")
    .op("i64.sub")
    .op("i64.le_u");
  code.if_("i32", "likely");
  code.get(address).op("i32.wrap_i64").get(entry).memory("i32.load", 8, 2);
  code.op("i32.add").else_();
  code.get(address).op("i32.wrap_i64").get(address).i64(32n).op("i64.shr_u").op("i32.wrap_i64");
  code.get(size).call(findPlace).end();
  return code;
}

class InterpreterWriter {
  readonly #code = new FunctionWriter({ params: [], results: ["i32"] });
  readonly #layout: StateLayout;
  readonly #hart: HartMap;
  readonly #engine: EngineCalls;
  readonly #helpers: ReadonlyMap<Helper, number>;
  readonly #codeTlb = this.#code.local("i32", "codeTlb");
  readonly #locals: InterpreterLocals = {
    record: this.#code.local("i32", "record"),
    budget: this.#code.local("i32", "budget"),
    pc: this.#code.local("i64", "pc"),
    pageAddress: this.#code.local("i64", "pageAddress"),
    pageRecords: this.#code.local("i32", "pageRecords"),
    dataTlb: this.#code.local("i32", "dataTlb"),
    address: this.#code.local("i64", "address"),
    distance: this.#code.local("i64", "distance"),
    entry: this.#code.local("i32", "entry"),
  };

  /** The slot of the region that is met. */
  readonly #slot = this.#code.local("i32", "slot");
  readonly #enterRegions: number;

  constructor(
    layout: StateLayout,
    hart: HartMap,
    engine: EngineCalls,
    helpers: ReadonlyMap<Helper, number>,
    enter: number,
  ) {
    this.#enterRegions = enter;
    this.#layout = layout;
    this.#hart = hart;
    this.#engine = engine;
    this.#helpers = helpers;
  }

  write({ handlers, fused }: InterpreterPlan): FunctionWriter {
    const code = this.#code;
    const resync = code.loop();
    this.#resync();
    const enter = code.loop();
    this.#enter(resync);
    const next = code.loop();
    const spent = code.block();
    this.#step(spent);
    const labels = Array.from({ length: Handler.first + handlers.length + fused.length }, () =>
      code.block(),
    ).reverse();
    // Whatever is no handler's number is a region's.
    code
      .get(this.#locals.record)
      .memory("i32.load16_u", 0, 1)
      .brTable(labels, labels[Handler.region] ?? spent);
    this.#ownHandlers({ next, enter, resync }, labels);
    const pool = new LocalPool(code);
    const calls: InterpreterCalls = {
      slowLoad: this.#engine.slowLoad,
      slowStore: this.#engine.slowStore,
      trap: this.#engine.trap,
      helper: (helper) => this.#helpers.get(helper) ?? -1,
    };
    const instruction = (handler: HandlerPlan): void => {
      const to = { next, enter, resync };
      const target = new InterpreterTarget(
        code,
        this.#layout,
        this.#hart,
        this.#locals,
        calls,
        to,
        pool,
        handler,
      );
      new Lowering(code, target, pool).lower(handler.staged.body);
      target.advance();
      pool.release();
    };
    for (const handler of handlers) {
      code.end();
      instruction(handler);
      code.br(next);
    }
    for (const { first, second } of fused) {
      code.end();
      instruction(first);
      this.#step(spent);
      instruction(second);
      code.br(next);
    }
    code.end(); // spent
    this.#spill();
    code.i32(0).op("return").end().end().end().op("unreachable");
    return code;
  }

  #resync(): void {
    const { budget, pc, dataTlb } = this.#locals;
    const { layout, code } = { layout: this.#layout, code: this.#code };
    this.#loadState("i32.load", layout.budget.offset).set(budget);
    this.#loadState("i64.load", layout.pc.offset).set(pc);
    this.#loadState("i32.load", layout.dataTlb.offset).set(dataTlb);
    this.#loadState("i32.load", layout.codeTlb.offset).set(this.#codeTlb);
    code
      .i32(0)
      .i32(0)
      .memory("i32.store", this.#hart.state + layout.leave.offset, 2);
  }

  #enter(resync: Label): void {
    const { record, budget, pc, pageAddress, pageRecords, entry } = this.#locals;
    const code = this.#code;
    const layout = this.#layout;
    code.get(pc).op("i32.wrap_i64").i32(TLB_INDEX_SHIFT).op("i32.shr_u").i32(CODE_INDEX_MASK).op("i32.and");
    code.get(this.#codeTlb).op("i32.add").tee(entry).memory("i64.load", 0, 3);
    code
      .get(pc)
      .i64(BigInt(-GUEST_PAGE))
      .op("i64.and")
      .tee(pageAddress)
      .op("i64.eq")
      .if_(undefined, "likely");
    code.get(entry).memory("i32.load", 8, 2).set(pageRecords).else_();
    code
      .i32(0)
      .get(pc)
      .memory("i64.store", this.#hart.state + layout.pc.offset, 3);
    code
      .i32(0)
      .get(budget)
      .memory("i32.store", this.#hart.state + layout.budget.offset, 2);
    code.get(budget).op("i32.eqz").if_();
    code.i32(0).op("return").end();
    const stop = code.local("i32", "stop");
    code.call(this.#engine.enterPage).tee(stop).if_();
    code.get(stop).op("return").end();
    this.#loadState("i32.load", layout.budget.offset).set(budget);
    this.#loadState("i32.load", layout.leave.offset).brIf(resync);
    this.#loadState("i32.load", layout.pageRecords.offset).set(pageRecords).end();
    code
      .get(pc)
      .op("i32.wrap_i64")
      .i32(GUEST_PAGE - 2)
      .op("i32.and")
      .i32(3)
      .op("i32.shl");
    code.get(pageRecords).op("i32.add").set(record);
  }

  /** Takes an instruction from the budget. */
  #step(spent: Label): void {
    const { budget } = this.#locals;
    this.#code.get(budget).op("i32.eqz").brIf(spent, "unlikely");
    this.#code.get(budget).i32(1).op("i32.sub").set(budget);
  }

  /** The handlers of records that are no instruction. They run nothing, so they give the budget back. */
  #ownHandlers({ next, enter, resync }: InterpreterLabels, labels: readonly Label[]): void {
    const { record, budget, pc, pageAddress, pageRecords } = this.#locals;
    const code = this.#code;
    // Always so; but what is said to be rare may call without costing the other handlers their registers.
    const rarely = (write: () => void): void => {
      code.get(record).if_(undefined, "unlikely");
      write();
      code.end().op("unreachable");
    };
    const refund = (): void => void code.get(budget).i32(1).op("i32.add").set(budget);
    code.end(); // undecoded
    refund();
    this.#spill();
    rarely(() => code.get(record).get(pageRecords).call(this.#engine.decode).br(next));
    code.end(); // reenter: the page's end, or what follows an instruction that lies on two pages
    refund();
    this.#pushPc();
    code.set(pc).br(enter);
    code.end(); // straddle: the helper decodes it into a page of its own
    refund();
    this.#spill();
    code.call(this.#engine.straddle);
    this.#loadState("i32.load", this.#layout.budget.offset).set(budget);
    this.#loadState("i32.load", this.#layout.leave.offset).brIf(resync);
    this.#pushPc();
    code.set(pageAddress).i32(this.#hart.straddle).tee(record).set(pageRecords).br(next);
    code.end(); // illegal
    this.#spill();
    rarely(() => code.get(record).memory("i32.load", SIGNED_PLACE, 2).call(this.#engine.illegal).br(resync));
    code.end(); // region
    this.#region({ next, enter, resync }, labels, refund);
  }

  /** Runs translated code. Where it has just left here for the interpreter, the instruction's own handler runs instead. */
  #region({ next, enter }: InterpreterLabels, labels: readonly Label[], refund: () => void): void {
    const { record, budget, pc } = this.#locals;
    const { passBy, budget: budgetSlot, pc: pcSlot, regionSteps } = this.#layout;
    const state = this.#hart.state;
    const code = this.#code;
    code.get(record).memory("i32.load16_u", 0, 1).i32(FIRST_REGION_HANDLER).op("i32.sub").set(this.#slot);
    this.#loadState("i32.load", passBy.offset).if_(undefined, "unlikely");
    code
      .i32(0)
      .i32(0)
      .memory("i32.store", state + passBy.offset, 2);
    this.#pushPc();
    this.#loadState("i64.load", pcSlot.offset).op("i64.eq").if_();
    code.get(this.#slot).i32(3).op("i32.shl");
    code.memory("i32.load16_u", this.#hart.entries + EntryField.handler, 1);
    const instructions = labels.map((label, handler) => (handler < Handler.first ? next : label));
    code.brTable(instructions, next).end().end();
    refund();
    // Always so; but what is said to be rare may call without costing the other handlers their registers.
    code.get(record).if_(undefined, "unlikely");
    code
      .i32(0)
      .get(budget)
      .memory("i32.store", state + budgetSlot.offset, 2);
    code.i32(0);
    this.#pushPc();
    code
      .i64(NOWHERE)
      .call(this.#enterRegions)
      .memory("i32.store", state + passBy.offset, 2);
    code.i32(0);
    this.#loadState("i32.load", regionSteps.offset).get(budget).op("i32.add");
    this.#loadState("i32.load", budgetSlot.offset).tee(budget).op("i32.sub");
    code.memory("i32.store", state + regionSteps.offset, 2);
    this.#loadState("i64.load", pcSlot.offset).set(pc);
    code.br(enter).end().op("unreachable");
  }

  #spill(): void {
    this.#code.i32(0);
    this.#pushPc();
    this.#code.memory("i64.store", this.#hart.state + this.#layout.pc.offset, 3);
    this.#code.i32(0).get(this.#locals.budget);
    this.#code.memory("i32.store", this.#hart.state + this.#layout.budget.offset, 2);
  }

  #pushPc(): void {
    const { record, pageRecords, pageAddress } = this.#locals;
    this.#code.get(pageAddress).get(record).get(pageRecords).op("i32.sub").i32(3).op("i32.shr_u");
    this.#code.op("i64.extend_i32_u").op("i64.add");
  }

  #loadState(op: string, offset: number): FunctionWriter {
    return this.#code.i32(0).memory(op, this.#hart.state + offset);
  }
}
