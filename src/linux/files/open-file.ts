/**
 * An open file description (open(2)): what file descriptors refer to. None of its operations waits; EAGAIN says that the
 * caller would have to, until `changed` wakes it.
 */

import type { Outcome } from "../../base/errno.ts";
import type { AttributeChanges, Attributes } from "../../base/file-tree.ts";
import type { Place } from "../fs/place.ts";
import { WaitQueue } from "../kernel/wait.ts";
import type { PageSource } from "../memory/mapping.ts";
import { releaseLocks } from "./file-locks.ts";

/** Flags of open(2). */
export const OpenFlag = {
  O_ACCMODE: 3,
  O_RDONLY: 0,
  O_WRONLY: 1,
  O_RDWR: 2,
  O_CREAT: 0o100,
  O_EXCL: 0o200,
  O_NOCTTY: 0o400,
  O_TRUNC: 0o1000,
  O_APPEND: 0o2000,
  O_NONBLOCK: 0o4000,
  O_DSYNC: 0o10000,
  O_ASYNC: 0o20000,
  O_DIRECT: 0o40000,
  O_LARGEFILE: 0o100000,
  O_DIRECTORY: 0o200000,
  O_NOFOLLOW: 0o400000,
  O_NOATIME: 0o1000000,
  O_CLOEXEC: 0o2000000,
  O_SYNC: 0o4010000,
  O_PATH: 0o10000000,
  O_TMPFILE: 0o20200000,
} as const;

/** Events of poll(2). */
export const Poll = {
  IN: 1,
  PRI: 2,
  OUT: 4,
  ERR: 8,
  HUP: 16,
  NVAL: 32,
  RDNORM: 64,
  WRNORM: 256,
  RDHUP: 0x2000,
} as const;

export const SEEK_SET = 0;
export const SEEK_CUR = 1;
export const SEEK_END = 2;

/** How an ioctl reaches its argument. */
export interface IoctlMemory {
  read(address: number, length: number): Uint8Array | undefined;
  write(address: number, bytes: Uint8Array): boolean;
}

export abstract class OpenFile {
  /** Access mode and status flags. */
  flags: number;
  /** Where it was opened, if it has a name. */
  readonly place: Place | undefined;
  /** Wakes whoever waits for it to become readable or writable. */
  readonly changed = new WaitQueue();
  #references = 0;

  constructor(flags: number, place?: Place) {
    this.flags = flags;
    this.place = place;
  }

  /** What /proc/self/fd/N leads to, where it has no place: "pipe:[7]". */
  abstract readonly name: string;
  abstract attributes(): Outcome<Attributes>;

  get readable(): boolean {
    return (this.flags & OpenFlag.O_ACCMODE) !== OpenFlag.O_WRONLY && !(this.flags & OpenFlag.O_PATH);
  }

  get writable(): boolean {
    return (this.flags & OpenFlag.O_ACCMODE) !== OpenFlag.O_RDONLY && !(this.flags & OpenFlag.O_PATH);
  }

  get nonblocking(): boolean {
    return (this.flags & OpenFlag.O_NONBLOCK) !== 0;
  }

  hold(): void {
    this.#references++;
  }

  release(): void {
    if (--this.#references > 0) return;
    releaseLocks(this, this);
    for (const tell of [...this.#closeListeners.values()]) tell();
    this.close();
  }

  readonly #closeListeners = new Map<unknown, () => void>();

  /** `tell` is called when nobody refers to it any more. */
  onClose(key: unknown, tell: () => void): void {
    this.#closeListeners.set(key, tell);
  }

  offClose(key: unknown): void {
    this.#closeListeners.delete(key);
  }

  /** Nobody refers to it any more. */
  protected close(): void {}

  read(_into: Uint8Array): Outcome<number> {
    return { errno: "EINVAL" };
  }

  write(_from: Uint8Array): Outcome<number> {
    return { errno: "EINVAL" };
  }

  readAt(_offset: number, _into: Uint8Array): Outcome<number> {
    return { errno: "ESPIPE" };
  }

  writeAt(_offset: number, _from: Uint8Array): Outcome<number> {
    return { errno: "ESPIPE" };
  }

  seek(_offset: number, _whence: number): Outcome<number> {
    return { errno: "ESPIPE" };
  }

  /** Nanoseconds that reading and writing wait at most. */
  get readTimeout(): number | undefined {
    return undefined;
  }

  get writeTimeout(): number | undefined {
    return undefined;
  }

  /** Whether one may wait for it by epoll. */
  get isPollable(): boolean {
    return true;
  }

  /** What poll(2) says of it. Regular files are always ready. */
  poll(): number {
    return Poll.IN | Poll.OUT | Poll.RDNORM | Poll.WRNORM;
  }

  change(_changes: AttributeChanges): Outcome<Attributes> {
    return { errno: "EINVAL" };
  }

  sync(_dataOnly: boolean): Outcome<undefined> {
    return { errno: "EINVAL" };
  }

  ioctl(_request: number, _argument: number, _memory: IoctlMemory): Outcome<number> {
    return { errno: "ENOTTY" };
  }

  /** What mmap(2) maps. */
  pages(): Outcome<PageSource> {
    return { errno: "ENODEV" };
  }
}
