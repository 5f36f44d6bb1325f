/** Has regions made on a thread of their own, so that the guest goes on meanwhile. */

import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { MadeRegions, RegionCompiler, RegionJob } from "../../engine/region/compile.ts";
import { type CompileAnswer, CompileQueue, type CompileRequest } from "../shared/compile-queue.ts";

/** What the thread makes is short-lived: little room keeps it from letting garbage lie. */
const resourceLimits = { maxYoungGenerationSizeMb: 12, maxOldGenerationSizeMb: 256 };

export class WorkerCompiler implements RegionCompiler {
  readonly #script: URL;
  #worker: Worker | undefined;
  readonly #port: MessagePort;
  readonly #threadPort: MessagePort;
  readonly #queue = new CompileQueue();

  /**
   * The thread starts when it is first needed, or by `prepare`.
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
    worker.on("error", () => this.#queue.abandon());
    worker.unref();
    return worker;
  }

  /** Starts the thread already, where it will be needed. */
  prepare(): void {
    this.#worker ??= this.#start();
  }

  submit(job: RegionJob, done: (made: MadeRegions | undefined) => void): void {
    this.prepare();
    this.#port.postMessage(...this.#queue.add(job, done));
  }

  poll(): void {
    while (!this.#queue.isEmpty) {
      const received = receiveMessageOnPort(this.#port) as { message: CompileAnswer } | undefined;
      if (!received) return;
      this.#queue.answer(received.message);
    }
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
