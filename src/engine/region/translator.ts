/**
 * Dynamic translation: decides which guest code is worth a region, has it made, and installs it.
 *
 * Hot code is found by sampling: now and then the program counter is noted, and what is met again and again is hot. That
 * costs the interpreter nothing. A region begins with the function that the hot place lies in; when the guest is later met
 * inside its code but in the interpreter, or jumps to places that it does not know, it is made again with what was learnt.
 */

import { GUEST_PAGE, type HartMap, pageOf, RECORD_BYTES } from "../memory-map.ts";
import type { KeptRegions } from "../translation-cache.ts";
import { type CodePages, emptyPages, pageIndex, pagesOf, REACH_PAGES } from "./code-view.ts";
import {
  type MadeRegion,
  type MadeRegions,
  namedRegions,
  type RegionCompiler,
  type RegionJob,
  type RegionRequest,
} from "./compile.ts";
import { HeatMap, type HotPlace } from "./heat.ts";
import type { DropReason, InstalledRegion, PlacedRegion, Records, RegionCache } from "./region-cache.ts";
import { RegionKeeper } from "./region-keeper.ts";

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

/** What regions import: see `regionImports`. */
export type RegionImports = Record<string, WebAssembly.Memory | ((...args: never[]) => number | bigint)>;

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
}

/** Steps since the last sample, and how many of them were made in regions. */
export interface SampledSteps {
  readonly steps: number;
  readonly inRegions: number;
}

/** Jobs being done at one time. */
const MOST_PENDING = 2;
/** Regions made together, as functions of one module. */
const MOST_IN_JOB = 4;
/** Of a stretch of code for which only one region is made at a time, the size as a power of two. */
const BUSY_SHIFT = 8;
/** Steps between samples, and samples after which the hottest place is looked for. */
const STEPS_TO_SAMPLE = 200_000;
const SAMPLES_TO_CHOOSE = 4;
/** Samples after which all counts are halved: what is met seldom stays cold. */
const SAMPLES_TO_FADE = 10_000;
/** Below this share of steps the interpreter is not what costs time. */
const LEAST_INTERPRETED = 0.002;
/** How many times as hot as for one that is there a place must be for a region to be made, or made again. */
const COST_OF_MAKING = 8;
const COST_OF_REMAKING = 16;
/** What leaving a region for the interpreter and coming back costs, in interpreted steps. */
const STEPS_OF_LEAVING = 30;
const MOST_INSTRUCTIONS = 600;
const MOST_INSTRUCTIONS_WITH_JUMPS = 1200;
const MOST_INSTRUCTIONS_AT_ONCE = 100;
const MOST_VERSIONS = 8;
/** After so many versions a region is not made again for more code: that becomes a region of its own. */
const MOST_EXTENSIONS = 3;
/** Unknown jumps out of a region that make it worth making again. */
const MANY_EXITS = 16;
const MOST_JUMP_TARGETS = 128;

/** A region that is to be made. */
interface Plan {
  readonly request: RegionRequest;
  readonly hosts: ReadonlyMap<number, number>;
  readonly old: InstalledRegion | { readonly version: number };
  readonly place: number;
  /** For each page, how often it had been written. */
  readonly writes: ReadonlyMap<number, number | undefined>;
}

/** What makes a region worth making again. */
interface Learnt {
  readonly heads: readonly number[];
  readonly jumpTargets: ReadonlyMap<number, readonly number[]>;
}

export class Translator {
  readonly #bytes: Uint8Array;
  readonly #halves: Uint16Array;
  readonly #hart: HartMap;
  readonly #cache: RegionCache;
  readonly #options: TranslatorOptions;
  readonly #ports: TranslatorPorts;
  readonly #heat: HeatMap;
  readonly #keeper: RegionKeeper | undefined;
  readonly #plans: Plan[] = [];
  readonly #refused = new Set<number>();
  /** Pages of which regions are being made, and whether they were written meanwhile. */
  readonly #making = new Map<number, number>();
  /** Stretches of code where the guest was when the regions that are being made were asked for. */
  readonly #busy = new Set<number>();
  /** Regions that are being made again. */
  readonly #remaking = new Set<Plan["old"]>();
  /** Unknown jumps by region and place. */
  readonly #exits = new Map<InstalledRegion, Map<number, Set<number>>>();
  readonly #exitCounts = new Map<InstalledRegion, number>();
  #samples = 0;
  #pending = 0;
  #version = 0;
  #translated = 0;
  #instructions = 0;
  #madeBytes = 0;
  #discarded = 0;

