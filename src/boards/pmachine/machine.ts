/** A p-machine: it loads a program, runs it, and says how it ended. docs/pcode.md. */

import type { InterpreterOptions } from "../../engine/interpreter/interpreter.ts";
import { ImmediateCompiler } from "../../engine/region/compile.ts";
import { pcode } from "../../isa/pcode/instruction-set.ts";
import { CODE_BASE } from "../../isa/pcode/memory.ts";
import { PcodeProcessor, translateProgram } from "../../isa/pcode/processor.ts";
import { ProcessorMemory } from "../../isa/pcode/processor-memory.ts";
import { runWhole } from "../../isa/pcode/run-whole.ts";
import { Cause } from "../../isa/pcode/state.ts";
import type { FilePorts } from "./file-ports.ts";
import { type Ending, MEMORY_BYTES, ProgramHost, STACK_BYTES } from "./program-host.ts";
import type { ProgramImage } from "./program-image.ts";
import { type Place, placeAt } from "./trace.ts";
import { verifyProgram } from "./verify.ts";

export interface PMachineOptions extends InterpreterOptions {
  readonly files: FilePorts;
  /** All memory, the stack's part of it. */
  readonly memoryBytes?: number;
  readonly stackBytes?: number;
}

/** Interpreted steps that make a place hot. */
const THRESHOLD = 100_000;

/** What is hot is translated at once: the machine runs without an event loop. */
function withTechnique(options: InterpreterOptions): InterpreterOptions {
  const { technique, translations } = options;
  if (technique === "translate") return { translations };
  if (technique !== "dynamic") return options;
  return { technique: { threshold: THRESHOLD, compiler: new ImmediateCompiler(pcode) }, translations };
}

/** An address that is no instruction's: where a debugger lets a routine return to, to see it return. */
export const OUTSIDE = 4;
/** Instructions between looks at what is to be translated. */
const SLICE = 200_000;

/**
 * A program as a WebAssembly module, for machines with so much memory: what `runTranslated` runs. Throws ProgramError where the
 * program is not safe.
 */
export function translateImage(
  image: ProgramImage,
  memoryBytes: number = MEMORY_BYTES,
): Uint8Array<ArrayBuffer> {
  const { entry, routines } = image;
  return translateProgram({ code: verifyProgram(image), entry, routines }, memoryBytes);
}

export class PMachine {
  readonly memory: ProcessorMemory;
  readonly processor: PcodeProcessor;
  readonly #host: ProgramHost;
  readonly #stackBytes: number;
  /** Translated as a whole before it runs. */
  readonly #isWhole: boolean;

  constructor(options: PMachineOptions) {
    const { memoryBytes = MEMORY_BYTES, stackBytes = STACK_BYTES, files } = options;
    this.#stackBytes = stackBytes;
    this.#isWhole = options.technique === "translate";
    this.memory = new ProcessorMemory(memoryBytes);
    this.#host = new ProgramHost(this.memory, files);
    this.processor = new PcodeProcessor(this.memory, withTechnique(options), this.#host.service);
  }

  /** Loads a program; throws ProgramError where it is not safe, or too large. */
  load(image: ProgramImage): void {
    const code = verifyProgram(image);
    const { constants, entry, globalBytes } = image;
    const program = { code, constants, entry, globalBytes };
    this.#host.begin(image, this.#stackBytes, () => this.processor.load(program, this.#stackBytes));
  }

  /** Runs the program to its end. */
  run(): Ending {
    const { image } = this.#host;
    if (this.#isWhole && image) {
      const module = new WebAssembly.Module(translateImage(image, this.memory.ramBytes));
      return this.#host.end(runWhole(module, this.memory, this.#host.service));
    }
    for (;;) {
      const ending = this.runFor(SLICE);
      if (ending) return ending;
    }
  }

  /** Writes what files still hold back. */
  flush(): void {
    this.#host.flush();
  }

  /** Where the program is, between two runs. */
  get place(): Place | undefined {
    const { image } = this.#host;
    return image && placeAt(image, (this.memory.pc - CODE_BASE) / 4);
  }

  /** Runs at most so many instructions; how the program ended, if it did. */
  runFor(budget: number): Ending | undefined {
    const stop = this.processor.run(budget);
    return stop && this.#host.end(stop);
  }

  /** The same, for a debugger: where it stops by a breakpoint, or at an address without code, the program has not ended. */
  runToStop(budget: number): Ending | "stopped" | undefined {
    const stop = this.processor.run(budget);
    if (stop?.cause === Cause.breakpoint || (stop && stop.pc === OUTSIDE)) return "stopped";
    return stop && this.#host.end(stop);
  }
}
