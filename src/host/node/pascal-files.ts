/** The files of a Pascal program in Node: the standard streams, and files named on the command line, all read and written at once. */

import { closeSync, openSync, readSync, writeSync } from "node:fs";
import type { FilePorts, OpenFile } from "../../boards/pmachine/file-ports.ts";

/** How long to wait before a stream that has nothing yet is asked again, in milliseconds. */
const PAUSE = 10;

/** Files by the arguments of the program; those that it does not have are named as in the program. */
export class PascalFiles implements FilePorts {
  readonly #args: readonly string[];
  readonly #input: string | undefined;

  /** @param input a file in place of the standard input */
  constructor(args: readonly string[], input?: string) {
    this.#args = args;
    this.#input = input;
  }

  open(name: string, position: number, mode: "read" | "write"): OpenFile | string {
    if (name === "input" && mode === "write") return "input cannot be written";
    if (name === "input" && this.#input === undefined) return new Descriptor(0, false);
    if (name === "output") return mode === "write" ? new Descriptor(1, false) : "output cannot be read";
    return this.#openPath(name === "input" ? (this.#input ?? name) : (this.#args[position] ?? name), mode);
  }

  #openPath(path: string, mode: "read" | "write"): OpenFile | string {
    try {
      return new Descriptor(openSync(path, mode === "read" ? "r" : "w"), true);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return `the file "${path}" cannot be opened${code === "ENOENT" ? ": there is none" : ` (${code})`}`;
    }
  }
}

class Descriptor implements OpenFile {
  readonly #fd: number;
  readonly #closes: boolean;

  constructor(fd: number, closes: boolean) {
    this.#fd = fd;
    this.#closes = closes;
  }

  read(buffer: Uint8Array): number {
    for (;;) {
      try {
        return readSync(this.#fd, buffer);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "EOF") return 0;
        if (code !== "EAGAIN") throw error;
        pause();
      }
    }
  }

  write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      try {
        done += writeSync(this.#fd, bytes, done);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
        pause();
      }
    }
  }

  close(): void {
    if (this.#closes) closeSync(this.#fd);
  }
}

/** A stream that does not block has nothing, or takes nothing, just now. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
}
