/**
 * Translates a program whole, before it is run: its functions, as far as they are known or called directly from others, with the
 * cases that jumps through tables lead to. What is found only when it runs (other computed jumps, code that is made) is left to
 * dynamic translation.
 */

import { GUEST_PAGE, type HartMap } from "../memory-map.ts";
import type { KeptRegion, KeptRegions } from "../translation-cache.ts";
import { codeOf, emptyPages, pageIndex, pagesOf, REACH_PAGES } from "./code-view.ts";
import {
  type MadeRegion,
  type MadeRegions,
  namedRegions,
  type RegionCompiler,
  type RegionRequest,
} from "./compile.ts";
import type { JumpTables, JumpTargets } from "./jump-tables.ts";
import { hashPage } from "./region-keeper.ts";
import { MOST_INSTRUCTIONS } from "./region-orders.ts";

/** A program's code: pages by their number, as they are when they are first executed. */
export type CodeImage = ReadonlyMap<number, Uint8Array>;

export interface AheadCounts {
  readonly regions: number;
  readonly instructions: number;
  /** Of WebAssembly. */
  readonly bytes: number;
  /** Jumps whose cases were found in tables. */
  readonly jumpTables: number;
  /** Places that are known to begin code and are not done yet. */
  readonly left: number;
}

/** More than while the program runs: nothing waits for it. */
const MOST_INSTRUCTIONS_WITH_JUMPS = 1200;
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
  /** Where regions end, as others are or will be entered there: by page. */
  readonly #stops = new Map<number, Set<number>>();
  readonly #tables: JumpTables | undefined;
  /** The beginnings that were known before the first was asked for. */
  #functions: ReadonlySet<number> | undefined;
  /** Jumps through tables that are in regions. */
  readonly #jumps = new Set<number>();
  #pending = 0;
  #regions = 0;
  #instructions = 0;
  #bytes = 0;

  /** @param tables finds what jumps through tables lead to */
  constructor(
    image: CodeImage,
    hart: HartMap,
    compiler: RegionCompiler,
    kept: KeptRegions,
    tables?: JumpTables,
  ) {
    this.#image = image;
    this.#hart = hart;
    this.#compiler = compiler;
    this.#kept = kept;
    this.#tables = tables;
  }

  get counts(): AheadCounts {
    return {
      regions: this.#regions,
      instructions: this.#instructions,
      bytes: this.#bytes,
      jumpTables: this.#jumps.size,
      left: this.#starts.length,
    };
  }

  /** Code may begin at an address. */
  add(address: number): void {
    if (address % 2 !== 0 || !this.#image.has(Math.floor(address / GUEST_PAGE)) || this.#known.has(address))
      return;
    this.#known.add(address);
    this.#starts.push(address);
    this.#stop(address);
  }

  #stop(address: number): void {
    const page = Math.floor(address / GUEST_PAGE);
    const stops = this.#stops.get(page) ?? new Set<number>();
    this.#stops.set(page, stops.add(address));
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
      if (made) this.#take(made, requests, starts);
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
    const jumpTargets = this.#targets(start, origin);
    for (const distance of distances) {
      for (const stop of this.#stops.get(base + distance) ?? [])
        if (stop !== start) others.add(stop - origin);
    }
    return {
      pages,
      heads: [start - origin],
      jumpTargets,
      others,
      maxInstructions: jumpTargets.size > 0 ? MOST_INSTRUCTIONS_WITH_JUMPS : MOST_INSTRUCTIONS,
    };
  }

  /** The cases of jumps through tables, as offsets. Functions that a jump leads to are regions of their own. */
  #targets(start: number, origin: number): JumpTargets {
    this.#functions ??= new Set(this.#known);
    const functions = this.#functions;
    const found = [...(this.#tables?.find(start, functions) ?? [])].map(([site, targets]) => {
      const inside = targets.filter((target) => !functions.has(target)).map((target) => target - origin);
      return [site - origin, inside] as const;
    });
    return new Map(found.filter(([, targets]) => targets.length > 0));
  }

  #take(made: MadeRegions, requests: readonly RegionRequest[], starts: readonly number[]): void {
    for (const { index, name, region, bytes } of namedRegions(made)) {
      const base = Math.floor((starts[index] ?? 0) / GUEST_PAGE);
      const jumps = jumpsIn(region, requests[index]?.jumpTargets ?? new Map());
      this.#kept.keep(this.#keptRegion(region, base, bytes, jumps), made, name);
      this.#note(region, base * GUEST_PAGE);
      for (const [site] of jumps) this.#jumps.add(base * GUEST_PAGE + site);
    }
    this.#bytes += made.code.length;
  }

  #note({ blocks, entries, calls, exits, instructions }: MadeRegion, origin: number): void {
    this.#regions += 1;
    this.#instructions += instructions;
    for (const [start] of blocks) this.#covered.add(origin + start);
    for (const offset of entries) this.#stop(origin + offset);
    for (const offset of calls) this.add(origin + offset);
    for (const offset of exits) if (!this.#covered.has(origin + offset)) this.add(origin + offset);
  }

  #keptRegion(
    region: MadeRegion,
    base: number,
    bytes: number,
    jumpTargets: KeptRegion["jumpTargets"],
  ): KeptRegion {
    const pages = [...pagesOf(region.blocks)].map((distance) => {
      return { distance, hashes: [this.#hash(base + distance)] };
    });
    const code = codeOf(
      region.blocks,
      (offset) => this.#image.get(base + pageIndex(offset))?.[offset & (GUEST_PAGE - 1)] ?? 0,
    );
    return { ...region, jumpTargets, version: 0, bytes, pages, code };
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

/** The jumps that are in a region. */
function jumpsIn({ blocks }: MadeRegion, jumpTargets: JumpTargets): KeptRegion["jumpTargets"] {
  return [...jumpTargets].filter(([site]) => blocks.some(([start, end]) => start <= site && site < end));
}
