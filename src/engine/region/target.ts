/**
 * How the code of a region reaches what it works on: registers in local variables, operands as constants, guest memory
 * through the TLB. Whatever the region cannot do itself (a miss, a trap, a helper) it leaves to the interpreter, which
 * executes that instruction anew: so an instruction leaves before it has changed anything.
 */

import { InternalError } from "../../base/errors.ts";
import type { FunctionWriter } from "../../wasm/function-writer.ts";
import { GuestMemoryCode } from "../guest-memory-code.ts";
import type { Node, Operand } from "../ir.ts";
import type { LocalPool, LoweringTarget, Push } from "../lowering.ts";
import type { HartMap } from "../memory-map.ts";
import type { RegisterFile, StateSlot } from "../state-layout.ts";
import type { RegionLocals } from "./locals.ts";
import type { GuestInstruction } from "./stage.ts";

type Of<K extends Node["kind"]> = Extract<Node, { kind: K }>;

/** Where control goes from an instruction. */
export interface Exits {
  /** Leaves the region; the interpreter executes this instruction. */
  readonly interpret: () => void;
  /** Goes to an offset in the page: a block, or out of the region. */
  readonly jumpTo: (offset: number) => void;
  /** Goes to the address in the local `target`. */
  readonly jumpToTarget: () => void;
}

export class RegionTarget implements LoweringTarget {
  readonly #code: FunctionWriter;
  readonly #hart: HartMap;
  readonly #locals: RegionLocals;
  readonly #memory: GuestMemoryCode;
  readonly #instruction: GuestInstruction;
  readonly #exits: Exits;

  constructor(
    code: FunctionWriter,
    hart: HartMap,
    locals: RegionLocals,
    pool: LocalPool,
    instruction: GuestInstruction,
    exits: Exits,
  ) {
    this.#code = code;
    this.#hart = hart;
    this.#locals = locals;
    this.#instruction = instruction;
    this.#exits = exits;
    this.#memory = new GuestMemoryCode(code, pool, locals, { load: exits.interpret, store: exits.interpret });
  }

  immediate({ type, operand }: Of<"immediate">): void {
    if (type === "i64") this.#code.i64(BigInt(knownValue(operand)));
    else this.#code.i32(knownValue(operand));
  }

  pc(): void {
    this.#address(this.#instruction.offset);
  }

  nextPc(): void {
    this.#address(this.#instruction.offset + this.#instruction.length);
  }

  address({ offset }: Of<"address">): void {
    this.#address(offset);
  }

  #address(offset: number): void {
    this.#code.get(this.#locals.pageAddress).i64(BigInt(offset)).op("i64.add");
  }

  readRegister({ type, file, operand }: Of<"readRegister">): void {
    if (type !== "i64") throw new InternalError(`registers are read as i64, not ${type}`);
    if (isZero(file, operand)) this.#code.i64(0n);
    else this.#code.get(this.#locals.register(file, knownValue(operand)));
  }

  writeRegister({ file, operand }: Of<"writeRegister">, value: Push): void {
    value();
    if (isZero(file, operand)) this.#code.op("drop");
    else this.#code.set(this.#locals.writtenRegister(file, knownValue(operand)));
  }

  readState({ slot }: Of<"readState">, index: Push | undefined): void {
    if (index) index();
    else this.#code.i32(0);
    this.#code.memory(slot.type === "u8" ? "i32.load8_u" : `${slot.type}.load`, this.#slotAddress(slot));
  }

  writeState({ slot }: Of<"writeState">, value: Push): void {
    this.#code.i32(0);
    value();
    this.#code.memory(slot.type === "u8" ? "i32.store8" : `${slot.type}.store`, this.#slotAddress(slot));
  }

  #slotAddress(slot: StateSlot): number {
    return this.#hart.state + slot.offset;
  }

  load({ type, access }: Of<"load">, address: Push): void {
    this.#memory.load(type, access, address);
  }

  store({ access, value }: Of<"store">, address: Push, push: Push): void {
    this.#memory.store(value.type, access, address, push);
  }

  atomic({ operation, size }: Of<"atomic">, address: Push, value: Push): void {
    this.#memory.atomic(operation, size, address, value);
  }

  compareExchange({ size }: Of<"compareExchange">, address: Push, expected: Push, value: Push): void {
    this.#memory.compareExchange(size, address, expected, value);
  }

  call(): void {
    this.#exits.interpret();
  }

  trap(): void {
    this.#exits.interpret();
  }

  jump(_: Of<"jump">, target: Push): void {
    target();
    this.#code.set(this.#locals.target);
    this.#exits.jumpToTarget();
  }

  jumpRelative({ offset }: Of<"jumpRelative">): void {
    this.#exits.jumpTo(this.#instruction.offset + knownValue(offset));
  }

  goto({ offset }: Of<"goto">): void {
    this.#exits.jumpTo(offset);
  }

  boundary(): void {}

  /** No accesses are checked together yet. */
  reach(): void {
    this.#code.i32(0);
  }
}

function knownValue({ name, value }: Operand): number {
  if (value === undefined) throw new InternalError(`the operand ${name} has no value`);
  return value;
}

function isZero(file: RegisterFile, operand: Operand): boolean {
  return file.zero && knownValue(operand) === 0;
}
