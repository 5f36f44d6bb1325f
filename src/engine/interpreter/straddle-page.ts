/**
 * The page of records for instructions that are decoded each time that they are met: those that lie on two pages, and those
 * of a page of which only parts may be executed. Whatever is reached from there leads back to real pages.
 */

import type { InstructionSet } from "../instruction.ts";
import { GUEST_PAGE, type HartMap, RECORD_BYTES } from "../memory-map.ts";
import type { Ops } from "../ops.ts";
import type { RecordWriter } from "./record-writer.ts";

/** As `Guest.fetchPage`. */
type FetchPage = (low: number, high: number) => number;

export class StraddlePage<H extends Ops> {
  readonly #set: InstructionSet<H>;
  readonly #records: number;
  readonly #halves: Uint16Array;
  readonly #writer: RecordWriter<H>;
  readonly #fetchPage: FetchPage;
  /** Whether an instruction of `fetchOne` may be there, where a jump of another one could reach it. */
  #hasFetchedOne = false;

  constructor(
    buffer: ArrayBufferLike,
    set: InstructionSet<H>,
    { straddle }: HartMap,
    writer: RecordWriter<H>,
    fetchPage: FetchPage,
  ) {
    this.#set = set;
    this.#records = straddle;
    this.#halves = new Uint16Array(buffer);
    this.#writer = writer;
    this.#fetchPage = fetchPage;
    writer.clearStraddlePage();
  }

  /**
   * Decodes one instruction of a page, at its own place in this one. False after a trap.
   * @param host where the page is that holds the instruction at the virtual address (two halves)
   */
  fetchOne(low: number, high: number, host: number): boolean {
    const offset = low & (GUEST_PAGE - 1);
    const at = this.#records + (offset / 2) * RECORD_BYTES;
    this.#writer.clearStraddlePage();
    this.#hasFetchedOne = true;
    const first = this.#halves[(host + offset) >>> 1] ?? 0;
    const length = this.#set.lengthOf(first);
    if (length === 4 && offset === GUEST_PAGE - 2) {
      this.#writer.markStraddling(at);
      return true;
    }
    if (length === 4 && this.#fetchPage(low + 2, high) < 0) return false;
    const second = length === 4 ? (this.#halves[(host + offset + 2) >>> 1] ?? 0) : 0;
    this.#writer.write((first | (second << 16)) >>> 0, length, at);
    return true;
  }

  /** Decodes an instruction of which the second half lies on another page. False after a trap. */
  decode(low: number, high: number): boolean {
    const first = this.#fetchPage(low, high);
    const second = first < 0 ? first : this.#fetchPage((low + 2) | 0, high + (low === -2 ? 1 : 0));
    if (second < 0) return false;
    const lowHalf = this.#halves[(first + GUEST_PAGE - 2) >>> 1] ?? 0;
    const bits = (lowHalf | ((this.#halves[second >>> 1] ?? 0) << 16)) >>> 0;
    if (this.#hasFetchedOne) this.#writer.clearStraddlePage();
    this.#hasFetchedOne = false;
    this.#writer.write(bits, 4, this.#records);
    return true;
  }
}
