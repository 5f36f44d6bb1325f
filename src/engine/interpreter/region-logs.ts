/** What generated code noted of where regions were left: for the translator, at each sample. */

import type { InstructionSet } from "../instruction.ts";
import type { HartMap } from "../memory-map.ts";
import type { Ops } from "../ops.ts";
import { RegionStatus } from "../region/generate.ts";
import type { CodeAddress, Leaving } from "../region/translator.ts";
import { EXIT_LOG_ENTRIES, LEAVE_LOG_ENTRIES, LeaveField } from "../state-layout.ts";
import type { CodeFinder } from "./code-finder.ts";

/** An indirect jump that left a region: from where, and how far. */
export interface RegionExit {
  readonly from: CodeAddress;
  readonly distance: number;
}

export class RegionLogs<H extends Ops> {
  readonly #set: InstructionSet<H>;
  readonly #hart: HartMap;
  readonly #code: CodeFinder;
  readonly #halves: Uint16Array;
  readonly #words: Int32Array;
  #leavesRead = 0;
  #exitsRead = 0;

  constructor(buffer: ArrayBufferLike, set: InstructionSet<H>, hart: HartMap, code: CodeFinder) {
    this.#set = set;
    this.#hart = hart;
    this.#code = code;
    this.#halves = new Uint16Array(buffer);
    this.#words = new Int32Array(buffer);
  }

  #state(slot: { readonly offset: number }): number {
    return (this.#hart.state + slot.offset) >> 2;
  }

  /**
   * Where the interpreter went on after regions since the last time, as far as the log goes back; without those that only
   * left because the budget was short, which `isShort` knows.
   */
  leaves(isShort: (place: number, budget: number) => boolean): readonly Leaving[] {
    const { layout } = this.#set;
    const count = this.#words[this.#state(layout.leaveCount)] ?? 0;
    const first = Math.max(this.#leavesRead, count - LEAVE_LOG_ENTRIES);
    this.#leavesRead = count;
    const leaves: Leaving[] = [];
    for (let leave = first; leave < count; leave++) {
      const entry = this.#state(layout.leaveLog) + (leave % LEAVE_LOG_ENTRIES) * (LeaveField.bytes / 4);
      const low = this.#words[entry] ?? 0;
      const at = this.#code.find(low & ~1, this.#words[entry + 1] ?? 0);
      const steps = this.#words[entry + LeaveField.steps / 4] ?? 0;
      if (!at || steps <= 0) continue;
      const isPassedBy = (low & 1) === RegionStatus.interpret;
      if (isPassedBy && isShort(at.place, this.#words[entry + LeaveField.budget / 4] ?? 0)) continue;
      leaves.push(isPassedBy ? { at: this.#after(at), steps, left: at } : { at, steps });
    }
    return leaves;
  }

  /** What follows an instruction. */
  #after({ place, low, high }: CodeAddress): CodeAddress {
    const length = this.#set.lengthOf(this.#halves[place >> 1] ?? 0);
    return { place: place + length, low: (low + length) | 0, high };
  }

  /** The indirect jumps that left regions since the last time, as far as the log goes back. */
  exits(): readonly RegionExit[] {
    const { layout } = this.#set;
    const count = this.#words[this.#state(layout.exitCount)] ?? 0;
    const first = Math.max(this.#exitsRead, count - EXIT_LOG_ENTRIES);
    this.#exitsRead = count;
    const exits: RegionExit[] = [];
    for (let exit = first; exit < count; exit++) {
      const entry = this.#state(layout.exitLog) + 4 * (exit % EXIT_LOG_ENTRIES);
      const [low = 0, high = 0, toLow = 0, toHigh = 0] = this.#words.subarray(entry, entry + 4);
      const from = this.#code.find(low, high);
      const distance = (toHigh - high) * 2 ** 32 + (toLow >>> 0) - (low >>> 0);
      if (from) exits.push({ from, distance });
    }
    return exits;
  }
}
