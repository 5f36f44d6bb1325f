/**
 * What a device is: a pure state machine that knows neither its address, nor its board, nor a processor.
 * All that it needs from outside comes as ports; all that it is can be saved as plain data.
 */

import type { Bytes } from "../base/bytes.ts";

/** The width of one access to a device, in bytes. The bus splits 8-byte accesses, low half first. */
export type Width = 1 | 2 | 4;

/** A window of registers. Offsets are relative to the window; values are unsigned. Neither call ever throws. */
export interface MmioDevice {
  /** The value at `offset`; what the part does not implement reads as its manual says, else 0. */
  read(offset: number, width: Width): number;
  write(offset: number, width: Width, value: number): void;
}

/** Plain data that JSON can carry: the saved state of a device. */
export type Saved = null | boolean | number | string | readonly Saved[] | { readonly [key: string]: Saved };

/** A device that can be saved: `new Device(ports, saved)` makes its equal. */
export interface Saveable {
  save(): Saved;
}

/** A level-triggered interrupt wire. */
export interface InterruptLine {
  set(raised: boolean): void;
}

/** Guest memory as a device sees it (DMA). Addresses are guest-physical; they may be any number at all. */
export interface DmaMemory {
  /** The `length` bytes at `address` to read, without copying; undefined unless all of them are RAM. */
  readable(address: number, length: number): Bytes | undefined;
  /** The same to write: what is written there takes effect for the processor, code included. */
  writable(address: number, length: number): Bytes | undefined;
}

/** The time of day. */
export interface WallClock {
  /** Nanoseconds since 1970-01-01T00:00Z. */
  nanoseconds(): bigint;
}

/** The machine's timer: counts `frequency` ticks a second from power-on (RISC-V: mtime). */
export interface TickClock {
  readonly frequency: number;
  ticks(): bigint;
}

/** Where random bytes come from. */
export interface Entropy {
  fill(bytes: Bytes): void;
}
