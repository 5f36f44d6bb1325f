/**
 * The interpreter of one hart: the generated function, the predecoded pages it runs over, and what it asks for while it
 * runs. What addresses mean is the instruction set's business, reached through `Guest`.
 */

import { FOR_WRITE } from "../find-place.ts";
import type { InstructionSet } from "../instruction.ts";
import {
  CheckField,
  GUEST_PAGE,
  type HartMap,
  type MemoryMap,
  pageOf,
  RECORD_BYTES,
  RECORDS_IN_PAGE,
  REGION_SLOTS,
} from "../memory-map.ts";
import type { Ops } from "../ops.ts";
import { RegionStatus } from "../region/generate.ts";
import { type Records, RegionCache } from "../region/region-cache.ts";
import {
  type CodeAddress,
  type Leaving,
  type RegionSource,
  type TranslationCounts,
  Translator,
  type TranslatorPorts,
} from "../region/translator.ts";
import { EXIT_LOG_ENTRIES, LEAVE_LOG_ENTRIES, Leave, LeaveField } from "../state-layout.ts";
import { type Technique, translatorOptions } from "../technique.ts";
import { Tlb } from "../tlb.ts";
import { hartLayout, type TranslationCache } from "../translation-cache.ts";
import { generateInterpreter } from "./generate.ts";
import { PageCache } from "./page-cache.ts";
import { WIDE_PLACE } from "./record-places.ts";
import { Handler, type InterpreterPlan, MOST_FUSED, planInterpreter } from "./records.ts";

/** What the instruction set does for generated code. Each finds the guest's exact state in memory. */
export interface Guest {
  /**
   * The address in linear memory of the page of RAM that holds the instruction at a virtual address (two halves).
   * -1 after a trap, which has changed `pc`.
   */
  fetchPage(low: number, high: number): number;
  /** Whether all of the page just fetched from may be executed alike; else every instruction is fetched by itself. */
  fetchedWholePage(): boolean;
  /**
   * As `fetchPage`, but the guest sees nothing of it: -1 where that would trap or change its memory, or not all of the page may
   * be executed.
   */
  peekPage(low: number, high: number): number;
  /**
   * The address in linear memory of `size` bytes of RAM that may be read, or written, and are within a page; 0 where there is
   * more to the access than that. It enters the TLB where it may.
   */
  findPlace(low: number, high: number, size: number, write: boolean): number;
  /** Reads `size & 15` bytes into the slot `result`; 16 is added to the size where the location is then written. */
  slowLoad(low: number, high: number, size: number): void;
  /** Writes `size` bytes from the slot `result`. */
  slowStore(low: number, high: number, size: number): void;
  /** Takes a trap with a cause and a value (two halves). */
  trap(cause: number, low: number, high: number): void;
  /** The bits are no instruction. */
  illegal(bits: number): void;
  /** The helpers that the descriptions name. */
  readonly helpers: Readonly<Record<string, (...args: never[]) => unknown>>;
}

export interface InterpreterOptions {
  /** "interpret" if absent. */
  readonly technique?: Technique | undefined;
  /** What earlier runs compiled. */
  readonly translations?: TranslationCache | undefined;
}

