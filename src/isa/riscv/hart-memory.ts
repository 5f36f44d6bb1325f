/** Typed access from TypeScript to a hart's state and to guest RAM, all in one linear memory. */

import { InternalError } from "../../base/errors.ts";
import type { HartMap, MemoryMap } from "../../engine/memory-map.ts";
import type { StateSlot } from "../../engine/state-layout.ts";

export class HartMemory {
  readonly map: MemoryMap;
  readonly hart: HartMap;
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly #longs: BigInt64Array;

  constructor(memory: WebAssembly.Memory, map: MemoryMap, hartIndex: number) {
    const hart = map.harts[hartIndex];
    if (!hart) throw new InternalError(`the memory map has no hart ${hartIndex}`);
    this.map = map;
    this.hart = hart;
    this.words = new Int32Array(memory.buffer);
    this.bytes = new Uint8Array(memory.buffer);
    this.view = new DataView(memory.buffer);
    this.#longs = new BigInt64Array(memory.buffer);
  }

  /** The low 32 bits of a slot. */
  get(slot: StateSlot): number {
    return this.words[(this.hart.state + slot.offset) >> 2] ?? 0;
  }

  /** The high 32 bits of a 64-bit slot. */
  getHigh(slot: StateSlot): number {
    return this.words[(this.hart.state + slot.offset + 4) >> 2] ?? 0;
  }

  set(slot: StateSlot, value: number): void {
    this.words[(this.hart.state + slot.offset) >> 2] = value;
  }

  setPair(slot: StateSlot, low: number, high: number): void {
    const word = (this.hart.state + slot.offset) >> 2;
    this.words[word] = low;
    this.words[word + 1] = high;
  }

  getLong(slot: { readonly offset: number }, index = 0): bigint {
    return this.#longs[((this.hart.state + slot.offset) >> 3) + index] ?? 0n;
  }

  setLong(slot: { readonly offset: number }, value: bigint, index = 0): void {
    this.#longs[((this.hart.state + slot.offset) >> 3) + index] = value;
  }

  getByte(slot: StateSlot, index: number): number {
    return this.bytes[this.hart.state + slot.offset + index] ?? 0;
  }

  setByte(slot: StateSlot, index: number, value: number): void {
    this.bytes[this.hart.state + slot.offset + index] = value;
  }

  /** Whether any hart has predecoded code of the page that holds a host address in RAM. */
  hasCode(host: number): boolean {
    return this.bytes[this.map.codePages + ((host - this.map.ram) >>> 12)] !== 0;
  }

  /** Where `size` bytes at a physical address lie in linear memory; -1 unless all of them are RAM. */
  hostAddress(physical: number, size: number): number {
    const offset = physical - this.map.ramBase;
    if (offset < 0 || offset + size > this.map.ramBytes) return -1;
    return this.map.ram + offset;
  }
}
