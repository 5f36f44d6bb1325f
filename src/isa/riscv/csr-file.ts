/**
 * The control and status registers. The RISC-V Instruction Set Manual, volume II, chapters 2, 3 and 12.
 *
 * Most are a slot with the bits that can be read and written; an effect then says what a change means. The rest are
 * computed. A CSR's number holds who may access it: bits 11-10 both set are read-only, bits 9-8 the lowest privilege.
 */

import { InternalError } from "../../base/errors.ts";
import type { StateSlot } from "../../engine/state-layout.ts";
import { csrNumber } from "./csr-names.ts";
import type { Fpu } from "./fpu.ts";
import type { HartMemory } from "./hart-memory.ts";
import { PMP_ADDRESS_MASK, PMP_ENTRIES } from "./pmp.ts";
import { csr, csrOperand, fcsr, Interrupt, layout, Mstatus, Privilege, privilege } from "./state.ts";

/** What the CSRs touch beyond storage. */
export interface CsrPorts {
  readonly memory: HartMemory;
  readonly fpu: Fpu;
  /** mtime. */
  readonly ticks: () => bigint;
  readonly hartId: number;
  /** Instructions retired since power-on. */
  readonly retired: () => bigint;
  /** mip as the guest sees it. */
  readonly pendingInterrupts: () => number;
  /** Interrupts may have become possible. */
  readonly interruptsChanged: () => void;
  /** stimecmp or what it is compared with was written. */
  readonly timerChanged: () => void;
  /** The privilege of loads and stores, or what it may do, changed. */
  readonly contextChanged: () => void;
  /** All translations are void. */
  readonly translationChanged: () => void;
  readonly protectionChanged: () => void;
}

interface StoredCsr {
  readonly kind: "stored";
  readonly name: string;
  readonly slot: StateSlot;
  readonly readLow: number;
  readonly readHigh: number;
  readonly writeLow: number;
  readonly writeHigh: number;
  /** Called after a write with the low bits that changed. */
  readonly written?: (changedLow: number) => void;
}

interface ComputedCsr {
  readonly kind: "computed";
  readonly name: string;
  readonly read: () => bigint;
  readonly write: (value: bigint) => void;
}

/** A part of fcsr. */
interface FloatCsr {
  readonly kind: "float";
  readonly name: string;
  readonly shift: number;
  readonly mask: number;
}

type Csr = StoredCsr | ComputedCsr | FloatCsr;

export type CsrOperation = "read" | "write" | "swap" | "set" | "clear";

const SSTATUS_READ_LOW = 0x000de162;
const SSTATUS_READ_HIGH = 0x80000003 | 0;
const SSTATUS_WRITE_LOW = Mstatus.SIE | Mstatus.SPIE | Mstatus.SPP | Mstatus.FS | Mstatus.SUM | Mstatus.MXR;
const MSTATUS_WRITE_LOW =
  SSTATUS_WRITE_LOW |
  Mstatus.MIE |
  Mstatus.MPIE |
  Mstatus.MPP |
  Mstatus.MPRV |
  Mstatus.TVM |
  Mstatus.TW |
  Mstatus.TSR;
/** UXL and SXL are 64 bits, read-only. */
export const MSTATUS_HIGH = 0xa;
const SUPERVISOR_INTERRUPTS = BigInt(Interrupt.SSIP | Interrupt.STIP | Interrupt.SEIP);
const ALL_INTERRUPTS = 0xaaan;
const DELEGABLE_EXCEPTIONS = 0xb3ff;
const STCE = 1n << 63n;
/** IMAFDC, S and U; 64 bits. */
const MISA = (2n << 62n) | 0x14112dn;
const TIME_ENABLE = 2;
const SATP_MODES = new Set([0, 8, 9, 10]);

export class CsrFile {
  readonly #ports: CsrPorts;
  readonly #memory: HartMemory;
  readonly #csrs: (Csr | undefined)[] = new Array(4096).fill(undefined);

  constructor(ports: CsrPorts) {
    this.#ports = ports;
    this.#memory = ports.memory;
    this.#defineFloat();
    this.#defineCounters();
    this.#defineSupervisor();
    this.#defineMachine();
    this.#defineProtection();
  }

