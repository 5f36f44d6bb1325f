/** The file descriptors of a process (open(2), dup(2), fcntl(2)); processes made with CLONE_FILES share them. */

import type { Outcome } from "../../base/errno.ts";
import { releaseLocks } from "./file-locks.ts";
import type { OpenFile } from "./open-file.ts";

interface Descriptor {
  readonly file: OpenFile;
  readonly closeOnExec: boolean;
}

const EBADF = { errno: "EBADF" } as const;
/** fs.nr_open: no limit of a process is above it. */
export const MOST_DESCRIPTORS = 1 << 16;

/** Linux's NR_OPEN_DEFAULT, and the steps in which its table of descriptors grows from there by powers of two. */
const LEAST_SIZE = 64;
const SIZE_STEP = 128;

export class Descriptors {
  readonly #table = new Map<number, Descriptor>();
  #size = LEAST_SIZE;
  /** Tasks that use it. */
  users = 1;

  get numbers(): readonly number[] {
    return [...this.#table.keys()].sort((a, b) => a - b);
  }

  /** The numbers that Linux's table has room for: select(2) looks at no others. */
  get size(): number {
    return this.#size;
  }

  get(number: number): Outcome<OpenFile> {
    return this.#table.get(number)?.file ?? EBADF;
  }

  closesOnExec(number: number): boolean {
    return this.#table.get(number)?.closeOnExec ?? false;
  }

  setCloseOnExec(number: number, closeOnExec: boolean): void {
    const descriptor = this.#table.get(number);
    if (descriptor) this.#table.set(number, { ...descriptor, closeOnExec });
  }

  /** Gives a file the lowest number that is free, from `lowest` on and below `limit`. */
  add(file: OpenFile, closeOnExec: boolean, limit: number, lowest = 0): Outcome<number> {
    let number = lowest;
    while (this.#table.has(number)) number++;
    if (number >= limit) return { errno: "EMFILE" };
    file.hold();
    this.#set(number, { file, closeOnExec });
    return number;
  }

  /** Gives a file a number, which is closed first if it is another file's. */
  put(number: number, file: OpenFile, closeOnExec: boolean): void {
    file.hold();
    this.close(number);
    this.#set(number, { file, closeOnExec });
  }

  #set(number: number, descriptor: Descriptor): void {
    this.#table.set(number, descriptor);
    while (number >= this.#size) this.#size = Math.max(2 * this.#size, SIZE_STEP);
  }

  close(number: number): Outcome<number> {
    const descriptor = this.#table.get(number);
    if (!descriptor) return EBADF;
    this.#table.delete(number);
    // Even if it has others that are the same file: fcntl(2), "Record locks".
    releaseLocks(descriptor.file, this);
    descriptor.file.release();
    return 0;
  }

  closeAll(): void {
    for (const number of this.numbers) this.close(number);
  }

  /** execve(2). */
  closeOnExec(): void {
    for (const number of this.numbers) if (this.closesOnExec(number)) this.close(number);
  }

  copy(): Descriptors {
    const copy = new Descriptors();
    for (const [number, { file, closeOnExec }] of this.#table) copy.put(number, file, closeOnExec);
    return copy;
  }
}
