/** Has regions made by a worker, so that the guest goes on meanwhile. */

import type { MadeRegions, RegionCompiler, RegionJob } from "../../engine/region/compile.ts";
import { type CompileAnswer, CompileQueue, type CompileRequest } from "../shared/compile-queue.ts";

export class BrowserCompiler implements RegionCompiler {
  readonly #worker: Worker;
  readonly #queue = new CompileQueue();
  /** Answers that came while the guest did not ask. */
  readonly #answers: CompileAnswer[] = [];
  #isGone = false;

  /** @param worker runs `serveCompiler` */
  constructor(worker: Worker) {
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<CompileAnswer>) => this.#answers.push(data);
    // Without it the guest is interpreted: slower, but all there.
    worker.onerror = () => {
      this.#isGone = true;
    };
  }

  submit(job: RegionJob, done: (made: MadeRegions | undefined) => void): void {
    this.#worker.postMessage(...this.#queue.add(job, done));
  }

  poll(): void {
    for (const answer of this.#answers.splice(0)) this.#queue.answer(answer);
    if (this.#isGone) this.#queue.abandon();
  }
}

/** The worker's side: answers requests with what `make` makes of them. */
export function serveCompiler(make: (job: RegionJob) => MadeRegions | undefined): void {
  self.onmessage = ({ data: { id, job } }: MessageEvent<CompileRequest>) => {
    self.postMessage({ id, made: make(job) } satisfies CompileAnswer);
  };
}
