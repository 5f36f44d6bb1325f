/**
 * What a region is made of: copies of the pages of guest code round the place that is hot, as plain data, so that a
 * region can be made on another thread. Offsets count from the first byte of the base page; they may be negative.
 */

import { GUEST_PAGE } from "../memory-map.ts";

export interface CodePage {
  readonly bytes: Uint8Array;
  /** For each two bytes, 1 where an instruction was met that begins there; absent: everywhere. */
  readonly met?: Uint8Array;
}

/** Pages by their distance from the base page, in pages. */
export type CodePages = ReadonlyMap<number, CodePage>;

/** Pages before and after the base page that a region may reach into. */
export const REACH_PAGES = 8;

export class CodeView {
  readonly #pages: CodePages;

  constructor(pages: CodePages) {
    this.#pages = pages;
  }

  /** The 16 bits at an offset; undefined where there is no page. */
  half(offset: number): number | undefined {
    const page = this.#pages.get(pageIndex(offset));
    if (!page) return undefined;
    const at = offset - pageIndex(offset) * GUEST_PAGE;
    return (page.bytes[at] ?? 0) | ((page.bytes[at + 1] ?? 0) << 8);
  }

  /** Whether an instruction that begins here was met by the interpreter. */
  wasMet(offset: number): boolean {
    const page = this.#pages.get(pageIndex(offset));
    if (!page) return false;
    return page.met?.[(offset - pageIndex(offset) * GUEST_PAGE) >> 1] !== 0;
  }
}

/** The page, counted from the base page, that an offset lies in. */
export function pageIndex(offset: number): number {
  return Math.floor(offset / GUEST_PAGE);
}
