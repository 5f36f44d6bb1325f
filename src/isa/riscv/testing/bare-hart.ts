/** For tests: a hart with RAM and nothing else, on which assembly source is run. */

import type { MemoryMap } from "../../../engine/memory-map.ts";
import type { Technique } from "../../../engine/technique.ts";
import { riscvAssembler } from "../assembly.ts";
import { Hart, type HartPorts } from "../hart.ts";
import { layOutRiscvMemory } from "../memory-map.ts";

export const RAM_BASE = 0x80000000;

export interface BareHart {
  readonly hart: Hart;
  readonly memory: WebAssembly.Memory;
  /** Guest RAM. */
  readonly ram: Uint8Array;
  /** Puts code at an offset in RAM and its symbols' addresses out. */
  load(source: string, offset?: number): ReadonlyMap<string, bigint>;
}

/** What may be around it after all. */
export type BarePorts = Partial<Omit<HartPorts, "harts" | "technique">>;

/** How much of what there is, and where RAM starts. */
export interface BareMemory {
  readonly ramBytes?: number;
  readonly ramBase?: number;
  readonly recordPages?: number;
  /** Addresses that may be had flat. */
  readonly flat?: { readonly low: number; readonly high: number };
}

export function bareMemory({
  ramBytes = 1 << 20,
  ramBase = RAM_BASE,
  recordPages = 64,
  flat,
}: BareMemory = {}): MemoryMap {
  return layOutRiscvMemory({ harts: 1, recordPages, ramBase, ramBytes, flat });
}

/** Makes a hart whose pc is where its RAM starts. */
export function bareHart(
  size: BareMemory = {},
  technique: Technique = "interpret",
  ports: BarePorts = {},
): BareHart {
  const map = bareMemory(size);
  const memory = new WebAssembly.Memory({ initial: map.pages });
  const harts: Hart[] = [];
  const hart = new Hart(memory, map, 0, {
    bus: { read: () => undefined, write: () => false },
    ticks: () => 0n,
    technique,
    ...ports,
    harts: () => harts,
  });
  harts.push(hart);
  hart.pc = BigInt(map.ramBase);
  const ram = new Uint8Array(memory.buffer, map.ram, map.ramBytes);
  return {
    hart,
    memory,
    ram,
    load: (source, offset = 0) => {
      const { bytes, symbols } = riscvAssembler().assemble(source, BigInt(map.ramBase + offset));
      ram.set(bytes, offset);
      hart.codeWritten(map.ram + offset, bytes.length);
      return symbols;
    },
  };
}
