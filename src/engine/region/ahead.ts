/**
 * Translates a program whole, before it is run: its functions, as far as they are known or called directly from others. What
 * is found only when it runs (jumps through tables, code that is made) is left to dynamic translation.
 */

import { GUEST_PAGE, type HartMap } from "../memory-map.ts";
import type { KeptRegion, KeptRegions } from "../translation-cache.ts";
import { emptyPages, pageIndex, REACH_PAGES } from "./code-view.ts";
import type { MadeRegion, MadeRegions, RegionCompiler, RegionRequest } from "./compile.ts";
import { hashPage } from "./region-keeper.ts";

/** A program's code: pages by their number, as they are when they are first executed. */
export type CodeImage = ReadonlyMap<number, Uint8Array>;

export interface AheadCounts {
  readonly regions: number;
  readonly instructions: number;
  /** Of WebAssembly. */
  readonly bytes: number;
  /** Places that are known to begin code and are not done yet. */
  readonly left: number;
}

const MOST_INSTRUCTIONS = 600;
/** Regions in one module, and modules being made at one time. */
const REGIONS_IN_MODULE = 3;
const MOST_PENDING = 4;

export class AheadTranslator {
  readonly #image: CodeImage;
  readonly #hart: HartMap;
  readonly #compiler: RegionCompiler;
  readonly #kept: KeptRegions;
  readonly #hashes = new Map<number, number>();
  /** Beginnings of code that are not asked for yet; every one that there was; and all code that is in regions. */
  readonly #starts: number[] = [];
  readonly #known = new Set<number>();
  readonly #covered = new Set<number>();
  /** Where regions may be entered. */
  readonly #entries = new Set<number>();
  #pending = 0;
  #regions = 0;
  #instructions = 0;
  #bytes = 0;

  constructor(image: CodeImage, hart: HartMap, compiler: RegionCompiler, kept: KeptRegions) {
    this.#image = image;
    this.#hart = hart;
    this.#compiler = compiler;
    this.#kept = kept;
  }

  get counts(): AheadCounts {
    const left = this.#starts.length;
    return { regions: this.#regions, instructions: this.#instructions, bytes: this.#bytes, left };
  }

  /** Code may begin at an address. */
  add(address: number): void {
    if (address % 2 !== 0 || !this.#image.has(Math.floor(address / GUEST_PAGE)) || this.#known.has(address))
      return;
    this.#known.add(address);
    this.#starts.push(address);
  }

  /** Goes on; false when all is done. It is to be called again and again, with turns of the event loop between. */
  step(): boolean {
    this.#compiler.poll();
    while (this.#pending < MOST_PENDING) {
      const starts = this.#next();
      if (starts.length === 0) break;
      this.#submit(starts);
    }
    return this.#pending > 0;
  }

  #next(): number[] {
    const chosen: number[] = [];
    while (chosen.length < REGIONS_IN_MODULE) {
      const start = this.#starts.shift();
      if (start === undefined) break;
      chosen.push(start);
    }
    return chosen;
  }

  #submit(starts: readonly number[]): void {
    this.#pending += 1;
    const requests = starts.map((start) => this.#request(start));
    this.#compiler.submit({ hart: this.#hart, requests }, (made) => {
      this.#pending -= 1;
      if (made) this.#take(made, starts);
    });
  }

  #request(start: number): RegionRequest {
    const base = Math.floor(start / GUEST_PAGE);
    const distances = [];
    for (let pages = -REACH_PAGES; pages <= REACH_PAGES; pages++)
      if (this.#image.has(base + pages)) distances.push(pages);
    const pages = emptyPages(distances);
    for (const [place, distance] of distances.entries()) {
      pages.bytes.set(this.#image.get(base + distance) ?? new Uint8Array(0), place * GUEST_PAGE);
    }
    pages.met.fill(1);
    const others = new Set<number>();
    const origin = base * GUEST_PAGE;
    const reach = REACH_PAGES * GUEST_PAGE;
    for (let at = origin - reach; at < origin + reach + GUEST_PAGE; at += 2) {
      if (at !== start && (this.#known.has(at) || this.#entries.has(at))) others.add(at - origin);
    }
    return {
      pages,
      heads: [start - origin],
      jumpTargets: new Map(),
      others,
      maxInstructions: MOST_INSTRUCTIONS,
    };
  }

  #take(made: MadeRegions, starts: readonly number[]): void {
    const count = made.regions.filter((region) => region !== undefined).length;
    let exported = 0;
    for (const [index, start] of starts.entries()) {
      const region = made.regions[index];
      if (!region) continue;
      const base = Math.floor(start / GUEST_PAGE);
      this.#kept.keep(
        this.#keptRegion(region, base, Math.round(made.code.length / count)),
        made,
        String(exported++),
      );
      this.#note(region, base * GUEST_PAGE);
    }
    this.#bytes += made.code.length;
  }

  #note({ blocks, entries, calls, exits, instructions }: MadeRegion, origin: number): void {
    this.#regions += 1;
    this.#instructions += instructions;
    for (const [start] of blocks) this.#covered.add(origin + start);
    for (const offset of entries) this.#entries.add(origin + offset);
    for (const offset of calls) this.add(origin + offset);
    for (const offset of exits) if (!this.#covered.has(origin + offset)) this.add(origin + offset);
  }

  #keptRegion(region: MadeRegion, base: number, bytes: number): KeptRegion {
    const distances = new Set(
      region.blocks.flatMap(([start, end]) => [pageIndex(start), pageIndex(end - 1)]),
    );
    const pages = [...distances].map((distance) => ({ distance, hashes: [this.#hash(base + distance)] }));
    const code = new Uint8Array(region.blocks.reduce((sum, [start, end]) => sum + end - start, 0));
    let at = 0;
    for (const [start, end] of region.blocks) {
      for (let offset = start; offset < end; offset++) {
        code[at++] = this.#image.get(base + pageIndex(offset))?.[offset & (GUEST_PAGE - 1)] ?? 0;
      }
    }
    return { ...region, jumpTargets: [], version: 0, bytes, pages, code };
  }

  #hash(page: number): number {
    const known = this.#hashes.get(page);
    if (known !== undefined) return known;
    const bytes = new Uint8Array(GUEST_PAGE);
    bytes.set(this.#image.get(page) ?? bytes);
    const hash = hashPage(new Int32Array(bytes.buffer), 0);
    this.#hashes.set(page, hash);
    return hash;
  }
}
