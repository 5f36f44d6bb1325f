/** Runs the conformance programs on a Strata hart with nothing around it but what they touch. */

import type { Technique } from "../../src/engine/technique.ts";
import { allowFusing } from "../../src/host/node/wasm-flags.ts";
import type { Hart } from "../../src/isa/riscv/hart.ts";
import { csr, Interrupt } from "../../src/isa/riscv/state.ts";
import { type BarePorts, bareHart } from "../../src/isa/riscv/testing/bare-hart.ts";
import { PROGRAM_BASE, PROGRAM_BYTES, type UserProgram } from "./user-program.ts";

allowFusing();

const MSTATUS_FS = 0x6000;
const ECALL_FROM_MACHINE = 11n;
const STEPS = 20_000_000;

interface Machine {
  readonly hart: Hart;
  readonly ram: Uint8Array;
  load(image: Uint8Array): void;
}

function makeMachine(ramBase: number, ramBytes: number, ports: BarePorts = {}): Machine {
  const { hart, ram } = bareHart({ ramBase, ramBytes }, technique, ports);
  const load = (image: Uint8Array): void => {
    ram.fill(0);
    ram.set(image);
    hart.reset();
    hart.pc = BigInt(ramBase);
  };
  return { hart, ram, load };
}

let userMachine: Machine | undefined;

/** STRATA_TECHNIQUE=translate translates every block at its first execution. */
const technique: Technique = process.env.STRATA_TECHNIQUE === "translate" ? "translate" : "interpret";

/** The results of a program, at the time when it makes its first system call. */
export function runUserInStrata({ name, image, results }: UserProgram): Uint8Array {
  userMachine ??= makeMachine(PROGRAM_BASE, PROGRAM_BYTES);
  const { hart, ram, load } = userMachine;
  const handler = BigInt(PROGRAM_BASE + PROGRAM_BYTES - 4096);
  load(image);
  // jal zero, 0
  ram.set([0x6f, 0, 0, 0], PROGRAM_BYTES - 4096);
  hart.memory.setLong(csr.mtvec, handler);
  hart.memory.setLong(csr.mstatus, hart.memory.getLong(csr.mstatus) | BigInt(MSTATUS_FS));
  for (let steps = 0; steps < STEPS && hart.pc !== handler; ) steps += hart.run(100_000);
  const cause = hart.memory.getLong(csr.mcause);
  if (hart.pc !== handler || cause !== ECALL_FROM_MACHINE) {
    const at = hart.memory.getLong(csr.mepc).toString(16);
    throw new Error(`${name} did not end: pc 0x${hart.pc.toString(16)}, trap ${cause} at 0x${at}`);
  }
  return ram.slice(results, image.length);
}

const UART = 0x10000000;
/** The line status register: the transmitter is empty. */
const UART_STATUS = UART + 5;
const TEST_DEVICE = 0x00100000;
const MSIP = 0x02000000;
const MTIMECMP = 0x02004000;
const TICKS = 1_000_000n;

/** What a bare-machine program prints until it powers off: a serial port's transmitter and the test device. */
export function runSystemInStrata(image: Uint8Array, base: number, ramBytes = 64 << 20): string {
  const text: number[] = [];
  let off = false;
  const deadline = new DataView(new ArrayBuffer(8));
  deadline.setBigUint64(0, 2n ** 64n - 1n, true);
  const write = (address: number, width: 1 | 2 | 4, value: number): boolean => {
    if (address === UART) text.push(value);
    else if (address === TEST_DEVICE) off = true;
    else if (address === MSIP) machine.hart.setWire(Interrupt.MSIP, (value & 1) !== 0);
    else if (address === MTIMECMP || address === MTIMECMP + 4) {
      deadline.setUint32(address - MTIMECMP, value, true);
      machine.hart.setWire(Interrupt.MTIP, deadline.getBigUint64(0, true) <= TICKS);
    } else return false;
    return width > 0;
  };
  const machine = makeMachine(base, ramBytes, {
    bus: { read: (address) => (address === UART_STATUS ? 0x60 : undefined), write },
    ticks: () => TICKS,
  });
  machine.load(image);
  for (let steps = 0; steps < STEPS && !off; ) {
    const made = machine.hart.run(100_000);
    if (made === 0) throw new Error(`the program waits for ever: pc 0x${machine.hart.pc.toString(16)}`);
    steps += made;
  }
  if (!off) throw new Error(`the program did not power off: pc 0x${machine.hart.pc.toString(16)}`);
  return new TextDecoder().decode(Uint8Array.from(text));
}
