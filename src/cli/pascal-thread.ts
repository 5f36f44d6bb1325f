/**
 * The thread that runs a program whose routines call themselves: its stack is larger than that of the process, as each call
 * of a translated program lies there.
 */

import { parentPort, workerData } from "node:worker_threads";
import { runTranslated } from "../boards/pmachine/run-translated.ts";
import { PascalFiles } from "../host/node/pascal-files.ts";
import type { PascalRun } from "./pascal-run.ts";

parentPort?.once("message", (module: WebAssembly.Module) => {
  const { image, args, input } = workerData as PascalRun;
  parentPort?.postMessage(runTranslated(image, module, new PascalFiles(args, input)));
});
