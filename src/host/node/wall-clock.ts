/**
 * The time of day to a microsecond. Node says it to a millisecond (`Date.now`), and to a microsecond how long the process has
 * been running; their sum goes wrong where the system's clock is set, or the system stood still meanwhile. Files have the
 * system's time: a program must not find one that is newer than now.
 */

export interface WallSources {
  /** Whole milliseconds since 1970, cut off. */
  readonly coarse: () => number;
  /** Milliseconds from any origin, which nobody sets. */
  readonly fine: () => number;
}

const system: WallSources = { coarse: () => Date.now(), fine: () => performance.now() };

/** The last microsecond of a millisecond. */
const LAST = 0.999;

export class WallClock {
  readonly #sources: WallSources;
  /** What is added to the fine clock. */
  #offset: number;

  constructor(sources = system) {
    this.#sources = sources;
    this.#offset = sources.coarse() - sources.fine();
  }

  /** Nanoseconds since 1970, always within the millisecond that the system says it is. */
  now(): bigint {
    const millisecond = this.#sources.coarse();
    const fine = this.#sources.fine();
    const within = fine + this.#offset - millisecond;
    const right = Math.min(LAST, Math.max(0, within));
    this.#offset += right - within;
    return BigInt(millisecond) * 1_000_000n + BigInt(Math.floor(right * 1000)) * 1000n;
  }
}
