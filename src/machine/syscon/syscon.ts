/**
 * The system controller by which a guest ends or restarts its machine: SiFive's test device ("sifive,test1"), one
 * word at offset 0. Bits 15:0 say what to do, bits 31:16 are a code.
 */

import type { MmioDevice, Width } from "../device.ts";

export const SYSCON_SIZE = 0x1000;

export const SYSCON_FAIL = 0x3333;
export const SYSCON_POWER_OFF = 0x5555;
export const SYSCON_RESET = 0x7777;

/** What the guest asked for; `code` is 0 except as it chose with "fail". */
export type SysconEvent = { readonly kind: "power-off" | "fail" | "reset"; readonly code: number };

export interface SysconPorts {
  /** Called in the midst of the guest's store: take note, and act when the processor has stopped. */
  event(event: SysconEvent): void;
}

const KINDS = new Map<number, SysconEvent["kind"]>([
  [SYSCON_FAIL, "fail"],
  [SYSCON_POWER_OFF, "power-off"],
  [SYSCON_RESET, "reset"],
]);

/** A part without state. */
export class Syscon implements MmioDevice {
  readonly #ports: SysconPorts;

  constructor(ports: SysconPorts) {
    this.#ports = ports;
  }

  read(_offset: number, _width: Width): number {
    return 0;
  }

  write(offset: number, width: Width, value: number): void {
    if (offset !== 0 || width === 1) return;
    const kind = KINDS.get(value & 0xffff);
    if (kind) this.#ports.event({ kind, code: value >>> 16 });
  }
}
