/** The corpus: programs as files, what they read and what they must print beside them. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { encodeProgram } from "../../../src/boards/pmachine/encode.ts";
import type { FilePorts, OpenFile } from "../../../src/boards/pmachine/file-ports.ts";
import { PMachine } from "../../../src/boards/pmachine/machine.ts";
import type { Ending } from "../../../src/boards/pmachine/program-host.ts";
import type { ProgramImage } from "../../../src/boards/pmachine/program-image.ts";
import type { Technique } from "../../../src/engine/technique.ts";
import { serviceNumber } from "../../../src/isa/pcode/services.ts";
import { compileToCode } from "../../../src/language/pascal/compile.ts";
import type { Dialect } from "../../../src/language/pascal/dialect.ts";

const root = new URL("..", import.meta.url).pathname;

export interface CorpusProgram {
  readonly name: string;
  readonly path: string;
  readonly text: string;
  readonly input: string;
}

/** The programs of a folder of the corpus, by name. */
export function programsIn(folder: string): readonly CorpusProgram[] {
  const directory = join(root, folder);
  return readdirSync(directory)
    .filter((file) => file.endsWith(".pas"))
    .sort()
    .map((file) => {
      const path = join(directory, file);
      const inputPath = path.replace(/pas$/, "in");
      const input = existsSync(inputPath) ? readFileSync(inputPath, "latin1") : "";
      return { name: basename(file, ".pas"), path, text: readFileSync(path, "latin1"), input };
    });
}

export function compileProgram(
  { text, name }: CorpusProgram,
  checks = true,
  dialect: Dialect = "iso",
): ProgramImage {
  const numberOf = (service: string) => serviceNumber(service) ?? -1;
  return encodeProgram(
    compileToCode(text, `${name}.pas`, { checks, serviceNumber: numberOf }, dialect),
    `${name}.pas`,
  );
}

/** Standard streams as texts, and files in memory that last as long as this. */
class MemoryFiles implements FilePorts {
  input = "";
  output = "";
  readonly #files = new Map<string, string>();

  begin(input: string): void {
    this.input = input;
    this.output = "";
    this.#files.clear();
  }

  open(name: string, _position: number, mode: "read" | "write"): OpenFile | string {
    if (name === "output") return this.#writer((text) => (this.output += text));
    if (name === "input") return this.#reader(this.input);
    const known = this.#files.get(name);
    if (mode === "read") return known === undefined ? `there is no file ${name}` : this.#reader(known);
    this.#files.set(name, "");
    return this.#writer((text) => this.#files.set(name, `${this.#files.get(name)}${text}`));
  }

  #writer(add: (text: string) => void): OpenFile {
    const write = (bytes: Uint8Array): void => add(Buffer.from(bytes).toString("latin1"));
    return { read: () => 0, write, close: () => {} };
  }

  #reader(text: string): OpenFile {
    const bytes = Buffer.from(text, "latin1");
    let at = 0;
    const read = (buffer: Uint8Array): number => {
      const part = bytes.subarray(at, at + buffer.length);
      buffer.set(part);
      at += part.length;
      return part.length;
    };
    return { read, write: () => {}, close: () => {} };
  }
}

/** Instructions after which a program is taken not to end. */
const MOST_STEPS = 400_000_000;
const MEMORY_BYTES = 64 * 2 ** 20;
/** So few that the machine's own stack is full before WebAssembly's. */
const STACK_BYTES = 2 ** 17;

/** A machine that runs one program after the other. */
export class CorpusMachine {
  readonly #files = new MemoryFiles();
  readonly #machine: PMachine;

  readonly #isWhole: boolean;

  constructor(technique: Technique) {
    this.#isWhole = technique === "translate";
    this.#machine = new PMachine({
      files: this.#files,
      technique,
      memoryBytes: MEMORY_BYTES,
      stackBytes: STACK_BYTES,
    });
  }

  /** What a program prints, and how it ended. */
  run(image: ProgramImage, input: string): { readonly output: string; readonly ending: Ending | undefined } {
    this.#files.begin(input);
    this.#machine.load(image);
    const ending = this.#isWhole ? this.#machine.run() : this.#machine.runFor(MOST_STEPS);
    return { output: this.#files.output, ending };
  }
}

/** What a program printed and how it ended, as the expected files have it. */
export function showRun(output: string, ending: Ending | undefined): string {
  if (!ending) return `${output}(does not end)\n`;
  const lines = output === "" || output.endsWith("\n") ? output : `${output}\n`;
  if (ending.kind === "ended") return ending.status === 0 ? output : `${lines}status ${ending.status}\n`;
  const places = ending.places.map(({ routine, line, column }) => `  ${line}:${column} in ${routine}\n`);
  return `${lines}run-time error: ${ending.message}\n${places.join("")}`;
}
