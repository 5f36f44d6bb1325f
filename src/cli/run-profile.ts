/** `--profile`: where a machine spent its time, as text on standard error and as a file that flame graphs are made of. */

import { closeSync, openSync, writeFileSync } from "node:fs";
import type { Machine } from "../boards/virt/machine.ts";
import { cpuProfile } from "../boards/virt/profile/cpuprofile.ts";
import { Profiler } from "../boards/virt/profile/profiler.ts";
import { profileSummary } from "../boards/virt/profile/summary.ts";
import { SymbolMap } from "../boards/virt/profile/symbols.ts";
import type { RegionCompiler } from "../engine/region/compile.ts";
import { TimedCompiler } from "../engine/region/timed-compiler.ts";
import { FileError, readInput } from "./errors.ts";
import { codeParts } from "./listing.ts";

const now = () => performance.now();

export class RunProfile {
  readonly profiler: Profiler;
  readonly #descriptor: number;
  #compiler: TimedCompiler | undefined;

  private constructor(symbols: SymbolMap, descriptor: number) {
    this.profiler = new Profiler(symbols, now);
    this.#descriptor = descriptor;
  }

  /** @param kernel whose symbols are taken, if it is an ELF file. Throws FileError. */
  static async open(path: string, kernel: string | undefined): Promise<RunProfile> {
    const symbols = new SymbolMap(kernel === undefined ? [] : await kernelSymbols(kernel));
    try {
      return new RunProfile(symbols, openSync(path, "w"));
    } catch (error) {
      throw new FileError(`Cannot write profile "${path}": ${(error as NodeJS.ErrnoException).code}`);
    }
  }

  /** The compiler, timed. */
  time(compiler: RegionCompiler): RegionCompiler {
    this.#compiler = new TimedCompiler(compiler, now);
    return this.#compiler;
  }

  /** Writes both. */
  finish(machine: Machine): void {
    process.stderr.write(`${profileSummary(machine, this.profiler, this.#compiler?.times)}\n`);
    writeFileSync(this.#descriptor, cpuProfile(this.profiler));
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

async function kernelSymbols(path: string) {
  return codeParts(await readInput("kernel", path), path).flatMap(({ symbols }) => symbols);
}
