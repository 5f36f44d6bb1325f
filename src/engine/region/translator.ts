/**
 * Dynamic translation: decides which guest code is worth a region, has it made, and installs it.
 *
 * Hot code is found by sampling: now and then the program counter is noted, and what is met again and again is hot. That
 * costs the interpreter nothing. A region begins with the function that the hot place lies in; when the guest is later met
 * inside its code but in the interpreter, or jumps to places that it does not know, it is made again with what was learnt.
 */

import { GUEST_PAGE, type HartMap, pageOf } from "../memory-map.ts";
import type { KeptRegions } from "../translation-cache.ts";
import { pageIndex, REACH_PAGES } from "./code-view.ts";
import type { RegionCompiler, RegionJob } from "./compile.ts";
import { HeatMap, type HotPlace } from "./heat.ts";
import { JumpLog } from "./jump-log.ts";
import type { DropReason, InstalledRegion, Records, RegionCache } from "./region-cache.ts";
import { RegionKeeper } from "./region-keeper.ts";
import {
  type Delivery,
  MOST_INSTRUCTIONS,
  type Order,
  type RegionImports,
  RegionOrders,
} from "./region-orders.ts";

export interface TranslatorOptions {
  /** Interpreted steps that make a place hot; 0: every block is translated before it is executed. */
  readonly threshold: number;
  readonly compiler: RegionCompiler;
}

/** Counts for the curious. */
export interface TranslationCounts {
  /** Regions made, and the guest instructions and bytes of WebAssembly in them. */
  readonly translated: number;
  readonly instructions: number;
  readonly bytes: number;
  /** Regions taken from earlier runs. */
  readonly loaded: number;
  /** Regions whose code was written while they were made. */
  readonly discarded: number;
  /** Regions installed now, and their bytes. */
  readonly installed: number;
  readonly installedBytes: number;
  readonly dropped: Readonly<Record<DropReason, number>>;
}

/** A region, for people who look at it. */
export interface RegionSource {
  /** What is to be made to get it. */
  readonly job: RegionJob;
  /** Its blocks: where each begins, as a distance from the place that was asked for, and the guest's code. */
  readonly code: readonly { readonly start: number; readonly bytes: Uint8Array }[];
}

/** What the translator needs to know of the machine. */
export interface TranslatorPorts {
  readonly records: Records;
  /** The host address of the page of code at a distance from the one that a virtual address (two halves) lies in. */
  readonly pageAt: (low: number, high: number, pages: number) => number | undefined;
  /** The same, by the page tables in force. */
  readonly peekAt: (low: number, high: number, pages: number) => number | undefined;
  /** Functions that regions import. */
  readonly imports: () => RegionImports;
  /** The regions of earlier runs. */
  readonly kept?: KeptRegions | undefined;
}

/** Where code is: host address, and virtual address (two halves). */
export interface CodeAddress {
  readonly place: number;
  readonly low: number;
  readonly high: number;
}

/** Where the interpreter went on after a region, and how many steps it made until the next one. */
export interface Leaving {
  readonly at: CodeAddress;
  readonly steps: number;
  /** The instruction before it, where that is what the region left to the interpreter. */
  readonly left?: CodeAddress;
}

/** Steps since the last sample, and how many of them were made in regions. */
export interface SampledSteps {
  readonly steps: number;
  readonly inRegions: number;
}

/** Steps between samples. */
const STEPS_TO_SAMPLE = 200_000;
/** Samples after which all counts are halved: what is met seldom stays cold. */
const SAMPLES_TO_FADE = 10_000;
/** Below this share of steps the interpreter is not what costs time. */
const LEAST_INTERPRETED = 0.002;
/** How many times as hot as for one that is there a place must be for a region to be made, or made again. */
const COST_OF_MAKING = 8;
const COST_OF_REMAKING = 16;
/** What leaving a region for the interpreter and coming back costs, in interpreted steps. */
const STEPS_OF_LEAVING = 30;
/** V8 takes a tenth of a megabyte for each while it compiles. */
const MOST_INSTRUCTIONS_WITH_JUMPS = 900;
const MOST_INSTRUCTIONS_AT_ONCE = 100;
const MOST_VERSIONS = 8;
/** After so many versions a region is not made again for more code: that becomes a region of its own. */
const MOST_EXTENSIONS = 3;

