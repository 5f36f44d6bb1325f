/**
 * The machine's time: ticks of mtime from the host's clock, or from the count of steps. In the second case a machine
 * that waits for its timer jumps to it, so that time is a function of what was executed alone.
 */

import { TICKS_PER_SECOND } from "./memory-map.ts";

/** How many steps a tick is, where time comes from steps: 400 million steps a second. */
const STEPS_PER_TICK = 40;

const NANOSECONDS_PER_TICK = 1e9 / TICKS_PER_SECOND;

/** Ticks skipped while waiting, and the host's ticks that passed before the machine was saved; decimal. */
export interface SavedTime {
  readonly skipped: string;
}

export class MachineTime {
  readonly #source: "instructions" | (() => bigint);
  readonly #steps: () => number;
  #skipped = 0n;

  constructor(source: "instructions" | (() => bigint), steps: () => number) {
    this.#source = source;
    this.#steps = steps;
  }

  ticks(): bigint {
    if (this.#source !== "instructions") return this.#source() + this.#skipped;
    return BigInt(Math.floor(this.#steps() / STEPS_PER_TICK)) + this.#skipped;
  }

  /** Steps after which a tick is reached; undefined where steps do not make time. */
  stepsUntil(deadline: bigint | undefined): number | undefined {
    if (this.#source !== "instructions" || deadline === undefined) return undefined;
    const wanted = Number(deadline - this.#skipped) * STEPS_PER_TICK;
    return Math.max(1, wanted - this.#steps());
  }

  /** Real time until a tick. */
  nanosecondsUntil(deadline: bigint | undefined): number | undefined {
    return deadline === undefined
      ? undefined
      : Math.max(0, Number(deadline - this.ticks()) * NANOSECONDS_PER_TICK);
  }

  /** Lets time jump to a tick, where steps make time; false where the host's clock does. */
  skipTo(deadline: bigint | undefined): boolean {
    if (this.#source !== "instructions" || deadline === undefined) return false;
    this.#skipped += deadline - this.ticks();
    return true;
  }

  save(): SavedTime {
    // With the host's clock the guest's time goes on from here, whatever the clock says when it is restored.
    return { skipped: String(this.#source === "instructions" ? this.#skipped : this.ticks()) };
  }

  restore({ skipped }: SavedTime): void {
    const passed = this.#source === "instructions" ? 0n : this.#source();
    this.#skipped = BigInt(skipped) - passed;
  }
}
