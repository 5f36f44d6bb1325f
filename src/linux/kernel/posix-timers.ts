/** Timers of a process that send signals (timer_create(2)). */

import { SignalCode } from "./signals.ts";
import type { Timer, Timers } from "./timers.ts";

/** What happens when one expires; undefined: nothing (SIGEV_NONE). */
export interface TimerSignal {
  readonly signal: number;
  readonly value: bigint;
  /** The thread that gets it, if it is not for the whole process. */
  readonly thread: number | undefined;
}

export interface TimerInfo {
  readonly signal: number;
  readonly code: number;
  readonly timer: number;
  readonly value: bigint;
  readonly overrun: number;
  readonly taken: () => void;
}

const MOST_OVERRUN = 0x7fff_ffff;

/** Times are nanoseconds of the monotonic clock. */
export class PosixTimer {
  readonly id: number;
  readonly clock: number;
  readonly event: TimerSignal | undefined;
  /** Expirations that the last signal stood for, besides the first. */
  overrun = 0;
  readonly #timers: Timers;
  readonly #now: () => number;
  /** False where nobody will get the signal. */
  readonly #send: (info: TimerInfo) => boolean;
  #timer: Timer | undefined;
  #due = 0;
  #interval = 0;

  constructor(
    options: { readonly id: number; readonly clock: number; readonly event: TimerSignal | undefined },
    timers: Timers,
    now: () => number,
    send: (info: TimerInfo) => boolean,
  ) {
    this.id = options.id;
    this.clock = options.clock;
    this.event = options.event;
    this.#timers = timers;
    this.#now = now;
    this.#send = send;
  }

  get setting(): { readonly left: number; readonly interval: number } {
    return { left: this.#isArmed ? Math.max(1, this.#next - this.#now()) : 0, interval: this.#interval };
  }

  get #isArmed(): boolean {
    return this.#due > 0 && (this.#timer !== undefined || this.#interval > 0);
  }

  get #next(): number {
    const missed = this.#interval > 0 ? Math.ceil((this.#now() - this.#due) / this.#interval) : 0;
    return this.#due + Math.max(0, missed) * this.#interval;
  }

  /** @param due undefined disarms it */
  set(due: number | undefined, interval: number): void {
    this.#timers.cancel(this.#timer);
    this.#timer = undefined;
    this.#interval = interval;
    this.#due = 0;
    this.overrun = 0;
    if (due !== undefined) this.#arm(due);
  }

  #arm(due: number): void {
    this.#due = due;
    this.#timer = this.#timers.add(due, () => this.#expire());
  }

  #expire(): void {
    this.#timer = undefined;
    const { id, event } = this;
    if (!event) return this.#goOn();
    const timer = this;
    const due = this.#due;
    const isHeard = this.#send({
      signal: event.signal,
      code: SignalCode.SI_TIMER,
      timer: id,
      value: event.value,
      get overrun() {
        return timer.overrun;
      },
      taken: () => {
        if (this.#due === due) this.#goOn();
      },
    });
    if (!isHeard) this.#goOn();
  }

  /** The next expiration; those that have passed meanwhile are counted only. */
  #goOn(): void {
    this.overrun = 0;
    if (this.#interval === 0) {
      this.#due = 0;
      return;
    }
    const missed = Math.max(0, Math.floor((this.#now() - this.#due) / this.#interval));
    this.overrun = Math.min(missed, MOST_OVERRUN);
    this.#arm(this.#due + (missed + 1) * this.#interval);
  }
}
