/**
 * A processor of the p-machine: its memory, the interpreter that runs on it, and what generated code asks for. docs/pcode.md,
 * "Memory" and "Traps".
 */

import { InternalError } from "../../base/errors.ts";
import { type Guest, Interpreter, type InterpreterOptions } from "../../engine/interpreter/interpreter.ts";
import { GUEST_PAGE, type HartMap, layOutMemory, type MemoryMap } from "../../engine/memory-map.ts";
import { Leave, type StateSlot } from "../../engine/state-layout.ts";
import { Tlb, WRITE_TABLE } from "../../engine/tlb.ts";
import { translateWhole } from "../../engine/whole/generate.ts";
import { pcode } from "./instruction-set.ts";
import { CODE_BASE, CONSTANT_BASE, DATA_BASE } from "./memory.ts";
import { Cause, e, fp, layout, sp, stackLimit } from "./state.ts";
import { type PcodeOps, service } from "./vocabulary.ts";
import { describeWhole, type PrivatePlaces } from "./whole-program.ts";

/** Why the processor stopped, and with what value. */
export interface Stop {
  readonly cause: number;
  readonly value: number;
  /** The address of the instruction. */
  readonly pc: number;
}

export interface ProcessorPorts {
  /** Runs a service; its operands lie on the stack from `base` on. */
  readonly service: (number: number, base: number) => void;
}

/** What a processor executes. */
export interface LoadedProgram {
  /** With depths: see boards/pmachine/verify.ts. */
  readonly code: Uint32Array;
  readonly constants: Uint8Array;
  readonly entry: number;
  readonly globalBytes: number;
}

const RECORD_PAGES = 256;
/** No instruction has these bits: what stands where a breakpoint is. */
const BREAKPOINT = 0;

/** Where everything lies in the memory of a machine whose guest has so many bytes. */
export function pcodeMemoryMap(ramBytes: number): MemoryMap {
  return layOutMemory({
    harts: 1,
    stateBytes: layout.size,
    dataContexts: 1,
    codeContexts: 1,
    recordPages: RECORD_PAGES,
    ramBase: 0,
    ramBytes,
  });
}

/** Translates a program as a whole, for processors whose guests have so many bytes. `routines`: see `describeWhole`. */
export function translateProgram(
  {
    code,
    entry,
    routines,
  }: Pick<LoadedProgram, "code" | "entry"> & { readonly routines: readonly PrivatePlaces[] },
  ramBytes: number,
): Uint8Array<ArrayBuffer> {
  const map = pcodeMemoryMap(ramBytes);
  const places = { ram: map.ram, state: hartOf(map).state, memoryPages: map.pages };
  return translateWhole(pcode, describeWhole(code, entry, routines, places), [service]);
}

function hartOf({ harts: [hart] }: MemoryMap): HartMap {
  if (!hart) throw new InternalError("the memory map has no hart");
  return hart;
}

export class PcodeProcessor {
  readonly ramBytes: number;
  /** The memory of the guest, from its address 0 on. */
  readonly ram: Uint8Array;
  readonly view: DataView;
  /** The same memory as words. */
  readonly words: Int32Array;
  readonly #map: MemoryMap;
  readonly #hart: HartMap;
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #longs: BigInt64Array;
  readonly #reals: Float64Array;
  readonly #tlb: Tlb;
  readonly #ports: ProcessorPorts;
  /** Made when it is needed: a whole program does without. */
  #madeInterpreter: Interpreter<PcodeOps> | undefined;
  readonly #options: InterpreterOptions;
  readonly #memory: WebAssembly.Memory;
  #code: Uint32Array = new Uint32Array(0);
  #codeEnd = CODE_BASE;
  #constantEnd = CONSTANT_BASE;
  #stop: Stop | undefined;
  #steps = 0;

