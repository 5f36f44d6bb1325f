/** A process's memory as system calls reach it: every address may be wrong (EFAULT). */

import { byteString, viewOf } from "../../base/bytes.ts";
import type { Outcome } from "../../base/errno.ts";
import { Access, type FrameMemory } from "../processor.ts";
import { type AddressSpace, TASK_SIZE } from "./address-space.ts";
import { PAGE } from "./frames.ts";

const EFAULT = { errno: "EFAULT" } as const;
/** PATH_MAX. */
const LONGEST_PATH = 4096;

export class UserMemory implements FrameMemory {
  readonly space: AddressSpace;

  constructor(space: AddressSpace) {
    this.space = space;
  }

  /** The bytes at an address, a copy; undefined unless all of them may be read. */
  read(address: number, length: number): Uint8Array<ArrayBuffer> | undefined {
    if (!inRange(address, length)) return undefined;
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const at = address + done;
      const part = Math.min(length - done, PAGE - (at % PAGE));
      const offset = this.space.translate(at, Access.read);
      if (offset < 0) return undefined;
      bytes.set(this.space.frames.ram.subarray(offset, offset + part), done);
      done += part;
    }
    return bytes;
  }

  /** False unless all of it could be written; what comes before the first bad page then is. */
  write(address: number, bytes: Uint8Array): boolean {
    if (!inRange(address, bytes.length)) return false;
    for (let done = 0; done < bytes.length; ) {
      const at = address + done;
      const part = Math.min(bytes.length - done, PAGE - (at % PAGE));
      const offset = this.space.translate(at, Access.write);
      if (offset < 0) return false;
      this.space.frames.write(Math.floor(offset / PAGE), offset % PAGE, bytes.subarray(done, done + part));
      done += part;
    }
    return true;
  }

  /** As `read`, as an outcome. */
  get(address: number, length: number): Outcome<DataView> {
    const bytes = this.read(address, length);
    return bytes ? viewOf(bytes) : EFAULT;
  }

  /** As `write`, as an outcome; what a system call returns. */
  put(address: number, bytes: Uint8Array): Outcome<0> {
    return this.write(address, bytes) ? 0 : EFAULT;
  }

  getUint32(address: number): Outcome<number> {
    const bytes = this.read(address, 4);
    return bytes ? viewOf(bytes).getUint32(0, true) : EFAULT;
  }

  putUint32(address: number, value: number): Outcome<0> {
    const bytes = new Uint8Array(4);
    viewOf(bytes).setUint32(0, value >>> 0, true);
    return this.put(address, bytes);
  }

  /** An unsigned 64-bit number, rounded if it is more than 2^53. */
  getLong(address: number): Outcome<number> {
    const bytes = this.read(address, 8);
    return bytes ? Number(viewOf(bytes).getBigUint64(0, true)) : EFAULT;
  }

  putLong(address: number, value: number): Outcome<0> {
    const bytes = new Uint8Array(8);
    viewOf(bytes).setBigInt64(0, BigInt(value), true);
    return this.put(address, bytes);
  }

  /** A string that ends with a zero byte, each character one byte; ENAMETOOLONG if it is longer than PATH_MAX. */
  getString(address: number, longest = LONGEST_PATH): Outcome<string> {
    let text = "";
    for (let at = address; text.length < longest; ) {
      const offset = inRange(at, 1) ? this.space.translate(at, Access.read) : -1;
      if (offset < 0) return EFAULT;
      const part = this.space.frames.ram.subarray(offset, offset + PAGE - (at % PAGE));
      const end = part.indexOf(0);
      text += byteString(end < 0 ? part : part.subarray(0, end));
      if (end >= 0) return text.length < longest ? text : { errno: "ENAMETOOLONG" };
      at += part.length;
    }
    return { errno: "ENAMETOOLONG" };
  }

  /** How many bytes from an address may be written, up to `length`. */
  writableBytes(address: number, length: number): number {
    return this.#reachable(address, length, Access.write);
  }

  readableBytes(address: number, length: number): number {
    return this.#reachable(address, length, Access.read);
  }

  #reachable(address: number, length: number, access: Access): number {
    if (!inRange(address, 0)) return 0;
    const end = Math.min(address + length, TASK_SIZE);
    let at = address;
    while (at < end && this.space.translate(at, access) >= 0) at += PAGE - (at % PAGE);
    return Math.min(at, end) - address;
  }
}

function inRange(address: number, length: number): boolean {
  return address >= 0 && address + length <= TASK_SIZE;
}
