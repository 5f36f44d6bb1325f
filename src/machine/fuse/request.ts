/** Takes the fields of a FUSE request one after another. A request that is too short is malformed: EINVAL. */

import { type Bytes, viewOf } from "../../base/bytes.ts";
import { inHeaderSize } from "./protocol.ts";

/** Thrown inside the server only, where a request does not hold what its opcode says: `handle` answers EINVAL. */
export class Malformed extends Error {}

const longestName = 255;
const slash = 0x2f;
const dot = 0x2e;

export class FuseRequest {
  readonly opcode: number;
  readonly unique: bigint;
  readonly node: number;
  readonly #bytes: Bytes;
  readonly #view: DataView;
  #at = inHeaderSize;

  /**
   * fuse_in_header: len, opcode (u32); unique, nodeid (u64); uid, gid, pid (u32); total_extlen, padding (u16).
   * The caller has checked that the header is whole.
   */
  constructor(message: Bytes) {
    const header = viewOf(message);
    this.#bytes = message.subarray(0, Math.max(header.getUint32(0, true), inHeaderSize));
    this.#view = viewOf(this.#bytes);
    this.opcode = header.getUint32(4, true);
    this.unique = header.getBigUint64(8, true);
    // Numbers that we gave out are exact; what is not exact names nothing.
    this.node = Number(header.getBigUint64(16, true));
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  /** Exact up to 2^53: larger identifiers and offsets name nothing. */
  u64(): number {
    return Number(this.#view.getBigUint64(this.#advance(8), true));
  }

  skip(length: number): void {
    this.#advance(length);
  }

  bytes(length: number): Bytes {
    const at = this.#advance(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** A string, without the zero byte that ends it. */
  text(): Bytes {
    const end = this.#bytes.indexOf(0, this.#at);
    if (end < 0) throw new Malformed();
    return this.bytes(end + 1 - this.#at).subarray(0, -1);
  }

  /** A string that is the name of a file in a directory: one component, neither "." nor "..". */
  name(): Bytes {
    const name = this.text();
    const dots = name.length <= 2 && name.every((byte) => byte === dot);
    if (dots || name.length > longestName || name.includes(slash)) throw new Malformed();
    return name;
  }

  #advance(length: number): number {
    const at = this.#at;
    if (at + length > this.#bytes.length) throw new Malformed();
    this.#at = at + length;
    return at;
  }
}
