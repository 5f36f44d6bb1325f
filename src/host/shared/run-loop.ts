/**
 * Runs a machine on an event loop, Node's or a browser's: in slices of some milliseconds, between which input, signals and
 * timers have their turn. While the guest waits for an interrupt, so does the thread: it sleeps until the guest's next
 * timer is due, or until `wake`.
 */

import type { MachineEvent } from "../../boards/virt/machine.ts";

/** What the loop needs of a machine; `Event` is why one stops. */
export interface Runnable<Event = MachineEvent> {
  run(maxSteps: number): RunnableStatus<Event>;
}

export type RunnableStatus<Event> =
  /** The budget is spent. */
  | { readonly kind: "running" }
  /** There is nothing to do for so many nanoseconds, or until something comes from outside. */
  | { readonly kind: "idle"; readonly nanoseconds: number | undefined }
  | { readonly kind: "stopped"; readonly event: Event };

/** How a run ended: by the guest, by the limit of time, or by `stop`. */
export type Ending<Event = MachineEvent> =
  | Event
  | { readonly kind: "timeout" }
  | { readonly kind: "stopped" };

export interface RunLoopOptions {
  /** How long a slice may take, in milliseconds. */
  readonly slice?: number;
  /** The whole run's limit, in milliseconds. */
  readonly timeout?: number | undefined;
  /** Milliseconds from any origin. */
  readonly now?: () => number;
  /** Calls back after whatever else is waiting on the event loop; what it returns takes that back. */
  readonly soon?: Soon;
}

export type Soon = (proceed: () => void) => () => void;

/** As Node does it. */
const immediately: Soon = (proceed) => {
  const turn = setImmediate(proceed);
  return () => clearImmediate(turn);
};

const firstSteps = 100_000;
const fewestSteps = 1_000;
const mostSteps = 100_000_000;
/** A new measurement changes the steps of a slice at most by this factor. */
const steepest = 4;
/** The longest that setTimeout can wait, in milliseconds. */
const longestSleep = 2 ** 31 - 1;

export class RunLoop<Event = MachineEvent> {
  readonly #machine: Runnable<Event>;
  readonly #slice: number;
  readonly #timeout: number | undefined;
  readonly #now: () => number;
  readonly #soon: Soon;
  #steps = firstSteps;
  #holds = 0;
  #ending: Ending<Event> | undefined;
  /** Goes on with the run at once; there only between slices. */
  #proceed: (() => void) | undefined;

  constructor(machine: Runnable<Event>, options: RunLoopOptions = {}) {
    this.#machine = machine;
    this.#slice = options.slice ?? 8;
    this.#timeout = options.timeout;
    this.#now = options.now ?? (() => performance.now());
    this.#soon = options.soon ?? immediately;
  }

  /** Runs the machine to its end. What the machine throws rejects the promise. */
  async run(): Promise<Ending<Event>> {
    const limit = this.#limit();
    try {
      while (!this.#ending) {
        if (this.#holds > 0) await this.#sleep(longestSleep);
        else await this.#turn();
      }
      return this.#ending;
    } finally {
      clearTimeout(limit);
    }
  }

  /** There is input for the guest: it no longer has nothing to do. */
  wake(): void {
    this.#proceed?.();
  }

  /** The machine stands still until `resume` was called as often; its limit of time does not. */
  hold(): void {
    this.#holds++;
  }

  resume(): void {
    this.#holds--;
    this.wake();
  }

  /** Ends the run after the current slice. */
  stop(): void {
    this.#end({ kind: "stopped" });
  }

  #end(ending: Ending<Event>): void {
    this.#ending ??= ending;
    this.wake();
  }

  #limit(): ReturnType<typeof setTimeout> | undefined {
    if (this.#timeout === undefined) return undefined;
    return setTimeout(() => this.#end({ kind: "timeout" }), Math.min(this.#timeout, longestSleep));
  }

  /** One slice, and the pause after it. */
  async #turn(): Promise<void> {
    const start = this.#now();
    const status = this.#machine.run(this.#steps);
    switch (status.kind) {
      case "running":
        this.#adapt(this.#now() - start);
        return this.#pause(this.#soon);
      case "idle":
        return this.#sleep((status.nanoseconds ?? Number.POSITIVE_INFINITY) / 1e6);
      case "stopped":
        this.#ending ??= status.event;
    }
  }

  /** Chooses the steps of the next slice by the time that this one took. */
  #adapt(elapsed: number): void {
    const factor = Math.min(steepest, Math.max(1 / steepest, this.#slice / elapsed));
    this.#steps = Math.round(Math.min(mostSteps, Math.max(fewestSteps, this.#steps * factor)));
  }

  /** Waits so many milliseconds, or for `wake`; at least for one turn of the event loop. */
  #sleep(milliseconds: number): Promise<void> {
    return this.#pause((proceed) => {
      const timer = setTimeout(proceed, Math.min(longestSleep, Math.ceil(milliseconds)));
      return () => clearTimeout(timer);
    });
  }

  /** @param begin arranges for a call of its argument; what it returns takes that back */
  #pause(begin: Soon): Promise<void> {
    return new Promise((resolve) => {
      const proceed = () => {
        cancel();
        this.#proceed = undefined;
        resolve();
      };
      const cancel = begin(proceed);
      this.#proceed = proceed;
    });
  }
}
