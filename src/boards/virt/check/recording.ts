/** What was done with two machines since they were last known to be equal, so that it can be done again. */

import type { Machine } from "../machine.ts";

/** A run of so many steps, or something from outside. */
export type Action = { readonly steps: number } | { readonly apply: (machine: Machine) => void };

export class Recording {
  readonly actions: Action[] = [];

  /** Steps asked for, of all runs: places in the recording are counted by them. */
  get length(): number {
    return this.actions.reduce((sum, action) => sum + ("steps" in action ? action.steps : 0), 0);
  }

  /** The place where the last run began. */
  get lastRun(): number {
    const last = this.actions.findLast((action) => "steps" in action);
    return this.length - (last && "steps" in last ? last.steps : 0);
  }

  add(action: Action): void {
    this.actions.push(action);
  }

  /** Does all from one place to another; what came from outside at the last place is left out. */
  play(machine: Machine, from: number, to: number): void {
    let at = 0;
    for (const action of this.actions) {
      if ("apply" in action) {
        if (from <= at && at < to) action.apply(machine);
        continue;
      }
      const [start, end] = [Math.max(from, at), Math.min(to, at + action.steps)];
      if (start < end) machine.run(end - start);
      at += action.steps;
    }
  }
}
