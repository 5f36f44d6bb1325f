/**
 * RISC-V, 64 bits: RV64GC with Zba, Zbb and Zbs. System calls by ECALL: the number in a7, arguments in a0 to a5, the result in
 * a0 (syscall(2)). linux/arch/riscv/include/uapi/asm/hwcap.h.
 */

import type { InterpreterOptions } from "../../engine/interpreter/interpreter.ts";
import type { MemoryMap } from "../../engine/memory-map.ts";
import { Hart } from "../../isa/riscv/hart.ts";
import { layOutRiscvMemory } from "../../isa/riscv/memory-map.ts";
import { Access as HartAccess, PMP_ADDRESS_MASK } from "../../isa/riscv/pmp.ts";
import {
  Cause,
  csr,
  layout,
  Mstatus,
  Privilege,
  privilege,
  reservation,
  reservedValue,
  x,
} from "../../isa/riscv/state.ts";
import { PAGE } from "../memory/frames.ts";
import { FLAT_HIGH, FLAT_LOW } from "../memory/places.ts";
import {
  Access,
  type Architecture,
  type FrameMemory,
  type Processor,
  type ProcessorPorts,
  type ReturnedFrame,
  type SavedRegisters,
  type SignalFrame,
  type Trap,
} from "../processor.ts";
import { readSignalFrame, SIGNAL_FRAME_BYTES, writeSignalFrame } from "./riscv64-signal-frame.ts";

const SP = 2;
const TP = 4;
const RA = 1;
const A0 = 10;
const A7 = 17;

/** The letters of the extensions I, M, A, F, D and C, as bits. */
const HWCAP = [..."IMAFDC"].reduce((bits, letter) => bits | (1 << (letter.charCodeAt(0) - 65)), 0);

export const riscv64: Architecture = {
  name: "riscv64",
  elfMachine: 243,
  hardwareCapabilities: HWCAP,
  // li a7, 139; ecall: the two instructions by which unwinders know a signal frame.
  trampoline: new Uint8Array([0x93, 0x08, 0xb0, 0x08, 0x73, 0x00, 0x00, 0x00]),
  cpuInfo: "isa\t\t: rv64imafdc_zicsr_zifencei_zba_zbb_zbs\nmmu\t\t: sv39\nuarch\t\t: strata\n",
};

/** From x0 to the end of the state that belongs to the program; pc beside it. */
const STATE_START = x.offset;
const STATE_END = reservedValue.offset + 8;

class Riscv64Registers implements SavedRegisters {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  pc: bigint;

  constructor(bytes: Uint8Array, pc: bigint) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.pc = pc;
  }

  copy(): SavedRegisters {
    return new Riscv64Registers(this.bytes.slice(), this.pc);
  }

  finishCall(result: number): void {
    this.#set(A0, result);
    this.pc += 4n;
  }

  setStack(address: number): void {
    this.#set(SP, address);
  }

  setThreadPointer(address: number): void {
    this.#set(TP, address);
  }

  #set(index: number, value: number): void {
    this.#view.setBigInt64(8 * index, BigInt(value), true);
  }
}

/** Predecoded pages that are kept: 16 KiB of memory for each one that is used. */
const RECORD_PAGES = 2048;

const flatRange = { low: FLAT_LOW, high: FLAT_HIGH };
const FLAT_BYTES = FLAT_HIGH - FLAT_LOW;
/** Not used at the end of the flat range, so that what is accessed together from an address below that is inside. */
const FLAT_MARGIN = 512;
/** RAM that an addressable linear memory has room for. */
const MOST_RAM = 3.5 * 2 ** 30;

/** Where everything lies in the memory of a process machine; a flat one has the flat window in front of its RAM. */
export function riscv64MemoryMap(ramBytes: number, isFlat: boolean): MemoryMap {
  const common = { harts: 1, recordPages: RECORD_PAGES, ramBase: 0 };
  return isFlat
    ? layOutRiscvMemory({ ...common, ramBytes: FLAT_BYTES + ramBytes, flat: flatRange })
    : layOutRiscvMemory({ ...common, ramBytes });
}

export interface Riscv64Options extends InterpreterOptions {
  /** Whether a space may have its addresses as they are, where code is translated and there is room. */
  readonly flat: boolean;
}

export class Riscv64Processor implements Processor {
  readonly ram: Uint8Array;
  readonly #hart: Hart;
  readonly #ramStart: number;

  readonly flatPages: number;

