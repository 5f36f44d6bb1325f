/**
 * What a region is made of: copies of the pages of guest code round the place that is hot, as plain data, so that a
 * region can be made on another thread. Offsets count from the first byte of the base page; they may be negative.
 */

import { GUEST_PAGE } from "../memory-map.ts";

/** Both arrays are views of one buffer, which may be handed over. */
export interface CodePages {
  /** The pages that there are, by their distance from the base page in pages. */
  readonly pages: readonly number[];
  /** Their bytes, one page after another. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** For each two bytes, 1 where an instruction was met that begins there. */
  readonly met: Uint8Array<ArrayBuffer>;
}

/** Room for copies of pages. */
export function emptyPages(pages: readonly number[]): CodePages {
  const size = pages.length * GUEST_PAGE;
  const buffer = new ArrayBuffer(size + size / 2);
  return { pages, bytes: new Uint8Array(buffer, 0, size), met: new Uint8Array(buffer, size) };
}

/** Pages before and after the base page that a region may reach into. */
export const REACH_PAGES = 6;

export class CodeView {
  readonly #pages: CodePages;
  /** For each page its place in the copies. */
  readonly #places: ReadonlyMap<number, number>;

  constructor(pages: CodePages) {
    this.#pages = pages;
    this.#places = new Map(pages.pages.map((page, place) => [page, place]));
  }

  /** The 16 bits at an offset; undefined where there is no page. */
  half(offset: number): number | undefined {
    const at = this.#place(offset);
    if (at === undefined) return undefined;
    return (this.#pages.bytes[at] ?? 0) | ((this.#pages.bytes[at + 1] ?? 0) << 8);
  }

  /** Whether an instruction that begins here was met by the interpreter. */
  wasMet(offset: number): boolean {
    const at = this.#place(offset);
    return at !== undefined && this.#pages.met[at >> 1] === 1;
  }

  #place(offset: number): number | undefined {
    const page = pageIndex(offset);
    const place = this.#places.get(page);
    return place === undefined ? undefined : (place - page) * GUEST_PAGE + offset;
  }
}

/** The page, counted from the base page, that an offset lies in. */
export function pageIndex(offset: number): number {
  return Math.floor(offset / GUEST_PAGE);
}

/** First and one past the last byte of each piece of code. */
export type CodeBlocks = readonly (readonly [start: number, end: number])[];

/** The pages that blocks lie on, counted from the base page. */
export function pagesOf(blocks: CodeBlocks): Set<number> {
  return new Set(blocks.flatMap(([start, end]) => [pageIndex(start), pageIndex(end - 1)]));
}

/** The bytes of blocks, one block after another. */
export function codeOf(blocks: CodeBlocks, byteAt: (offset: number) => number): Uint8Array {
  const code = new Uint8Array(blocks.reduce((sum, [start, end]) => sum + end - start, 0));
  let at = 0;
  for (const [start, end] of blocks) {
    for (let offset = start; offset < end; offset++) code[at++] = byteAt(offset);
  }
  return code;
}
