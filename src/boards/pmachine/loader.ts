/**
 * `strata/pascal-loader`: runs what `strata translate PROG.pas -o prog.wasm` wrote, in a browser or in Node, with nothing but
 * WebAssembly. docs/pcode.md, "Translated programs".
 */

import type { Ending } from "./program-host.ts";
import type { ProgramImage } from "./program-image.ts";
import { runTranslated } from "./run-translated.ts";
import { TextFiles, type TextPorts } from "./text-files.ts";
import { unpackTranslated } from "./translated-file.ts";

export type { Place } from "./trace.ts";
export type { Ending, TextPorts };

/** A program that was loaded: it may run any number of times, each time from its beginning. */
export class PascalProgram {
  readonly #image: ProgramImage;
  readonly #module: WebAssembly.Module;

  constructor(image: ProgramImage, module: WebAssembly.Module) {
    this.#image = image;
    this.#module = module;
  }

  /** The name in the program's heading, and those of its files. */
  get name(): string {
    return this.#image.name;
  }

  get files(): readonly string[] {
    return this.#image.files;
  }

  /** Runs the program to its end: a status, or what went wrong, and where. */
  run(ports: TextPorts = {}): Ending {
    return runTranslated(this.#image, this.#module, new TextFiles(ports));
  }
}

/** Loads a translated program; throws ProgramError, or WebAssembly's CompileError, where the bytes are none. */
export async function loadPascal(file: ArrayBuffer | Uint8Array<ArrayBuffer>): Promise<PascalProgram> {
  const { image, module } = unpackTranslated(file instanceof Uint8Array ? file : new Uint8Array(file));
  return new PascalProgram(image, await WebAssembly.compile(module));
}