  /**
   * Does a CSR instruction: the old value goes to the slot `result`, the new one comes from `csrOperand`.
   * False where it is an illegal instruction.
   */
  access(number: number, operation: CsrOperation): boolean {
    const register = this.#csrs[number];
    if (!register || !this.#allowed(number, operation)) return false;
    if (register.kind === "computed") this.#accessComputed(register, operation);
    else if (register.kind === "float") this.#accessFloat(register, operation);
    else this.#accessStored(register, operation);
    return true;
  }

  /** The value of a CSR for a debugger; undefined where there is none. */
  peek(number: number): bigint | undefined {
    const register = this.#csrs[number];
    if (!register) return undefined;
    if (register.kind === "computed") return register.read();
    if (register.kind === "float") return BigInt((this.#memory.get(fcsr) >> register.shift) & register.mask);
    const mask = (BigInt(register.readHigh >>> 0) << 32n) | BigInt(register.readLow >>> 0);
    return this.#memory.getLong(register.slot) & mask;
  }

  #allowed(number: number, operation: CsrOperation): boolean {
    const mode = this.#memory.get(privilege);
    if (operation !== "read" && number >> 10 === 3) return false;
    if (((number >> 8) & 3) > mode) return false;
    if (number <= 3) return (this.#memory.get(csr.mstatus) & Mstatus.FS) !== 0;
    if (number >= 0xc00 && number <= 0xc1f) return this.#counterAllowed(1 << (number & 31), mode);
    if (number === 0x180) {
      return mode === Privilege.machine || !(this.#memory.get(csr.mstatus) & Mstatus.TVM);
    }
    if (number === 0x14d && mode !== Privilege.machine) {
      return this.#memory.getLong(csr.menvcfg) < 0n && (this.#memory.get(csr.mcounteren) & TIME_ENABLE) !== 0;
    }
    return true;
  }

  #counterAllowed(bit: number, mode: number): boolean {
    if (mode === Privilege.machine) return true;
    if (!(this.#memory.get(csr.mcounteren) & bit)) return false;
    return mode === Privilege.supervisor || (this.#memory.get(csr.scounteren) & bit) !== 0;
  }

  #accessStored(register: StoredCsr, operation: CsrOperation): void {
    const { slot, readLow, readHigh, writeLow, writeHigh } = register;
    const memory = this.#memory;
    const [oldLow, oldHigh] = [memory.get(slot), memory.getHigh(slot)];
    memory.setPair(layout.result, oldLow & readLow, oldHigh & readHigh);
    if (operation === "read") return;
    const low = combine(operation, oldLow, memory.get(csrOperand));
    const high = combine(operation, oldHigh, memory.getHigh(csrOperand));
    const newLow = (oldLow & ~writeLow) | (low & writeLow);
    memory.setPair(slot, newLow, (oldHigh & ~writeHigh) | (high & writeHigh));
    register.written?.(oldLow ^ newLow);
  }

  #accessComputed({ read, write }: ComputedCsr, operation: CsrOperation): void {
    const old = read();
    const operand = this.#memory.getLong(csrOperand);
    this.#memory.setLong(layout.result, old);
    if (operation === "read") return;
    if (operation === "set") write(old | operand);
    else if (operation === "clear") write(old & ~operand);
    else write(operand);
  }

  #accessFloat({ shift, mask }: FloatCsr, operation: CsrOperation): void {
    const memory = this.#memory;
    const all = memory.get(fcsr);
    const old = (all >> shift) & mask;
    memory.setPair(layout.result, old, 0);
    if (operation === "read") return;
    const value = combine(operation, old, memory.get(csrOperand)) & mask;
    this.#ports.fpu.setFcsr((all & ~(mask << shift)) | (value << shift));
    this.#ports.fpu.markDirty();
  }

  #store(
    name: string,
    slot: StateSlot,
    masks: { read?: [low: number, high: number]; write?: [low: number, high: number] } = {},
    written?: (changedLow: number) => void,
  ): void {
    const [readLow, readHigh] = masks.read ?? [-1, -1];
    const [writeLow, writeHigh] = masks.write ?? [-1, -1];
    const base = { kind: "stored", name, slot, readLow, readHigh, writeLow, writeHigh } as const;
    this.#define(written ? { ...base, written } : base);
  }

  #compute(name: string, read: () => bigint, write: (value: bigint) => void = () => {}): void {
    this.#define({ kind: "computed", name, read, write });
  }

  #define(register: Csr): void {
    const number = csrNumber(register.name);
    if (number === undefined) throw new InternalError(`no CSR is named ${register.name}`);
    this.#csrs[number] = register;
  }

