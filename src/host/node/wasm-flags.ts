/**
 * How V8 compiles WebAssembly here. By default it compiles quickly first and well later, but never replaces code that is
 * running: an interpreter's loop would stay slow. Compiling it well at once takes a tenth of a second. And it is told to
 * heed the hints that say which branches are rare: what they lead to then costs the rest no registers (1.5 times faster).
 * Fused multiply-adds of the processor are in relaxed SIMD, which Node 20 has only when told.
 * Registers of functions with more than 8,192 values, as the interpreter is, are to be allocated as carefully as others'.
 */

import { url as inspectorUrl } from "node:inspector";
import { availableParallelism } from "node:os";
import { setFlagsFromString } from "node:v8";

let isOptimized = false;

/** Whether all code is compiled well at once: not so where a debugger may look into it. */
export function compilesOptimized(): boolean {
  return isOptimized && inspectorUrl() === undefined;
}

/**
 * Leaves out V8's question, at each call and round a loop, whether the stack suffices (a tenth of the time of small loops). To
 * be called only where nothing recurses but regions of guest code: 200 deep at most, half a kilobyte each.
 */
export function trustStack(): void {
  setFlagsFromString("--no-wasm-stack-checks");
}

/** One core is the guest's: functions compiled beside each other take memory for each. */
const tasks = Math.max(1, availableParallelism() - 1);

const flags = [
  `--wasm-num-compilation-tasks=${tasks}`,
  "--no-liftoff",
  "--no-wasm-lazy-compilation",
  "--experimental-wasm-branch-hinting",
  "--no-turbo-use-mid-tier-regalloc-for-huge-functions",
];
/** What takes them back; --no-liftoff switches dynamic tiering off too. */
const defaults = [
  "--wasm-num-compilation-tasks=128",
  "--liftoff",
  "--wasm-dynamic-tiering",
  "--wasm-lazy-compilation",
  "--no-experimental-wasm-branch-hinting",
  "--turbo-use-mid-tier-regalloc-for-huge-functions",
];

/** To be called before a machine is made. */
export function compileOptimized(): void {
  isOptimized = true;
  flags.forEach(setFlagsFromString);
  // Threads that help to collect a small heap would take the guest's core.
  setFlagsFromString("--no-parallel-scavenge");
  allowFusing();
}

/**
 * Compiles one module so. While flags are other than Node's own, V8 takes no code that was compiled with those: a thread would
 * need twice the time to begin.
 */
export function compileWell(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  flags.forEach(setFlagsFromString);
  try {
    return new WebAssembly.Module(bytes);
  } finally {
    defaults.forEach(setFlagsFromString);
  }
}

/** For what compiles as V8 does by default. */
export function allowFusing(): void {
  setFlagsFromString("--experimental-wasm-relaxed-simd");
}
