/**
 * Where a machine spends its time: after each slice, of at most 100,000 steps, the program counter and the call stack are
 * a sample, with the slice's weight. It is made for a machine only when somebody wants a profile.
 */

import { returnAddresses } from "../../../isa/riscv/call-stack.ts";
import type { Hart, HartProfiler } from "../../../isa/riscv/hart.ts";
import { layout, privilege } from "../../../isa/riscv/state.ts";
import type { SymbolMap } from "./symbols.ts";

/** A place in the tree of calls; what was called from there by name. */
export interface CallNode {
  readonly name: string;
  readonly id: number;
  readonly callees: ReadonlyMap<string, CallNode>;
}

/** One look. */
export interface ProfileSample {
  /** The innermost call. */
  readonly node: CallNode;
  /** When it was taken, and how much of the host's time led to it, in milliseconds. */
  readonly at: number;
  readonly took: number;
}

/** A region that was met. */
export interface MetRegion {
  readonly name: string;
  readonly mode: string;
  readonly start: bigint;
  took: number;
}

export interface Totals {
  /** Milliseconds and steps; how many of the steps were made by regions. */
  milliseconds: number;
  steps: number;
  regionSteps: number;
}

/** Fits milliseconds = a · interpreted steps + b · steps of regions to all slices, by least squares. */
class CostFit {
  #ii = 0;
  #ir = 0;
  #rr = 0;
  #it = 0;
  #rt = 0;

  add(interpreted: number, inRegions: number, took: number): void {
    this.#ii += interpreted * interpreted;
    this.#ir += interpreted * inRegions;
    this.#rr += inRegions * inRegions;
    this.#it += interpreted * took;
    this.#rt += inRegions * took;
  }

  /** Milliseconds for each interpreted step and each step of a region; undefined where they cannot be told apart. */
  get costs(): { readonly interpreted: number; readonly inRegions: number } | undefined {
    const determinant = this.#ii * this.#rr - this.#ir * this.#ir;
    if (determinant < 1e-6 * this.#ii * this.#rr || determinant === 0) return undefined;
    const interpreted = (this.#it * this.#rr - this.#rt * this.#ir) / determinant;
    const inRegions = (this.#rt * this.#ii - this.#it * this.#ir) / determinant;
    return interpreted > 0 && inRegions > 0 ? { interpreted, inRegions } : undefined;
  }
}

/** What is known of a function by an address in it. */
interface FunctionHere {
  readonly name: string;
  /** The beginning of the region that the address is in. */
  readonly region: bigint | undefined;
  /** The name is not just that of a page. */
  readonly isKnown: boolean;
}

const MODES: Readonly<Record<number, string>> = { 0: "user", 1: "kernel", 3: "machine" };
/** Calls that were not named by their function are by what they lie in. */
const UNNAMED = 0x1000n;
/** From a return address back into the call, which may be the last instruction of its function. */
const CALL = 2n;

export class Profiler implements HartProfiler {
  readonly root: CallNode = { name: "(root)", id: 1, callees: new Map() };
  readonly samples: ProfileSample[] = [];
  readonly totals: Totals = { milliseconds: 0, steps: 0, regionSteps: 0 };
  readonly regions = new Map<string, MetRegion>();
  readonly #symbols: SymbolMap;
  readonly #now: () => number;
  readonly #fit = new CostFit();
  #nodes = 1;
  #begun = 0;

  /** @param now milliseconds from any origin */
  constructor(symbols: SymbolMap, now: () => number) {
    this.#symbols = symbols;
    this.#now = now;
  }

  /** The share of the time that the interpreter took, as far as the slices tell. */
  get interpretedShare(): number | undefined {
    const { steps, regionSteps } = this.totals;
    const costs = this.#fit.costs;
    if (!costs) return undefined;
    const interpreted = costs.interpreted * (steps - regionSteps);
    return interpreted / (interpreted + costs.inRegions * regionSteps);
  }

  begin(): void {
    this.#begun = this.#now();
  }

  end(hart: Hart, steps: number): void {
    const at = this.#now();
    const took = at - this.#begun;
    const inRegions = hart.memory.get(layout.regionSteps);
    this.totals.milliseconds += took;
    this.totals.steps += steps;
    this.totals.regionSteps += inRegions;
    this.#fit.add(steps - inRegions, inRegions, took);
    const mode = MODES[hart.memory.get(privilege)] ?? "?";
    const calls = this.#calls(hart);
    let node = this.#callee(this.root, mode);
    for (const { name } of calls.toReversed()) node = this.#callee(node, name);
    this.samples.push({ node, at, took });
    const region = calls[0]?.region;
    if (region !== undefined) this.#meet(region, mode, took);
  }

  /** The functions that are being executed, from the innermost on. */
  #calls(hart: Hart): FunctionHere[] {
    const here = this.#function(hart, hart.pc);
    const callers = returnAddresses(hart);
    const ra = hart.getX(1);
    // A function that calls none has no frame: its caller is only in ra. In others ra may be a place of their own.
    const caller = callers[0] === ra ? undefined : this.#function(hart, ra - CALL);
    const direct = caller?.isKnown && caller.name !== here.name ? [caller] : [];
    return [here, ...direct, ...callers.map((address) => this.#function(hart, address - CALL))];
  }

  /** The function that an address is in, as far as one is known, and the region. */
  #function(hart: Hart, address: bigint): FunctionHere {
    const region = hart.regionAt(address);
    const named = this.#symbols.nameOf(address);
    const start = region ?? address - (address % UNNAMED);
    const name = named ?? `0x${start.toString(16)}${region === undefined ? "…" : ""}`;
    return { name, region, isKnown: named !== undefined || region !== undefined };
  }

  #meet(start: bigint, mode: string, took: number): void {
    const key = `${mode} ${start}`;
    const name = this.#symbols.nameOf(start) ?? "";
    const region = this.regions.get(key) ?? { name, mode, start, took: 0 };
    region.took += took;
    this.regions.set(key, region);
  }

  #callee(caller: CallNode, name: string): CallNode {
    const known = caller.callees.get(name);
    if (known) return known;
    this.#nodes += 1;
    const node = { name, id: this.#nodes, callees: new Map() };
    (caller.callees as Map<string, CallNode>).set(name, node);
    return node;
  }
}
