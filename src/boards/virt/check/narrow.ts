/** Finds the first step after which two machines differ, by running them again and again from where they were equal. */

import type { Difference } from "../../../isa/riscv/state-difference.ts";
import { type TracedStep, trace } from "../../../isa/riscv/trace.ts";
import type { Machine } from "../machine.ts";
import type { Recording } from "./recording.ts";

/** Two machines, and a state that both were in. The second one is right. */
export interface Twice<State> {
  readonly machines: readonly [Machine, Machine];
  /** What was done since; after its last run they differ. */
  readonly recording: Recording;
  readonly start: State;
  /** The state of the second machine. */
  save(): State;
  /** Takes a machine to a state. */
  rewind(machine: 0 | 1, state: State): void;
  differences(): readonly Difference[];
}

export interface Narrowed {
  readonly differences: readonly Difference[];
  /** The last steps before the difference, as the second machine made them. */
  readonly trace: readonly TracedStep[];
}

/** Steps between a place to go back to and the next one. */
const LONG = 20_000_000;
/** A region that is left by a shorter budget is not executed at all: the instruction that errs may be a way back. */
const TRACED = 4000;

/** The first difference; undefined where none is met again. */
export function narrow<State>(twice: Twice<State>): Narrowed | undefined {
  const { recording, start } = twice;
  // What is translated is most like it was if just the last run is made again.
  return inLastRun(twice) ?? new Search(twice, start, 0).find(recording.length);
}

function inLastRun<State>(twice: Twice<State>): Narrowed | undefined {
  const { machines, recording, start } = twice;
  const last = recording.lastRun;
  twice.rewind(1, start);
  recording.play(machines[1], 0, last);
  return new Search(twice, twice.save(), last).find(recording.length);
}

class Search<State> {
  readonly #twice: Twice<State>;
  /** A state in which both are equal, and its place. */
  #base: State;
  #place: number;

  constructor(twice: Twice<State>, base: State, place: number) {
    this.#twice = twice;
    this.#base = base;
    this.#place = place;
  }

  find(end: number): Narrowed | undefined {
    if (!this.#differsAt(end)) return undefined;
    let [equal, different] = [this.#place, end];
    while (different - equal > 1) {
      const middle = Math.floor((equal + different) / 2);
      if (this.#differsAt(middle)) different = middle;
      else {
        equal = middle;
        if (middle - this.#place >= LONG) this.#rebase(middle);
      }
    }
    return this.#explain(different);
  }

  #differsAt(place: number): boolean {
    this.#goTo(0, place);
    this.#goTo(1, place);
    return this.#twice.differences().length > 0;
  }

  #goTo(machine: 0 | 1, place: number): void {
    this.#twice.rewind(machine, this.#base);
    this.#twice.recording.play(this.#twice.machines[machine], this.#place, place);
  }

  #rebase(place: number): void {
    this.#base = this.#twice.save();
    this.#place = place;
  }

  #explain(different: number): Narrowed {
    const { machines, recording } = this.#twice;
    this.#differsAt(different);
    const differences = this.#twice.differences();
    const start = Math.max(this.#place, different - TRACED);
    this.#goTo(1, start);
    const [, second] = machines;
    const steps = trace(
      second.parts.harts,
      different - start,
      (index) => recording.play(second, start + index, start + index + 1),
      differences.flatMap(({ name, address }) => (address === undefined ? [] : [{ name, address }])),
    );
    return { differences, trace: steps };
  }
}
