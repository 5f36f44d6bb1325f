/**
 * The thread that runs a program whose routines call themselves: its stack is larger than that of the process, as each call
 * of a translated program lies there.
 */

import { parentPort, workerData } from "node:worker_threads";
import { type PascalRun, runModule } from "./pascal-run.ts";

parentPort?.once("message", (module: WebAssembly.Module) => {
  parentPort?.postMessage(runModule(module, workerData as PascalRun));
});
