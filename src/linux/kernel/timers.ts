/** What is to happen at some time of the monotonic clock, in nanoseconds. */

export interface Timer {
  readonly due: number;
  readonly action: () => void;
}

export class Timers {
  /** By time. */
  readonly #timers: Timer[] = [];

  /** When the next one is due. */
  get next(): number | undefined {
    return this.#timers[0]?.due;
  }

  add(due: number, action: () => void): Timer {
    const timer = { due, action };
    let at = this.#timers.length;
    while (at > 0 && (this.#timers[at - 1]?.due ?? 0) > due) at--;
    this.#timers.splice(at, 0, timer);
    return timer;
  }

  cancel(timer: Timer | undefined): void {
    const at = timer ? this.#timers.indexOf(timer) : -1;
    if (at >= 0) this.#timers.splice(at, 1);
  }

  /** Does what is due. */
  expire(now: number): void {
    for (let first = this.#timers[0]; first && first.due <= now; first = this.#timers[0]) {
      this.#timers.shift();
      first.action();
    }
  }
}
