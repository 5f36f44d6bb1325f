/**
 * How the interpreter's handlers reach what they work on: operands in the record at `record`, registers in linear
 * memory, guest memory through the TLB, control by moving `record` or leaving to where the next page is found.
 */

import { InternalError } from "../../base/errors.ts";
import type { FunctionWriter, Label } from "../../wasm/function-writer.ts";
import { pushHalves } from "../address-code.ts";
import { FOR_WRITE } from "../find-place.ts";
import { type AccessLocals, type FlatAccess, GuestMemoryCode, type MissCode } from "../guest-memory-code.ts";
import type { Access, Helper, Operand } from "../ir.ts";
import type { LocalPool, LoweringTarget, Push } from "../lowering.ts";
import { MachineTarget, type NodeOf } from "../machine-target.ts";
import {
  GUEST_PAGE,
  type HartMap,
  RECORD_BYTES,
  RECORD_SHIFT,
  RECORDS_IN_PAGE,
  usableBytes,
} from "../memory-map.ts";
import type { FindRoutine } from "../routines.ts";
import type { StateLayout } from "../state-layout.ts";
import { type OperandPlace, REGISTER_SHIFT } from "./record-places.ts";

/** The interpreter's own local variables. */
export interface InterpreterLocals extends AccessLocals {
  readonly record: number;
  readonly budget: number;
  readonly pc: number;
  /** From the page's start to the target of a jump. */
  readonly distance: number;
  readonly pageAddress: number;
  readonly pageRecords: number;
}

/** Functions that generated code imports. */
export interface InterpreterCalls {
  readonly findPlace: number;
  readonly slowLoad: number;
  readonly slowStore: number;
  readonly trap: number;
  readonly helper: (helper: Helper) => number;
  readonly routine: FindRoutine;
}

/** Where control goes. */
export interface InterpreterLabels {
  /** Run the record at `record`. */
  readonly next: Label;
  /** Find the page of `pc` and go on there. */
  readonly enter: Label;
  /** Take everything anew from the state. */
  readonly resync: Label;
  /** Run the first instruction of a sequence alone. Where it is there, an access that misses the TLB ends the sequence. */
  readonly alone?: Label | undefined;
}

/** The records that a handler runs: where operands lie, and the bytes of the instructions. */
export interface HandledRecords {
  readonly places: ReadonlyMap<string, OperandPlace>;
  readonly length: number;
  /** Of several as one body (see joint-body.ts). */
  readonly base?: OperandPlace | undefined;
  readonly count?: number;
}

export class InterpreterTarget extends MachineTarget implements LoweringTarget {
  readonly #layout: StateLayout;
  readonly #locals: InterpreterLocals;
  readonly #calls: InterpreterCalls;
  readonly #labels: InterpreterLabels;
  readonly #pool: LocalPool;
  readonly #places: ReadonlyMap<string, OperandPlace>;
  readonly #length: number;
  readonly #count: number;
  /** Where the registers are whose numbers count from an operand of the record. */
  readonly #base: number | undefined;
  /** The instruction that is written, and how many bytes those before it have. */
  #index = 0;
  #offset = 0;
  protected readonly memory: GuestMemoryCode;

  constructor(
    code: FunctionWriter,
    layout: StateLayout,
    hart: HartMap,
    locals: InterpreterLocals,
    calls: InterpreterCalls,
    labels: InterpreterLabels,
    pool: LocalPool,
    handler: HandledRecords,
  ) {
    super(code, hart, calls.routine);
    this.#layout = layout;
    this.#locals = locals;
    this.#calls = calls;
    this.#labels = labels;
    this.#pool = pool;
    this.#places = handler.places;
    this.#length = handler.length;
    this.#count = handler.count ?? 1;
    this.#base = handler.base && this.#findBase(handler.base);
    this.memory = new GuestMemoryCode(code, pool, locals, this.#missCode(labels), this.#flat());
  }

  #missCode({ alone }: InterpreterLabels): MissCode {
    if (alone) {
      const end = () => this.#endSequence(alone);
      return { load: end, store: { done: end } };
    }
    return {
      load: (access, forWrite) => this.#missedLoad(access, forWrite),
      store: { done: (access, value) => this.#missedStore(access, value) },
    };
  }

  /** The flat range, where it never changes. */
  #flat(): FlatAccess | undefined {
    const { flat } = this.hart;
    return flat?.always ? { ...flat, bytes: () => void this.code.i64(usableBytes(flat)) } : undefined;
  }