  #defineFloat(): void {
    this.#define({ kind: "float", name: "fflags", shift: 0, mask: 0x1f });
    this.#define({ kind: "float", name: "frm", shift: 5, mask: 7 });
    this.#define({ kind: "float", name: "fcsr", shift: 0, mask: 0xff });
  }

  #defineCounters(): void {
    const { retired, ticks } = this.#ports;
    const memory = this.#memory;
    for (const [name, offset] of [
      ["cycle", csr.cycleOffset],
      ["instret", csr.instretOffset],
    ] as const) {
      const read = (): bigint => BigInt.asIntN(64, retired() + memory.getLong(offset));
      this.#compute(name, read);
      this.#compute(`m${name}`, read, (value) => memory.setLong(offset, value - retired()));
    }
    this.#compute("time", () => BigInt.asIntN(64, ticks()));
    for (let index = 3; index < 32; index++) {
      this.#compute(`hpmcounter${index}`, () => 0n);
      this.#compute(`mhpmcounter${index}`, () => 0n);
      this.#compute(`mhpmevent${index}`, () => 0n);
    }
    this.#store("mcounteren", csr.mcounteren, { write: [-1, 0] });
    this.#store("scounteren", csr.scounteren, { write: [-1, 0] });
    this.#store("mcountinhibit", csr.mcountinhibit, { write: [0, 0] });
  }

  #defineSupervisor(): void {
    const memory = this.#memory;
    const { interruptsChanged } = this.#ports;
    const status = {
      read: [SSTATUS_READ_LOW, SSTATUS_READ_HIGH] as [number, number],
      write: [SSTATUS_WRITE_LOW, 0] as [number, number],
    };
    this.#store("sstatus", csr.mstatus, status, (changed) => this.#statusWritten(changed));
    const delegated = (): bigint => memory.getLong(csr.mideleg);
    const setMasked = (slot: StateSlot, mask: bigint, value: bigint): void => {
      memory.setLong(slot, (memory.getLong(slot) & ~mask) | (value & mask));
      interruptsChanged();
    };
    this.#compute(
      "sie",
      () => memory.getLong(csr.mie) & delegated(),
      (value) => setMasked(csr.mie, delegated() & SUPERVISOR_INTERRUPTS, value),
    );
    this.#compute(
      "sip",
      () => BigInt(this.#ports.pendingInterrupts()) & delegated(),
      (value) => setMasked(csr.mip, delegated() & BigInt(Interrupt.SSIP), value),
    );
    this.#store("stvec", csr.stvec, { write: [~2, -1] });
    this.#store("senvcfg", csr.senvcfg, { write: [1, 0] });
    this.#store("sscratch", csr.sscratch);
    this.#store("sepc", csr.sepc, { write: [~1, -1] });
    this.#store("scause", csr.scause);
    this.#store("stval", csr.stval);
    this.#compute(
      "stimecmp",
      () => memory.getLong(csr.stimecmp),
      (value) => {
        memory.setLong(csr.stimecmp, value);
        this.#ports.timerChanged();
      },
    );
    this.#compute(
      "satp",
      () => memory.getLong(csr.satp),
      (value) => this.#writeSatp(value),
    );
  }

  #writeSatp(value: bigint): void {
    if (!SATP_MODES.has(Number((value >> 60n) & 15n)) || value === this.#memory.getLong(csr.satp)) return;
    this.#memory.setLong(csr.satp, value);
    this.#ports.translationChanged();
  }

  #defineMachine(): void {
    const memory = this.#memory;
    const { interruptsChanged } = this.#ports;
    for (const name of ["mvendorid", "marchid", "mimpid", "mconfigptr"]) this.#compute(name, () => 0n);
    this.#compute("mhartid", () => BigInt(this.#ports.hartId));
    this.#compute("misa", () => BigInt.asIntN(64, MISA));
    this.#store("mstatus", csr.mstatus, { write: [MSTATUS_WRITE_LOW, 0] }, (changed) =>
      this.#statusWritten(changed),
    );
    this.#store("medeleg", csr.medeleg, { write: [DELEGABLE_EXCEPTIONS, 0] });
    this.#store("mideleg", csr.mideleg, { write: [Number(SUPERVISOR_INTERRUPTS), 0] }, interruptsChanged);
    this.#store("mie", csr.mie, { write: [Number(ALL_INTERRUPTS), 0] }, interruptsChanged);
    this.#store("mtvec", csr.mtvec, { write: [~2, -1] });
    this.#store("mscratch", csr.mscratch);
    this.#store("mepc", csr.mepc, { write: [~1, -1] });
    this.#store("mcause", csr.mcause);
    this.#store("mtval", csr.mtval);
    this.#compute(
      "mip",
      () => BigInt(this.#ports.pendingInterrupts()),
      (value) => {
        // With Sstc, STIP is the comparator's and not writable.
        const timer = memory.getLong(csr.menvcfg) < 0n ? BigInt(Interrupt.STIP) : 0n;
        memory.setLong(csr.mip, value & SUPERVISOR_INTERRUPTS & ~timer);
        interruptsChanged();
      },
    );
    this.#compute(
      "menvcfg",
      () => memory.getLong(csr.menvcfg),
      (value) => {
        memory.setLong(csr.menvcfg, value & (STCE | 1n));
        this.#ports.timerChanged();
      },
    );
  }

  #statusWritten(changed: number): void {
    const memory = this.#memory;
    let low = memory.get(csr.mstatus);
    // MPP is WARL: the reserved mode 2 leaves it as it was.
    if ((low & Mstatus.MPP) >> 11 === 2) low ^= changed & Mstatus.MPP;
    const dirty = (low & Mstatus.FS) === Mstatus.FS;
    memory.setPair(csr.mstatus, low, MSTATUS_HIGH | (dirty ? 0x80000000 : 0));
    if (changed & Mstatus.MXR) this.#ports.translationChanged();
    if (changed & (Mstatus.SUM | Mstatus.MPRV | Mstatus.MPP)) this.#ports.contextChanged();
    if (changed & (Mstatus.SIE | Mstatus.MIE) & low) this.#ports.interruptsChanged();
  }

  #defineProtection(): void {
    const memory = this.#memory;
    for (let group = 0; group < 64 / 8; group++) {
      this.#compute(
        `pmpcfg${group * 2}`,
        () => readConfigs(memory, group * 8),
        (value) => this.#writeConfigs(group * 8, value),
      );
    }
    for (let index = 0; index < 64; index++) {
      this.#compute(
        `pmpaddr${index}`,
        () => memory.getLong(csr.pmpaddr, index),
        (value) => this.#writeAddress(index, value),
      );
    }
  }

  #writeConfigs(first: number, value: bigint): void {
    for (let index = 0; index < 8; index++) {
      // Entries from 16 on are read-only zero.
      if (first + index >= PMP_ENTRIES || this.#isLocked(first + index)) continue;
      let config = Number((value >> BigInt(8 * index)) & 0x9fn);
      // Writable but not readable is reserved.
      if ((config & 3) === 2) config &= ~2;
      this.#memory.setByte(csr.pmpcfg, first + index, config);
    }
    this.#ports.protectionChanged();
  }

  #writeAddress(index: number, value: bigint): void {
    const next = this.#memory.getByte(csr.pmpcfg, index + 1);
    const guardsNext = index + 1 < PMP_ENTRIES && this.#isLocked(index + 1) && ((next >> 3) & 3) === 1;
    if (index >= PMP_ENTRIES || this.#isLocked(index) || guardsNext) return;
    this.#memory.setLong(csr.pmpaddr, value & PMP_ADDRESS_MASK, index);
    this.#ports.protectionChanged();
  }

  #isLocked(index: number): boolean {
    return (this.#memory.getByte(csr.pmpcfg, index) & 0x80) !== 0;
  }
}

function readConfigs(memory: HartMemory, first: number): bigint {
  let value = 0n;
  for (let index = 7; index >= 0; index--)
    value = (value << 8n) | BigInt(memory.getByte(csr.pmpcfg, first + index));
  return BigInt.asIntN(64, value);
}

function combine(operation: CsrOperation, old: number, operand: number): number {
  if (operation === "set") return old | operand;
  if (operation === "clear") return old & ~operand;
  return operand;
}
