/** Runs a program that was translated before: neither an interpreter nor a translator is needed. */

import { ProcessorMemory } from "../../isa/pcode/processor-memory.ts";
import { runWhole } from "../../isa/pcode/run-whole.ts";
import type { FilePorts } from "./file-ports.ts";
import { type Ending, MEMORY_BYTES, ProgramHost, STACK_BYTES } from "./program-host.ts";
import type { ProgramImage } from "./program-image.ts";

/**
 * Runs a program from its beginning to its end, by a module that `translateImage` made of it for as much memory. Throws
 * ProgramError where it does not fit.
 */
export function runTranslated(
  image: ProgramImage,
  module: WebAssembly.Module,
  files: FilePorts,
  memoryBytes: number = MEMORY_BYTES,
): Ending {
  const memory = new ProcessorMemory(memoryBytes);
  const host = new ProgramHost(memory, files);
  const { constants, entry, globalBytes } = image;
  const loaded = { code: new Uint32Array(0), constants, entry, globalBytes };
  host.begin(image, STACK_BYTES, () => memory.load(loaded, STACK_BYTES));
  return host.end(runWhole(module, memory, host.service));
}
