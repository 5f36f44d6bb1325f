/** Has regions made by a worker, so that the guest goes on meanwhile. */

import type { MadeRegions, RegionCompiler, RegionJob } from "../../engine/region/compile.ts";
import type { CompileAnswer, CompileRequest } from "../shared/compile-messages.ts";

export class BrowserCompiler implements RegionCompiler {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, (made: MadeRegions | undefined) => void>();
  /** Answers that came while the guest did not ask. */
  readonly #answers: CompileAnswer[] = [];
  #next = 0;
  #isGone = false;

  /** @param worker runs `serveCompiler` */
  constructor(worker: Worker) {
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<CompileAnswer>) => this.#answers.push(data);
    // Without it the guest is interpreted: slower, but all there.
    worker.onerror = () => {
      this.#isGone = true;
      for (const id of this.#waiting.keys()) this.#answers.push({ id, made: undefined });
    };
  }

  submit(job: RegionJob, done: (made: MadeRegions | undefined) => void): void {
    const id = this.#next++;
    this.#waiting.set(id, done);
    if (this.#isGone) this.#answers.push({ id, made: undefined });
    else {
      const buffers = job.requests.map(({ pages }) => pages.bytes.buffer);
      this.#worker.postMessage({ id, job } satisfies CompileRequest, buffers);
    }
  }

  poll(): void {
    for (const { id, made } of this.#answers.splice(0)) {
      const done = this.#waiting.get(id);
      this.#waiting.delete(id);
      done?.(made);
    }
  }
}

/** The worker's side: answers requests with what `make` makes of them. */
export function serveCompiler(make: (job: RegionJob) => MadeRegions | undefined): void {
  self.onmessage = ({ data: { id, job } }: MessageEvent<CompileRequest>) => {
    self.postMessage({ id, made: make(job) } satisfies CompileAnswer);
  };
}