/** What makes a region worth making again. */
interface Learnt {
  readonly heads: readonly number[];
  readonly jumpTargets: ReadonlyMap<number, readonly number[]>;
  readonly isCareful: boolean;
}

export class Translator {
  readonly #bytes: Uint8Array;
  readonly #hart: HartMap;
  readonly #cache: RegionCache;
  readonly #options: TranslatorOptions;
  readonly #ports: TranslatorPorts;
  readonly #heat: HeatMap;
  readonly #keeper: RegionKeeper | undefined;
  readonly #refused = new Set<number>();
  readonly #orders: RegionOrders;
  readonly #jumps = new JumpLog();
  #samples = 0;
  #translated = 0;
  #instructions = 0;
  #madeBytes = 0;

  constructor(
    memory: WebAssembly.Memory,
    hart: HartMap,
    cache: RegionCache,
    options: TranslatorOptions,
    ports: TranslatorPorts,
  ) {
    this.#bytes = new Uint8Array(memory.buffer);
    this.#hart = hart;
    this.#cache = cache;
    this.#options = options;
    this.#heat = new HeatMap(options.threshold / COST_OF_MAKING);
    this.#ports = ports;
    this.#orders = new RegionOrders(memory, hart, options.threshold === 0, {
      compiler: options.compiler,
      records: ports.records,
      imports: ports.imports,
      deliver: (order, delivery) => this.#install(order, delivery),
      refuse: ({ place }) => this.#refused.add(place),
    });
    this.#keeper = ports.kept && new RegionKeeper(memory.buffer, cache, ports.kept, ports);
  }

  /** A page is executed for the first time. */
  pageAdded(host: number): void {
    this.#keeper?.pageAdded(host);
  }

  /** Code at an address is executed for the first time. */
  met(at: CodeAddress): void {
    this.#keeper?.met(at);
  }

  get counts(): TranslationCounts {
    return {
      translated: this.#translated,
      loaded: this.#keeper?.loaded ?? 0,
      instructions: this.#instructions,
      bytes: this.#madeBytes,
      discarded: this.#orders.discarded,
      installed: this.#cache.size,
      installedBytes: this.#cache.bytes,
      dropped: this.#cache.dropped,
    };
  }

  /** Installs what is finished. */
  poll(): void {
    this.#options.compiler.poll();
  }

  /** How many steps there should be between samples. */
  get stepsToSample(): number {
    return Math.min(this.#options.threshold, STEPS_TO_SAMPLE);
  }

  /** The guest was seen here, and regions left for these places since the last time. */
  sample(at: CodeAddress, { steps, inRegions }: SampledSteps, leaves: readonly Leaving[]): void {
    const interpreted = steps - inRegions;
    this.#samples += 1;
    if (this.#samples % SAMPLES_TO_FADE === 0) this.#fade();
    if (interpreted > LEAST_INTERPRETED * steps) {
      if (!this.#cache.covering(at.place)) this.#heat.add(at, "near", interpreted);
      const all = leaves.reduce((sum, leave) => sum + leave.steps, 0);
      for (const leave of leaves) this.#heatBy(leave, (interpreted / all) * (leave.steps + STEPS_OF_LEAVING));
    }
    this.#choose();
    this.#orders.submit();
  }

  #heatBy({ at, left }: Leaving, heat: number): void {
    if (left && this.#carelessAt(left.place)) this.#heat.add(left, "left", heat);
    else if (!this.#cache.isEnteredAt(at.place)) this.#heat.add(at, "entered", heat);
  }

  /** A region that may have left at a place only because accesses of a group were not on one page. */
  #carelessAt(place: number): InstalledRegion | undefined {
    const region = this.#cache.covering(place);
    return region?.isCareful ? undefined : region;
  }

  /** Orders regions for the hottest places. */
  #choose(): void {
    while (!this.#orders.isFull) {
      const hottest = this.#heat.takeHottest((place) => this.#needs(place));
      if (!hottest) break;
      this.#translateHot(hottest);
    }
  }

  /** How many times the usual heat a place needs to be worth a region. */
  #needs({ at, heating }: HotPlace): number {
    const { place, low, high } = at;
    if (this.#refused.has(place) || this.#orders.isBusyAt(place)) return Number.POSITIVE_INFINITY;
    if (this.#ports.pageAt(low, high, 0) !== pageOf(place)) return Number.POSITIVE_INFINITY;
    // Where a slice of time happened to end in code that has a region by now, control does not come in.
    if (heating === "near" && this.#cache.covering(place)) return Number.POSITIVE_INFINITY;
    if (heating === "left") return this.#carelessAt(place) ? COST_OF_REMAKING : Number.POSITIVE_INFINITY;
    const known = this.#regionFor(place);
    if (known) return COST_OF_REMAKING * 2 ** known.version;
    return this.#keeper?.has(place) ? 1 : COST_OF_MAKING;
  }

  /** The region that is to be made again so that it holds a place, or is entered there. */
  #regionFor(place: number): InstalledRegion | undefined {
    const within = this.#cache.covering(place);
    const before = within ?? this.#cache.leavingFor(place);
    if (!before || before.version >= MOST_EXTENSIONS || (!within && before.isFull)) return undefined;
    return before;
  }

  #translateHot({ at, heating }: HotPlace): void {
    if (heating === "left") {
      this.#makeCareful(at);
      return;
    }
    if (this.#keeper?.look(at)) return;
    if (this.#cache.isEnteredAt(at.place) || (heating === "near" && this.#cache.covering(at.place))) return;
    const known = this.#regionFor(at.place);
    if (!known) this.#begin(at, heating === "entered");
    else if (this.#cache.covering(at.place)) this.#enterAlsoAt(known, at);
    else this.#extend(known, at);
  }

  #fade(): void {
    this.#heat.fade();
    this.#refused.clear();
  }

  /** A new region: it begins where the function begins that a place lies in, and at the place too if control comes in there. */
  #begin({ place, low, high }: CodeAddress, isEntered: boolean): void {
    const hosts = this.#hostsAround(low, high);
    const offset = place % GUEST_PAGE;
    const request = {
      heads: isEntered ? [offset] : [],
      hot: offset,
      jumpTargets: new Map(),
      others: this.#entriesApart(hosts),
      maxInstructions: MOST_INSTRUCTIONS,
    };
    this.#orders.add({ request, hosts, old: { version: 0 }, place });
  }

  /** Where regions are entered that are not to become part of another one, but for `but`. */
  #entriesApart(hosts: ReadonlyMap<number, number>, but?: InstalledRegion): ReadonlySet<number> {
    const entries = new Set<number>();
    const own = new Set(but?.entries);
    for (const [pages, host] of hosts) {
      for (const entry of this.#cache.entriesApart(host)) {
        const offset = pages * GUEST_PAGE + entry;
        if (!own.has(offset)) entries.add(offset);
      }
    }
    return entries;
  }

  /** Control comes to code of a region from the side. */
  #enterAlsoAt(region: InstalledRegion, at: CodeAddress): void {
    const offset = offsetIn(region, at.place);
    this.#remake(region, { ...region, heads: [...region.heads, offset] }, offset, at);
  }

  /** A region leads to code that was not met when it was made. */
  #extend(region: InstalledRegion, at: CodeAddress): void {
    const offset = offsetIn(region, at.place);
    if (Number.isNaN(offset)) this.#begin(at, true);
    else this.#remake(region, region, offset, at);
  }

  #makeCareful(at: CodeAddress): void {
    const region = this.#carelessAt(at.place);
    if (region) this.#remake(region, { ...region, isCareful: true }, offsetIn(region, at.place), at);
  }

  /** Makes a region again, now that the guest is at an offset of it; it stays until the new one takes its place. */
  #remake(region: InstalledRegion, learnt: Learnt, offset: number, { place, low, high }: CodeAddress): void {
    if (region.version >= MOST_VERSIONS || this.#orders.isRemaking(region) || this.#orders.isFull) return;
    const hosts = this.#hostsAround(low, high, -pageIndex(offset));
    // Seen through another mapping, it is another region.
    if ([...region.hosts].some(([pages, host]) => hosts.get(pages) !== host)) return;
    const others = this.#entriesApart(hosts, region);
    const { heads, jumpTargets, isCareful } = learnt;
    const maxInstructions = jumpTargets.size > 0 ? MOST_INSTRUCTIONS_WITH_JUMPS : MOST_INSTRUCTIONS;
    const request = { heads, jumpTargets, others, maxInstructions, isCareful };
    this.#orders.add({ request, hosts, old: region, place });
  }

  /** The pages of code round the one that is so many pages from a virtual address. */
  #hostsAround(low: number, high: number, base = 0): Map<number, number> {
    const hosts = new Map<number, number>();
    for (let pages = -REACH_PAGES; pages <= REACH_PAGES; pages++) {
      const host = this.#ports.pageAt(low, high, base + pages);
      if (host !== undefined && this.#ports.records.find(host) !== undefined) hosts.set(pages, host);
    }
    return hosts;
  }

  /** Makes a region that begins at a place, unless one does: before it is executed for the first time. */
  translate(place: number, low: number, high: number): void {
    if (this.#ports.records.find(pageOf(place)) === undefined || this.#cache.isEnteredAt(place)) return;
    const request = {
      heads: [place % GUEST_PAGE],
      jumpTargets: new Map(),
      others: new Set<number>(),
      maxInstructions: MOST_INSTRUCTIONS_AT_ONCE,
    };
    this.#orders.add({ request, hosts: this.#hostsAround(low, high), old: { version: 0 }, place });
    this.#orders.submit();
  }

  #install({ request, old }: Order, { region, code, made, name }: Delivery): void {
    if ("slot" in old) this.#forget(old);
    const { jumpTargets } = request;
    const installed = this.#cache.install({ ...region, jumpTargets, version: old.version + 1 }, code);
    if (!installed) return;
    for (const within of this.#cache.dropWithin(installed)) this.#keeper?.replaced(within);
    this.#translated += 1;
    this.#instructions += region.instructions;
    this.#madeBytes += region.bytes;
    this.#keeper?.keep(installed, made, name);
  }

  #forget(region: InstalledRegion): void {
    this.#cache.drop(region, "replaced");
    this.#keeper?.replaced(region);
    this.#jumps.forget(region);
  }

  /** An indirect jump left a region for a place so many bytes away. */
  leftBy(from: CodeAddress, distance: number): void {
    const region = this.#cache.covering(from.place);
    if (!region) return;
    const site = offsetIn(region, from.place);
    const jumpTargets = this.#jumps.add(region, site, distance);
    if (jumpTargets) this.#remake(region, { ...region, jumpTargets }, site, from);
  }

  /** What the region that holds a place was made of, as it is now; undefined where none does. */
  sourceOf(place: number): RegionSource | undefined {
    const region = this.#cache.covering(place);
    if (!region) return undefined;
    const { heads, jumpTargets, instructions, isCareful, blocks, hosts } = region;
    const request = {
      heads,
      jumpTargets,
      others: new Set<number>(),
      maxInstructions: instructions,
      isCareful,
    };
    const code = blocks.map(([start, end]) => {
      const host = hosts.get(pageIndex(start)) ?? 0;
      const at = host + (start - pageIndex(start) * GUEST_PAGE);
      return { start: start - offsetIn(region, place), bytes: this.#bytes.slice(at, at + (end - start)) };
    });
    return { job: { hart: this.#hart, requests: [{ ...request, pages: this.#orders.copy(hosts) }] }, code };
  }

  /** Code may have been written: regions of it are void, also those being made. */
  written(host: number, length: number): void {
    this.#cache.written(host, length);
    for (let page = pageOf(host); page < host + length; page += GUEST_PAGE) this.#orders.changed(page);
  }

  /** A page's records are gone. */
  dropPage(host: number): void {
    this.#cache.dropPage(host);
    this.#keeper?.pageRemoved(host);
    this.#orders.changed(host);
  }

  clear(): void {
    this.#orders.clear();
    this.#cache.clear();
    this.#heat.clear();
    this.#refused.clear();
    this.#jumps.clear();
  }
}

/** The offset in a region of a host address; NaN where it is on none of its pages. */
function offsetIn({ hosts }: InstalledRegion, place: number): number {
  for (const [pages, host] of hosts)
    if (host === pageOf(place)) return pages * GUEST_PAGE + (place % GUEST_PAGE);
  return Number.NaN;
}
