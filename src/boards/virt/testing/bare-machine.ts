/** For tests: machines whose time follows from what they execute, and ELF files made from assembly source. */

import { concatBytes, viewOf } from "../../../base/bytes.ts";
import { riscvAssembler } from "../../../isa/riscv/assembly.ts";
import { Machine, type MachineOptions } from "../machine.ts";
import { Base } from "../memory-map.ts";

const HEADERS = 64 + 56;

/** A minimal static ELF file with one segment at the start of RAM. */
export function elfOf(source: string, machine = 243): Uint8Array {
  const { bytes } = riscvAssembler().assemble(source, BigInt(Base.ram));
  const header = new Uint8Array(HEADERS);
  const view = viewOf(header);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, 2, true);
  view.setUint16(18, machine, true);
  view.setUint32(20, 1, true);
  view.setBigUint64(24, BigInt(Base.ram), true);
  view.setBigUint64(32, 64n, true);
  view.setUint16(52, 64, true);
  view.setUint16(54, 56, true);
  view.setUint16(56, 1, true);
  view.setUint16(58, 64, true);
  view.setUint32(64, 1, true);
  view.setUint32(68, 7, true);
  view.setBigUint64(72, BigInt(HEADERS), true);
  view.setBigUint64(80, BigInt(Base.ram), true);
  view.setBigUint64(88, BigInt(Base.ram), true);
  view.setBigUint64(96, BigInt(bytes.length), true);
  view.setBigUint64(104, BigInt(bytes.length), true);
  return concatBytes([header, bytes]);
}

export interface BareMachine {
  readonly machine: Machine;
  readonly options: MachineOptions;
  /** What the guest wrote to the UART so far. */
  output(): string;
}

export function machineOptions(
  append: (text: string) => void,
  more: Partial<MachineOptions> = {},
): MachineOptions {
  return {
    memoryBytes: 32 * 2 ** 20,
    serialOutput: (bytes) => append(String.fromCharCode(...bytes)),
    wallClock: { nanoseconds: () => 1_000_000_000n },
    entropy: { fill: (bytes) => void bytes.fill(1) },
    time: "instructions",
    ...more,
  };
}

/** A machine that starts an assembly program in machine mode. */
export function bareMachine(source: string, more: Partial<MachineOptions> = {}): BareMachine {
  let output = "";
  const options = machineOptions((text) => {
    output += text;
  }, more);
  const machine = new Machine(options);
  machine.bootBare({ kernel: elfOf(source), kernelName: "test.elf" });
  return { machine, options, output: () => output };
}
