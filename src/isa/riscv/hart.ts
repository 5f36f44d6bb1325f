/**
 * A RISC-V hart: what generated code asks for while it runs (memory behind the TLB, traps, CSRs), and the loop that
 * runs it. The RISC-V Instruction Set Manual, volume II, chapters 3 and 12.
 *
 * The count of steps, one for each instruction and each trap, is the machine's own time: it depends on nothing outside.
 */

import { type Guest, Interpreter } from "../../engine/interpreter/interpreter.ts";
import { LOAD_FOR_WRITE } from "../../engine/interpreter/target.ts";
import type { MemoryMap } from "../../engine/memory-map.ts";
import { Leave } from "../../engine/state-layout.ts";
import { Tlb } from "../../engine/tlb.ts";
import { CsrFile, type CsrOperation, MSTATUS_HIGH } from "./csr-file.ts";
import { Fpu } from "./fpu.ts";
import { HartMemory } from "./hart-memory.ts";
import { riscv } from "./instruction-set.ts";
import { Mmu } from "./mmu.ts";
import { Access, Pmp } from "./pmp.ts";
import {
  Cause,
  csr,
  f,
  Interrupt,
  layout,
  Mstatus,
  Privilege,
  privilege,
  reservation,
  steps,
  traps,
  waiting,
  wires,
  x,
} from "./state.ts";
import type { RiscvOps } from "./vocabulary.ts";

/** What a hart needs from its board. */
export interface HartPorts {
  /** Device registers at a physical address, at most four bytes; undefined or false where nothing answers. */
  readonly bus: {
    read(address: number, width: 1 | 2 | 4): number | undefined;
    write(address: number, width: 1 | 2 | 4, value: number): boolean;
  };
  /** mtime. */
  readonly ticks: () => bigint;
  /** Takes an ECALL from supervisor mode; false leaves it to the guest's machine mode. */
  readonly supervisorCall?: (hart: Hart) => boolean;
  /** All harts that share the memory, this one too. */
  readonly harts: () => readonly Hart[];
}

const PAGE = 4096;
const NMI_PRIORITY = [
  Interrupt.MEIP,
  Interrupt.MSIP,
  Interrupt.MTIP,
  Interrupt.SEIP,
  Interrupt.SSIP,
  Interrupt.STIP,
] as const;

export class Hart implements Guest {
  readonly id: number;
  readonly memory: HartMemory;
  readonly csrs: CsrFile;
  readonly mmu: Mmu;
  readonly pmp: Pmp;
  readonly fpu: Fpu;
  readonly helpers: Guest["helpers"];
  readonly #ports: HartPorts;
  readonly #tlb: Tlb;
  readonly #interpreter: Interpreter<RiscvOps>;
  /** Budget taken away so that the interpreter comes back early. */
  #withheld = 0;
  /** Steps that will have been made when the budget is spent. */
  #target = 0;

