/**
 * Platform-level interrupt controller: RISC-V Platform-Level Interrupt Controller Specification 1.0.0, as SiFive lays
 * it out. Level-triggered sources 1 to 95, seven priorities, any number of contexts (a hart at a privilege level).
 *
 * ```
 * 0x00_0000 + 4n       priority of source n
 * 0x00_1000            pending bits, 32 sources a word
 * 0x00_2000 + 0x80c    enable bits of context c
 * 0x20_0000 + 0x1000c  threshold of context c; at + 4 its claim/complete register
 * ```
 */

import type { InterruptLine, MmioDevice, Saveable, Width } from "../device.ts";

/** Sources, counting source 0, which does not exist. */
export const PLIC_SOURCES = 96;

/** The whole register map: contexts up to 15,871 fit. */
export const PLIC_SIZE = 0x400_0000;

const WORDS = PLIC_SOURCES / 32;
const PRIORITY_MASK = 7;

const PENDING = 0x1000;
const ENABLE = 0x2000;
const ENABLE_STRIDE = 0x80;
const CONTEXT = 0x20_0000;
const CONTEXT_STRIDE = 0x1000;

export interface PlicPorts {
  /** The external interrupt of each context, in order. */
  readonly contexts: readonly InterruptLine[];
}

export type SavedPlic = {
  readonly priorities: readonly number[];
  readonly levels: readonly number[];
  readonly pending: readonly number[];
  readonly claimed: readonly number[];
  readonly enables: readonly (readonly number[])[];
  readonly thresholds: readonly number[];
};

/** A set of sources, one bit each. */
class SourceSet {
  readonly #words: Uint32Array;

  constructor(saved?: readonly number[]) {
    this.#words = Uint32Array.from(saved ?? new Array(WORDS).fill(0));
  }

  has(source: number): boolean {
    return ((this.word(source >>> 5) >>> (source & 31)) & 1) !== 0;
  }

  put(source: number, present: boolean): void {
    const bit = 1 << (source & 31);
    const word = this.word(source >>> 5);
    this.#words[source >>> 5] = present ? word | bit : word & ~bit;
  }

  word(index: number): number {
    return this.#words[index] ?? 0;
  }

  setWord(index: number, value: number): void {
    this.#words[index] = value;
  }

  save(): number[] {
    return [...this.#words];
  }
}

/** One hart at one privilege level, as an interrupt's target. */
class Context {
  readonly line: InterruptLine;
  readonly enabled: SourceSet;
  threshold: number;

  constructor(line: InterruptLine, enabled?: readonly number[], threshold = 0) {
    this.line = line;
    this.enabled = new SourceSet(enabled);
    this.threshold = threshold;
  }
}

/** Routes the interrupt lines of devices to harts. */
export class Plic implements MmioDevice, Saveable {
  readonly #priorities: Uint8Array;
  readonly #levels: SourceSet;
  readonly #pending: SourceSet;
  readonly #claimed: SourceSet;
  readonly #contexts: readonly Context[];

  constructor(ports: PlicPorts, saved?: SavedPlic) {
    this.#priorities = Uint8Array.from(saved?.priorities ?? new Array(PLIC_SOURCES).fill(0));
    this.#levels = new SourceSet(saved?.levels);
    this.#pending = new SourceSet(saved?.pending);
    this.#claimed = new SourceSet(saved?.claimed);
    this.#contexts = ports.contexts.map(
      (line, index) => new Context(line, saved?.enables[index], saved?.thresholds[index]),
    );
    this.#update();
  }

