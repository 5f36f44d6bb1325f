/**
 * Entering and leaving traps: which mode takes one, what it finds in its registers, and the way back.
 * The RISC-V Instruction Set Manual, volume II, sections 3.1.6.1, 3.3.2 and 12.1.1.
 */

import type { HartMemory } from "./hart-memory.ts";
import {
  Cause,
  callTraps,
  csr,
  interruptTraps,
  layout,
  Mstatus,
  Privilege,
  privilege,
  traps,
} from "./state.ts";

/** Takes a trap: the registers of the mode that handles it, its privilege, and `pc` at its vector. */
export function enterTrap(
  memory: HartMemory,
  cause: number,
  interrupt: boolean,
  low: number,
  high: number,
): void {
  count(memory, traps);
  if (interrupt) count(memory, interruptTraps);
  else if (cause === Cause.ecallFromUser) count(memory, callTraps);
  const mode = memory.get(privilege);
  const delegation = interrupt ? csr.mideleg : csr.medeleg;
  const toSupervisor = mode <= Privilege.supervisor && ((memory.get(delegation) >>> cause) & 1) === 1;
  const registers = toSupervisor
    ? { epc: csr.sepc, cause: csr.scause, tval: csr.stval, tvec: csr.stvec }
    : { epc: csr.mepc, cause: csr.mcause, tval: csr.mtval, tvec: csr.mtvec };
  memory.setPair(registers.epc, memory.get(layout.pc), memory.getHigh(layout.pc));
  memory.setPair(registers.cause, cause, interrupt ? 0x80000000 | 0 : 0);
  memory.setPair(registers.tval, low, high);
  memory.set(csr.mstatus, statusAfterTrap(memory.get(csr.mstatus), mode, toSupervisor));
  memory.set(privilege, toSupervisor ? Privilege.supervisor : Privilege.machine);
  const vector = memory.getLong(registers.tvec);
  const offset = (vector & 1n) === 1n && interrupt ? BigInt(4 * cause) : 0n;
  memory.setLong(layout.pc, (vector & ~3n) + offset);
}

function count(memory: HartMemory, slot: { readonly offset: number }): void {
  memory.setLong(slot, memory.getLong(slot) + 1n);
}

/** Returns from a trap by MRET or SRET; false where the instruction is illegal in the present mode. */
export function returnFromTrap(memory: HartMemory, from: "mret" | "sret"): boolean {
  const status = memory.get(csr.mstatus);
  const mode = memory.get(privilege);
  const needed = from === "mret" ? Privilege.machine : Privilege.supervisor;
  const trapped = from === "sret" && mode === Privilege.supervisor && (status & Mstatus.TSR) !== 0;
  if (mode < needed || trapped) return false;
  const to = from === "mret" ? (status & Mstatus.MPP) >> 11 : (status & Mstatus.SPP) >> 8;
  memory.set(csr.mstatus, statusAfterReturn(status, from, to));
  memory.set(privilege, to);
  const epc = from === "mret" ? csr.mepc : csr.sepc;
  memory.setPair(layout.pc, memory.get(epc), memory.getHigh(epc));
  return true;
}

function statusAfterTrap(status: number, mode: number, toSupervisor: boolean): number {
  if (toSupervisor) {
    const kept = status & ~(Mstatus.SPP | Mstatus.SPIE | Mstatus.SIE);
    return kept | (mode << 8) | (status & Mstatus.SIE ? Mstatus.SPIE : 0);
  }
  const kept = status & ~(Mstatus.MPP | Mstatus.MPIE | Mstatus.MIE);
  return kept | (mode << 11) | (status & Mstatus.MIE ? Mstatus.MPIE : 0);
}

function statusAfterReturn(status: number, from: "mret" | "sret", to: number): number {
  const keepMprv = to === Privilege.machine ? status : status & ~Mstatus.MPRV;
  if (from === "sret") {
    const kept = keepMprv & ~(Mstatus.SPP | Mstatus.SIE);
    return kept | Mstatus.SPIE | (status & Mstatus.SPIE ? Mstatus.SIE : 0);
  }
  const kept = keepMprv & ~(Mstatus.MPP | Mstatus.MIE);
  return kept | Mstatus.MPIE | (status & Mstatus.MPIE ? Mstatus.MIE : 0);
}