  constructor(ramBytes: number, options: InterpreterOptions, ports: ProcessorPorts) {
    this.#map = pcodeMemoryMap(ramBytes);
    this.#hart = hartOf(this.#map);
    const memory = new WebAssembly.Memory({ initial: this.#map.pages });
    this.#memory = memory;
    this.ramBytes = ramBytes;
    this.ram = new Uint8Array(memory.buffer, this.#map.ram, ramBytes);
    this.view = new DataView(memory.buffer, this.#map.ram, ramBytes);
    this.words = new Int32Array(memory.buffer, this.#map.ram, ramBytes >> 2);
    this.#bytes = new Uint8Array(memory.buffer);
    this.#words = new Int32Array(memory.buffer);
    this.#longs = new BigInt64Array(memory.buffer);
    this.#reals = new Float64Array(memory.buffer);
    this.#tlb = new Tlb(memory.buffer);
    this.#ports = ports;
    this.#options = options;
    this.#reset();
  }

  get #interpreter(): Interpreter<PcodeOps> {
    this.#madeInterpreter ??= new Interpreter(
      pcode,
      this.#memory,
      this.#map,
      this.#hart,
      this.#guest(),
      () => {},
      this.#options,
    );
    return this.#madeInterpreter;
  }

  #reset(): void {
    const [data = 0] = this.#hart.dataTlbs;
    const [code = 0] = this.#hart.codeTlbs;
    this.#tlb.clearData(data);
    this.#tlb.clearCode(code);
    this.#tlb.setWalk(data, 0, 0, 0);
    this.#set(layout.dataTlb, data);
    this.#set(layout.codeTlb, code);
  }

  /** Puts a program into memory; it will begin at its entry. Returns where the heap may begin. */
  load({ code, constants, entry, globalBytes }: LoadedProgram, stackBytes: number): number {
    this.ram.set(new Uint8Array(code.buffer, code.byteOffset, code.byteLength), CODE_BASE);
    this.ram.set(constants, CONSTANT_BASE);
    this.#code = code;
    this.#codeEnd = CODE_BASE + code.byteLength;
    this.#constantEnd = CONSTANT_BASE + constants.length;
    this.#breakpoints.clear();
    this.#madeInterpreter?.clear();
    const stack = DATA_BASE + globalBytes;
    this.#setLong(layout.pc, CODE_BASE + 4 * entry);
    this.#setLong(fp, stack);
    this.#setLong(sp, stack);
    this.#setLong(stackLimit, stack + stackBytes);
    return stack + stackBytes;
  }

  // State

  #at(slot: { readonly offset: number }): number {
    return this.#hart.state + slot.offset;
  }

  #set(slot: StateSlot, value: number): void {
    this.#words[this.#at(slot) >> 2] = value;
  }

