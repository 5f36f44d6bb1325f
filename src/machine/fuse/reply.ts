/** Writes FUSE replies into one buffer that serves all of them. */

import { type Bytes, viewOf } from "../../base/bytes.ts";
import { errno, type Failure } from "../../base/errno.ts";
import type { Attributes } from "../../base/file-tree.ts";
import { outHeaderSize } from "./protocol.ts";

const nanoseconds = 1_000_000_000n;

export class FuseReply {
  readonly #buffer: Bytes;
  readonly #view: DataView;
  #at = outHeaderSize;
  #end: number;

  /** @param largest the bytes that a reply can have after its header */
  constructor(largest: number) {
    this.#buffer = new Uint8Array(outHeaderSize + largest);
    this.#view = viewOf(this.#buffer);
    this.#end = this.#buffer.length;
  }

  /** Begins a reply of at most `capacity` bytes. */
  begin(capacity: number): void {
    this.#at = outHeaderSize;
    this.#end = Math.min(capacity, this.#buffer.length);
  }

  /** The bytes that are left for the reply. */
  get room(): number {
    return Math.max(0, this.#end - this.#at);
  }

  /** The buffer behind what was written so far: fill it, then `advance`. */
  space(length: number): Bytes {
    return this.#buffer.subarray(this.#at, this.#at + Math.min(length, this.room));
  }

  advance(length: number): void {
    this.#at += length;
  }

  u32(value: number): this {
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
    return this;
  }

  u64(value: number | bigint): this {
    this.#view.setBigUint64(this.#at, BigInt(value), true);
    this.#at += 8;
    return this;
  }

  bytes(bytes: Bytes): this {
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.length;
    return this;
  }

  zeros(length: number): this {
    this.#buffer.fill(0, this.#at, this.#at + length);
    this.#at += length;
    return this;
  }

  /** fuse_attr: ino size blocks and three times (u64); their nanoseconds, mode ... flags (u32). */
  attributes(a: Attributes): this {
    this.u64(a.ino).u64(a.size).u64(a.blocks);
    const times = [a.atime, a.mtime, a.ctime];
    for (const time of times) this.u64(BigInt.asUintN(64, seconds(time)));
    for (const time of times) this.u32(Number(time - seconds(time) * nanoseconds));
    return this.u32(a.mode).u32(a.nlink).u32(a.uid).u32(a.gid).u32(a.rdev).u32(a.blockSize).u32(0);
  }

  /** The reply, with fuse_out_header: len (u32), error (s32), unique (u64). Undefined where there is no room. */
  finish(unique: bigint, capacity: number, failure?: Failure): Bytes | undefined {
    const length = failure ? outHeaderSize : this.#at;
    if (length > capacity) return undefined;
    this.#view.setUint32(0, length, true);
    this.#view.setInt32(4, failure ? -errno[failure.errno] : 0, true);
    this.#view.setBigUint64(8, unique, true);
    return this.#buffer.subarray(0, length);
  }
}

/** Whole seconds, rounded down: nanoseconds count upwards before 1970 too. */
function seconds(time: bigint): bigint {
  const whole = time / nanoseconds;
  return whole * nanoseconds > time ? whole - 1n : whole;
}
