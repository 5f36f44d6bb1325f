/** How the code of a whole program reaches what it works on: registers in local variables, memory directly. */

import { InternalError } from "../../base/errors.ts";
import type { FunctionWriter } from "../../wasm/function-writer.ts";
import type { Helper } from "../ir.ts";
import type { LocalPool, LoweringTarget, Push } from "../lowering.ts";
import type { NodeOf } from "../machine-target.ts";
import { ResolvedTarget } from "../resolved-target.ts";
import { StateCode } from "../state-code.ts";
import type { RegisterFile, StateSlot } from "../state-layout.ts";
import { placeFile } from "./private-places.ts";
import type { WholeProgram } from "./program.ts";

/** Functions of the module. */
export interface WholeCalls {
  readonly trap: number;
  readonly helper: (helper: Helper) => number;
}

/** The parameters of a procedure's function, each an i64. */
export const Parameter = { returnAddress: 0, pointer: 1, next: 2 } as const;

/** The local variables of a procedure: those that stand for registers and for slots of the state. */
export class WholeLocals {
  readonly #code: FunctionWriter;
  readonly #program: WholeProgram;
  readonly #registers = new Map<number, number>();
  readonly #places = new Map<number, number>();
  readonly #slots: ReadonlyMap<StateSlot, number>;
  /** What the procedure gives back. */
  readonly result: number;
  /** Which target of a dispatch node is meant. */
  readonly label: number;

  constructor(code: FunctionWriter, program: WholeProgram) {
    this.#code = code;
    this.#program = program;
    this.label = code.local("i32", "label");
    this.result = code.local("i64", program.result.name);
    const { pointer, next } = program.frame;
    this.#registers.set(program.returnRegister, Parameter.returnAddress);
    this.#slots = new Map([
      [pointer, Parameter.pointer],
      [next, Parameter.next],
      [program.result, this.result],
    ]);
  }

  register(index: number): number {
    const known = this.#registers.get(index) ?? this.#code.local("i64", this.#program.registers.names[index]);
    this.#registers.set(index, known);
    return known;
  }

  /** A place in the frame. */
  place(distance: number): number {
    const known = this.#places.get(distance) ?? this.#code.local("i64", `at${distance}`);
    this.#places.set(distance, known);
    return known;
  }

  slot(slot: StateSlot): number | undefined {
    return this.#slots.get(slot);
  }
}

/** Where control goes, and what becomes of the frame. */
export interface WholeExits {
  /** The code makes the procedure's frame: others find it in the state only once they look. */
  readonly makesFrame: boolean;
  readonly goto: (offset: number) => void;
  /** An indirect jump, or the end of an indirect call; the target's address is on the stack. */
  readonly jump: (target: Push) => void;
}

export class WholeTarget extends ResolvedTarget implements LoweringTarget {
  readonly #code: FunctionWriter;
  readonly #state: StateCode;
  readonly #program: WholeProgram;
  readonly #locals: WholeLocals;
  readonly #calls: WholeCalls;
  readonly #pool: LocalPool;
  readonly #exits: WholeExits;
  #offset = 0;

  constructor(
    code: FunctionWriter,
    program: WholeProgram,
    locals: WholeLocals,
    calls: WholeCalls,
    pool: LocalPool,
    exits: WholeExits,
  ) {
    super();
    this.#code = code;
    this.#state = new StateCode(code, program);
    this.#program = program;
    this.#locals = locals;
    this.#calls = calls;
    this.#pool = pool;
    this.#exits = exits;
  }

  boundary({ offset }: NodeOf<"boundary">): void {
    this.#offset = offset;
  }

  address({ offset }: NodeOf<"address">): void {
    this.#code.i64(BigInt(this.#program.codeAddress + offset));
  }

  /** The local variable that a register is. */
  #local(file: RegisterFile, value: number | undefined): number {
    if (value !== undefined && file === placeFile) return this.#locals.place(value);
    if (value !== undefined && file === this.#program.registers) return this.#locals.register(value);
    throw new InternalError("a register that is not of the program's file");
  }