  #setLong(slot: StateSlot, value: number): void {
    this.#longs[this.#at(slot) >> 3] = BigInt(value);
  }

  /** The low half of a slot. */
  #get(slot: StateSlot): number {
    return this.#words[this.#at(slot) >> 2] ?? 0;
  }

  get pc(): number {
    return this.#get(layout.pc) >>> 0;
  }

  get frame(): number {
    return this.#get(fp) >>> 0;
  }

  /** The first byte after the frame. */
  get top(): number {
    return this.#get(sp) >>> 0;
  }

  /** Instructions executed so far. */
  get steps(): number {
    return this.#steps;
  }

  /** An entry of the stack as an integer or an address. */
  entry(index: number): number {
    return this.#words[(this.#at(e) >> 2) + 2 * index] ?? 0;
  }

  /** All 64 bits of an entry. */
  longEntry(index: number): bigint {
    return this.#longs[(this.#at(e) >> 3) + index] ?? 0n;
  }

  /** Sets an entry to a number of 32 bits, with sign. */
  setEntry(index: number, value: number): void {
    const at = (this.#at(e) >> 2) + 2 * index;
    this.#words[at] = value;
    this.#words[at + 1] = value >> 31;
  }

  realEntry(index: number): number {
    return this.#reals[(this.#at(e) >> 3) + index] ?? 0;
  }

  setRealEntry(index: number, value: number): void {
    this.#reals[(this.#at(e) >> 3) + index] = value;
  }

  // Running

  /** Runs at most so many instructions; the reason, where it stopped before. */
  run(budget: number): Stop | undefined {
    this.#stop = undefined;
    this.#set(layout.budget, budget);
    this.#withheld = 0;
    this.#interpreter.run();
    const done = budget - this.#withheld - this.#get(layout.budget);
    this.#steps += done;
    this.#interpreter.sample(done);
    this.#set(layout.budget, 0);
    return this.#stop;
  }

  /** Goes on at another address. */
  jumpTo(address: number): void {
    this.#setLong(layout.pc, address);
  }

  readonly #breakpoints = new Set<number>();

  /** Stops with `Cause.breakpoint` before any of these instructions is executed; only where the machine interprets. */
  setBreakpoints(instructions: Iterable<number>): void {
    const wanted = new Set(instructions);
    for (const index of this.#breakpoints)
      if (!wanted.has(index)) this.#writeCode(index, this.#code[index] ?? 0);
    for (const index of wanted) if (!this.#breakpoints.has(index)) this.#writeCode(index, BREAKPOINT);
    this.#breakpoints.clear();
    for (const index of wanted) this.#breakpoints.add(index);
  }

  /** Code as the machine fetches it. */
  #writeCode(index: number, bits: number): void {
    const address = CODE_BASE + 4 * index;
    this.words[address >> 2] = bits;
    this.#madeInterpreter?.written(this.#map.ram + address, 4);
  }

  #illegal(bits: number): void {
    const isBreakpoint = this.#breakpoints.has((this.pc - CODE_BASE) / 4);
    this.stop(isBreakpoint ? Cause.breakpoint : Cause.illegal, bits);
  }

  /** Runs a whole program, from a module that `translateProgram` made of it. */
  runWhole(module: WebAssembly.Module): Stop {
    this.#stop = undefined;
    const instance = new WebAssembly.Instance(module, {
      env: { memory: this.#memory, trap: (cause: number, value: number) => this.stop(cause, value) },
      helper: {
        service: (number: number, base: number) => {
          this.#ports.service(number, base);
          return this.#stop ? 1 : 0;
        },
      },
    });
    try {
      (instance.exports.run as () => void)();
    } catch (error) {
      if (!this.#stop) this.#stop = this.#unknownStop(error);
    }
    return this.#stop ?? { cause: 0, value: 0, pc: 0 };
  }

  /** What WebAssembly itself found wrong, at a place that nobody knows. */
  #unknownStop(error: unknown): Stop {
    if (error instanceof RangeError) return { cause: Cause.stackOverflow, value: 0, pc: 0 };
    if (error instanceof WebAssembly.RuntimeError) return { cause: Cause.memory, value: 0, pc: 0 };
    throw error;
  }

  #withheld = 0;

  /** Ends the run at the present instruction, which does not happen. */
  stop(cause: number, value: number): void {
    this.#stop = { cause, value, pc: this.pc };
    this.#set(layout.leave, Leave.abandon);
    this.#withheld += this.#get(layout.budget);
    this.#set(layout.budget, 0);
  }

  /** What was translated so far. */
  get translations() {
    return this.#madeInterpreter?.translations;
  }

  // Memory

  /** Whether the guest may read, or write, all bytes of a range. */
  isAccessible(address: number, size: number, write: boolean): boolean {
    const end = address + size;
    if (address >= DATA_BASE) return end <= this.ramBytes;
    return !write && address >= CONSTANT_BASE && end <= this.#constantEnd;
  }

  #guest(): Guest {
    return {
      fetchPage: (low, high) => {
        const page = this.peekPage(low, high);
        if (page < 0) this.stop(Cause.illegal, low);
        return page;
      },
      fetchedWholePage: () => true,
      peekPage: (low, high) => this.peekPage(low, high),
      findPlace: (low, high, size, write) => this.#findPlace(low, high, size, write),
      slowLoad: (low, high, size) => this.#slowLoad(low, high, size & 15),
      slowStore: (low, high, size) => this.#slowStore(low, high, size),
      trap: (cause, low) => this.stop(cause, low),
      illegal: (bits) => this.#illegal(bits),
      helpers: { service: (number: number, base: number) => this.#ports.service(number, base) },
    };
  }

  /** Where the page of code at an address lies; -1 where there is none. */
  peekPage(low: number, high: number): number {
    const address = low >>> 0;
    if (high !== 0 || address < CODE_BASE || address >= this.#codeEnd) return -1;
    return this.#map.ram + address - (address % GUEST_PAGE);
  }

  /** Pages of which the guest may use a part only are not entered in the TLB. */
  #findPlace(low: number, high: number, size: number, write: boolean): number {
    const address = low >>> 0;
    const inPage = address % GUEST_PAGE;
    if (high !== 0 || inPage + size > GUEST_PAGE || !this.isAccessible(address, size, write)) return 0;
    const host = this.#map.ram + address;
    if (this.isAccessible(address - inPage, GUEST_PAGE, write)) {
      const [data = 0] = this.#hart.dataTlbs;
      this.#tlb.enterData(write ? data + WRITE_TABLE : data, low, high, host - inPage);
    }
    return host;
  }

  /** Over the end of a page, or outside the memory. */
  #slowLoad(low: number, high: number, size: number): void {
    const address = low >>> 0;
    if (high !== 0 || !this.isAccessible(address, size, false)) {
      this.stop(Cause.memory, low);
      return;
    }
    const host = this.#map.ram + address;
    this.#bytes.copyWithin(this.#at(layout.result), host, host + size);
  }

  #slowStore(low: number, high: number, size: number): void {
    const address = low >>> 0;
    if (high !== 0 || !this.isAccessible(address, size, true)) {
      this.stop(Cause.memory, low);
      return;
    }
    const from = this.#at(layout.result);
    this.#bytes.copyWithin(this.#map.ram + address, from, from + size);
  }
}
