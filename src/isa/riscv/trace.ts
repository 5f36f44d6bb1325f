/** Keeps what a hart that interprets executed, step by step, and what that changed. */

import { riscvDisassembler } from "./assembly.ts";
import type { Hart } from "./hart.ts";
import { riscv } from "./instruction-set.ts";
import { f, privilege, x } from "./state.ts";

/** A step: an instruction, or a trap. */
export interface TracedStep {
  /** Steps of all harts before it. */
  readonly step: number;
  readonly hart: number;
  readonly privilege: number;
  readonly pc: bigint;
  /** As assembly; undefined where it could not be fetched, or is no instruction. */
  readonly text: string | undefined;
  /** Registers, and words of memory that were watched, that have another value since: by name. */
  readonly changed: readonly string[];
}

/** Eight bytes at a physical address. */
export interface WatchedMemory {
  readonly name: string;
  readonly address: number;
}

/** Lets `advance` make so many single steps. */
export function trace(
  harts: readonly Hart[],
  count: number,
  advance: (index: number) => void,
  watched: readonly WatchedMemory[] = [],
): TracedStep[] {
  const found: TracedStep[] = [];
  for (let index = 0; index < count; index++) {
    const before = harts.map((hart) => look(hart, watched));
    const step = before.reduce((sum, { steps }) => sum + steps, 0);
    advance(index);
    for (const [id, hart] of harts.entries()) {
      const old = before[id];
      if (!old || old.steps === hart.steps) continue;
      const { values } = look(hart, watched);
      const changed = [...values].flatMap(([name, value]) => (old.values.get(name) === value ? [] : [name]));
      found.push({ step, hart: id, privilege: old.privilege, pc: old.pc, text: old.text, changed });
    }
  }
  return found;
}

function look(hart: Hart, watched: readonly WatchedMemory[]) {
  const { memory, steps, pc } = hart;
  const values = new Map<string, bigint>();
  for (const file of [x, f]) {
    for (const [index, name] of file.names.entries()) values.set(name, memory.getLong(file, index));
  }
  for (const { name, address } of watched) {
    values.set(name, memory.view.getBigUint64(memory.hostAddress(address, 8), true));
  }
  return { steps, pc, privilege: memory.get(privilege), text: instructionAt(hart), values };
}

/** The instruction that a hart is about to execute. */
function instructionAt({ memory, mmu, pc }: Hart): string | undefined {
  const half = (address: bigint): number | undefined => {
    const [low, high] = [Number(BigInt.asIntN(32, address)), Number(BigInt.asIntN(32, address >> 32n))];
    const host = memory.hostAddress(mmu.peek(low, high, 2, memory.get(privilege)), 2);
    return host < 0 ? undefined : memory.view.getUint16(host, true);
  };
  const first = half(pc);
  if (first === undefined) return undefined;
  if (riscv.lengthOf(first) === 2) return riscvDisassembler()(first, 2, pc);
  const second = half(pc + 2n);
  return second === undefined ? undefined : riscvDisassembler()((first | (second << 16)) >>> 0, 4, pc);
}
