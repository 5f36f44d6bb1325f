/** What a program of the p-machine has around it while it runs: services, files, a heap, and what is said of how it ended. */

import { CODE_BASE, DATA_BASE, MOST_CONSTANTS, MOST_REACH } from "../../isa/pcode/memory.ts";
import type { ProcessorMemory, Stop } from "../../isa/pcode/processor-memory.ts";
import { services } from "../../isa/pcode/services.ts";
import { Cause } from "../../isa/pcode/state.ts";
import type { FilePorts } from "./file-ports.ts";
import { Heap } from "./heap.ts";
import { ProgramError, type ProgramImage } from "./program-image.ts";
import { errorText, RunTimeError } from "./run-time-error.ts";
import { Services } from "./services.ts";
import { type Place, placesOf } from "./trace.ts";

/** How a program ended. */
export type Ending =
  | { readonly kind: "ended"; readonly status: number }
  | {
      readonly kind: "error";
      readonly message: string;
      /** Where, from the innermost routine outwards. */
      readonly places: readonly Place[];
    };

/** Of a machine that is not told otherwise: all memory, and the stack's part of it. */
export const MEMORY_BYTES = 256 * 2 ** 20;
export const STACK_BYTES = 16 * 2 ** 20;

export class ProgramHost {
  readonly #memory: ProcessorMemory;
  readonly #services: Services;
  readonly #operations: ((base: number) => void)[];
  #image: ProgramImage | undefined;
  #heap = new Heap(new Int32Array(0), 0, 0);
  #error: string | undefined;
  #status: number | undefined;

  constructor(memory: ProcessorMemory, files: FilePorts) {
    this.#memory = memory;
    this.#services = new Services({
      memory,
      files,
      heap: () => this.#heap,
      fileNames: () => this.#image?.files ?? [],
      halt: (status) => {
        this.#status = status;
        memory.stop(0, 0);
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

  /** Before a program runs: `load` puts it into memory, and returns where the heap may begin. Throws ProgramError. */
  begin(image: ProgramImage, stackBytes: number, load: () => number): void {
    const { ramBytes, words } = this.#memory;
    if (image.constants.length > MOST_CONSTANTS) throw new ProgramError("the program has too many constants");
    if (DATA_BASE + image.globalBytes + stackBytes + MOST_REACH > ramBytes) {
      throw new ProgramError("the program's variables do not fit into the machine's memory");
    }
    this.#heap = new Heap(words, load(), ramBytes);
    this.#image = image;
    this.#error = undefined;
    this.#status = undefined;
  }

  get image(): ProgramImage | undefined {
    return this.#image;
  }

  /** Writes what files still hold back. */
  flush(): void {
    this.#services.flush();
  }

  /** No exception crosses generated code: errors of the program end the run, ours are thrown behind it. */
  readonly service = (number: number, base: number): void => {
    try {
      this.#operations[number]?.(base);
    } catch (error) {
      if (!(error instanceof RunTimeError)) throw error;
      this.#error = error.message;
      this.#memory.stop(Cause.error, 0);
    }
  };

  /** Closes files: what the end of a run means. */
  end(stop: Stop): Ending {
    const closed = this.#close();
    if (stop.cause === 0 && this.#error === undefined) {
      if (closed !== undefined) return { kind: "error", message: closed, places: [] };
      return { kind: "ended", status: this.#status ?? 0 };
    }
    const instruction = (stop.pc - CODE_BASE) / 4;
    const check = this.#image?.errors.find((known) => known.instruction === instruction)?.error;
    const message = this.#error ?? errorText(stop.cause, stop.value, check);
    const places = this.#image ? placesOf(this.#image, this.#memory, stop.pc) : [];
    return { kind: "error", message, places };
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
}
