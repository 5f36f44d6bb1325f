/** The compiler that is written in Pascal, compiler/compiler.pas, as a program of the p-machine. */

import { readFileSync } from "node:fs";
import type { ProgramImage } from "../../../src/boards/pmachine/program-image.ts";
import type { Technique } from "../../../src/engine/technique.ts";
import { readPco } from "../../../src/formats/pco.ts";
import { CorpusMachine, compileProgram } from "./corpus.ts";

const sourcePath = new URL("../compiler/compiler.pas", import.meta.url).pathname;

/** Its text: a byte is a character. */
export const compilerSource = readFileSync(sourcePath, "latin1");

/** What the compiler gave: a program file, or its messages. */
export type Compiled =
  | { readonly kind: "program"; readonly file: string }
  | { readonly kind: "refused"; readonly messages: string };

/** The compiler, compiled by the one in TypeScript. */
export function firstStage(): ProgramImage {
  return compileProgram({ name: "compiler", path: sourcePath, text: compilerSource, input: "" });
}

export function imageOf(file: string): ProgramImage {
  return readPco(Buffer.from(file, "latin1"));
}

/** Runs a compiler on texts, one after the other. */
export class PascalCompiler {
  readonly #machine: CorpusMachine;
  readonly #image: ProgramImage;

  constructor(image: ProgramImage, technique: Technique) {
    this.#machine = new CorpusMachine(technique);
    this.#image = image;
  }

  /** Throws where the compiler itself fails. */
  compile(source: string): Compiled {
    const { output, ending } = this.#machine.run(this.#image, source);
    if (ending?.kind !== "ended") throw new Error(`the compiler failed: ${JSON.stringify(ending)}`);
    if (ending.status === 0) return { kind: "program", file: output };
    return { kind: "refused", messages: output };
  }

  /** The program file of a text that must be a program. */
  fileOf(source: string): string {
    const result = this.compile(source);
    if (result.kind === "refused") throw new Error(result.messages);
    return result.file;
  }
}
