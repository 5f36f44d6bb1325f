/** The compiler of machines in Node.js: a thread of its own. */

import { WorkerCompiler } from "../host/node/worker-compiler.ts";

/** Starts the thread; `close` ends it. One may serve several machines. */
export function regionCompiler(): WorkerCompiler {
  return new WorkerCompiler(new URL("./compile-thread.js", import.meta.url));
}
