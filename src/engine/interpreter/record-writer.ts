/** Writes the records of guest code: of runs of instructions within a page, and of single ones. */

import type { InstructionSet } from "../instruction.ts";
import { GUEST_PAGE, type HartMap, RECORD_BYTES, RECORDS_IN_PAGE } from "../memory-map.ts";
import type { Ops } from "../ops.ts";
import { WIDE_PLACE } from "./record-places.ts";
import { EMPTY_END, Handler, type InterpreterPlan } from "./records.ts";

/** Instructions decoded at once, when one is met for the first time. */
const DECODE_AHEAD = 32;

export class RecordWriter<H extends Ops> {
  readonly #set: InstructionSet<H>;
  readonly #plan: InterpreterPlan;
  readonly #straddle: number;
  readonly #halves: Uint16Array;
  readonly #words: Int32Array;
  /** Of the run that is decoded: where the records are, and the handler of each instruction alone. */
  readonly #records = new Int32Array(DECODE_AHEAD);
  readonly #handlers = new Uint16Array(DECODE_AHEAD);

  constructor(buffer: ArrayBufferLike, set: InstructionSet<H>, plan: InterpreterPlan, hart: HartMap) {
    this.#set = set;
    this.#plan = plan;
    this.#straddle = hart.straddle;
    this.#halves = new Uint16Array(buffer);
    this.#words = new Int32Array(buffer);
  }

  isDecoded(record: number): boolean {
    return this.#halves[record >> 1] !== Handler.undecoded;
  }

  /** How many bytes a handler runs, decoded at a host address. What it runs first is there as it was. */
  reach(handler: number, host: number): number {
    return this.#plan.reachOf(handler) || this.#set.lengthOf(this.#halves[host >>> 1] ?? 0);
  }

  /** The most that `reach` gives. */
  get longestReach(): number {
    return this.#plan.longestReach;
  }

  /** Decodes the instruction of a record of the page at `host`, and the ones after it as far as control may fall. */
  decodeRun(record: number, pageRecords: number, host: number): void {
    let offset = ((record - pageRecords) / RECORD_BYTES) * 2;
    for (let count = 0; count < DECODE_AHEAD && offset < GUEST_PAGE; count++) {
      const at = pageRecords + (offset / 2) * RECORD_BYTES;
      if (count > 0 && this.isDecoded(at)) return;
      const low = this.#halves[(host + offset) >>> 1] ?? 0;
      const length = this.#set.lengthOf(low);
      if (length === 4 && offset === GUEST_PAGE - 2) {
        this.markStraddling(at);
        return;
      }
      const high = length === 4 ? (this.#halves[(host + offset + 2) >>> 1] ?? 0) : 0;
      const bits = (low | (high << 16)) >>> 0;
      const following = this.#plan.encode(bits, length, this.#words, at);
      if (!following) {
        if (count === 0) this.#markIllegal(at, bits);
        return;
      }
      this.#records[count] = at;
      this.#handlers[count] = this.#halves[at >> 1] ?? 0;
      this.#fuse(count);
      if (following === "any") return;
      offset += length;
    }
  }

  /** Gives the records before the last one the handlers that run it too, where there are such. */
  #fuse(last: number): void {
    const { before, width, fused } = this.#plan.endings;
    let state = EMPTY_END;
    for (let index = last; index >= 0; index--) {
      state = before[state * width + (this.#handlers[index] ?? 0)] ?? 0;
      if (state === 0) return;
      const handler = fused[state] ?? 0;
      if (handler > 0) this.#halves[(this.#records[index] ?? 0) >> 1] = handler;
    }
  }

  /** Writes the record of one instruction. */
  write(bits: number, length: 2 | 4, at: number): void {
    if (!this.#plan.encode(bits, length, this.#words, at)) this.#markIllegal(at, bits);
  }

  /** The instruction's second half lies on another page. */
  markStraddling(at: number): void {
    this.#halves[at >> 1] = Handler.straddle;
  }

  #markIllegal(at: number, bits: number): void {
    this.#words[(at + WIDE_PLACE) >> 2] = bits;
    this.#halves[at >> 1] = Handler.illegal;
  }

  /** After the one instruction of the straddle page, whatever is reached in it leads back to real pages. */
  clearStraddlePage(): void {
    for (let record = 0; record < RECORDS_IN_PAGE + 2; record++) {
      this.#halves[(this.#straddle + record * RECORD_BYTES) >> 1] = Handler.reenter;
    }
  }
}
