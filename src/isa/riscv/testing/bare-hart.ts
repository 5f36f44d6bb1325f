/** For tests: a hart with RAM and nothing else, on which assembly source is run. */

import { layOutMemory } from "../../../engine/memory-map.ts";
import type { Technique } from "../../../engine/technique.ts";
import { riscvAssembler } from "../assembly.ts";
import { Hart, type HartPorts } from "../hart.ts";
import { riscv } from "../instruction-set.ts";
import { CODE_CONTEXTS, DATA_CONTEXTS } from "../mmu.ts";

export const RAM_BASE = 0x80000000;

export interface BareHart {
  readonly hart: Hart;
  /** Guest RAM. */
  readonly ram: Uint8Array;
  /** Puts code at an offset in RAM and its symbols' addresses out. */
  load(source: string, offset?: number): ReadonlyMap<string, bigint>;
}

/** What may be around it after all. */
export type BarePorts = Partial<Pick<HartPorts, "bus" | "profiler">>;

/** Makes a hart whose RAM starts at 0x80000000, where its pc is too. */
export function bareHart(
  ramBytes = 1 << 20,
  technique: Technique = "interpret",
  ports: BarePorts = {},
): BareHart {
  const map = layOutMemory({
    harts: 1,
    stateBytes: riscv.layout.size,
    dataContexts: DATA_CONTEXTS,
    codeContexts: CODE_CONTEXTS,
    recordPages: 64,
    ramBytes,
  });
  const memory = new WebAssembly.Memory({ initial: map.pages });
  const harts: Hart[] = [];
  const hart = new Hart(memory, map, 0, RAM_BASE, {
    bus: { read: () => undefined, write: () => false },
    ticks: () => 0n,
    technique,
    ...ports,
    harts: () => harts,
  });
  harts.push(hart);
  hart.pc = BigInt(RAM_BASE);
  const ram = new Uint8Array(memory.buffer, map.ram, ramBytes);
  return {
    hart,
    ram,
    load: (source, offset = 0) => {
      const { bytes, symbols } = riscvAssembler().assemble(source, BigInt(RAM_BASE + offset));
      ram.set(bytes, offset);
      hart.codeWritten(map.ram + offset, bytes.length);
      return symbols;
    },
  };
}
