/**
 * A RISC-V hart: what generated code asks for while it runs (memory behind the TLB, traps, CSRs), and the loop that
 * runs it. The RISC-V Instruction Set Manual, volume II, chapters 3 and 12.
 *
 * The count of steps, one for each instruction and each trap, is the machine's own time: it depends on nothing outside.
 */

import type { Guest } from "../../engine/interpreter/guest.ts";
import { Interpreter } from "../../engine/interpreter/interpreter.ts";
import type { MemoryMap } from "../../engine/memory-map.ts";
import { Leave } from "../../engine/state-layout.ts";
import type { Technique } from "../../engine/technique.ts";
import { Tlb } from "../../engine/tlb.ts";
import type { TranslationCache } from "../../engine/translation-cache.ts";
import { CsrFile, type CsrOperation, MSTATUS_HIGH } from "./csr-file.ts";
import { Fpu } from "./fpu.ts";
import { HartMemory } from "./hart-memory.ts";
import { riscv } from "./instruction-set.ts";
import { Mmu, type UserTranslation } from "./mmu.ts";
import { Pmp } from "./pmp.ts";
import { type PhysicalBus, SlowMemory } from "./slow-memory.ts";
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
import { enterTrap, returnFromTrap } from "./traps.ts";
import type { RiscvOps } from "./vocabulary.ts";

/** Who runs programs in user mode where no operating system in the guest does. */
export interface UserModePorts {
  readonly translate: UserTranslation;
  /** Takes every trap from user mode, ECALL too, between two instructions; `pc` is at the one that trapped. */
  readonly trap: (cause: number, value: bigint) => void;
}

/** What a hart needs from its board. */
export interface HartPorts {
  readonly bus: PhysicalBus;
  /** mtime. */
  readonly ticks: () => bigint;
  /** Takes an ECALL from supervisor mode; false leaves it to the guest's machine mode. */
  readonly supervisorCall?: (hart: Hart) => boolean;
  readonly userMode?: UserModePorts;
  /** How code is executed; "interpret" if absent. */
  readonly technique?: Technique | undefined;
  /** What earlier runs compiled. */
  readonly translations?: TranslationCache | undefined;
  /** Hears of each run. */
  readonly profiler?: HartProfiler | undefined;
  /** All harts that share the memory, this one too. */
  readonly harts: () => readonly Hart[];
}

/** Wants to know what a hart does. */
export interface HartProfiler {
  begin(hart: Hart): void;
  /** The hart has made so many steps; `regionSteps` tells how many of them in regions. */
  end(hart: Hart, steps: number): void;
}

/** Volume II, section 3.1.9: the order in which pending interrupts are taken. */
const INTERRUPT_PRIORITY = [
  Interrupt.MEIP,
  Interrupt.MSIP,
  Interrupt.MTIP,
  Interrupt.SEIP,
  Interrupt.SSIP,
  Interrupt.STIP,
] as const;

export class Hart {
  readonly id: number;
  readonly memory: HartMemory;
  readonly csrs: CsrFile;
  readonly mmu: Mmu;
  readonly pmp: Pmp;
  readonly fpu: Fpu;
  readonly #ports: HartPorts;
  readonly #tlb: Tlb;
  readonly #slow: SlowMemory;
  readonly #interpreter: Interpreter<RiscvOps>;
  /** Budget taken away so that the interpreter comes back early. */
  #withheld = 0;
  /** Steps that will have been made when the budget is spent. */
  #target = 0;

