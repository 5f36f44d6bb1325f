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
import { pushRecordOffset, pushTlbIndex } from "../address-code.ts";
import { writeFindPlace } from "../find-place.ts";
import type { InstructionSet } from "../instruction.ts";
import type { Body, Helper } from "../ir.ts";
import { visitNodes } from "../ir.ts";
import { LocalPool, Lowering } from "../lowering.ts";
import {
  EntryField,
  GUEST_PAGE,
  type HartMap,
  type MemoryMap,
  RECORD_SHIFT,
  REGION_SLOTS,
} from "../memory-map.ts";
import type { Ops } from "../ops.ts";
import { writePageWalk } from "../page-walk.ts";
import { RegionStatus, regionType } from "../region/generate.ts";
import { type FindRoutine, routinesIn } from "../routines.ts";
import { StateCode } from "../state-code.ts";
import { LEAVE_LOG_ENTRIES, LeaveField, type StateLayout } from "../state-layout.ts";
import { CODE_INDEX_MASK } from "../tlb.ts";
import { WIDE_PLACE } from "./record-places.ts";
import {
  FIRST_REGION_HANDLER,
  type FusedPlan,
  Handler,
  type HandlerPlan,
  type InterpreterPlan,
} from "./records.ts";
import { writeEnter, writeResolve } from "./region-entry.ts";
import {
  type HandledRecords,
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
export function generateInterpreter<H extends Ops>(
  set: InstructionSet<H>,
  plan: InterpreterPlan,
  map: MemoryMap,
  hart: HartMap,
): Uint8Array<ArrayBuffer> {
  const { layout } = set;
  const module = new ModuleWriter();
  module.importMemory("env", "memory", { minimum: map.pages });
  module.importTable("env", "regions", { minimum: REGION_SLOTS, maximum: REGION_SLOTS });
  const engine = Object.fromEntries(
    Object.entries(engineImports).map(([name, type]) => [name, module.importFunction("env", name, type)]),
  ) as EngineCalls;
  const helpers = importHelpers(
    module,
    plan.handlers.map(({ staged }) => staged.body),
  );
  const resolve = module.function(writeResolve(layout, hart, engine.checkPages), "resolve");
  const enter = module.function(writeEnter(layout, hart, resolve, module.type(regionType)), "enter");
  const walk = module.function(writePageWalk(set.pageTables, layout, map, hart), "walk");
  const place = writeFindPlace(layout, map, hart, { walk, slow: engine.findPlace });
  const findPlace = module.function(place, "findPlace");
  const run = new InterpreterWriter(layout, hart, engine, helpers, {
    enter,
    findPlace,
    routine: routinesIn(module),
  }).write(plan);
  module.export("run", "function", module.function(run, "run"));
  module.export("enter", "function", enter);
  module.export("findPlace", "function", findPlace);
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

/** No address of an instruction: they are even. */
const NOWHERE = -1n;

/** Functions of the same module that `run` calls. */
interface OwnFunctions {
  readonly enter: number;
  readonly findPlace: number;
  readonly routine: FindRoutine;
}

class InterpreterWriter {
  readonly #code = new FunctionWriter({ params: [], results: ["i32"] });
  readonly #layout: StateLayout;
  readonly #hart: HartMap;
  readonly #state: StateCode;
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
  readonly #functions: OwnFunctions;

  constructor(
    layout: StateLayout,
    hart: HartMap,
    engine: EngineCalls,
    helpers: ReadonlyMap<Helper, number>,
    functions: OwnFunctions,
  ) {
    this.#functions = functions;
    this.#layout = layout;
    this.#hart = hart;
    this.#state = new StateCode(this.#code, hart);
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
      findPlace: this.#functions.findPlace,
      slowLoad: this.#engine.slowLoad,
      slowStore: this.#engine.slowStore,
      trap: this.#engine.trap,
      helper: (helper) => this.#helpers.get(helper) ?? -1,
      routine: this.#functions.routine,
    };
    const handle = (body: Body, handler: HandledRecords, alone?: Label): void => {
      const to = { next, enter, resync, alone };
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
      new Lowering(code, target, pool).lower(body);
      target.advance();
      pool.release();
    };
    const instruction = (handler: HandlerPlan): void => handle(handler.staged.body, handler);
    // Where the budget is not enough for all, it is for the first instruction.
    const sequence = (plan: FusedPlan): void => {
      const { budget } = this.#locals;
      const [first] = plan.parts;
      const joint = plan.joint();
      const others = joint.count - 1;
      const alone = code.block();
      code.get(budget).i32(others).op("i32.lt_u").brIf(alone, "unlikely");
      code.get(budget).i32(others).op("i32.sub").set(budget);
      handle(joint.body, joint, joint.base ? undefined : alone);
      code.br(next).end();
      if (first) instruction(first);
    };
    for (const handler of handlers) {
      code.end();
      instruction(handler);
      code.br(next);
    }
    for (const plan of fused) {
      code.end();
      sequence(plan);
      code.br(next);
    }
    code.end(); // spent
    this.#spill();
    code.i32(0).op("return").end().end().end().op("unreachable");
    return code;
  }

  #resync(): void {
    const { budget, pc, dataTlb } = this.#locals;
    const layout = this.#layout;
    this.#state.load(layout.budget).set(budget);
    this.#state.load(layout.pc).set(pc);
    this.#state.load(layout.dataTlb).set(dataTlb);
    this.#state.load(layout.codeTlb).set(this.#codeTlb);
    this.#state.store(layout.leave, () => this.#code.i32(0));
  }

  #enter(resync: Label): void {
    const { record, budget, pc, pageAddress, pageRecords, entry } = this.#locals;
    const code = this.#code;
    const layout = this.#layout;
    pushTlbIndex(code, pc, CODE_INDEX_MASK)
      .get(this.#codeTlb)
      .op("i32.add")
      .tee(entry)
      .memory("i64.load", 0, 3);
    code
      .get(pc)
      .i64(BigInt(-GUEST_PAGE))
      .op("i64.and")
      .tee(pageAddress)
      .op("i64.eq")
      .if_(undefined, "likely");
    code.get(entry).memory("i32.load", 8, 2).set(pageRecords).else_();
    this.#state.store(layout.pc, () => code.get(pc));
    this.#state.store(layout.budget, () => code.get(budget));
    code.get(budget).op("i32.eqz").if_();
    code.i32(0).op("return").end();
    const stop = code.local("i32", "stop");
    code.call(this.#engine.enterPage).tee(stop).if_();
    code.get(stop).op("return").end();
    this.#state.load(layout.budget).set(budget);
    this.#state.load(layout.leave).brIf(resync);
    this.#state.load(layout.pageRecords).set(pageRecords).end();
    pushRecordOffset(code, pc).get(pageRecords).op("i32.add").set(record);
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
    this.#state.load(this.#layout.budget).set(budget);
    this.#state.load(this.#layout.leave).brIf(resync);
    this.#pushPc();
    code.set(pageAddress).i32(this.#hart.straddle).tee(record).set(pageRecords).br(next);
    code.end(); // illegal
    this.#spill();
    rarely(() => code.get(record).memory("i32.load", WIDE_PLACE, 2).call(this.#engine.illegal).br(resync));
    code.end(); // region
    this.#region({ next, enter, resync }, labels, refund);
  }

  /** Runs translated code. Where it has just left here for the interpreter, the instruction's own handler runs instead. */
  #region({ next, enter }: InterpreterLabels, labels: readonly Label[], refund: () => void): void {
    const { record, budget, pc } = this.#locals;
    const layout = this.#layout;
    const code = this.#code;
    code.get(record).memory("i32.load16_u", 0, 1).i32(FIRST_REGION_HANDLER).op("i32.sub").set(this.#slot);
    this.#state.load(layout.passBy).if_(undefined, "unlikely");
    this.#state.store(layout.passBy, () => code.i32(0));
    this.#pushPc();
    code.i64(BigInt(RegionStatus.interpret)).op("i64.or");
    this.#state.load(layout.leftFor).op("i64.eq").if_();
    code.get(this.#slot).i32(3).op("i32.shl");
    code.memory("i32.load16_u", this.#hart.entries + EntryField.handler, 1);
    const instructions = labels.map((label, handler) => (handler < Handler.first ? next : label));
    code.brTable(instructions, next).end().end();
    refund();
    // Always so; but what is said to be rare may call without costing the other handlers their registers.
    code.get(record).if_(undefined, "unlikely");
    this.#logLeave();
    this.#state.store(layout.budget, () => code.get(budget));
    this.#state.store(layout.leftFor, () => {
      this.#pushPc();
      code.i64(NOWHERE).call(this.#functions.enter).tee(pc);
    });
    this.#state.store(layout.passBy, () => {
      code.get(pc).op("i32.wrap_i64").i32(RegionStatus.interpret).op("i32.and");
    });
    this.#state.store(layout.regionSteps, () => {
      this.#state.load(layout.regionSteps).get(budget).op("i32.add");
      this.#state.load(layout.budget).tee(budget).op("i32.sub");
    });
    this.#state.store(layout.leftBudget, () => code.get(budget));
    code.get(pc).i64(~BigInt(RegionStatus.interpret)).op("i64.and").set(pc);
    code.br(enter).end().op("unreachable");
  }

  /** Remembers where regions were left for, and what the interpreter did since. */
  #logLeave(): void {
    const { leftFor, leftBudget, leaveCount, leaveLog } = this.#layout;
    const { entry, budget } = this.#locals;
    const state = this.#state;
    state.load(leftFor).i64(NOWHERE).op("i64.ne").if_();
    state.countEntry(leaveCount, LEAVE_LOG_ENTRIES, LeaveField.bytes, entry);
    state.storeInEntry(leaveLog, entry, LeaveField.address, "i64.store", () => state.load(leftFor));
    state.storeInEntry(leaveLog, entry, LeaveField.steps, "i32.store", () => {
      state.load(leftBudget).get(budget).op("i32.sub");
    });
    state.storeInEntry(leaveLog, entry, LeaveField.budget, "i32.store", () => state.load(leftBudget));
    this.#code.end();
  }

  #spill(): void {
    this.#state.store(this.#layout.pc, () => this.#pushPc());
    this.#state.store(this.#layout.budget, () => this.#code.get(this.#locals.budget));
  }

  #pushPc(): void {
    const { record, pageRecords, pageAddress } = this.#locals;
    this.#code.get(pageAddress).get(record).get(pageRecords).op("i32.sub").i32(RECORD_SHIFT).op("i32.shr_u");
    this.#code.op("i64.extend_i32_u").op("i64.add");
  }
}
