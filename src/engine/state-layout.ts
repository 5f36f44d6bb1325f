/**
 * Where a processor's state lies in linear memory: register files and single slots, at offsets from the state's start.
 * All of it is plain data, so that saving a machine is copying bytes, and several processors are several such areas.
 */

import { alignUp } from "../base/bits.ts";

/** Registers of 64 bits. Where `zero` is set, register 0 reads as zero and writes to it are dropped. */
export interface RegisterFile {
  readonly name: string;
  readonly offset: number;
  readonly count: number;
  readonly zero: boolean;
  /** Names of the registers in assembly language. */
  readonly names: readonly string[];
  /** What its registers mostly hold: the type of the local variables that stand for them. */
  readonly type: "i64" | "f64";
}

/** A single piece of state; `bytes` may be larger than the type for tables. */
export interface StateSlot {
  readonly name: string;
  readonly offset: number;
  readonly type: "u8" | "i32" | "i64";
}

/** Entries of the log of leaves, a power of two. */
export const LEAVE_LOG_ENTRIES = 16;
/** Of such an entry: `leftFor` as it was (i64), the steps until the next region (i32), and the budget then left (i32). */
export const LeaveField = { address: 0, steps: 8, budget: 12, bytes: 16 } as const;

/** Entries of the exit log, a power of two. One: the region's slot (i32), the jump's offset in the region (i32), the target's. */
export const EXIT_LOG_ENTRIES = 4;

const sizes = { u8: 1, i32: 4, i64: 8 } as const;

/** Hands out offsets. The slots that the engine itself uses come first. */
export class StateLayout {
  #size = 0;

  /** The guest's program counter; exact whenever TypeScript runs. */
  readonly pc = this.slot("pc", "i64");
  /** Instructions that may still be run before the engine returns. */
  readonly budget = this.slot("budget", "i32");
  /** What follows a helper: see `Leave`. */
  readonly leave = this.slot("leave", "i32");
  /** 1 after a region left for the interpreter: the next region that is met is passed by. */
  readonly passBy = this.slot("passBy", "i32");
  /** The value of the last slow load. */
  readonly result = this.slot("result", "i64");
  /** The data TLB and the instruction TLB now in force: addresses in linear memory. */
  readonly dataTlb = this.slot("dataTlb", "i32");
  readonly codeTlb = this.slot("codeTlb", "i32");
  /** How many bytes of the flat range, from its beginning, are reached without the TLB: none, or almost all (see `FlatRange`). */
  readonly flatBytes = this.slot("flatBytes", "i64");
  /** Where `enterPage` says the records of the page at `pageAddress` are. */
  readonly pageRecords = this.slot("pageRecords", "i32");
  readonly pageAddress = this.slot("pageAddress", "i64");
  /** Changes whenever what addresses mean, or which regions there are, may have changed. */
  readonly addressEpoch = this.slot("addressEpoch", "i64");
  /** Page walks so far. */
  readonly walks = this.slot("walks", "i32");
  /** Not 0 where the TLBs of translated contexts may hold anything. */
  readonly tlbsUsed = this.slot("tlbsUsed", "i32");
  /** Regions entered from within one another, now. */
  readonly depth = this.slot("depth", "i32");
  /** Steps made in regions since someone set it to 0. */
  readonly regionSteps = this.slot("regionSteps", "i32");
  /** Where regions were left for last, plus the `RegionStatus`, and the budget at that time; -1 where none was in this run. */
  readonly leftFor = this.slot("leftFor", "i64");
  readonly leftBudget = this.slot("leftBudget", "i32");
  /** What the interpreter did between regions: how often so far, and the last times, see `LeaveField`. */
  readonly leaveCount = this.slot("leaveCount", "i32");
  readonly leaveLog = this.slot("leaveLog", "i64", (LEAVE_LOG_ENTRIES * LeaveField.bytes) / 8);
  /** Indirect jumps out of regions: how many so far, and the last ones, 16 bytes each. */
  readonly exitCount = this.slot("exitCount", "i32");
  readonly exitLog = this.slot("exitLog", "i64", 2 * EXIT_LOG_ENTRIES);

  /** Bytes handed out so far. */
  get size(): number {
    return this.#size;
  }

  slot(name: string, type: StateSlot["type"], count = 1): StateSlot {
    const offset = alignUp(this.#size, sizes[type]);
    this.#size = offset + sizes[type] * count;
    return { name, offset, type };
  }

  /** A register file; one more register than `count` is there to take the writes that are dropped. */
  registers(
    name: string,
    names: readonly string[],
    zero: boolean,
    type: "i64" | "f64" = "i64",
  ): RegisterFile {
    const offset = alignUp(this.#size, 8);
    this.#size = offset + 8 * (names.length + 1);
    return { name, offset, count: names.length, zero, names, type };
  }
}

/** Values of the slot `leave`. */
export const Leave = {
  /** Go on. */
  none: 0,
  /** The instruction did not happen: go on at `pc`. */
  abandon: 1,
  /** The instruction happens; before the next one the machine wants to look at itself. */
  after: 2,
} as const;