  constructor(memory: WebAssembly.Memory, map: MemoryMap, id: number, ports: HartPorts) {
    this.id = id;
    this.#ports = ports;
    this.memory = new HartMemory(memory, map, id);
    this.#tlb = new Tlb(memory.buffer);
    this.pmp = new Pmp(this.memory);
    this.mmu = new Mmu(this.memory, this.#tlb, this.pmp, ports.userMode?.translate);
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
        this.mmu.setWalks();
        this.#stop();
      },
      protectionChanged: () => {
        this.pmp.update();
        this.mmu.flushAll();
        this.#stop();
      },
    });
    this.#slow = new SlowMemory({
      memory: this.memory,
      mmu: this.mmu,
      pmp: this.pmp,
      bus: ports.bus,
      trap: (cause, low, high) => this.#trap(cause, low, high),
      holdsCode: (host, length) => ports.harts().some((hart) => hart.holdsCode(host, length)),
      codeWritten: (host, length) => {
        for (const hart of ports.harts()) hart.codeWritten(host, length);
      },
    });
    this.#interpreter = new Interpreter(
      riscv,
      memory,
      map,
      this.memory.hart,
      this.#guest(),
      (host) => this.#becameCode(host),
      ports,
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

  /** The state in memory was replaced, and RAM: all that is derived from them is made anew. */
  restored(): void {
    this.rewound();
    this.#interpreter.clear();
  }

  /** As `restored`, where `codeWritten` was told what changed in RAM: translated code stays. */
  rewound(): void {
    this.#withheld = 0;
    this.#target = Number(this.memory.getLong(steps));
    this.memory.set(layout.budget, 0);
    this.#interpreter.forgetEpoch();
    this.pmp.update();
    this.mmu.flushAll();
    this.mmu.updateContext();
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
    this.#ports.profiler?.begin(this);
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
      this.#passUserTrap();
    }
    this.#ports.profiler?.end(this, this.steps - start);
    this.#interpreter.sample(this.steps - start);
    this.#target = this.steps;
    this.memory.set(layout.budget, 0);
    this.memory.setLong(steps, BigInt(this.#target));
    return this.#target - start;
  }

  /** What was translated so far; undefined where nothing is. */
  get translations() {
    return this.#interpreter.translations;
  }

  /** Executes in another way from now on. To be called between two runs. */
  setTechnique(technique: Technique): void {
    this.#interpreter.setTechnique(technique);
  }

  /** The beginning of the region that an address is in, if it is in one. */
  regionAt(address: bigint): bigint | undefined {
    const at = BigInt.asIntN(64, address);
    const before = this.#interpreter.regionStart(Number(BigInt.asIntN(32, at)), Number(at >> 32n));
    return before === undefined ? undefined : BigInt.asUintN(64, at + BigInt(before));
  }

  /** What the region that an address is in was made of; undefined where it is in none. */
  regionSource(address: bigint) {
    const at = BigInt.asIntN(64, address);
    return this.#interpreter.regionSource(Number(BigInt.asIntN(32, at)), Number(at >> 32n));
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
    const chosen = INTERRUPT_PRIORITY.find((interrupt) => takable & interrupt);
    if (chosen === undefined) return;
    enterTrap(this.memory, 31 - Math.clz32(chosen), true, 0, 0);
    this.mmu.updateContext();
    this.#target += 1;
  }

  // Traps

  #trap(cause: number, low: number, high: number): void {
    this.memory.set(layout.leave, Leave.abandon);
    if (this.#ports.userMode && this.memory.get(privilege) === Privilege.user) {
      this.#userTrap = { cause, value: (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0) };
      this.#stop();
      return;
    }
    enterTrap(this.memory, cause, false, low, high);
    this.mmu.updateContext();
  }

  /** A trap that is to be passed on as soon as no generated code runs. */
  #userTrap: { readonly cause: number; readonly value: bigint } | undefined;

  #passUserTrap(): void {
    const trap = this.#userTrap;
    this.#userTrap = undefined;
    if (trap) this.#ports.userMode?.trap(trap.cause, trap.value);
  }

  /** An illegal instruction that was decoded as a legal one: its bits are read again. */
  #illegalHere(): void {
    const [low, high] = [this.memory.get(layout.pc), this.memory.getHigh(layout.pc)];
    const half = (offset: number): number => {
      const at = (low + offset) | 0;
      const page = this.#slow.fetchPage(at, at >>> 0 < low >>> 0 ? high + 1 : high);
      return page < 0 ? 0 : this.memory.view.getUint16(page + (at & 0xfff), true);
    };
    const first = half(0);
    const bits = riscv.lengthOf(first) === 2 ? first : first | (half(2) << 16);
    this.#trap(Cause.illegalInstruction, bits, 0);
  }

  #ecall(): void {
    const mode = this.memory.get(privilege);
    if (mode === Privilege.supervisor && this.#ports.supervisorCall?.(this)) {
      this.memory.setLong(layout.pc, this.memory.getLong(layout.pc) + 4n);
      this.memory.set(layout.leave, Leave.abandon);
      this.mmu.updateContext();
      return;
    }
    this.#trap(Cause.ecallFromUser + mode, 0, 0);
  }

  #return(from: "mret" | "sret"): void {
    if (!returnFromTrap(this.memory, from)) {
      this.#illegalHere();
      return;
    }
    this.memory.set(layout.leave, Leave.abandon);
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

  // Predecoded code

  /** Whether any of these bytes are a predecoded or translated instruction. */
  holdsCode(host: number, length: number): boolean {
    return this.#interpreter.holdsCode(host, length);
  }

  /** Memory was written other than through the TLB: predecoded instructions there are void. */
  codeWritten(host: number, length: number): void {
    this.#interpreter.written(host, length);
  }

  #becameCode(host: number): void {
    for (const { dataTlbs } of this.memory.map.harts) {
      for (const tlb of dataTlbs) this.#tlb.dropWritable(tlb, host);
    }
  }

  // Helpers

  /** What generated code calls. */
  #guest(): Guest {
    return {
      fetchPage: (low, high) => this.#slow.fetchPage(low, high),
      fetchedWholePage: () => this.#slow.fetchedWholePage(),
      peekPage: (low, high) => this.#slow.peekPage(low, high),
      findPlace: (low, high, size, access) => this.#slow.findPlace(low, high, size, access),
      slowLoad: (low, high, size) => this.#slow.slowLoad(low, high, size),
      slowStore: (low, high, size) => this.#slow.slowStore(low, high, size),
      trap: (cause, low, high) => this.#trap(cause, low, high),
      illegal: (bits) => this.#trap(Cause.illegalInstruction, bits, 0),
      helpers: this.#makeHelpers(),
    };
  }

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
      floatToInteger: this.fpu.toInteger.bind(this.fpu),
      floatFromInteger: this.fpu.fromInteger.bind(this.fpu),
      floatConvert: this.fpu.convert.bind(this.fpu),
    };
  }
}
