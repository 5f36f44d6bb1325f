/** An interpreter of the p-machine, with what generated code asks for; and translation. docs/pcode.md, "Traps". */

import { FOR_WRITE } from "../../engine/find-place.ts";
import type { Guest } from "../../engine/interpreter/guest.ts";
import { Interpreter, type InterpreterOptions } from "../../engine/interpreter/interpreter.ts";
import { GUEST_PAGE, usableBytes } from "../../engine/memory-map.ts";
import { Tlb, WRITE_TABLE } from "../../engine/tlb.ts";
import { translateWhole } from "../../engine/whole/generate.ts";
import { pcode } from "./instruction-set.ts";
import { CODE_BASE } from "./memory.ts";
import {
  hartOf,
  type LoadedProgram,
  type ProcessorMemory,
  pcodeMemoryMap,
  type Stop,
} from "./processor-memory.ts";
import type { ServicePort } from "./run-whole.ts";
import { Cause, layout } from "./state.ts";
import { type PcodeOps, service } from "./vocabulary.ts";
import { describeWhole, type PrivatePlaces } from "./whole-program.ts";

/** No instruction has these bits: what stands where a breakpoint is. */
const BREAKPOINT = 0;

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

export class PcodeProcessor {
  readonly #memory: ProcessorMemory;
  readonly #bytes: Uint8Array;
  readonly #tlb: Tlb;
  readonly #service: ServicePort;
  /** Made when it is needed: a whole program does without. */
  #madeInterpreter: Interpreter<PcodeOps> | undefined;
  readonly #options: InterpreterOptions;
  #code: Uint32Array = new Uint32Array(0);
  #codeEnd = CODE_BASE;
  #steps = 0;

  constructor(memory: ProcessorMemory, options: InterpreterOptions, service: ServicePort) {
    this.#memory = memory;
    const { buffer } = memory.memory;
    this.#bytes = new Uint8Array(buffer);
    this.#tlb = new Tlb(buffer);
    this.#service = service;
    this.#options = options;
    this.#reset();
  }

  get #interpreter(): Interpreter<PcodeOps> {
    const { memory, map, hart } = this.#memory;
    this.#madeInterpreter ??= new Interpreter(
      pcode,
      memory,
      map,
      hart,
      this.#guest(),
      () => {},
      this.#options,
    );
    return this.#madeInterpreter;
  }

  #reset(): void {
    const { hart } = this.#memory;
    const [data = 0] = hart.dataTlbs;
    const [code = 0] = hart.codeTlbs;
    this.#tlb.clearData(data);
    this.#tlb.clearCode(code);
    this.#tlb.setWalk(data, 0, 0, 0);
    const { flat } = hart;
    if (flat) this.#memory.setLong(layout.flatBytes, Number(usableBytes(flat)));
    this.#memory.set(layout.dataTlb, data);
    this.#memory.set(layout.codeTlb, code);
  }

  /** Puts a program into memory; it will begin at its entry. Returns where the heap may begin. */
  load(program: LoadedProgram, stackBytes: number): number {
    this.#code = program.code;
    this.#codeEnd = CODE_BASE + program.code.byteLength;
    this.#breakpoints.clear();
    this.#madeInterpreter?.clear();
    return this.#memory.load(program, stackBytes);
  }

  /** Instructions executed so far. */
  get steps(): number {
    return this.#steps;
  }

  /** Runs at most so many instructions; the reason, where it stopped before. */
  run(budget: number): Stop | undefined {
    const memory = this.#memory;
    memory.clearStop();
    memory.set(layout.budget, budget);
    this.#interpreter.run();
    const done = budget - memory.withheld - memory.get(layout.budget);
    this.#steps += done;
    this.#interpreter.sample(done);
    memory.set(layout.budget, 0);
    return memory.stopped;
  }

  /** What was translated so far. */
  get translations() {
    return this.#madeInterpreter?.translations;
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
    this.#memory.words[address >> 2] = bits;
    this.#madeInterpreter?.written(this.#memory.map.ram + address, 4);
  }

  #illegal(bits: number): void {
    const isBreakpoint = this.#breakpoints.has((this.#memory.pc - CODE_BASE) / 4);
    this.#memory.stop(isBreakpoint ? Cause.breakpoint : Cause.illegal, bits);
  }

  #guest(): Guest {
    return {
      fetchPage: (low, high) => {
        const page = this.peekPage(low, high);
        if (page < 0) this.#memory.stop(Cause.illegal, low);
        return page;
      },
      fetchedWholePage: () => true,
      peekPage: (low, high) => this.peekPage(low, high),
      findPlace: (low, high, size, access) => this.#findPlace(low, high, size, access !== "read"),
      slowLoad: (low, high, size) => this.#slowLoad(low, high, size & (FOR_WRITE - 1)),
      slowStore: (low, high, size) => this.#slowStore(low, high, size),
      trap: (cause, low) => this.#memory.stop(cause, low),
      illegal: (bits) => this.#illegal(bits),
      helpers: { service: (number: number, base: number) => this.#service(number, base) },
    };
  }

  /** Where the page of code at an address lies; -1 where there is none. */
  peekPage(low: number, high: number): number {
    const address = low >>> 0;
    if (high !== 0 || address < CODE_BASE || address >= this.#codeEnd) return -1;
    return this.#memory.map.ram + address - (address % GUEST_PAGE);
  }

  /** Pages of which the guest may use a part only are not entered in the TLB. */
  #findPlace(low: number, high: number, size: number, write: boolean): number {
    const address = low >>> 0;
    const inPage = address % GUEST_PAGE;
    if (high !== 0 || inPage + size > GUEST_PAGE || !this.#memory.isAccessible(address, size, write))
      return 0;
    const host = this.#memory.map.ram + address;
    if (this.#memory.isAccessible(address - inPage, GUEST_PAGE, write)) {
      const [data = 0] = this.#memory.hart.dataTlbs;
      this.#tlb.enterData(write ? data + WRITE_TABLE : data, low, high, host - inPage);
    }
    return host;
  }

  /** Over the end of a page, or outside the memory. */
  #slowLoad(low: number, high: number, size: number): void {
    const address = low >>> 0;
    if (high !== 0 || !this.#memory.isAccessible(address, size, false)) {
      this.#memory.stop(Cause.memory, low);
      return;
    }
    const host = this.#memory.map.ram + address;
    this.#bytes.copyWithin(this.#memory.at(layout.result), host, host + size);
  }

  #slowStore(low: number, high: number, size: number): void {
    const address = low >>> 0;
    if (high !== 0 || !this.#memory.isAccessible(address, size, true)) {
      this.#memory.stop(Cause.memory, low);
      return;
    }
    const from = this.#memory.at(layout.result);
    this.#bytes.copyWithin(this.#memory.map.ram + address, from, from + size);
  }
}