  constructor(
    memory: WebAssembly.Memory,
    hart: HartMap,
    cache: RegionCache,
    options: TranslatorOptions,
    ports: TranslatorPorts,
  ) {
    this.#bytes = new Uint8Array(memory.buffer);
    this.#halves = new Uint16Array(memory.buffer);
    this.#hart = hart;
    this.#cache = cache;
    this.#options = options;
    this.#heat = new HeatMap(options.threshold / COST_OF_MAKING);
    this.#ports = ports;
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
      discarded: this.#discarded,
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
      if (!this.#cache.covering(at.place)) this.#heat.add(at, false, interpreted);
      const all = leaves.reduce((sum, leave) => sum + leave.steps, 0);
      for (const leave of leaves) {
        if (!this.#cache.isEnteredAt(leave.at.place)) {
          this.#heat.add(leave.at, true, (interpreted / all) * (leave.steps + STEPS_OF_LEAVING));
        }
      }
    }
    if (this.#samples % SAMPLES_TO_CHOOSE === 0 || this.#options.threshold < 1) this.#choose();
    this.#submit();
  }

  /** Plans regions for the hottest places. */
  #choose(): void {
    while (!this.#isBusy()) {
      const hottest = this.#heat.takeHottest((place) => this.#needs(place));
      if (!hottest) break;
      this.#translateHot(hottest);
    }
  }

