/** Has regions made on a thread of their own, so that the guest goes on meanwhile. */

import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { MadeRegions, RegionCompiler, RegionJob } from "../../engine/region/compile.ts";
import type { CompileAnswer, CompileRequest } from "../shared/compile-messages.ts";

/** What the thread makes is short-lived: little room keeps it from letting garbage lie. */
const resourceLimits = { maxYoungGenerationSizeMb: 12, maxOldGenerationSizeMb: 256 };

export class WorkerCompiler implements RegionCompiler {
  readonly #script: URL;
  #worker: Worker | undefined;
  readonly #port: MessagePort;
  readonly #threadPort: MessagePort;
  readonly #waiting = new Map<number, (made: MadeRegions | undefined) => void>();
  #next = 0;

  /**
   * The thread starts when it is first needed.
   * @param script the module that it runs: it makes regions of one instruction set, by `serveCompiler`
   */
  constructor(script: URL) {
    this.#script = script;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#threadPort = port2;
    this.#port.unref();
  }

  #start(): Worker {
    const port = this.#threadPort;
    const worker = new Worker(this.#script, { workerData: port, transferList: [port], resourceLimits });
    // Without it the guest is interpreted: slower, but all there.
    worker.on("error", () => this.#abandon());
    worker.unref();
    return worker;
  }

  submit(job: RegionJob, done: (made: MadeRegions | undefined) => void): void {
    this.#worker ??= this.#start();
    const id = this.#next++;
    this.#waiting.set(id, done);
    const buffers = job.requests.map(({ pages }) => pages.bytes.buffer);
    this.#port.postMessage({ id, job } satisfies CompileRequest, buffers);
  }

  poll(): void {
    if (this.#waiting.size === 0) return;
    for (;;) {
      const received = receiveMessageOnPort(this.#port) as { message: CompileAnswer } | undefined;
      if (!received) return;
      const { id, made } = received.message;
      const done = this.#waiting.get(id);
      this.#waiting.delete(id);
      done?.(made);
    }
  }

  #abandon(): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const done of waiting) done(undefined);
  }

  /** Ends the thread. */
  close(): void {
    this.#port.close();
    void this.#worker?.terminate();
  }
}

/** The thread's side: answers requests with what `make` makes of them. */
export function serveCompiler(port: MessagePort, make: (job: RegionJob) => MadeRegions | undefined): void {
  port.on("message", ({ id, job }: CompileRequest) => {
    const made = make(job);
    port.postMessage({ id, made } satisfies CompileAnswer, made ? [made.code.buffer] : []);
  });
}
