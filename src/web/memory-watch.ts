/**
 * What guest memory holds, as far as it can be told from outside, page by page. What was loaded is known, and what devices wrote,
 * and where code was executed; whether the processor has written to a page is seen by samples: a few words of it, and not of every
 * page at every look. What Linux uses a page for is its own business: it says how much of it there is, not where.
 */

import type { MemoryMapText } from "./protocol.ts";

const PAGE = 4096;
/** Words of a page that are looked at. */
const SAMPLES = [0, 512, 1032, 1544, 2056, 2568, 3080, 4088].map((at) => at / 4);
/** Parts of RAM in the map. */
const PARTS = 4096;
/** Looks until every page was seen once more. */
const ROUND = 8;

/** Indices in `memoryKinds`; a part of the map shows the highest that it has. */
export const Kind = { unused: 0, data: 1, loaded: 2, kernel: 3, device: 4, code: 5 } as const;
/** Added to a kind where it was seen to change lately. */
export const CHANGED = 0x80;

/** Offsets in RAM: from `start` to before `end`. */
export interface MemoryRange {
  readonly start: number;
  readonly end: number;
}

export interface WatchedMemory {
  readonly ram: Uint8Array;
  /** For each page, whether code of it was executed: not 0. */
  readonly codePages: Uint8Array;
  readonly kernel: MemoryRange;
  /** The initial file system and the device tree. */
  readonly loaded: readonly MemoryRange[];
}

export class MemoryWatch {
  readonly #words: Int32Array;
  readonly #codePages: Uint8Array;
  readonly #pages: number;
  /** By page: what it was when it was last looked at, what its samples were, whether they changed, whether a device wrote since. */
  readonly #kinds: Uint8Array;
  readonly #samples: Int32Array;
  readonly #changed: Uint8Array;
  readonly #written: Uint8Array;
  #next = 0;

  constructor({ ram, codePages, kernel, loaded }: WatchedMemory) {
    this.#words = new Int32Array(ram.buffer, ram.byteOffset, ram.length / 4);
    this.#codePages = codePages;
    this.#pages = ram.length / PAGE;
    this.#kinds = new Uint8Array(this.#pages);
    this.#samples = new Int32Array(this.#pages);
    this.#changed = new Uint8Array(this.#pages);
    this.#written = new Uint8Array(this.#pages);
    for (const range of loaded) this.#mark(range, Kind.loaded);
    this.#mark(kernel, Kind.kernel);
  }

  #mark({ start, end }: MemoryRange, kind: number): void {
    for (let page = Math.floor(start / PAGE); page * PAGE < end; page++) {
      this.#kinds[page] = kind;
      this.#samples[page] = this.#sample(page);
    }
  }

  /** A device has written, or is about to, at an offset in RAM. */
  deviceWrote(offset: number, length: number): void {
    // Rings and headers are small: what is brought from elsewhere fills pages.
    if (length >= PAGE) this.#written.fill(1, Math.floor(offset / PAGE), Math.ceil((offset + length) / PAGE));
  }

  /** Looks at a part of all pages, and says what is known of all. */
  look(): MemoryMapText {
    const end = Math.min(this.#pages, this.#next + Math.ceil(this.#pages / ROUND));
    for (let page = this.#next; page < end; page++) this.#lookAt(page);
    this.#next = end === this.#pages ? 0 : end;
    return this.#map();
  }

  #lookAt(page: number): void {
    const sample = this.#sample(page);
    const hasChanged = sample !== this.#samples[page];
    this.#samples[page] = sample;
    this.#changed[page] = hasChanged ? CHANGED : 0;
    if (this.#kinds[page] === Kind.kernel) return;
    if (this.#written[page]) this.#kinds[page] = Kind.device;
    else if (hasChanged) this.#kinds[page] = sample === 0 ? Kind.unused : Kind.data;
    this.#written[page] = 0;
  }

  /** What a device wrote since the page was looked at is known at once. */
  #kindOf(page: number): number {
    const kind = this.#kinds[page] ?? Kind.unused;
    return this.#written[page] && kind !== Kind.kernel ? Kind.device : kind;
  }

  /** A number that is 0 where all samples are, and most probably another one after a change. */
  #sample(page: number): number {
    let mixed = 0;
    for (const at of SAMPLES) {
      const word = this.#words[(page * PAGE) / 4 + at] ?? 0;
      if (word !== 0) mixed = (Math.imul(mixed ^ word ^ at, 0x9e37_79b1) ^ (mixed >>> 15)) | 1;
    }
    return mixed;
  }

  #map(): MemoryMapText {
    const parts = new Uint8Array(Math.min(PARTS, this.#pages));
    const pagesOf = new Array<number>(Object.keys(Kind).length).fill(0);
    const perPart = this.#pages / parts.length;
    for (let page = 0; page < this.#pages; page++) {
      const kind = this.#codePages[page] ? Kind.code : this.#kindOf(page);
      pagesOf[kind] = (pagesOf[kind] ?? 0) + 1;
      const part = Math.floor(page / perPart);
      const known = parts[part] ?? 0;
      parts[part] = Math.max(known & ~CHANGED, kind) | (known & CHANGED) | (this.#changed[page] ?? 0);
    }
    return { parts, bytes: pagesOf.map((count) => count * PAGE) };
  }
}

/** What Linux says of its memory (proc_meminfo(5)), in bytes: what is not there it did not say. */
export function readMemoryInfo(line: string): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const [, name, kibibytes] of line.matchAll(/(\w+):(\d{1,12})(?= |$)/g)) {
    if (name !== undefined) found[name] = Number(kibibytes) * 1024;
  }
  return found;
}
