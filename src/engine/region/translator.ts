/**
 * Dynamic translation: decides which guest code is worth a region, makes it, and installs it when V8 has compiled it.
 *
 * Hot code is found by sampling: now and then the program counter is noted, and what is met again and again is hot. That
 * costs the interpreter nothing. A region may begin at any instruction: in a loop, the loop is then turned so that it does.
 */

import type { InstructionSet } from "../instruction.ts";
import { GUEST_PAGE, type HartMap, type MemoryMap, pageOf, RECORD_BYTES } from "../memory-map.ts";
import type { Ops } from "../ops.ts";
import { exploreFlow, type Flow } from "./flow.ts";
import { generateRegion } from "./generate.ts";
import type { RegionCache } from "./region-cache.ts";
import { makeStager, type Stager } from "./stage.ts";

export interface TranslatorOptions {
  /** Samples at one place that make it hot. */
  readonly threshold: number;
  /** Compile while the guest goes on, or at once. */
  readonly background: boolean;
}

/** Counts for the curious. */
export interface TranslationCounts {
  translated: number;
  instructions: number;
  bytes: number;
  discarded: number;
}

/** Regions being compiled at one time. */
const MAX_PENDING = 4;
/** Samples that an instruction inside a region must have to become the start of another one. */
const COVERED_FACTOR = 8;
const MAX_PLACES = 4096;
/** Larger functions take V8 too long. */
const MAX_CODE_BYTES = 256 * 1024;

export class Translator<H extends Ops> {
  readonly counts: TranslationCounts = { translated: 0, instructions: 0, bytes: 0, discarded: 0 };
  readonly #set: InstructionSet<H>;
  readonly #stage: Stager;
  readonly #memory: WebAssembly.Memory;
  readonly #halves: Uint16Array;
  readonly #map: MemoryMap;
  readonly #hart: HartMap;
  readonly #cache: RegionCache;
  readonly #options: TranslatorOptions;
  readonly #recordsOf: (host: number) => number | undefined;
  readonly #isFused: (handler: number) => boolean;
  readonly #samples = new Map<number, number>();
  readonly #refused = new Set<number>();
  /** Changes when code of a page is written, so that what was compiled meanwhile is not installed. */
  readonly #versions = new Map<number, number>();
  #pending = 0;

  constructor(
    set: InstructionSet<H>,
    memory: WebAssembly.Memory,
    map: MemoryMap,
    hart: HartMap,
    cache: RegionCache,
    options: TranslatorOptions,
    records: {
      readonly find: (host: number) => number | undefined;
      readonly isFused: (handler: number) => boolean;
    },
  ) {
    this.#set = set;
    this.#stage = makeStager(set);
    this.#memory = memory;
    this.#halves = new Uint16Array(memory.buffer);
    this.#map = map;
    this.#hart = hart;
    this.#cache = cache;
    this.#options = options;
    this.#recordsOf = records.find;
    this.#isFused = records.isFused;
  }

  /** The guest was seen at this host address. */
  sample(place: number): void {
    if (this.#refused.has(place)) return;
    const seen = (this.#samples.get(place) ?? 0) + 1;
    if (this.#samples.size > MAX_PLACES) this.#samples.clear();
    this.#samples.set(place, seen);
    const covered = this.#cache.covering(pageOf(place), place % GUEST_PAGE).length > 0;
    if (seen < this.#options.threshold * (covered ? COVERED_FACTOR : 1) || this.#pending >= MAX_PENDING)
      return;
    this.#samples.delete(place);
    this.translate(place);
  }

  /** Makes a region that begins at a host address, unless one does. */
  translate(place: number): void {
    const host = pageOf(place);
    const entry = place % GUEST_PAGE;
    const records = this.#recordsOf(host);
    if (records === undefined || this.#cache.isHead(records + (entry / 2) * RECORD_BYTES)) return;
    const flow = exploreFlow(entry, (offset) => this.#fetch(host, offset));
    if (!flow) {
      this.#refused.add(place);
      return;
    }
    const code = generateRegion(flow, this.#set.layout, this.#hart, this.#map.pages);
    if (code.length > MAX_CODE_BYTES) {
      this.#refused.add(place);
      return;
    }
    if (this.#options.background) void this.#compileInBackground(code, host, flow);
    else this.#install(new WebAssembly.Module(code), code.length, host, flow);
  }

  async #compileInBackground(code: Uint8Array<ArrayBuffer>, host: number, flow: Flow): Promise<void> {
    const version = this.#versions.get(host);
    this.#pending += 1;
    try {
      const module = await WebAssembly.compile(code);
      if (this.#versions.get(host) === version) this.#install(module, code.length, host, flow);
      else this.counts.discarded += 1;
    } finally {
      this.#pending -= 1;
    }
  }

  #install(module: WebAssembly.Module, bytes: number, host: number, flow: Flow): void {
    const records = this.#recordsOf(host);
    if (records === undefined) return;
    const record = records + (flow.entry / 2) * RECORD_BYTES;
    if (this.#cache.isHead(record)) return;
    const { exports } = new WebAssembly.Instance(module, { env: { memory: this.#memory } });
    const instructions = [...flow.blocks.values()].flatMap((block) => block.instructions);
    const start = Math.min(...instructions.map(({ offset }) => offset));
    const end = Math.max(...instructions.map(({ offset, length }) => offset + length));
    this.#cache.install(record, host, start, end, exports.region, this.#isFused);
    this.counts.translated += 1;
    this.counts.instructions += instructions.length;
    this.counts.bytes += bytes;
  }

  #fetch(host: number, offset: number) {
    const low = this.#halves[(host + offset) >>> 1] ?? 0;
    const length = this.#set.lengthOf(low);
    if (offset + length > GUEST_PAGE) return undefined;
    const high = length === 4 ? (this.#halves[(host + offset + 2) >>> 1] ?? 0) : 0;
    return this.#stage((low | (high << 16)) >>> 0, length, offset);
  }

  /** Code may have been written: regions of it are void, also those being made. */
  written(host: number, length: number): void {
    this.#cache.written(host, length);
    for (let page = pageOf(host); page < host + length; page += GUEST_PAGE) this.#change(page);
  }

  /** A page's records are gone. */
  dropPage(host: number): void {
    this.#cache.dropPage(host);
    this.#change(host);
  }

  #change(host: number): void {
    if (this.#pending > 0) this.#versions.set(host, (this.#versions.get(host) ?? 0) + 1);
    this.#refused.clear();
  }

  clear(): void {
    this.#cache.clear();
    this.#samples.clear();
    this.#refused.clear();
  }
}
