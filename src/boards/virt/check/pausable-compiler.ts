/** Lets the making of regions rest, so that code is executed again as it was executed before. */

import type { MadeRegions, RegionCompiler, RegionJob } from "../../../engine/region/compile.ts";

export class PausableCompiler implements RegionCompiler {
  readonly #compiler: RegionCompiler;
  isPaused = false;

  constructor(compiler: RegionCompiler) {
    this.#compiler = compiler;
  }

  submit(job: RegionJob, done: (made: MadeRegions | undefined) => void): void {
    if (this.isPaused) done(undefined);
    else this.#compiler.submit(job, done);
  }

  poll(): void {
    if (!this.isPaused) this.#compiler.poll();
  }
}