  constructor(
    ramBytes: number,
    { flat, ...options }: Riscv64Options,
    ports: ProcessorPorts & { ticks(): bigint },
  ) {
    const isFlat = flat && options.technique !== "interpret" && ramBytes + FLAT_BYTES <= MOST_RAM;
    this.flatPages = isFlat ? FLAT_BYTES / PAGE : 0;
    const map = riscv64MemoryMap(ramBytes, isFlat);
    const memory = new WebAssembly.Memory({ initial: map.pages });
    const harts: Hart[] = [];
    this.#hart = new Hart(memory, map, 0, {
      bus: { read: () => undefined, write: () => false },
      ticks: ports.ticks,
      ...options,
      harts: () => harts,
      userMode: {
        translate: (low, high, access, peeks) => {
          const address = (high >>> 0) * 2 ** 32 + (low >>> 0);
          return ports.translate(address, accessOf[access], peeks);
        },
        trap: (cause, value) => ports.trap(trapOf(cause, value)),
      },
    });
    harts.push(this.#hart);
    this.#ramStart = map.ram;
    this.ram = new Uint8Array(memory.buffer, map.ram, map.ramBytes);
    this.#enterUserMode();
  }

  /** What a kernel sets up before it runs programs: all memory, counters and floating point may be used. */
  #enterUserMode(): void {
    const { memory } = this.#hart;
    memory.setByte(csr.pmpcfg, 0, 0x1f);
    memory.setLong(csr.pmpaddr, PMP_ADDRESS_MASK, 0);
    memory.set(csr.mcounteren, 7);
    memory.set(csr.scounteren, 7);
    memory.set(csr.mstatus, memory.get(csr.mstatus) | Mstatus.FS);
    memory.set(privilege, Privilege.user);
    this.#hart.rewound();
  }

  run(budget: number): number {
    return this.#hart.run(budget);
  }

  get translations() {
    return this.#hart.translations;
  }

  pause(): void {
    this.#hart.pause();
  }

  save(): SavedRegisters {
    const { state } = this.#hart.memory.hart;
    const bytes = this.#hart.memory.bytes.slice(state + STATE_START, state + STATE_END);
    return new Riscv64Registers(bytes, this.#hart.pc);
  }

  load(registers: SavedRegisters): void {
    const { bytes, pc } = registers as Riscv64Registers;
    const { memory } = this.#hart;
    memory.bytes.set(bytes, memory.hart.state + STATE_START);
    // Whoever ran in between may have stored where this task has a reservation.
    memory.setLong(reservation, -1n);
    this.#hart.pc = pc;
  }

  start(pc: number, stack: number): void {
    for (let index = 1; index < 32; index++) {
      this.#hart.setX(index, 0n);
      this.#hart.setF(index, 0n);
    }
    this.#hart.setF(0, 0n);
    this.#hart.fpu.setFcsr(0);
    this.#hart.memory.setLong(reservation, -1n);
    this.#hart.setX(SP, BigInt(stack));
    this.#hart.pc = BigInt(pc);
  }

  get pc(): number {
    return Number(this.#hart.pc);
  }

  get stack(): number {
    return Number(this.#hart.getX(SP));
  }

  get callNumber(): number {
    return this.#low(A7);
  }

  argumentLow(index: number): number {
    return this.#low(A0 + index);
  }

  argumentHigh(index: number): number {
    return this.#word(A0 + index, 1);
  }

  finishCall(result: number): void {
    this.#hart.setX(A0, BigInt(result));
    this.#hart.pc += 4n;
  }

  repeatCall(firstLow: number, firstHigh: number): void {
    this.#hart.setX(A0, (BigInt(firstHigh) << 32n) | BigInt(firstLow >>> 0));
    this.#hart.pc -= 4n;
  }

  #low(index: number): number {
    return this.#word(index, 0);
  }

  #word(index: number, half: number): number {
    const { memory } = this.#hart;
    return memory.words[(memory.hart.state + x.offset) / 4 + 2 * index + half] ?? 0;
  }

  enterHandler(frame: SignalFrame, memory: FrameMemory): boolean {
    const top = frame.stack ?? this.stack;
    const at = top - SIGNAL_FRAME_BYTES - ((top - SIGNAL_FRAME_BYTES) % 16);
    if (at < 0 || !memory.write(at, writeSignalFrame(this.#hart, frame))) return false;
    this.#hart.setX(RA, BigInt(frame.trampoline));
    this.#hart.setX(SP, BigInt(at));
    this.#hart.setX(A0, BigInt(frame.signal));
    this.#hart.setX(A0 + 1, BigInt(at));
    this.#hart.setX(A0 + 2, BigInt(at + 128));
    this.#hart.pc = BigInt(frame.handler);
    return true;
  }

  leaveHandler(memory: FrameMemory): ReturnedFrame | undefined {
    const bytes = memory.read(this.stack, SIGNAL_FRAME_BYTES);
    if (!bytes) return undefined;
    this.#hart.memory.setLong(reservation, -1n);
    return readSignalFrame(this.#hart, bytes);
  }

  setFlat(isFlat: boolean): void {
    this.#hart.memory.setLong(layout.flatBytes, isFlat ? BigInt(FLAT_BYTES - FLAT_MARGIN) : 0n);
  }

  flush(): void {
    this.#hart.mmu.flush();
  }

  flushPage(address: number): void {
    this.#hart.mmu.flushAddress(address | 0, Math.floor(address / 2 ** 32));
  }

  written(offset: number, length: number): void {
    this.#hart.codeWritten(this.#ramStart + offset, length);
  }
}

const accessOf = {
  [HartAccess.read]: Access.read,
  [HartAccess.write]: Access.write,
  [HartAccess.fetch]: Access.execute,
} as const;

/** An exception as Linux sorts them (arch/riscv/kernel/traps.c). */
function trapOf(cause: number, value: bigint): Trap {
  const address = Number(value);
  switch (cause) {
    case Cause.ecallFromUser:
      return { kind: "system-call" };
    case Cause.breakpoint:
      return { kind: "breakpoint" };
    case Cause.fetchPageFault:
    case Cause.fetchAccess:
      return { kind: "page-fault", address, access: Access.execute };
    case Cause.loadPageFault:
    case Cause.loadAccess:
      return { kind: "page-fault", address, access: Access.read };
    case Cause.storePageFault:
    case Cause.storeAccess:
      return { kind: "page-fault", address, access: Access.write };
    case Cause.loadMisaligned:
    case Cause.storeMisaligned:
    case Cause.fetchMisaligned:
      return { kind: "misaligned", address };
    default:
      return { kind: "illegal-instruction" };
  }
}
