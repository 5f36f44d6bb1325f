/** Notes how long the making of regions takes, from when they are asked for to when they are there. */

import type { MadeRegions, RegionCompiler, RegionJob } from "./compile.ts";

export interface CompileTimes {
  readonly jobs: number;
  /** Milliseconds. */
  readonly total: number;
  readonly longest: number;
}

export class TimedCompiler implements RegionCompiler {
  readonly #compiler: RegionCompiler;
  readonly #now: () => number;
  #jobs = 0;
  #total = 0;
  #longest = 0;

  /** @param now milliseconds from any origin */
  constructor(compiler: RegionCompiler, now: () => number) {
    this.#compiler = compiler;
    this.#now = now;
  }

  get times(): CompileTimes {
    return { jobs: this.#jobs, total: this.#total, longest: this.#longest };
  }

  submit(job: RegionJob, done: (made: MadeRegions | undefined) => void): void {
    const start = this.#now();
    this.#compiler.submit(job, (made) => {
      const took = this.#now() - start;
      this.#jobs += 1;
      this.#total += took;
      this.#longest = Math.max(this.#longest, took);
      done(made);
    });
  }

  poll(): void {
    this.#compiler.poll();
  }
}
