/** A p-machine: it loads a program, runs it, and says how it ended. docs/pcode.md. */

import type { InterpreterOptions } from "../../engine/interpreter/interpreter.ts";
import { ImmediateCompiler } from "../../engine/region/compile.ts";
import { pcode, services } from "../../isa/pcode/instruction-set.ts";
import { CODE_BASE } from "../../isa/pcode/memory.ts";
import { PcodeProcessor, type Stop, translateProgram } from "../../isa/pcode/processor.ts";
import { Cause } from "../../isa/pcode/state.ts";
import type { FilePorts } from "./file-ports.ts";
import { Heap } from "./heap.ts";
import { ProgramError, type ProgramImage } from "./program-image.ts";
import { errorText, RunTimeError } from "./run-time-error.ts";
import { Services } from "./services.ts";
import { type Place, placeAt, placesOf } from "./trace.ts";
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

/** How a program ended. */
export type Ending =
  | { readonly kind: "ended"; readonly status: number }
  | {
      readonly kind: "error";
      readonly message: string;
      /** Where, from the innermost routine outwards. */
      readonly places: readonly Place[];
    };

/** An address that is no instruction's: where a debugger lets a routine return to, to see it return. */
export const OUTSIDE = 4;
const MEMORY_BYTES = 256 * 2 ** 20;
const STACK_BYTES = 16 * 2 ** 20;
/** Instructions between looks at what is to be translated. */
const SLICE = 200_000;

/**
 * A program as a WebAssembly module, for machines with so much memory: what `PMachine.runTranslated` runs. Throws ProgramError
 * where the program is not safe.
 */
export function translateImage(
  image: ProgramImage,
  memoryBytes: number = MEMORY_BYTES,
): Uint8Array<ArrayBuffer> {
  const { entry, routines } = image;
  return translateProgram({ code: verifyProgram(image), entry, routines }, memoryBytes);
}

export class PMachine {
  readonly processor: PcodeProcessor;
  readonly #services: Services;
  readonly #stackBytes: number;
  /** Translated as a whole before it runs. */
  readonly #isWhole: boolean;
  readonly #operations: ((base: number) => void)[];
  #image: ProgramImage | undefined;
  #heap = new Heap(new Int32Array(0), 0, 0);
  #error: string | undefined;
  #status: number | undefined;

  constructor(options: PMachineOptions) {
    const { memoryBytes = MEMORY_BYTES, stackBytes = STACK_BYTES, files } = options;
    this.#stackBytes = stackBytes;
    this.#isWhole = options.technique === "translate";
    this.processor = new PcodeProcessor(memoryBytes, withTechnique(options), {
      service: (number, base) => this.#service(number, base),
    });
    this.#services = new Services({
      processor: this.processor,
      files,
      heap: () => this.#heap,
      fileNames: () => this.#image?.files ?? [],
      halt: (status) => {
        this.#status = status;
        this.processor.stop(0, 0);
      },
    });
    this.#operations = services.map(
      ({ name }) =>
        this.#services.operation(name) ??
        (() => {
          throw new RunTimeError(`there is no service ${name}`);
        }),
    );
  }

  /** Loads a program; throws ProgramError where it is not safe, or too large. */
  load(image: ProgramImage): void {
    const code = verifyProgram(image);
    const { constants, entry, globalBytes } = image;
    const { ramBytes } = this.processor;
    if (globalBytes + this.#stackBytes > ramBytes - 2 ** 24) {
      throw new ProgramError("the program's variables do not fit into the machine's memory");
    }
    const heap = this.processor.load({ code, constants, entry, globalBytes }, this.#stackBytes);
    this.#heap = new Heap(this.processor.words, heap, ramBytes);
    this.#image = image;
    this.#error = undefined;
    this.#status = undefined;
  }

  /** Runs the program to its end. */
  run(): Ending {
    if (this.#isWhole && this.#image) {
      return this.runTranslated(new WebAssembly.Module(translateImage(this.#image, this.processor.ramBytes)));
    }
    for (;;) {
      const ending = this.runFor(SLICE);
      if (ending) return ending;
    }
  }

  /** Runs the program that is loaded, by a module that `translateImage` made of it for as much memory. */
  runTranslated(module: WebAssembly.Module): Ending {
    return this.#end(this.processor.runWhole(module));
  }

  /** Writes what files still hold back. */
  flush(): void {
    this.#services.flush();
  }

  /** Where the program is, between two runs. */
  get place(): Place | undefined {
    return this.#image && placeAt(this.#image, (this.processor.pc - CODE_BASE) / 4);
  }

  /** Runs at most so many instructions; how the program ended, if it did. */
  runFor(budget: number): Ending | undefined {
    const stop = this.processor.run(budget);
    return stop && this.#end(stop);
  }

  /** The same, for a debugger: where it stops by a breakpoint, or at an address without code, the program has not ended. */
  runToStop(budget: number): Ending | "stopped" | undefined {
    const stop = this.processor.run(budget);
    if (stop?.cause === Cause.breakpoint || (stop && stop.pc === OUTSIDE)) return "stopped";
    return stop && this.#end(stop);
  }

  #end(stop: Stop): Ending {
    const closed = this.#close();
    if (stop.cause === 0 && this.#error === undefined) {
      if (closed !== undefined) return { kind: "error", message: closed, places: [] };
      return { kind: "ended", status: this.#status ?? 0 };
    }
    const instruction = (stop.pc - CODE_BASE) / 4;
    const check = this.#image?.errors.find((known) => known.instruction === instruction)?.error;
    const message = this.#error ?? errorText(stop.cause, stop.value, check);
    return {
      kind: "error",
      message,
      places: this.#image ? placesOf(this.#image, this.processor, stop.pc) : [],
    };
  }

  #close(): string | undefined {
    try {
      this.#services.closeAll();
      return undefined;
    } catch (error) {
      if (error instanceof RunTimeError) return error.message;
      throw error;
    }
  }

  /** No exception crosses generated code: errors of the program end the run, ours are thrown behind it. */
  #service(number: number, base: number): void {
    try {
      this.#operations[number]?.(base);
    } catch (error) {
      if (!(error instanceof RunTimeError)) throw error;
      this.#error = error.message;
      this.processor.stop(Cause.error, 0);
    }
  }
}