  constructor(memory: WebAssembly.Memory, map: MemoryMap, id: number, ramBase: number, ports: HartPorts) {
    this.id = id;
    this.#ports = ports;
    this.memory = new HartMemory(memory, map, id, ramBase);
    this.#tlb = new Tlb(memory.buffer);
    this.pmp = new Pmp(this.memory);
    this.mmu = new Mmu(this.memory, this.#tlb, this.pmp);
    this.fpu = new Fpu(this.memory, () => this.#illegalHere());
    this.csrs = new CsrFile({
      memory: this.memory,
      fpu: this.fpu,
      hartId: id,
      ticks: ports.ticks,
      retired: () => BigInt(this.steps) - this.memory.getLong(traps),
      pendingInterrupts: () => this.#pending(),
      interruptsChanged: () => this.#interruptsChanged(),
      timerChanged: () => this.timerChanged(),
      contextChanged: () => this.#contextChanged(),
      translationChanged: () => {
        this.mmu.flush();
        this.#stop();
      },
      protectionChanged: () => {
        this.pmp.update();
        this.mmu.flushAll();
        this.#stop();
      },
    });
    this.helpers = this.#makeHelpers();
    this.#interpreter = new Interpreter(riscv, memory, map, this.memory.hart, this, (host) =>
      this.#becameCode(host),
    );
    this.reset();
  }

  // State seen from outside

  /** Puts the hart into its state at power-on: machine mode, everything zero. */
  reset(): void {
    const { state, stateBytes } = this.memory.hart;
    this.memory.bytes.fill(0, state, state + stateBytes);
    this.memory.set(privilege, Privilege.machine);
    this.memory.setPair(csr.mstatus, 0, MSTATUS_HIGH);
    this.memory.setLong(reservation, -1n);
    this.fpu.setFcsr(0);
    this.restored();
  }

  /** The state in memory was replaced: all that is derived from it is made anew. */
  restored(): void {
    this.#withheld = 0;
    this.#target = Number(this.memory.getLong(steps));
    this.memory.set(layout.budget, 0);
    this.pmp.update();
    this.mmu.flushAll();
    this.mmu.updateContext();
    this.#interpreter.clear();
  }

  get pc(): bigint {
    return BigInt.asUintN(64, this.memory.getLong(layout.pc));
  }

  set pc(value: bigint) {
    this.memory.setLong(layout.pc, value);
  }

  /** Integer register `index`, unsigned. */
  getX(index: number): bigint {
    return BigInt.asUintN(64, this.memory.getLong(x, index));
  }

  setX(index: number, value: bigint): void {
    if (index !== 0) this.memory.setLong(x, value, index);
  }

  /** The bits of floating-point register `index`. */
  getF(index: number): bigint {
    return BigInt.asUintN(64, this.memory.getLong(f, index));
  }

  setF(index: number, bits: bigint): void {
    this.memory.setLong(f, bits, index);
  }

  /** Instructions and traps since power-on. */
  get steps(): number {
    return this.#target - this.memory.get(layout.budget) - this.#withheld;
  }

  get isWaiting(): boolean {
    return this.memory.get(waiting) !== 0;
  }

  // Running

  /** Runs at most `budget` steps; fewer where the hart waits for an interrupt. Returns how many it made. */
  run(budget: number): number {
    const start = this.steps;
    const end = start + budget;
    this.#paused = false;
    this.updateTimer();
    while (this.steps < end && !this.#paused) {
      this.#takeInterrupt();
      if (this.isWaiting) break;
      this.#withheld = 0;
      this.memory.set(layout.budget, end - this.steps);
      this.#target = end;
      this.#interpreter.run();
      this.#target -= this.#withheld;
      this.#withheld = 0;
    }
    this.#target = this.steps;
    this.memory.set(layout.budget, 0);
    this.memory.setLong(steps, BigInt(this.#target));
    return this.#target - start;
  }

  /** Ends the present `run` after the instruction that the hart is in. */
  pause(): void {
    this.#paused = true;
    this.#stop();
  }

  #paused = false;

  /** Makes the interpreter come back after the instruction it is in. */
  #stop(): void {
    const left = this.memory.get(layout.budget);
    this.#withheld += left;
    this.memory.set(layout.budget, 0);
  }

  // Interrupts

  /** Sets the level of an interrupt wire: one of `Interrupt`. */
  setWire(interrupt: number, raised: boolean): void {
    const old = this.memory.get(wires);
    this.memory.set(wires, raised ? old | interrupt : old & ~interrupt);
    if (raised) this.#interruptsChanged();
  }

  /** Sets interrupts that software may also write: SSIP. */
  setPending(interrupt: number, raised: boolean): void {
    const old = this.memory.get(csr.mip);
    this.memory.set(csr.mip, raised ? old | interrupt : old & ~interrupt);
    if (raised) this.#interruptsChanged();
  }

  /** The tick at which stimecmp raises its interrupt; undefined where it cannot (Sstc, volume II, chapter 14). */
  get timerDeadline(): bigint | undefined {
    if (this.memory.getLong(csr.menvcfg) >= 0n) return undefined;
    return BigInt.asUintN(64, this.memory.getLong(csr.stimecmp));
  }

  /** stimecmp was written: the slice ends, as the board chose its length by the old one. */
  timerChanged(): void {
    this.updateTimer();
    this.pause();
  }

  /** Compares the time with stimecmp. */
  updateTimer(): void {
    const deadline = this.timerDeadline;
    if (deadline === undefined) return;
    const due = this.#ports.ticks() >= deadline;
    const raised = (this.memory.get(wires) & Interrupt.STIP) !== 0;
    if (due !== raised) this.setWire(Interrupt.STIP, due);
  }

  #pending(): number {
    return this.memory.get(csr.mip) | this.memory.get(wires);
  }

  /** The interrupts that would be taken now. */
  #takable(): number {
    const pending = this.#pending() & this.memory.get(csr.mie);
    if (pending === 0) return 0;
    const mode = this.memory.get(privilege);
    const status = this.memory.get(csr.mstatus);
    const delegated = this.memory.get(csr.mideleg);
    const machine = pending & ~delegated;
    if (machine && (mode < Privilege.machine || status & Mstatus.MIE)) return machine;
    const supervisor = pending & delegated;
    const enabled = mode < Privilege.supervisor || (mode === Privilege.supervisor && status & Mstatus.SIE);
    return supervisor && enabled ? supervisor : 0;
  }

