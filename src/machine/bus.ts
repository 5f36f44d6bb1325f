/**
 * The physical address space of a board: windows of devices at addresses, and what happens between them.
 * RAM is not here: the processor reaches it directly.
 */

import { hex } from "../base/bits.ts";
import { InternalError } from "../base/errors.ts";
import type { MmioDevice, Width } from "./device.ts";

/** A device at its place. */
export interface BusWindow {
  readonly name: string;
  readonly base: number;
  readonly size: number;
  readonly device: MmioDevice;
}

/** Finds the window of an address; windows never overlap. */
export class Bus {
  readonly #windows: BusWindow[] = [];
  #last: BusWindow | undefined;

  /** The windows in the order of their addresses. */
  get windows(): readonly BusWindow[] {
    return this.#windows;
  }

  /** Puts a device at `base`. Throws InternalError where it would overlap another one. */
  attach(name: string, base: number, size: number, device: MmioDevice): void {
    const clash = this.#windows.find((other) => base < other.base + other.size && other.base < base + size);
    if (clash) {
      throw new InternalError(`${name} at ${hex(base)} overlaps ${clash.name} at ${hex(clash.base)}`);
    }
    this.#windows.push({ name, base, size, device });
    this.#windows.sort((a, b) => a.base - b.base);
  }

  /** The window that holds all `width` bytes at `address`; undefined where nothing answers (an access fault). */
  find(address: number, width: number): BusWindow | undefined {
    const last = this.#last;
    if (last && address >= last.base && address + width <= last.base + last.size) return last;
    this.#last = this.#windows.find(({ base, size }) => address >= base && address + width <= base + size);
    return this.#last;
  }

  /** Reads 1, 2 or 4 bytes; undefined is an access fault. */
  read(address: number, width: Width): number | undefined {
    const window = this.find(address, width);
    return window && window.device.read(address - window.base, width) >>> 0;
  }

  /** Writes 1, 2 or 4 bytes; false is an access fault. */
  write(address: number, width: Width, value: number): boolean {
    const window = this.find(address, width);
    window?.device.write(address - window.base, width, value >>> 0);
    return window !== undefined;
  }
}
