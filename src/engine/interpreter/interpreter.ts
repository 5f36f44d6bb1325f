/**
 * The interpreter of one hart: the generated function, the predecoded pages it runs over, and what it asks for while it
 * runs. What addresses mean is the instruction set's business, reached through `Guest`.
 */

import { FOR_WRITE, reachingOf } from "../find-place.ts";
import type { InstructionSet } from "../instruction.ts";
import {
  CheckField,
  GUEST_PAGE,
  type HartMap,
  type MemoryMap,
  pageOf,
  RECORD_BYTES,
  REGION_SLOTS,
} from "../memory-map.ts";
import type { Ops } from "../ops.ts";
import { type Records, RegionCache } from "../region/region-cache.ts";
import {
  type RegionSource,
  type TranslationCounts,
  Translator,
  type TranslatorPorts,
} from "../region/translator.ts";
import { Leave } from "../state-layout.ts";
import { type Technique, translatorOptions } from "../technique.ts";
import { Tlb } from "../tlb.ts";
import { hartLayout, type TranslationCache } from "../translation-cache.ts";
import { CodeFinder } from "./code-finder.ts";
import { generateInterpreter } from "./generate.ts";
import type { Guest } from "./guest.ts";
import { PageCache } from "./page-cache.ts";
import { RecordWriter } from "./record-writer.ts";
import { type InterpreterPlan, planInterpreter } from "./records.ts";
import { RegionLogs } from "./region-logs.ts";
import { StraddlePage } from "./straddle-page.ts";

export interface InterpreterOptions {
  /** "interpret" if absent. */
  readonly technique?: Technique | undefined;
  /** What earlier runs compiled. */
  readonly translations?: TranslationCache | undefined;
}

const plans = new WeakMap<object, InterpreterPlan>();

function planFor<H extends Ops>(set: InstructionSet<H>): InterpreterPlan {
  const known = plans.get(set);
  if (known) return known;
  const plan = planInterpreter(set);
  plans.set(set, plan);
  return plan;
}

export class Interpreter<H extends Ops> {
  readonly #set: InstructionSet<H>;
  readonly #hart: HartMap;
  readonly #guest: Guest;
  readonly #cache: PageCache;
  readonly #tlb: Tlb;
  readonly #code: CodeFinder;
  readonly #writer: RecordWriter<H>;
  readonly #straddlePage: StraddlePage<H>;
  readonly #logs: RegionLogs<H>;
  readonly #words: Int32Array;
  readonly #run: () => number;
  readonly #regions: RegionCache;
  #translator: Translator | undefined;
  readonly #makeTranslator: (technique: Technique) => Translator | undefined;
  /** Translate each block at its first execution. */
  #translateAll = false;
  /** Called when a page of RAM begins to have predecoded code: it must leave the TLBs for writing. */
  readonly #becameCode: (host: number) => void;

