/** Where everything lies in the memory of a machine with RISC-V harts. */

import { layOutMemory, type MemoryMap, type MemoryMapOptions } from "../../engine/memory-map.ts";
import { riscv } from "./instruction-set.ts";
import { CODE_CONTEXTS, DATA_CONTEXTS } from "./mmu.ts";

export type RiscvMemoryOptions = Omit<MemoryMapOptions, "stateBytes" | "dataContexts" | "codeContexts">;

export function layOutRiscvMemory(options: RiscvMemoryOptions): MemoryMap {
  return layOutMemory({
    ...options,
    stateBytes: riscv.layout.size,
    dataContexts: DATA_CONTEXTS,
    codeContexts: CODE_CONTEXTS,
  });
}
