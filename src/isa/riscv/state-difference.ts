/** Compares what software can see of two harts: registers, CSRs, privilege; not what the engine keeps beside. */

import type { StateSlot } from "../../engine/state-layout.ts";
import type { HartMemory } from "./hart-memory.ts";
import {
  csr,
  f,
  fcsr,
  layout,
  privilege,
  reservation,
  reservedValue,
  traps,
  waiting,
  wires,
  x,
} from "./state.ts";

/** Something that has two values, unsigned. */
export interface Difference {
  readonly name: string;
  readonly values: readonly [bigint, bigint];
  /** Where it is memory: the physical address. */
  readonly address?: number;
}

const { pmpcfg, pmpaddr, ...singleCsrs } = csr;
const single: Readonly<Record<string, StateSlot>> = {
  pc: layout.pc,
  privilege,
  waiting,
  fcsr,
  "the count of traps": traps,
  "interrupt wires": wires,
  "the reservation": reservation,
  ...singleCsrs,
};
const PMP_ENTRIES = 64;

/** Every register that differs, in the order of the manual. */
export function stateDifferences(first: HartMemory, second: HartMemory): Difference[] {
  const found: Difference[] = [];
  const compare = (name: string, read: (memory: HartMemory) => bigint): void => {
    const [one, other] = [read(first), read(second)];
    if (one !== other) found.push({ name, values: [BigInt.asUintN(64, one), BigInt.asUintN(64, other)] });
  };
  for (const file of [x, f]) {
    for (const [index, name] of file.names.entries()) {
      if (index > 0 || !file.zero) compare(name, (memory) => memory.getLong(file, index));
    }
  }
  for (const [name, slot] of Object.entries(single)) compare(name, (memory) => slotValue(memory, slot));
  if (first.getLong(reservation) !== -1n)
    compare("the reserved value", (memory) => memory.getLong(reservedValue));
  for (let entry = 0; entry < PMP_ENTRIES; entry++) {
    compare(`pmpaddr${entry}`, (memory) => memory.getLong(pmpaddr, entry));
    compare(`pmp${entry}cfg`, (memory) => BigInt(memory.getByte(pmpcfg, entry)));
  }
  return found;
}

function slotValue(memory: HartMemory, slot: StateSlot): bigint {
  return slot.type === "i64" ? memory.getLong(slot) : BigInt(memory.get(slot));
}
