/** Steps a machine that interprets, and keeps what it executed and what that changed. */

import { viewOf } from "../../../base/bytes.ts";
import { riscvDisassembler } from "../../../isa/riscv/assembly.ts";
import type { Hart } from "../../../isa/riscv/hart.ts";
import { riscv } from "../../../isa/riscv/instruction-set.ts";
import { f, privilege, x } from "../../../isa/riscv/state.ts";
import type { Machine } from "../machine.ts";

/** A step: an instruction, or a trap. */
export interface TracedStep {
  /** Steps of the machine before it. */
  readonly step: number;
  readonly hart: number;
  readonly privilege: number;
  readonly pc: bigint;
  /** As assembly; undefined where it could not be fetched, or is no instruction. */
  readonly text: string | undefined;
  /** Integer and floating-point registers that have another value since, by name. */
  readonly changed: readonly string[];
}

/** Runs a machine step by step until `advance` has nothing more to do; keeps the last steps. */
export function trace(machine: Machine, count: number, advance: (index: number) => void): TracedStep[] {
  const steps: TracedStep[] = [];
  const { harts, ram } = machine.parts;
  for (let index = 0; index < count; index++) {
    const before = harts.map((hart) => ({
      ...look(hart, ram),
      steps: hart.steps,
      values: registersOf(hart),
    }));
    const step = machine.steps;
    advance(index);
    for (const [id, hart] of harts.entries()) {
      const old = before[id];
      if (!old || old.steps === hart.steps) continue;
      const changed = registersOf(hart).flatMap(({ name, value }, at) =>
        value === old.values[at]?.value ? [] : [name],
      );
      steps.push({ step, hart: id, privilege: old.privilege, pc: old.pc, text: old.text, changed });
    }
  }
  return steps;
}

function look(hart: Hart, ram: Uint8Array) {
  return { pc: hart.pc, privilege: hart.memory.get(privilege), text: instructionAt(hart, ram) };
}

function registersOf(hart: Hart): { readonly name: string; readonly value: bigint }[] {
  return [x, f].flatMap((file) =>
    file.names.map((name, index) => ({ name, value: hart.memory.getLong(file, index) })),
  );
}

/** The instruction that a hart is about to execute. */
function instructionAt(hart: Hart, ram: Uint8Array): string | undefined {
  const view = viewOf(ram);
  const half = (address: bigint): number | undefined => {
    const [low, high] = [Number(BigInt.asIntN(32, address)), Number(BigInt.asIntN(32, address >> 32n))];
    const physical = hart.mmu.peek(low, high, hart.memory.get(privilege));
    const offset = physical - hart.memory.ramBase;
    return offset >= 0 && offset + 2 <= ram.length ? view.getUint16(offset, true) : undefined;
  };
  const first = half(hart.pc);
  if (first === undefined) return undefined;
  const length = riscv.lengthOf(first) === 2 ? 2 : 4;
  const second = length === 4 ? half(hart.pc + 2n) : 0;
  return second === undefined
    ? undefined
    : riscvDisassembler()((first | (second << 16)) >>> 0, length, hart.pc);
}
