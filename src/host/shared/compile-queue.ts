/** What a machine's thread and the one that makes its regions say to each other, and the jobs under way. */

import type { MadeRegions, RegionJob } from "../../engine/region/compile.ts";

export interface CompileRequest {
  readonly id: number;
  readonly job: RegionJob;
}
export interface CompileAnswer {
  readonly id: number;
  readonly made: MadeRegions | undefined;
}

/** The jobs that have no answer yet. */
export class CompileQueue {
  readonly #waiting = new Map<number, (made: MadeRegions | undefined) => void>();
  #next = 0;

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** The message for a job, and the buffers to transfer with it. */
  add(job: RegionJob, done: (made: MadeRegions | undefined) => void): [CompileRequest, ArrayBuffer[]] {
    const id = this.#next++;
    this.#waiting.set(id, done);
    return [{ id, job }, job.requests.map(({ pages }) => pages.bytes.buffer)];
  }

  answer({ id, made }: CompileAnswer): void {
    const done = this.#waiting.get(id);
    this.#waiting.delete(id);
    done?.(made);
  }

  /** Answers every job with nothing: nobody is there to do it. Its code stays interpreted. */
  abandon(): void {
    for (const id of [...this.#waiting.keys()]) this.answer({ id, made: undefined });
  }
}
