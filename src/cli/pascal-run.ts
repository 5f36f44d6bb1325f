/** Runs a program of the p-machine as a whole: here, or where recursion needs it in a thread with a large stack. */

import { Worker } from "node:worker_threads";
import { isRecursive } from "../boards/pmachine/call-graph.ts";
import { translateImage } from "../boards/pmachine/machine.ts";
import type { Ending } from "../boards/pmachine/program-host.ts";
import type { ProgramImage } from "../boards/pmachine/program-image.ts";
import { runTranslated } from "../boards/pmachine/run-translated.ts";
import { PascalFiles } from "../host/node/pascal-files.ts";
import { compileWell } from "../host/node/wasm-flags.ts";

/** All that a thread needs to know: it can be cloned. */
export interface PascalRun {
  readonly image: ProgramImage;
  readonly args: readonly string[];
  readonly input?: string | undefined;
}

/**
 * Of the thread's stack, in MiB: the system gives it as it is used. A call takes some hundred bytes, so that the machine's own
 * stack, of which a frame takes 24 at least, is full first.
 */
const STACK_MIB = 256;

/** Runs a program, with as many calls at a time as the p-machine's own stack holds. `translated`: if it was before. */
export async function runWhole(run: PascalRun, translated?: Uint8Array<ArrayBuffer>): Promise<Ending> {
  const compile = (): WebAssembly.Module => compileWell(translated ?? translateImage(run.image));
  if (!isRecursive(run.image)) {
    const { image, args, input } = run;
    return runTranslated(image, compile(), new PascalFiles(args, input));
  }
  const thread = new Worker(new URL("./pascal-thread.js", import.meta.url), {
    workerData: run,
    resourceLimits: { stackSizeMb: STACK_MIB },
  });
  const ending = new Promise<Ending>((resolve, reject) => {
    thread.once("message", resolve).once("error", reject);
  });
  // The thread starts meanwhile.
  thread.postMessage(compile());
  return ending;
}
