/** Where guest code is: from virtual addresses to the pages in RAM whose records the interpreter has. */

import { GUEST_PAGE, type HartMap } from "../memory-map.ts";
import type { CodeAddress } from "../region/translator.ts";
import type { StateLayout } from "../state-layout.ts";
import type { Tlb } from "../tlb.ts";
import type { PageCache } from "./page-cache.ts";

/** As `Guest.peekPage`. */
type PeekPage = (low: number, high: number) => number;

export class CodeFinder {
  readonly #words: Int32Array;
  readonly #hart: HartMap;
  readonly #layout: StateLayout;
  readonly #tlb: Tlb;
  readonly #cache: PageCache;
  readonly #peekPage: PeekPage;

  constructor(
    buffer: ArrayBufferLike,
    hart: HartMap,
    layout: StateLayout,
    tlb: Tlb,
    cache: PageCache,
    peekPage: PeekPage,
  ) {
    this.#words = new Int32Array(buffer);
    this.#hart = hart;
    this.#layout = layout;
    this.#tlb = tlb;
    this.#cache = cache;
    this.#peekPage = peekPage;
  }

  get #codeTlb(): number {
    return this.#words[(this.#hart.state + this.#layout.codeTlb.offset) >> 2] ?? 0;
  }

  /** Where the code at a virtual address (two halves) is, if an instruction TLB knows its page. */
  find(low: number, high: number): CodeAddress | undefined {
    const host = this.pageAt(low, high, 0);
    return host === undefined ? undefined : { place: host + (low & (GUEST_PAGE - 1)), low, high };
  }

  /** The host address of the page so many pages from a virtual address, in the context in force or in another one. */
  pageAt(low: number, high: number, pages: number): number | undefined {
    const [start, carried] = pageFrom(low, high, pages);
    for (const tlb of [this.#codeTlb, ...this.#hart.codeTlbs]) {
      const records = this.#tlb.findCode(tlb, start, carried);
      if (records !== undefined && records !== this.#hart.straddle) return this.#cache.hostOf(records);
    }
    return undefined;
  }

  /** The host address of the page so many pages from a virtual address, as it is now; the instruction TLB has it then. */
  peekAt(low: number, high: number, pages: number): number | undefined {
    const [start, carried] = pageFrom(low, high, pages);
    const tlb = this.#codeTlb;
    const known = this.#tlb.findCode(tlb, start, carried);
    if (known !== undefined) return this.#cache.hostOf(known);
    const host = this.#peekPage(start, carried);
    const records = this.#cache.find(host);
    if (records !== undefined) this.#tlb.enterCode(tlb, start, carried, records);
    return host < 0 ? undefined : host;
  }
}

/** The virtual address so many pages from one (two halves). */
function pageFrom(low: number, high: number, pages: number): readonly [low: number, high: number] {
  const start = (low >>> 0) + pages * GUEST_PAGE;
  return [start | 0, (high + Math.floor(start / 2 ** 32)) | 0];
}