  readRegister({ type, file, operand }: NodeOf<"readRegister">): void {
    this.#code.get(this.#local(file, operand.value));
    if (type === "f64") this.#code.op("f64.reinterpret_i64");
  }

  writeRegister({ file, operand, value }: NodeOf<"writeRegister">, push: Push): void {
    push();
    if (value.type === "f64") this.#code.op("i64.reinterpret_f64");
    this.#code.set(this.#local(file, operand.value));
  }

  readState({ slot }: NodeOf<"readState">, index: Push | undefined): void {
    const local = this.#locals.slot(slot);
    if (local !== undefined) this.#code.get(local);
    else this.#state.load(slot, index);
  }

  /** Frames that change but by calls are for those to see that control leaves for. */
  writeState({ slot }: NodeOf<"writeState">, value: Push): void {
    const local = this.#locals.slot(slot);
    const isLocal = local === this.#locals.result || this.#exits.makesFrame;
    if (local === undefined || !isLocal) {
      this.#state.store(slot, () => {
        value();
        if (local !== undefined) this.#code.tee(local);
      });
      return;
    }
    value();
    this.#code.set(local);
  }

  load({ access, reached }: NodeOf<"load">, _address: Push, base?: Push): void {
    base?.();
    this.#code.memory(access.op, this.#program.ram + (reached?.offset ?? 0));
  }

  store({ access, reached }: NodeOf<"store">, _address: Push, value: Push, base?: Push): void {
    const { ram, dataAddress } = this.#program;
    base?.();
    value();
    this.#code.memory(access.op, ram + dataAddress + (reached?.offset ?? 0));
  }

  /** The helper finds its operands in the state; not 0: it wants the program to end. */
  call({ helper }: NodeOf<"call"> | NodeOf<"callEffect">, args: readonly Push[]): void {
    const { reads, writes } = this.#program.helperRegisters(this.#offset);
    this.#storePc();
    for (const index of reads) this.#storeRegister(index);
    for (const push of args) push();
    this.#code.call(this.#calls.helper(helper)).if_(undefined, "unlikely");
    this.#storeFrame();
    this.#code.op("unreachable").end();
    for (const index of writes) {
      this.#code.i32(0).memory("i64.load", this.#registerPlace(index), 3).set(this.#locals.register(index));
    }
  }

  #registerPlace(index: number): number {
    return this.#program.state + this.#program.registers.offset + 8 * index;
  }

  #storeRegister(index: number): void {
    this.#code.i32(0).get(this.#locals.register(index)).memory("i64.store", this.#registerPlace(index), 3);
  }

  #storePc(): void {
    this.#code.i32(0).i64(BigInt(this.#program.codeAddress + this.#offset));
    this.#code.memory("i64.store", this.#program.state, 3);
  }

  /** For who wants to know which procedures were running. */
  #storeFrame(): void {
    const { pointer, next } = this.#program.frame;
    this.#state.store(pointer, () => this.#code.get(Parameter.pointer));
    this.#state.store(next, () => this.#code.get(Parameter.next));
  }

  /** Where a procedure begins, its return address is told too: it has no frame yet. */
  trap({ cause }: NodeOf<"trap">, value: Push): void {
    const kept = this.#pool.take("i64");
    value();
    this.#code.set(kept);
    this.#storePc();
    this.#storeFrame();
    this.#storeRegister(this.#program.returnRegister);
    this.#code.i32(cause).get(kept).op("i32.wrap_i64").call(this.#calls.trap).op("unreachable");
  }

  goto({ offset }: NodeOf<"goto">): void {
    this.#exits.goto(offset);
  }

  jump(_: NodeOf<"jump">, target: Push): void {
    this.#exits.jump(target);
  }

  // What there is none of

  routine(): void {
    throw new InternalError("a whole program has no routines");
  }

  reach(): void {
    throw new InternalError("a whole program has no TLB");
  }

  atomic(): void {
    throw new InternalError("a whole program has no atomic accesses");
  }

  compareExchange(): void {
    throw new InternalError("a whole program has no atomic accesses");
  }
}