  constructor(
    set: InstructionSet<H>,
    memory: WebAssembly.Memory,
    map: MemoryMap,
    hart: HartMap,
    guest: Guest,
    becameCode: (host: number) => void,
    { technique = "interpret", translations }: InterpreterOptions = {},
  ) {
    this.#set = set;
    const plan = planFor(set);
    this.#hart = hart;
    this.#guest = guest;
    this.#becameCode = becameCode;
    this.#cache = new PageCache(memory.buffer, map, hart);
    this.#tlb = new Tlb(memory.buffer);
    this.#words = new Int32Array(memory.buffer);
    this.#writer = new RecordWriter(memory.buffer, set, plan, hart);
    const fetchPage = (low: number, high: number) => guest.fetchPage(low, high);
    this.#straddlePage = new StraddlePage(memory.buffer, set, hart, this.#writer, fetchPage);
    const peekPage = (low: number, high: number) => guest.peekPage(low, high);
    this.#code = new CodeFinder(memory.buffer, hart, set.layout, this.#tlb, this.#cache, peekPage);
    this.#logs = new RegionLogs(memory.buffer, set, hart, this.#code);
    const records: Records = {
      find: (host) => this.#cache.find(host),
      decode: (record, pageRecords) => {
        if (!this.#writer.isDecoded(record)) this.#decodeRun(record, pageRecords);
      },
      reachOf: plan.reachOf,
      longestReach: plan.longestReach,
    };
    this.#regions = new RegionCache(memory.buffer, hart, records, () => this.#changeEpoch());
    const where = `${hartLayout(set, hart)} ${JSON.stringify({ ...map, harts: map.harts.length })}`;
    this.#makeTranslator = (chosen) => {
      const options = translatorOptions(set, chosen);
      const ports: TranslatorPorts = {
        records,
        imports: () => ({ memory, ...instance.exports }),
        pageAt: (low, high, pages) => this.#code.pageAt(low, high, pages),
        peekAt: (low, high, pages) => this.#code.peekAt(low, high, pages),
        kept: options && options.threshold > 0 ? translations?.regions(hartLayout(set, hart)) : undefined,
      };
      this.#translateAll = options?.threshold === 0;
      return options && new Translator(memory, hart, this.#regions, options, ports);
    };
    this.#translator = this.#makeTranslator(technique);
    const write = () => generateInterpreter(set, plan, map, hart);
    translations?.restore(`records ${set.name}`, plan.remembered);
    const module = translations?.module(`interpreter ${where}`, write) ?? new WebAssembly.Module(write());
    const instance = new WebAssembly.Instance(module, {
      env: {
        memory,
        regions: this.#regions.table,
        enterPage: () => this.#enterPage(),
        decode: (record: number, pageRecords: number) => this.#decode(record, pageRecords),
        straddle: () => this.#straddle(),
        illegal: (bits: number) => guest.illegal(bits),
        slowLoad: (low: number, high: number, size: number) => guest.slowLoad(low, high, size),
        slowStore: (low: number, high: number, size: number) => guest.slowStore(low, high, size),
        trap: (cause: number, low: number, high: number) => guest.trap(cause, low, high),
        checkPages: (slot: number) => this.#checkPages(slot),
        findPlace: (low: number, high: number, size: number) =>
          guest.findPlace(low, high, size & (FOR_WRITE - 1), reachingOf(size)),
      },
      helper: guest.helpers as Record<string, (...args: never[]) => unknown>,
    });
    this.#run = instance.exports.run as () => number;
  }

  /** Runs until the budget in the state is spent. */
  run(): void {
    const left = this.#state(this.#set.layout.leftFor);
    this.#words.fill(-1, left, left + 2);
    this.#run();
  }

  /** Lets the translator know where the guest is, after so many steps: now and then, that is a sample. */
  sample(steps: number): void {
    if (!this.#translator) return;
    this.#translator.poll();
    const { layout } = this.#set;
    this.#sampled.steps += steps;
    this.#sampled.inRegions += this.#words[this.#state(layout.regionSteps)] ?? 0;
    this.#words[this.#state(layout.regionSteps)] = 0;
    if (this.#sampled.steps < this.#translator.stepsToSample) return;
    const sampled = this.#sampled;
    this.#sampled = { steps: 0, inRegions: 0 };
    for (const { from, distance } of this.#logs.exits()) this.#translator.leftBy(from, distance);
    const leaves = this.#logs.leaves((place, budget) => this.#regions.isShortAt(place, budget));
    const pc = this.#state(layout.pc);
    const at = this.#code.find(this.#words[pc] ?? 0, this.#words[pc + 1] ?? 0);
    if (at) this.#translator.sample(at, sampled, leaves);
  }

  /** Steps since the last sample, and how many of them were made in regions. */
  #sampled = { steps: 0, inRegions: 0 };

  /** Whether the pages of a region lie where they did when it was made, as seen from its base address in the state. */
  #checkPages(slot: number): number {
    const { layout } = this.#set;
    const [low = 0, high = 0] = this.#words.subarray(this.#state(layout.pageAddress));
    const region = this.#regions.at(slot);
    for (const [pages, host] of region?.hosts ?? []) {
      if (this.#code.peekAt(low, high, pages) !== host) return 0;
    }
    return 1;
  }

  #changeEpoch(): void {
    const epoch = this.#state(this.#set.layout.addressEpoch);
    const low = ((this.#words[epoch] ?? 0) + 1) | 0;
    this.#words[epoch] = low;
    if (low === 0) this.#words[epoch + 1] = (this.#words[epoch + 1] ?? 0) + 1;
  }

  /** How far the beginning of the region that an address is in lies from it; undefined where it is in none. */
  regionStart(low: number, high: number): number | undefined {
    const at = this.#code.find(low, high);
    const region = at && this.#regions.covering(at.place);
    if (!region) return undefined;
    for (const [pages, host] of region.hosts) {
      if (host !== pageOf(at.place)) continue;
      return (region.heads[0] ?? 0) - pages * GUEST_PAGE - (at.place - host);
    }
    return undefined;
  }

  /** What the region that an address is in was made of; undefined where it is in none. */
  regionSource(low: number, high: number): RegionSource | undefined {
    const at = this.#code.find(low, high);
    return at && this.#translator?.sourceOf(at.place);
  }

  /** What was translated so far. */
  get translations(): TranslationCounts | undefined {
    return this.#translator?.counts;
  }

  /** Whether any of these bytes are an instruction that was decoded or translated. */
  holdsCode(host: number, length: number): boolean {
    return this.#cache.holdsCode(host, length) || this.#regions.holdsCode(host, length);
  }

  /** Code may have been written here. */
  written(host: number, length: number): void {
    this.#translator?.written(host, length);
    this.#cache.written(host, length, this.#writer.longestReach, (record, at) =>
      this.#writer.reach(this.#regions.handlerUnder(record), at),
    );
  }

  /** Executes in another way from now on. To be called between two runs. */
  setTechnique(technique: Technique): void {
    this.clear();
    this.#translator = this.#makeTranslator(technique);
  }

  /** Forgets all predecoded code, for memory that was replaced as a whole. */
  clear(): void {
    this.#translator?.clear();
    this.#cache.clear();
    for (const tlb of this.#hart.codeTlbs) this.#tlb.clearCode(tlb);
    this.forgetEpoch();
  }

  /** The epoch in the state may be one that has been: forgets where regions are entered. */
  forgetEpoch(): void {
    for (const tlb of this.#hart.codeTlbs) this.#tlb.clearJumps(tlb);
    const first = this.#hart.checks >> 2;
    this.#words.fill(-1, first, first + (CheckField.bytes / 4) * REGION_SLOTS);
  }

  #state(slot: { readonly offset: number }): number {
    return (this.#hart.state + slot.offset) >> 2;
  }

  #enterPage(): number {
    const { layout } = this.#set;
    const pc = this.#state(layout.pc);
    const low = this.#words[pc] ?? 0;
    const high = this.#words[pc + 1] ?? 0;
    const host = this.#guest.fetchPage(low, high);
    if (host < 0) {
      this.#trapped();
      return 0;
    }
    if (!this.#guest.fetchedWholePage()) {
      this.#words[this.#state(layout.pageRecords)] = this.#hart.straddle;
      if (!this.#straddlePage.fetchOne(low, high, host)) this.#trapped();
      return 0;
    }
    const isNew = this.#cache.find(host) === undefined;
    const records = this.#recordsOf(host);
    this.#words[this.#state(layout.pageRecords)] = records;
    this.#tlb.enterCode(this.#words[this.#state(layout.codeTlb)] ?? 0, low, high, records);
    if (isNew) this.#translator?.pageAdded(host);
    return 0;
  }

  #recordsOf(host: number): number {
    const known = this.#cache.find(host);
    if (known !== undefined) return known;
    this.#becameCode(host);
    return this.#cache.add(
      host,
      (records, page) =>
        this.#regions.isUsed(page) || this.#hart.codeTlbs.some((tlb) => this.#tlb.hasRecords(tlb, records)),
      (gone, page) => {
        this.#translator?.dropPage(page);
        for (const tlb of this.#hart.codeTlbs) this.#tlb.dropRecords(tlb, gone);
      },
    );
  }

  /** Decodes the instruction of a record, and the ones after it as far as control may fall. */
  #decode(record: number, pageRecords: number): void {
    this.#decodeRun(record, pageRecords);
    if (!this.#translator) return;
    const place = this.#cache.hostOf(pageRecords) + ((record - pageRecords) / RECORD_BYTES) * 2;
    const pc = this.#state(this.#set.layout.pc);
    const at = { place, low: this.#words[pc] ?? 0, high: this.#words[pc + 1] ?? 0 };
    if (this.#translateAll) this.#translator.translate(at.place, at.low, at.high);
    else this.#translator.met(at);
  }

  #decodeRun(record: number, pageRecords: number): void {
    this.#writer.decodeRun(record, pageRecords, this.#cache.hostOf(pageRecords));
  }

  #straddle(): void {
    const pc = this.#state(this.#set.layout.pc);
    if (!this.#straddlePage.decode(this.#words[pc] ?? 0, this.#words[pc + 1] ?? 0)) this.#trapped();
  }

  /** Fetching trapped. That is a step too, or a trap vector that cannot be fetched would never let go. */
  #trapped(): void {
    const { layout } = this.#set;
    this.#words[this.#state(layout.leave)] = Leave.abandon;
    const budget = this.#state(layout.budget);
    this.#words[budget] = Math.max(0, (this.#words[budget] ?? 0) - 1);
  }
}