  save(): SavedPlic {
    return {
      priorities: [...this.#priorities],
      levels: this.#levels.save(),
      pending: this.#pending.save(),
      claimed: this.#claimed.save(),
      enables: this.#contexts.map((context) => context.enabled.save()),
      thresholds: this.#contexts.map((context) => context.threshold),
    };
  }

  /** The wire to drive source `source` with, 1 to 95. */
  source(source: number): InterruptLine {
    return { set: (raised) => this.#setLevel(source, raised) };
  }

  read(offset: number, width: Width): number {
    if (width !== 4 || offset % 4 !== 0) return 0;
    if (offset < PENDING) return this.#priorities[offset >>> 2] ?? 0;
    if (offset < ENABLE) return this.#pending.word((offset - PENDING) >>> 2);
    if (offset < CONTEXT) return this.#readEnable(offset - ENABLE);
    return this.#readContext(offset - CONTEXT);
  }

  write(offset: number, width: Width, value: number): void {
    if (width !== 4 || offset % 4 !== 0) return;
    if (offset < PENDING) this.#writePriority(offset >>> 2, value);
    else if (offset < ENABLE) return;
    else if (offset < CONTEXT) this.#writeEnable(offset - ENABLE, value);
    else this.#writeContext(offset - CONTEXT, value);
    this.#update();
  }

  #writePriority(source: number, value: number): void {
    if (source > 0 && source < PLIC_SOURCES) this.#priorities[source] = value & PRIORITY_MASK;
  }

  #readEnable(offset: number): number {
    const context = this.#contexts[Math.floor(offset / ENABLE_STRIDE)];
    return context?.enabled.word((offset % ENABLE_STRIDE) >>> 2) ?? 0;
  }

  #writeEnable(offset: number, value: number): void {
    const word = (offset % ENABLE_STRIDE) >>> 2;
    const context = this.#contexts[Math.floor(offset / ENABLE_STRIDE)];
    if (word < WORDS) context?.enabled.setWord(word, word === 0 ? value & ~1 : value);
  }

  #readContext(offset: number): number {
    const context = this.#contexts[Math.floor(offset / CONTEXT_STRIDE)];
    if (!context) return 0;
    switch (offset % CONTEXT_STRIDE) {
      case 0:
        return context.threshold;
      case 4:
        return this.#claim(context);
      default:
        return 0;
    }
  }

  #writeContext(offset: number, value: number): void {
    const context = this.#contexts[Math.floor(offset / CONTEXT_STRIDE)];
    if (!context) return;
    if (offset % CONTEXT_STRIDE === 0) context.threshold = value & PRIORITY_MASK;
    if (offset % CONTEXT_STRIDE === 4) this.#complete(context, value);
  }

  /** Gateway: a raised level becomes a request unless one is already pending or being served (section 1.2). */
  #setLevel(source: number, raised: boolean): void {
    if (source <= 0 || source >= PLIC_SOURCES || this.#levels.has(source) === raised) return;
    this.#levels.put(source, raised);
    if (!raised || this.#claimed.has(source) || this.#pending.has(source)) return;
    this.#pending.put(source, true);
    this.#update();
  }

  /** Takes the most urgent pending source; the threshold does not matter here (section 7). */
  #claim(context: Context): number {
    const source = this.#best(context, 0);
    if (source === 0) return 0;
    this.#pending.put(source, false);
    this.#claimed.put(source, true);
    this.#update();
    return source;
  }

  /** Ignored unless the source is enabled for the context (section 8). A level that is still up asks again. */
  #complete(context: Context, source: number): void {
    if (source >= PLIC_SOURCES || !context.enabled.has(source) || !this.#claimed.has(source)) return;
    this.#claimed.put(source, false);
    if (this.#levels.has(source)) this.#pending.put(source, true);
  }

  /** The pending, enabled source of the highest priority above `threshold`; the lowest number wins a tie. 0 is none. */
  #best(context: Context, threshold: number): number {
    let best = 0;
    let priority = threshold;
    for (let word = 0; word < WORDS; word++) {
      let bits = this.#pending.word(word) & context.enabled.word(word);
      for (; bits !== 0; bits &= bits - 1) {
        const source = 32 * word + 31 - Math.clz32(bits & -bits);
        const own = this.#priorities[source] ?? 0;
        if (own > priority) [best, priority] = [source, own];
      }
    }
    return best;
  }

  #update(): void {
    for (const context of this.#contexts) context.line.set(this.#best(context, context.threshold) !== 0);
  }
}
