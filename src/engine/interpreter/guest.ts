/** What generated code asks for while it runs: the port between the engine and an instruction set. */

import type { Reaching } from "../ir.ts";

/** What the instruction set does for generated code. Each finds the guest's exact state in memory. */
export interface Guest {
  /**
   * The address in linear memory of the page of RAM that holds the instruction at a virtual address (two halves).
   * -1 after a trap, which has changed `pc`.
   */
  fetchPage(low: number, high: number): number;
  /** Whether all of the page just fetched from may be executed alike; else every instruction is fetched by itself. */
  fetchedWholePage(): boolean;
  /**
   * As `fetchPage`, but the guest sees nothing of it: -1 where that would trap or change its memory, or not all of the page may
   * be executed.
   */
  peekPage(low: number, high: number): number;
  /**
   * The address in linear memory of `size` bytes of RAM that may be read, or written, and are within a page; 0 where there is
   * more to the access than that. It enters the TLB where it may.
   */
  findPlace(low: number, high: number, size: number, access: Reaching): number;
  /** Reads bytes into the slot `result`; `FOR_WRITE` is added to the size where the location is then written. */
  slowLoad(low: number, high: number, size: number): void;
  /** Writes `size` bytes from the slot `result`. */
  slowStore(low: number, high: number, size: number): void;
  /** Takes a trap with a cause and a value (two halves). */
  trap(cause: number, low: number, high: number): void;
  /** The bits are no instruction. */
  illegal(bits: number): void;
  /** The helpers that the descriptions name. */
  readonly helpers: Readonly<Record<string, (...args: never[]) => unknown>>;
}