  #findBase(place: OperandPlace): number {
    const base = this.#pool.take("i32");
    this.#pushRegisterOffset(place);
    this.code.set(base);
    return base;
  }

  // Operands, registers, state

  override immediate({ type, operand }: NodeOf<"immediate">): void {
    const { offset, bytes, least } = this.#placeOf(operand);
    const width = type === "i32" && bytes === 4 ? "" : `${bytes * 8}_${least < 0 ? "s" : "u"}`;
    this.code.get(this.#locals.record).memory(`${type}.load${width}`, offset);
  }

  override pc(): void {
    this.#pcPlus(this.#offset);
  }

  /** Only the last instruction of several asks for it. */
  override nextPc(): void {
    this.#pcPlus(this.#length);
  }

  #pcPlus(bytes: number): void {
    const { record, pageRecords, pageAddress } = this.#locals;
    this.code.get(pageAddress).get(record).get(pageRecords).op("i32.sub").i32(RECORD_SHIFT).op("i32.shr_u");
    if (bytes > 0) this.code.i32(bytes).op("i32.add");
    this.code.op("i64.extend_i32_u").op("i64.add");
  }

  readRegister({ type, operand }: NodeOf<"readRegister">): void {
    this.code.memory(`${type}.load`, this.#registerAddress(operand), 3);
  }

  writeRegister({ operand, value }: NodeOf<"writeRegister">, push: Push): void {
    const distance = this.#registerAddress(operand);
    push();
    this.code.memory(`${value.type}.store`, distance, 3);
  }

  /** Leaves an address (i32) from which a register is the distance away that is returned. */
  #registerAddress(operand: Operand): number {
    if (this.#base === undefined || operand.value === undefined) {
      this.#pushRegisterOffset(this.#placeOf(operand));
      return this.hart.state;
    }
    this.code.get(this.#base);
    return this.hart.state + 8 * operand.value;
  }

  #pushRegisterOffset({ offset, bytes }: OperandPlace): void {
    this.code.get(this.#locals.record).memory(`i32.load${bytes * 8}_u`, offset, bytes - 1);
    if (bytes === 1) this.code.i32(REGISTER_SHIFT).op("i32.shl");
  }

  #placeOf(operand: Operand): OperandPlace {
    const place = this.#places.get(operand.name);
    if (!place) throw new InternalError(`no place for the operand ${operand.name}`);
    return place;
  }

  // Guest memory

  /** The TLB did not answer. Where there is no place, TypeScript does the load: its value is in the slot `result`. */
  #missedLoad({ size }: Access, forWrite: boolean): void {
    const bytes = forWrite ? size | FOR_WRITE : size;
    const found = this.#findPlace(bytes);
    this.code.if_("i32", "likely");
    this.code.get(found).else_();
    this.#spill();
    pushHalves(this.code, this.#locals.address);
    this.code.i32(bytes).call(this.#calls.slowLoad);
    this.#afterHelper();
    this.code.i32(this.stateAddress(this.#layout.result)).end();
  }

  #missedStore({ op, size }: Access, value: Push): void {
    const found = this.#findPlace(size | FOR_WRITE);
    this.code.if_(undefined, "likely");
    this.code.get(found);
    value();
    this.code.memory(op).else_().i32(0);
    value();
    this.code.memory(op, this.stateAddress(this.#layout.result));
    this.#spill();
    pushHalves(this.code, this.#locals.address);
    this.code.i32(size).call(this.#calls.slowStore);
    this.#afterHelper();
    this.code.end();
  }

  /** The instruction that is written has done nothing yet: it is begun anew, as the first one. */
  #endSequence(alone: Label): void {
    if (this.#index === 0) {
      this.#giveBack(this.#rest);
      this.code.br(alone);
      return;
    }
    const { record } = this.#locals;
    this.#giveBack(this.#rest + 1);
    this.code
      .get(record)
      .i32((this.#offset / 2) * RECORD_BYTES)
      .op("i32.add")
      .set(record);
    this.code.br(this.#labels.next);
  }

  /** Leaves the place of an access at `address`, which is then in the local too; 0 where there is none. */
  #findPlace(size: number): number {
    const found = this.#pool.take("i32");
    this.code.get(this.#locals.address).i32(size).call(this.#calls.findPlace).tee(found);
    return found;
  }

  // Helpers

  call({ helper }: NodeOf<"call"> | NodeOf<"callEffect">, args: readonly Push[]): void {
    if (!helper.leaves || helper.result) {
      this.#callHelper(helper, args);
      return;
    }
    // Always so; but what is said to be rare may call without costing the other handlers their registers.
    this.code.get(this.#locals.record).if_(undefined, "unlikely");
    this.#callHelper(helper, args);
    this.code.end();
  }

  #callHelper(helper: Helper, args: readonly Push[]): void {
    if (helper.leaves) this.#spill();
    for (const push of args) push();
    this.code.call(this.#calls.helper(helper));
    if (helper.leaves) this.#afterHelper();
  }

  trap({ cause }: NodeOf<"trap">, value: Push): void {
    const kept = this.#pool.take("i64");
    value();
    this.code.set(kept);
    this.#spill();
    this.code.i32(cause);
    pushHalves(this.code, kept);
    this.code.call(this.#calls.trap).br(this.#labels.resync);
  }

  /** Makes the guest's state exact in memory. */
  #spill(): void {
    this.state.store(this.#layout.pc, () => this.pc());
    this.state.store(this.#layout.budget, () => {
      this.code.get(this.#locals.budget);
      if (this.#rest > 0) this.code.i32(this.#rest).op("i32.add");
    });
  }

  /** The instructions after the present one: they were taken from the budget already. */
  get #rest(): number {
    return this.#count - 1 - this.#index;
  }

  /** A helper may have taken the rest of the budget, or abandoned the instruction. */
  #afterHelper(): void {
    this.state.load(this.#layout.budget).set(this.#locals.budget);
    this.state.load(this.#layout.leave).brIf(this.#labels.resync, "unlikely");
    if (this.#rest > 0) this.#takeRest();
  }

  /** Takes the rest of a sequence from the budget, as far as a helper has left so much. */
  #takeRest(): void {
    const { budget } = this.#locals;
    this.code.get(budget).i32(this.#rest).op("i32.sub").i32(0);
    this.code.get(budget).i32(this.#rest).op("i32.ge_u").op("select").set(budget);
  }

  // Control

  jump(_: NodeOf<"jump">, target: Push): void {
    const { pc, pageAddress, distance, pageRecords, record } = this.#locals;
    target();
    this.code
      .tee(pc)
      .get(pageAddress)
      .op("i64.sub")
      .tee(distance)
      .i64(BigInt(GUEST_PAGE))
      .op("i64.lt_u")
      .if_();
    this.code.get(distance).op("i32.wrap_i64").i32(RECORD_SHIFT).op("i32.shl").get(pageRecords).op("i32.add");
    this.code.set(record).br(this.#labels.next).end().br(this.#labels.enter);
  }

  override jumpRelative({ offset }: NodeOf<"jumpRelative">): void {
    const { pc, pageAddress, pageRecords, record } = this.#locals;
    const place = this.#placeOf(offset);
    const distance = (this.#offset / 2) * RECORD_BYTES;
    if (this.#rest > 0) this.#giveBack(this.#rest);
    this.code.get(record);
    if (distance > 0) this.code.i32(distance).op("i32.add");
    this.code
      .get(record)
      .memory(place.bytes === 4 ? "i32.load" : "i32.load16_s", place.offset, 1)
      .op("i32.add")
      .tee(record);
    this.code
      .get(pageRecords)
      .op("i32.sub")
      .i32(RECORDS_IN_PAGE * RECORD_BYTES)
      .op("i32.lt_u");
    this.code.brIf(this.#labels.next, "likely");
    this.code.get(pageAddress).get(record).get(pageRecords).op("i32.sub").i32(RECORD_SHIFT).op("i32.shr_s");
    this.code.op("i64.extend_i32_s").op("i64.add").set(pc).br(this.#labels.enter);
  }

  /** A sequence ends before so many instructions that were taken from the budget. */
  #giveBack(instructions: number): void {
    const { budget } = this.#locals;
    this.code.get(budget).i32(instructions).op("i32.add").set(budget);
  }

  // What only the code of regions has

  address(): void {
    throw new InternalError("the interpreter knows no region's address");
  }

  goto(): void {
    throw new InternalError("the interpreter has no region to go to an offset of");
  }

  boundary({ offset, index }: NodeOf<"boundary">): void {
    this.#offset = offset;
    this.#index = index;
  }

  /** Moves on to the record of the instruction after this one. */
  advance(): void {
    const { record } = this.#locals;
    this.code
      .get(record)
      .i32((this.#length / 2) * RECORD_BYTES)
      .op("i32.add")
      .set(record);
  }
}
