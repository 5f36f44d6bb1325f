/**
 * The memory of a p-machine: what its guest sees, the state of its processor, and where both lie. docs/pcode.md, "Memory" and
 * "State". Who runs a program, and how, is elsewhere: `processor.ts`, `run-whole.ts`.
 */

import { InternalError } from "../../base/errors.ts";
import { type HartMap, layOutMemory, type MemoryMap } from "../../engine/memory-map.ts";
import { Leave, type StateSlot } from "../../engine/state-layout.ts";
import { CODE_BASE, CONSTANT_BASE, DATA_BASE } from "./memory.ts";
import { e, fp, layout, sp, stackLimit } from "./state.ts";

/** Why the processor stopped, and with what value. */
export interface Stop {
  readonly cause: number;
  readonly value: number;
  /** The address of the instruction. */
  readonly pc: number;
}

/** What a processor executes. */
export interface LoadedProgram {
  /** With depths: see boards/pmachine/verify.ts. Nothing for what was translated. */
  readonly code: Uint32Array;
  readonly constants: Uint8Array;
  readonly entry: number;
  readonly globalBytes: number;
}

const RECORD_PAGES = 256;

/** Where everything lies in the memory of a machine whose guest has so many bytes. */
export function pcodeMemoryMap(ramBytes: number): MemoryMap {
  return layOutMemory({
    harts: 1,
    stateBytes: layout.size,
    dataContexts: 1,
    codeContexts: 1,
    recordPages: RECORD_PAGES,
    ramBase: 0,
    ramBytes,
    flat: { low: DATA_BASE, high: ramBytes, always: true },
  });
}

export function hartOf({ harts: [hart] }: MemoryMap): HartMap {
  if (!hart) throw new InternalError("the memory map has no hart");
  return hart;
}

export class ProcessorMemory {
  readonly ramBytes: number;
  /** The memory of the guest, from its address 0 on. */
  readonly ram: Uint8Array;
  readonly view: DataView;
  /** The same memory as words. */
  readonly words: Int32Array;
  /** All of it, with the state. */
  readonly memory: WebAssembly.Memory;
  readonly map: MemoryMap;
  readonly hart: HartMap;
  readonly #words: Int32Array;
  readonly #longs: BigInt64Array;
  readonly #reals: Float64Array;
  #constantEnd = CONSTANT_BASE;
  #stop: Stop | undefined;
  #withheld = 0;

  constructor(ramBytes: number) {
    this.map = pcodeMemoryMap(ramBytes);
    this.hart = hartOf(this.map);
    this.memory = new WebAssembly.Memory({ initial: this.map.pages });
    const { buffer } = this.memory;
    this.ramBytes = ramBytes;
    this.ram = new Uint8Array(buffer, this.map.ram, ramBytes);
    this.view = new DataView(buffer, this.map.ram, ramBytes);
    this.words = new Int32Array(buffer, this.map.ram, ramBytes >> 2);
    this.#words = new Int32Array(buffer);
    this.#longs = new BigInt64Array(buffer);
    this.#reals = new Float64Array(buffer);
  }

  /** Puts a program into memory; it will begin at its entry. Returns where the heap may begin. */
  load({ code, constants, entry, globalBytes }: LoadedProgram, stackBytes: number): number {
    this.ram.set(new Uint8Array(code.buffer, code.byteOffset, code.byteLength), CODE_BASE);
    this.ram.set(constants, CONSTANT_BASE);
    this.#constantEnd = CONSTANT_BASE + constants.length;
    const stack = DATA_BASE + globalBytes;
    this.jumpTo(CODE_BASE + 4 * entry);
    this.setLong(fp, stack);
    this.setLong(sp, stack);
    this.setLong(stackLimit, stack + stackBytes);
    return stack + stackBytes;
  }

  // State

  /** Where a slot lies in all of the memory. */
  at(slot: { readonly offset: number }): number {
    return this.hart.state + slot.offset;
  }

  set(slot: StateSlot, value: number): void {
    this.#words[this.at(slot) >> 2] = value;
  }

  setLong(slot: StateSlot, value: number): void {
    this.#longs[this.at(slot) >> 3] = BigInt(value);
  }

  /** The low half of a slot. */
  get(slot: StateSlot): number {
    return this.#words[this.at(slot) >> 2] ?? 0;
  }

  get pc(): number {
    return this.get(layout.pc) >>> 0;
  }

  get frame(): number {
    return this.get(fp) >>> 0;
  }

  /** The first byte after the frame. */
  get top(): number {
    return this.get(sp) >>> 0;
  }

  /** Goes on at another address. */
  jumpTo(address: number): void {
    this.setLong(layout.pc, address);
  }

  /** An entry of the stack as an integer or an address. */
  entry(index: number): number {
    return this.#words[(this.at(e) >> 2) + 2 * index] ?? 0;
  }

  /** All 64 bits of an entry. */
  longEntry(index: number): bigint {
    return this.#longs[(this.at(e) >> 3) + index] ?? 0n;
  }

  /** Sets an entry to a number of 32 bits, with sign. */
  setEntry(index: number, value: number): void {
    const at = (this.at(e) >> 2) + 2 * index;
    this.#words[at] = value;
    this.#words[at + 1] = value >> 31;
  }

  realEntry(index: number): number {
    return this.#reals[(this.at(e) >> 3) + index] ?? 0;
  }

  setRealEntry(index: number, value: number): void {
    this.#reals[(this.at(e) >> 3) + index] = value;
  }

  // Stopping

  /** Before a run. */
  clearStop(): void {
    this.#stop = undefined;
    this.#withheld = 0;
  }

  /** Why the run was stopped, if it was. */
  get stopped(): Stop | undefined {
    return this.#stop;
  }

  /** What was left of the budget as it was stopped. */
  get withheld(): number {
    return this.#withheld;
  }

  /** Ends the run at the present instruction, which does not happen. */
  stop(cause: number, value: number): void {
    this.#stop = { cause, value, pc: this.pc };
    this.set(layout.leave, Leave.abandon);
    this.#withheld += this.get(layout.budget);
    this.set(layout.budget, 0);
  }

  /** Whether the guest may read, or write, all bytes of a range. */
  isAccessible(address: number, size: number, write: boolean): boolean {
    const end = address + size;
    if (address >= DATA_BASE) return end <= this.ramBytes;
    return !write && address >= CONSTANT_BASE && end <= this.#constantEnd;
  }
}
