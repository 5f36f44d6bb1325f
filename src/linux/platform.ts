/** What the Linux ABI needs of the platform it runs on. `host/` implements it. */

import type { Outcome } from "../base/errno.ts";
import type { Attributes } from "../base/file-tree.ts";

export interface Clocks {
  /** Nanoseconds since some moment in the past. */
  monotonic(): number;
  /** Nanoseconds since 1970. */
  realtime(): bigint;
}

/** The size of a terminal in characters. */
export interface TerminalSize {
  readonly rows: number;
  readonly columns: number;
}

/** A terminal of the platform. */
export interface HostTerminal {
  readonly size: TerminalSize;
  /** Whether it hands over lines (ICANON), shows what is typed (ECHO), makes signals of keys (ISIG). */
  setMode(mode: { readonly lines: boolean; readonly echo: boolean; readonly signals: boolean }): void;
}

/** One of the three standard streams. Nothing here waits: EAGAIN says that it would have to. */
export interface HostStream {
  readonly terminal: HostTerminal | undefined;
  attributes(): Outcome<Attributes>;
  /** 0 at the end. */
  read(into: Uint8Array): Outcome<number>;
  /** How many bytes were written. */
  write(from: Uint8Array): Outcome<number>;
  /** Whether `read` and `write` would do something at once. Asking begins to look for input. */
  readonly readable: boolean;
  readonly writable: boolean;
  /** Called when that may have changed. */
  changed: () => void;
  /** Where a program may choose the place (a regular file): as lseek(2) with `whence`. */
  seek?(offset: number, whence: number): Outcome<number>;
}

export interface Platform {
  readonly clocks: Clocks;
  readonly fillRandom: (bytes: Uint8Array) => void;
  /** 0, 1 and 2. */
  readonly streams: readonly HostStream[];
  /** Something outside has happened: the kernel has to look what there is to do. */
  wake: () => void;
  /** Takes a line of the trace, where there is one. */
  readonly trace?: ((line: string) => void) | undefined;
}