  /** Whether no more can be planned now. */
  #isBusy(): boolean {
    return this.#pending >= MOST_PENDING || this.#plans.length >= MOST_IN_JOB;
  }

  /** How many times the usual heat a place needs to be worth a region. */
  #needs({ at, isTarget }: HotPlace): number {
    const { place, low, high } = at;
    // What is being made there already may be what is wanted.
    if (this.#refused.has(place) || this.#busy.has(place >>> BUSY_SHIFT)) return Number.POSITIVE_INFINITY;
    if (this.#ports.pageAt(low, high, 0) !== pageOf(place)) return Number.POSITIVE_INFINITY;
    // Where a slice of time happened to end in code that has a region by now, control does not come in.
    if (!isTarget && this.#cache.covering(place)) return Number.POSITIVE_INFINITY;
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

  #translateHot({ at, isTarget }: HotPlace): void {
    this.#keeper?.look(at);
    if (this.#cache.isEnteredAt(at.place) || (!isTarget && this.#cache.covering(at.place))) return;
    const known = this.#regionFor(at.place);
    if (!known) this.#begin(at, isTarget);
    else if (this.#cache.covering(at.place)) this.#enterAlsoAt(known, at);
    else this.#extend(known, at);
  }

  #fade(): void {
    this.#heat.fade();
    this.#refused.clear();
  }

  /** A new region: it begins at a place, or where the function begins that the place lies in. */
  #begin({ place, low, high }: CodeAddress, isTarget: boolean): void {
    const hosts = this.#hostsAround(low, high);
    const offset = place % GUEST_PAGE;
    const request = {
      ...(isTarget ? { heads: [offset] } : { heads: [], hot: offset }),
      jumpTargets: new Map(),
      others: this.#entriesIn(hosts),
      maxInstructions: MOST_INSTRUCTIONS,
    };
    this.#make(request, hosts, { version: 0 }, place);
  }

  /** Where regions are entered, other than one. */
  #entriesIn(hosts: ReadonlyMap<number, number>, but?: InstalledRegion): ReadonlySet<number> {
    const entries = new Set<number>();
    const own = new Set(but?.entries);
    for (const [pages, host] of hosts) {
      for (const entry of this.#cache.entriesIn(host)) {
        const offset = pages * GUEST_PAGE + entry;
        if (!own.has(offset)) entries.add(offset);
      }
    }
    return entries;
  }

  /** Control comes to code of a region from the side. */
  #enterAlsoAt(region: InstalledRegion, at: CodeAddress): void {
    const offset = offsetIn(region, at.place);
    const learnt = { heads: [...region.heads, offset], jumpTargets: region.jumpTargets };
    this.#remake(region, learnt, offset, at);
  }

  /** A region leads to code that was not met when it was made. */
  #extend(region: InstalledRegion, at: CodeAddress): void {
    const offset = offsetIn(region, at.place);
    if (Number.isNaN(offset)) this.#begin(at, true);
    else this.#remake(region, region, offset, at);
  }

  /** Makes a region again, now that the guest is at an offset of it; it stays until the new one takes its place. */
  #remake(region: InstalledRegion, learnt: Learnt, offset: number, { place, low, high }: CodeAddress): void {
    if (region.version >= MOST_VERSIONS || this.#remaking.has(region) || this.#isBusy()) return;
    const hosts = this.#hostsAround(low, high, -pageIndex(offset));
    // Seen through another mapping, it is another region.
    if ([...region.hosts].some(([pages, host]) => hosts.get(pages) !== host)) return;
    const others = this.#entriesIn(hosts, region);
    const { heads, jumpTargets } = learnt;
    const maxInstructions = jumpTargets.size > 0 ? MOST_INSTRUCTIONS_WITH_JUMPS : MOST_INSTRUCTIONS;
    this.#remaking.add(region);
    this.#make({ heads, jumpTargets, others, maxInstructions }, hosts, region, place);
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

  #copy(hosts: ReadonlyMap<number, number>): CodePages {
    const copies = emptyPages([...hosts.keys()]);
    let place = 0;
    for (const host of hosts.values()) {
      copies.bytes.set(this.#bytes.subarray(host, host + GUEST_PAGE), place);
      this.#copyMet(host, copies.met, place / 2);
      place += GUEST_PAGE;
    }
    return copies;
  }

  #copyMet(host: number, met: Uint8Array, at: number): void {
    const records = this.#ports.records.find(host);
    if (this.#options.threshold === 0 || records === undefined) {
      met.fill(1, at, at + GUEST_PAGE / 2);
      return;
    }
    const first = records >> 1;
    for (let index = 0; index < GUEST_PAGE / 2; index++) {
      if (this.#halves[first + index * (RECORD_BYTES / 2)] !== 0) met[at + index] = 1;
    }
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
    this.#make(request, this.#hostsAround(low, high), { version: 0 }, place);
    this.#submit();
  }

  /** Plans a region; it is made with the others that are planned. */
  #make(
    wanted: Omit<RegionRequest, "pages">,
    hosts: ReadonlyMap<number, number>,
    old: Plan["old"],
    place: number,
  ): void {
    const request = { ...wanted, pages: this.#copy(hosts) };
    this.#busy.add(place >>> BUSY_SHIFT);
    for (const host of hosts.values()) this.#making.set(host, this.#making.get(host) ?? 0);
    const writes = new Map([...hosts.values()].map((host) => [host, this.#making.get(host)]));
    this.#plans.push({ request, hosts, old, place, writes });
  }

  /** Has the planned regions made: the usual ones in one module, large ones alone, as compiling them takes much memory. */
  #submit(): void {
    const plans = this.#plans.splice(0);
    const usual = plans.filter(({ request }) => request.maxInstructions <= MOST_INSTRUCTIONS);
    if (usual.length > 0) this.#submitTogether(usual);
    for (const plan of plans) if (!usual.includes(plan)) this.#submitTogether([plan]);
  }

  #submitTogether(plans: readonly Plan[]): void {
    const version = this.#version;
    const requests = plans.map(({ request }) => request);
    this.#pending += 1;
    this.#options.compiler.submit({ hart: this.#hart, requests }, (made) => {
      this.#pending -= 1;
      for (const { place, old } of plans) {
        this.#busy.delete(place >>> BUSY_SHIFT);
        this.#remaking.delete(old);
      }
      if (version !== this.#version) this.#discarded += plans.length;
      else this.#take(made, plans);
      if (this.#pending === 0 && this.#plans.length === 0) this.#making.clear();
    });
  }

  /** Installs what was made, but for what was written meanwhile. */
  #take(made: MadeRegions | undefined, plans: readonly Plan[]): void {
    if (!made) {
      for (const { place } of plans) this.#refused.add(place);
      return;
    }
    const { exports } = new WebAssembly.Instance(made.module, { env: this.#ports.imports() });
    const named = new Map(namedRegions(made).map((each) => [each.index, each]));
    for (const [index, plan] of plans.entries()) {
      const found = named.get(index);
      if (!found) {
        this.#refused.add(plan.place);
        continue;
      }
      const { name, region, bytes } = found;
      const hosts = hostsOf(region, plan.hosts);
      const isWritten = [...hosts.values()].some((host) => this.#making.get(host) !== plan.writes.get(host));
      if (isWritten) this.#discarded += 1;
      else {
        const installed = this.#install({ ...region, hosts, bytes }, exports[name], plan);
        if (installed) this.#keeper?.keep(installed, made, name);
      }
    }
  }

  #install(
    region: Omit<PlacedRegion, "jumpTargets" | "version">,
    code: unknown,
    { request, old }: Plan,
  ): InstalledRegion | undefined {
    if ("slot" in old) this.#forget(old);
    const { jumpTargets } = request;
    const installed = this.#cache.install({ ...region, jumpTargets, version: old.version + 1 }, code);
    if (!installed) return undefined;
    for (const within of this.#cache.dropWithin(installed)) this.#keeper?.replaced(within);
    this.#translated += 1;
    this.#instructions += region.instructions;
    this.#madeBytes += region.bytes;
    return installed;
  }

  #forget(region: InstalledRegion): void {
    this.#cache.drop(region, "replaced");
    this.#keeper?.replaced(region);
    this.#exits.delete(region);
    this.#exitCounts.delete(region);
  }

  /** An indirect jump left a region for a place so many bytes away. */
  leftBy(from: CodeAddress, distance: number): void {
    const region = this.#cache.covering(from.place);
    if (!region) return;
    const site = offsetIn(region, from.place);
    const target = site + distance;
    if (Math.abs(pageIndex(target)) > REACH_PAGES || region.jumpTargets.get(site)?.includes(target)) return;
    const sites = this.#exits.get(region) ?? new Map<number, Set<number>>();
    this.#exits.set(region, sites);
    const targets = sites.get(site) ?? new Set(region.jumpTargets.get(site));
    sites.set(site, targets.add(target));
    const count = (this.#exitCounts.get(region) ?? 0) + 1;
    this.#exitCounts.set(region, count);
    if (count < MANY_EXITS * 4 ** region.version) return;
    this.#exitCounts.delete(region);
    const jumpTargets = new Map(region.jumpTargets);
    for (const [at, seen] of sites) jumpTargets.set(at, [...seen].slice(0, MOST_JUMP_TARGETS));
    this.#remake(region, { heads: region.heads, jumpTargets }, site, from);
  }

  /** What the region that holds a place was made of, as it is now; undefined where none does. */
  sourceOf(place: number): RegionSource | undefined {
    const region = this.#cache.covering(place);
    if (!region) return undefined;
    const { heads, jumpTargets, instructions, blocks, hosts } = region;
    const request = { heads, jumpTargets, others: new Set<number>(), maxInstructions: instructions };
    const code = blocks.map(([start, end]) => {
      const host = hosts.get(pageIndex(start)) ?? 0;
      const at = host + (start - pageIndex(start) * GUEST_PAGE);
      return { start: start - offsetIn(region, place), bytes: this.#bytes.slice(at, at + (end - start)) };
    });
    return { job: { hart: this.#hart, requests: [{ ...request, pages: this.#copy(hosts) }] }, code };
  }

  /** Code may have been written: regions of it are void, also those being made. */
  written(host: number, length: number): void {
    this.#cache.written(host, length);
    for (let page = pageOf(host); page < host + length; page += GUEST_PAGE) this.#change(page);
  }

  /** A page's records are gone. */
  dropPage(host: number): void {
    this.#cache.dropPage(host);
    this.#keeper?.pageRemoved(host);
    this.#change(host);
  }

  #change(host: number): void {
    const count = this.#making.get(host);
    if (count !== undefined) this.#making.set(host, count + 1);
  }

  clear(): void {
    this.#version += 1;
    this.#cache.clear();
    this.#heat.clear();
    this.#refused.clear();
    this.#exits.clear();
    this.#exitCounts.clear();
  }
}

/** The offset in a region of a host address; NaN where it is on none of its pages. */
function offsetIn({ hosts }: InstalledRegion, place: number): number {
  for (const [pages, host] of hosts)
    if (host === pageOf(place)) return pages * GUEST_PAGE + (place % GUEST_PAGE);
  return Number.NaN;
}

/** The pages that a region's code is on. */
function hostsOf({ blocks }: MadeRegion, hosts: ReadonlyMap<number, number>): Map<number, number> {
  const used = new Map<number, number>();
  for (const pages of pagesOf(blocks)) {
    const host = hosts.get(pages);
    if (host !== undefined) used.set(pages, host);
  }
  return used;
}
