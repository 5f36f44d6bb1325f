/**
 * How the code of a region reaches what it works on: registers in local variables, guest memory through the TLB. What the
 * region cannot do itself (a trap, a device, a helper) it leaves to the interpreter, which executes that instruction anew:
 * so an instruction leaves before it has changed anything.
 */

import type { FunctionWriter } from "../../wasm/function-writer.ts";
import { FOR_WRITE, reachingModes } from "../find-place.ts";
import { GuestMemoryCode, type MissCode } from "../guest-memory-code.ts";
import type { LocalPool, LoweringTarget, Push } from "../lowering.ts";
import { MachineTarget, type NodeOf } from "../machine-target.ts";
import type { HartMap } from "../memory-map.ts";
import type { FindRoutine } from "../routines.ts";
import type { RegionLocals } from "./locals.ts";

/** Functions that the code of regions calls. */
export interface RegionCalls {
  readonly enter: number;
  /** As imported, but that the result is one less. */
  readonly findPlace: number;
  readonly routine: FindRoutine;
}

/** Where control goes from a block. */
export interface Exits {
  /** Leaves the region; the interpreter executes this instruction, the so many-th of its block. */
  readonly interpret: (offset: number, index: number) => void;
  /** Goes to an offset: a block, or out of the region. */
  readonly goto: (offset: number) => void;
  /** Goes to the address in the local `target`. */
  readonly jump: () => void;
  /** A register has been written. */
  readonly wrote: (bit: bigint) => void;
  /** Whether control leaves where the accesses of a group are not on one page; else each looks for its place. */
  readonly leavesGroups: boolean;
}

export class RegionTarget extends MachineTarget implements LoweringTarget {
  protected readonly memory: GuestMemoryCode;
  readonly #locals: RegionLocals;
  readonly #exits: Exits;
  /** The function that finds what the TLB does not have, less one. */
  readonly #findPlace: number;
  readonly #found: number;
  #offset = 0;
  #index = 0;

  constructor(
    code: FunctionWriter,
    hart: HartMap,
    locals: RegionLocals,
    pool: LocalPool,
    calls: RegionCalls,
    exits: Exits,
  ) {
    super(code, hart, calls.routine);
    this.#locals = locals;
    this.#exits = exits;
    this.#findPlace = calls.findPlace;
    this.#found = pool.take("i32");
    const miss: MissCode = {
      load: ({ size }, forWrite) => this.#find(forWrite ? size | FOR_WRITE : size),
      store: { place: ({ size }) => this.#find(size | FOR_WRITE) },
      ...(exits.leavesGroups && { group: (size, access) => this.#find(size | reachingModes[access]) }),
    };
    const flat = hart.flat && { ...hart.flat, bytes: () => void code.get(locals.flatBytes) };
    this.memory = new GuestMemoryCode(code, pool, locals, miss, flat);
  }

  /** Asks for the place of an access that was not found at once, and leaves for the interpreter where there is none. */
  #find(size: number): void {
    this.code.get(this.#locals.address).i32(size).call(this.#findPlace).i32(1).op("i32.add").tee(this.#found);
    this.code.op("i32.eqz").if_(undefined, "unlikely");
    this.#interpret();
    this.code.end().get(this.#found);
  }

  #interpret(): void {
    this.#exits.interpret(this.#offset, this.#index);
  }

  boundary({ offset, index }: NodeOf<"boundary">): void {
    this.#offset = offset;
    this.#index = index;
  }

  address({ offset }: NodeOf<"address">): void {
    this.code.get(this.#locals.base).i64(BigInt(offset)).op("i64.add");
  }

  readRegister({ type, file, operand }: NodeOf<"readRegister">): void {
    const register = this.#locals.register(file, operand.value ?? 0);
    this.code.get(register.local);
    if (type !== register.type) this.code.op(reinterpret[register.type]);
  }

  writeRegister({ file, operand, value }: NodeOf<"writeRegister">, push: Push): void {
    const register = this.#locals.register(file, operand.value ?? 0);
    push();
    const other = register.type === "i64" ? "f64" : "i64";
    if (value.type !== register.type) this.code.op(reinterpret[other]);
    this.code.set(register.local);
    this.#exits.wrote(register.bit);
  }

  call(): void {
    this.#interpret();
  }

  trap(): void {
    this.#interpret();
  }

  jump(_: NodeOf<"jump">, target: Push): void {
    target();
    this.code.set(this.#locals.target);
    this.#exits.jump();
  }

  goto({ offset }: NodeOf<"goto">): void {
    this.#exits.goto(offset);
  }
}

/** From a type to the other one of 64 bits. */
const reinterpret = { i64: "f64.reinterpret_i64", f64: "i64.reinterpret_f64" } as const;