/** Instructions decoded at once, when one is met for the first time. */
const DECODE_AHEAD = 32;

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
  readonly #plan: InterpreterPlan;
  readonly #hart: HartMap;
  readonly #guest: Guest;
  readonly #cache: PageCache;
  readonly #tlb: Tlb;
  readonly #halves: Uint16Array;
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
    this.#plan = planFor(set);
    this.#hart = hart;
    this.#guest = guest;
    this.#becameCode = becameCode;
    this.#cache = new PageCache(memory.buffer, map, hart);
    this.#tlb = new Tlb(memory.buffer);
    this.#halves = new Uint16Array(memory.buffer);
    this.#words = new Int32Array(memory.buffer);
    this.#clearStraddlePage();
    const records: Records = {
      find: (host) => this.#cache.find(host),
      decode: (record, pageRecords) => {
        if (this.#halves[record >> 1] === Handler.undecoded) this.#decodeRun(record, pageRecords);
      },
      reachOf: (handler) => this.#plan.reachOf(handler),
    };
    this.#regions = new RegionCache(memory.buffer, hart, records, () => this.#changeEpoch());
    const where = `${hartLayout(set, hart)} ${JSON.stringify({ ...map, harts: map.harts.length })}`;
    this.#makeTranslator = (chosen) => {
      const options = translatorOptions(set, chosen);
      const ports: TranslatorPorts = {
        records,
        imports: () => ({ memory, ...instance.exports }),
        pageAt: (low, high, pages) => this.#pageAt(low, high, pages),
        peekAt: (low, high, pages) => this.#peekAt(low, high, pages),
        kept: options && options.threshold > 0 ? translations?.regions(hartLayout(set, hart)) : undefined,
      };
      this.#translateAll = options?.threshold === 0;
      return options && new Translator(memory, hart, this.#regions, options, ports);
    };
    this.#translator = this.#makeTranslator(technique);
    const write = () => generateInterpreter(set, this.#plan, map, hart);
    translations?.restore(`records ${set.name}`, this.#plan.remembered);
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
          guest.findPlace(low, high, size & (FOR_WRITE - 1), (size & FOR_WRITE) !== 0),
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
    this.#readExitLog();
    const leaves = this.#readLeaveLog();
    const pc = this.#state(layout.pc);
    const at = this.#codeAddress(this.#words[pc] ?? 0, this.#words[pc + 1] ?? 0);
    if (at) this.#translator.sample(at, sampled, leaves);
  }

  /** Steps since the last sample, and how many of them were made in regions. */
  #sampled = { steps: 0, inRegions: 0 };

  #leavesRead = 0;

  /** Where the interpreter went on after regions since the last time, as far as the log goes back. */
  #readLeaveLog(): readonly Leaving[] {
    const { layout } = this.#set;
    const count = this.#words[this.#state(layout.leaveCount)] ?? 0;
    const first = Math.max(this.#leavesRead, count - LEAVE_LOG_ENTRIES);
    this.#leavesRead = count;
    const leaves: Leaving[] = [];
    for (let leave = first; leave < count; leave++) {
      const entry = this.#state(layout.leaveLog) + (leave % LEAVE_LOG_ENTRIES) * (LeaveField.bytes / 4);
      const low = this.#words[entry] ?? 0;
      const at = this.#codeAddress(low & ~1, this.#words[entry + 1] ?? 0);
      const steps = this.#words[entry + LeaveField.steps / 4] ?? 0;
      if (!at || steps <= 0) continue;
      const isPassedBy = (low & 1) === RegionStatus.interpret;
      // It was left where it is entered: only because the budget was short.
      if (isPassedBy && this.#regions.isEnteredAt(at.place)) continue;
      leaves.push({ at: isPassedBy ? this.#after(at) : at, steps });
    }
    return leaves;
  }

  /** What follows an instruction. */
  #after({ place, low, high }: CodeAddress): CodeAddress {
    const length = this.#set.lengthOf(this.#halves[place >> 1] ?? 0);
    return { place: place + length, low: (low + length) | 0, high };
  }

  #exitsRead = 0;

  /** The indirect jumps that left regions since the last time, as far as the log goes back. */
  #readExitLog(): void {
    const { layout } = this.#set;
    const count = this.#words[this.#state(layout.exitCount)] ?? 0;
    const first = Math.max(this.#exitsRead, count - EXIT_LOG_ENTRIES);
    this.#exitsRead = count;
    for (let exit = first; exit < count; exit++) {
      const entry = this.#state(layout.exitLog) + 4 * (exit % EXIT_LOG_ENTRIES);
      const [low = 0, high = 0, toLow = 0, toHigh = 0] = this.#words.subarray(entry, entry + 4);
      const from = this.#codeAddress(low, high);
      const distance = (toHigh - high) * 2 ** 32 + (toLow >>> 0) - (low >>> 0);
      if (from) this.#translator?.leftBy(from, distance);
    }
  }

  /** Where the code at a virtual address is, if the instruction TLB knows its page. */
  #codeAddress(low: number, high: number): CodeAddress | undefined {
    const host = this.#pageAt(low, high, 0);
    return host === undefined ? undefined : { place: host + (low & (GUEST_PAGE - 1)), low, high };
  }

  /** The host address of the page so many pages from a virtual address, in the context in force or in another one. */
  #pageAt(low: number, high: number, pages: number): number | undefined {
    const [start, carried] = pageFrom(low, high, pages);
    const current = this.#words[this.#state(this.#set.layout.codeTlb)] ?? 0;
    for (const tlb of [current, ...this.#hart.codeTlbs]) {
      const records = this.#tlb.findCode(tlb, start, carried);
      if (records !== undefined && records !== this.#hart.straddle) return this.#cache.hostOf(records);
    }
    return undefined;
  }

  /** Whether the pages of a region lie where they did when it was made, as seen from its base address in the state. */
  #checkPages(slot: number): number {
    const { layout } = this.#set;
    const [low = 0, high = 0] = this.#words.subarray(this.#state(layout.pageAddress));
    const region = this.#regions.at(slot);
    for (const [pages, host] of region?.hosts ?? []) {
      if (this.#peekAt(low, high, pages) !== host) return 0;
    }
    return 1;
  }

  /** The host address of the page so many pages from a virtual address, as it is now; the instruction TLB has it then. */
  #peekAt(low: number, high: number, pages: number): number | undefined {
    const [start, carried] = pageFrom(low, high, pages);
    const tlb = this.#words[this.#state(this.#set.layout.codeTlb)] ?? 0;
    const known = this.#tlb.findCode(tlb, start, carried);
    if (known !== undefined) return this.#cache.hostOf(known);
    const host = this.#guest.peekPage(start, carried);
    const records = this.#cache.find(host);
    if (records !== undefined) this.#tlb.enterCode(tlb, start, carried, records);
    return host < 0 ? undefined : host;
  }

  #changeEpoch(): void {
    const epoch = this.#state(this.#set.layout.addressEpoch);
    const low = ((this.#words[epoch] ?? 0) + 1) | 0;
    this.#words[epoch] = low;
    if (low === 0) this.#words[epoch + 1] = (this.#words[epoch + 1] ?? 0) + 1;
  }

  /** How far the beginning of the region that an address is in lies from it; undefined where it is in none. */
  regionStart(low: number, high: number): number | undefined {
    const at = this.#codeAddress(low, high);
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
    const at = this.#codeAddress(low, high);
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
    this.#cache.written(host, length, this.#reach);
  }

  /** How many bytes the handler of a record runs that was decoded at a host address. What it runs first was not written. */
  readonly #reach = (record: number, host: number): number =>
    this.#plan.reachOf(this.#regions.handlerUnder(record)) ||
    this.#set.lengthOf(this.#halves[host >>> 1] ?? 0);

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
      this.#fetchOne(low, high, host);
      return 0;
    }
    const isNew = this.#cache.find(host) === undefined;
    const records = this.#recordsOf(host);
    this.#words[this.#state(layout.pageRecords)] = records;
    this.#tlb.enterCode(this.#words[this.#state(layout.codeTlb)] ?? 0, low, high, records);
    if (isNew) this.#translator?.pageAdded(host);
    return 0;
  }

  /**
   * Decodes one instruction of a page of which only parts may be executed, at its place in the straddle page: all that
   * is reached from there leads back here.
   */
  #fetchOne(low: number, high: number, host: number): void {
    const offset = low & (GUEST_PAGE - 1);
    const at = this.#hart.straddle + (offset / 2) * RECORD_BYTES;
    this.#clearStraddlePage();
    this.#hasFetchedOne = true;
    this.#words[this.#state(this.#set.layout.pageRecords)] = this.#hart.straddle;
    const first = this.#halves[(host + offset) >>> 1] ?? 0;
    const length = this.#set.lengthOf(first);
    if (length === 4 && offset === GUEST_PAGE - 2) {
      this.#halves[at >> 1] = Handler.straddle;
      return;
    }
    if (length === 4 && this.#guest.fetchPage(low + 2, high) < 0) {
      this.#trapped();
      return;
    }
    const bits = (first | (length === 4 ? (this.#halves[(host + offset + 2) >>> 1] ?? 0) << 16 : 0)) >>> 0;
    if (!this.#plan.encode(bits, length, this.#words, at)) this.#markIllegal(at, bits);
  }

  /** Whether an instruction of #fetchOne may be in the straddle page, where a jump of another one could reach it. */
  #hasFetchedOne = false;

  /** Fetching trapped. That is a step too, or a trap vector that cannot be fetched would never let go. */
  #trapped(): void {
    const { layout } = this.#set;
    this.#words[this.#state(layout.leave)] = Leave.abandon;
    const budget = this.#state(layout.budget);
    this.#words[budget] = Math.max(0, (this.#words[budget] ?? 0) - 1);
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
    const host = this.#cache.hostOf(pageRecords);
    let offset = ((record - pageRecords) / RECORD_BYTES) * 2;
    const decoded: Decoded = { records: [], handlers: [] };
    for (let count = 0; count < DECODE_AHEAD && offset < GUEST_PAGE; count++) {
      const at = pageRecords + (offset / 2) * RECORD_BYTES;
      if (count > 0 && this.#halves[at >> 1] !== Handler.undecoded) return;
      const low = this.#halves[(host + offset) >>> 1] ?? 0;
      const length = this.#set.lengthOf(low);
      if (length === 4 && offset === GUEST_PAGE - 2) {
        this.#halves[at >> 1] = Handler.straddle;
        return;
      }
      const high = length === 4 ? (this.#halves[(host + offset + 2) >>> 1] ?? 0) : 0;
      const bits = (low | (high << 16)) >>> 0;
      const following = this.#plan.encode(bits, length, this.#words, at);
      if (!following) {
        if (count === 0) this.#markIllegal(at, bits);
        return;
      }
      this.#fuse(decoded, at);
      if (following === "any") return;
      offset += length;
    }
  }

  /** Gives the records before a new one the handlers that run it too, where there are such. */
  #fuse({ records, handlers }: Decoded, record: number): void {
    records.push(record);
    handlers.push(this.#halves[record >> 1] ?? 0);
    for (let start = Math.max(0, records.length - MOST_FUSED); start < records.length - 1; start++) {
      const fused = this.#plan.fuse(handlers.slice(start));
      if (fused !== undefined) this.#halves[(records[start] ?? 0) >> 1] = fused;
    }
  }

  #markIllegal(at: number, bits: number): void {
    this.#words[(at + WIDE_PLACE) >> 2] = bits;
    this.#halves[at >> 1] = Handler.illegal;
  }

  /** Decodes an instruction of which the second half lies on another page, each time that it is met. */
  #straddle(): void {
    const { layout } = this.#set;
    const pc = this.#state(layout.pc);
    const low = this.#words[pc] ?? 0;
    const high = this.#words[pc + 1] ?? 0;
    const first = this.#guest.fetchPage(low, high);
    const second = first < 0 ? first : this.#guest.fetchPage((low + 2) | 0, high + (low === -2 ? 1 : 0));
    if (second < 0) {
      this.#trapped();
      return;
    }
    const lowHalf = this.#halves[(first + GUEST_PAGE - 2) >>> 1] ?? 0;
    const bits = (lowHalf | ((this.#halves[second >>> 1] ?? 0) << 16)) >>> 0;
    const at = this.#hart.straddle;
    if (this.#hasFetchedOne) this.#clearStraddlePage();
    this.#hasFetchedOne = false;
    if (!this.#plan.encode(bits, 4, this.#words, at)) this.#markIllegal(at, bits);
  }

  /** After the one instruction of the straddle page, whatever is reached in it leads back to real pages. */
  #clearStraddlePage(): void {
    for (let record = 0; record < RECORDS_IN_PAGE + 2; record++) {
      this.#halves[(this.#hart.straddle + record * RECORD_BYTES) >> 1] = Handler.reenter;
    }
  }
}

/** What one run of decoding has made so far: the records, and the handler of each instruction alone. */
interface Decoded {
  readonly records: number[];
  readonly handlers: number[];
}

/** The virtual address so many pages from one (two halves). */
function pageFrom(low: number, high: number, pages: number): readonly [low: number, high: number] {
  const start = (low >>> 0) + pages * GUEST_PAGE;
  return [start | 0, (high + Math.floor(start / 2 ** 32)) | 0];
}
