/** Finds the first step after which two machines differ, by running them again and again from where they were equal. */

import type { Difference } from "../../../isa/riscv/state-difference.ts";
import type { Machine } from "../machine.ts";
import { type TracedStep, trace } from "./trace.ts";

/** Two machines and what they can be taken back to. */
export interface Repeatable {
  readonly machines: readonly [Machine, Machine];
  /** Steps that were asked for since the machines were equal. */
  readonly length: number;
  /** Takes both machines back. */
  rewind(): void;
  /** Makes the present state the one to go back to. */
  rebase(): void;
  play(machine: Machine, from: number, to: number): void;
  differences(): readonly Difference[];
}

export interface Narrowed {
  readonly differences: readonly Difference[];
  /** The last steps before the difference, as the second machine, which is right, made them. */
  readonly trace: readonly TracedStep[];
}

/** Steps between a place to go back to and the next one. */
const LONG = 20_000_000;
/** A region that is left by a shorter budget is not executed at all: the instruction that errs may be a way back. */
const TRACED = 4000;

/** The first difference; undefined where none is met again. */
export function narrow(subject: Repeatable): Narrowed | undefined {
  const { machines } = subject;
  let base = 0;
  const goTo = (place: number): void => {
    subject.rewind();
    for (const machine of machines) subject.play(machine, base, place);
  };
  const differsAt = (place: number): boolean => {
    goTo(place);
    return subject.differences().length > 0;
  };
  let [equal, different] = [0, subject.length];
  if (!differsAt(different)) return undefined;
  while (different - equal > 1) {
    const middle = Math.floor((equal + different) / 2);
    if (differsAt(middle)) different = middle;
    else {
      equal = middle;
      if (middle - base < LONG) continue;
      subject.rebase();
      base = middle;
    }
  }
  return explain(subject, base, different);
}

function explain(subject: Repeatable, base: number, different: number): Narrowed {
  const [first, second] = subject.machines;
  const start = Math.max(base, different - TRACED);
  subject.rewind();
  subject.play(first, base, different);
  subject.play(second, base, start);
  const steps = trace(second, different - start, (index) =>
    subject.play(second, start + index, start + index + 1),
  );
  return { differences: subject.differences(), trace: steps };
}
