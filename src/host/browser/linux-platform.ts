/**
 * What the Linux ABI needs of its platform, in a browser: clocks and randomness, and a text as standard input. There is no
 * network and there are no programs of the platform's own; the terminal is Linux's (`ProgramTerminal`).
 */

import type { Outcome } from "../../base/errno.ts";
import type { Attributes } from "../../base/file-tree.ts";
import type { HostStream, Platform } from "../../linux/platform.ts";
import { browserClock, browserEntropy } from "./ports.ts";

/** S_IFIFO, readable and writable. */
const PIPE_MODE = 0o010600;

export interface BrowserPlatformOptions {
  /** Standard input to its end; undefined where programs read the terminal. */
  readonly input: Uint8Array | undefined;
  /** Takes each line of a trace of system calls. */
  readonly trace: ((line: string) => void) | undefined;
}

export function browserPlatform({ input, trace }: BrowserPlatformOptions): Platform {
  return {
    clocks: {
      // From the page's beginning, so that it is not zero at the program's.
      monotonic: () => Math.round(performance.now() * 1e6),
      realtime: () => browserClock.nanoseconds(),
    },
    fillRandom: (bytes) => {
      browserEntropy.fill(bytes);
      return bytes;
    },
    network: undefined,
    programs: undefined,
    streams: input ? [new InputStream(input)] : [],
    wake: () => {},
    trace,
  };
}

/** Bytes that are all there, as those of a pipe whose writer has gone. */
class InputStream implements HostStream {
  readonly terminal = undefined;
  readonly readable = true;
  readonly writable = false;
  changed: () => void = () => {};
  #left: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#left = bytes;
  }

  attributes(): Outcome<Attributes> {
    const time = browserClock.nanoseconds();
    return {
      ino: 1n,
      size: 0n,
      blocks: 0n,
      atime: time,
      mtime: time,
      ctime: time,
      mode: PIPE_MODE,
      nlink: 1,
      uid: 0,
      gid: 0,
      rdev: 0,
      blockSize: 4096,
    };
  }

  read(into: Uint8Array): Outcome<number> {
    const taken = this.#left.subarray(0, into.length);
    into.set(taken);
    this.#left = this.#left.subarray(taken.length);
    return taken.length;
  }

  write(): Outcome<number> {
    return { errno: "EBADF" };
  }
}