  #interruptsChanged(): void {
    if (this.#pending() & this.memory.get(csr.mie)) this.memory.set(waiting, 0);
    if (this.#takable() !== 0) this.#stop();
  }

  #takeInterrupt(): void {
    if (this.#pending() & this.memory.get(csr.mie)) this.memory.set(waiting, 0);
    const takable = this.#takable();
    const chosen = NMI_PRIORITY.find((interrupt) => takable & interrupt);
    if (chosen === undefined) return;
    this.#enterTrap(31 - Math.clz32(chosen), true, 0, 0);
    this.#target += 1;
  }

  // Traps

  trap(cause: number, low: number, high: number): void {
    this.memory.set(layout.leave, Leave.abandon);
    this.#enterTrap(cause, false, low, high);
  }

  /** Volume II, sections 3.1.6.1 and 12.1.1. */
  #enterTrap(cause: number, interrupt: boolean, low: number, high: number): void {
    const { memory } = this;
    memory.setLong(traps, memory.getLong(traps) + 1n);
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
    this.mmu.updateContext();
  }

  illegal(bits: number): void {
    this.trap(Cause.illegalInstruction, bits, 0);
  }

  /** An illegal instruction that was decoded as a legal one: its bits are read again. */
  #illegalHere(): void {
    const [low, high] = [this.memory.get(layout.pc), this.memory.getHigh(layout.pc)];
    const half = (offset: number): number => {
      const at = (low + offset) | 0;
      const page = this.fetchPage(at, at >>> 0 < low >>> 0 ? high + 1 : high);
      return page < 0 ? 0 : this.memory.view.getUint16(page + (at & 0xfff), true);
    };
    const first = half(0);
    const bits = riscv.lengthOf(first) === 2 ? first : first | (half(2) << 16);
    this.trap(Cause.illegalInstruction, bits, 0);
  }

  #ecall(): void {
    const mode = this.memory.get(privilege);
    if (mode === Privilege.supervisor && this.#ports.supervisorCall?.(this)) {
      this.memory.setLong(layout.pc, this.memory.getLong(layout.pc) + 4n);
      this.memory.set(layout.leave, Leave.abandon);
      this.mmu.updateContext();
      return;
    }
    this.trap(Cause.ecallFromUser + mode, 0, 0);
  }

  #return(from: "mret" | "sret"): void {
    const { memory } = this;
    const status = memory.get(csr.mstatus);
    const mode = memory.get(privilege);
    const needed = from === "mret" ? Privilege.machine : Privilege.supervisor;
    if (mode < needed || (from === "sret" && mode === Privilege.supervisor && status & Mstatus.TSR)) {
      this.#illegalHere();
      return;
    }
    const to = from === "mret" ? (status & Mstatus.MPP) >> 11 : (status & Mstatus.SPP) >> 8;
    memory.set(csr.mstatus, statusAfterReturn(status, from, to));
    memory.set(privilege, to);
    const epc = from === "mret" ? csr.mepc : csr.sepc;
    memory.setPair(layout.pc, memory.get(epc), memory.getHigh(epc));
    memory.set(layout.leave, Leave.abandon);
    this.mmu.updateContext();
    this.#interruptsChanged();
  }

  #wfi(): void {
    const mode = this.memory.get(privilege);
    const trapped = mode < Privilege.machine && (this.memory.get(csr.mstatus) & Mstatus.TW) !== 0;
    if (mode === Privilege.user || trapped) {
      this.#illegalHere();
      return;
    }
    if (this.#pending() & this.memory.get(csr.mie)) return;
    this.memory.set(waiting, 1);
    this.#stop();
  }

  #fence(low: number, high: number, all: boolean): void {
    const mode = this.memory.get(privilege);
    const trapped = mode === Privilege.supervisor && (this.memory.get(csr.mstatus) & Mstatus.TVM) !== 0;
    if (mode === Privilege.user || trapped) {
      this.#illegalHere();
      return;
    }
    if (all) this.mmu.flush();
    else this.mmu.flushAddress(low, high);
    this.#stop();
  }

  #contextChanged(): void {
    this.mmu.updateContext();
    this.#stop();
  }

  // Memory

  fetchPage(low: number, high: number): number {
    const mode = this.memory.get(privilege);
    const physical = this.mmu.translate(low, high, 2, Access.fetch, mode);
    if (physical < 0) {
      this.trap(this.mmu.fault, low, high);
      return -1;
    }
    const page = physical - (physical % PAGE);
    const host = this.memory.hostAddress(page, PAGE);
    if (host < 0) {
      this.trap(Cause.fetchAccess, low, high);
      return -1;
    }
    this.mmu.noteCodePage(low, high);
    this.#wholePage = this.pmp.coversPage(page);
    return host;
  }

  #wholePage = true;

  fetchedWholePage(): boolean {
    return this.#wholePage;
  }

  slowLoad(low: number, high: number, size: number): void {
    const access = size & LOAD_FOR_WRITE ? Access.write : Access.read;
    const bytes = size & 15;
    if ((low & 0xfff) + bytes > PAGE) {
      this.#crossPages(low, high, bytes, access);
      return;
    }
    const host = this.#reach(low, high, bytes, access);
    const result = this.memory.hart.state + layout.result.offset;
    if (host >= 0) {
      this.memory.bytes.copyWithin(result, host, host + bytes);
    } else if (host === DEVICE && !this.#deviceRead(this.#physical, bytes, result)) {
      this.trap(access === Access.write ? Cause.storeAccess : Cause.loadAccess, low, high);
    }
  }

  slowStore(low: number, high: number, size: number): void {
    if ((low & 0xfff) + size > PAGE) {
      this.#crossPages(low, high, size, Access.write, true);
      return;
    }
    const host = this.#reach(low, high, size, Access.write);
    const source = this.memory.hart.state + layout.result.offset;
    if (host >= 0) this.#writeRam(host, source, size);
    else if (host === DEVICE && !this.#deviceWrite(this.#physical, size, source)) {
      this.trap(Cause.storeAccess, low, high);
    }
  }

  #physical = 0;

  /** The host address of an access within a page, entered in the TLB where it may be; DEVICE, or -1 after a trap. */
  #reach(low: number, high: number, size: number, access: Access): number {
    const physical = this.mmu.translate(low, high, size, access, this.mmu.dataPrivilege());
    if (physical < 0) {
      this.trap(this.mmu.fault, low, high);
      return -1;
    }
    const host = this.memory.hostAddress(physical, size);
    if (host < 0) {
      this.#physical = physical;
      return DEVICE;
    }
    if (access === Access.read || !this.#ports.harts().some((hart) => hart.hasCode(host & -PAGE))) {
      this.mmu.enterData(low, high, physical, host, access);
    }
    return host;
  }

  #writeRam(host: number, source: number, size: number): void {
    this.memory.bytes.copyWithin(host, source, source + size);
    for (const hart of this.#ports.harts()) hart.codeWritten(host, size);
  }

  /** Whether this hart has predecoded code of the page at a host address. */
  hasCode(host: number): boolean {
    return this.#interpreter.hasCode(host);
  }

  /** Memory was written other than through the TLB: predecoded instructions there are void. */
  codeWritten(host: number, length: number): void {
    this.#interpreter.written(host, length);
  }

  /** A misaligned access over the end of a page, byte by byte, after both pages are known to be reachable. */
  #crossPages(low: number, high: number, size: number, access: Access, store = false): void {
    const first = PAGE - (low & 0xfff);
    const nextLow = (low + first) | 0;
    const nextHigh = nextLow === 0 ? high + 1 : high;
    const a = this.#reach(low, high, first, access);
    if (a === -1) return;
    const b = this.#reach(nextLow, nextHigh, size - first, access);
    if (b === -1) return;
    if (a === DEVICE || b === DEVICE) {
      this.trap(access === Access.write ? Cause.storeAccess : Cause.loadAccess, low, high);
      return;
    }
    const result = this.memory.hart.state + layout.result.offset;
    if (store) {
      this.#writeRam(a, result, first);
      this.#writeRam(b, result + first, size - first);
    } else {
      this.memory.bytes.copyWithin(result, a, a + first);
      this.memory.bytes.copyWithin(result + first, b, b + size - first);
    }
  }

  #deviceRead(physical: number, size: number, result: number): boolean {
    const { bus } = this.#ports;
    const { view } = this.memory;
    for (let offset = 0; offset < size; offset += 4) {
      const width = Math.min(size, 4) as 1 | 2 | 4;
      const value = physical % width === 0 ? bus.read(physical + offset, width) : undefined;
      if (value === undefined) return false;
      view.setUint32(result + offset, value, true);
    }
    return true;
  }

  #deviceWrite(physical: number, size: number, source: number): boolean {
    const { bus } = this.#ports;
    const { view } = this.memory;
    for (let offset = 0; offset < size; offset += 4) {
      const width = Math.min(size, 4) as 1 | 2 | 4;
      const mask = width === 4 ? 0xffffffff : (1 << (8 * width)) - 1;
      const value = (view.getUint32(source + offset, true) & mask) >>> 0;
      if (physical % width !== 0 || !bus.write(physical + offset, width, value)) return false;
    }
    return true;
  }

  #becameCode(host: number): void {
    for (const { dataTlbs } of this.memory.map.harts) {
      for (const tlb of dataTlbs) this.#tlb.dropWritable(tlb, host);
    }
  }

  // Helpers

  #makeHelpers(): Guest["helpers"] {
    const access = (operation: CsrOperation) => (number: number) => {
      if (!this.csrs.access(number, operation)) this.#illegalHere();
    };
    return {
      csrRead: access("read"),
      csrWrite: access("write"),
      csrSwap: access("swap"),
      csrSet: access("set"),
      csrClear: access("clear"),
      ecall: () => this.#ecall(),
      mret: () => this.#return("mret"),
      sret: () => this.#return("sret"),
      wfi: () => this.#wfi(),
      sfenceVma: (address: bigint) =>
        this.#fence(Number(BigInt.asIntN(32, address)), Number(address >> 32n), false),
      sfenceVmaAll: () => this.#fence(0, 0, true),
      useFloat: () => this.fpu.use(),
      floatArithmetic: this.fpu.arithmetic.bind(this.fpu),
      floatFused: this.fpu.fused.bind(this.fpu),
      floatCompare: this.fpu.compare.bind(this.fpu),
      floatMinMax: this.fpu.minMax.bind(this.fpu),
      floatClass: this.fpu.classify.bind(this.fpu),
      floatToInteger: this.fpu.toInteger.bind(this.fpu),
      floatFromInteger: this.fpu.fromInteger.bind(this.fpu),
      floatConvert: this.fpu.convert.bind(this.fpu),
    };
  }
}

/** What #reach answers where the address is not RAM. */
const DEVICE = -2;

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
