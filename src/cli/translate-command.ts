/** `strata translate`: a program is translated whole, so that it starts without. */

import { statSync } from "node:fs";
import { resolve } from "node:path";
import { failed } from "../base/errno.ts";
import { InputError } from "../base/errors.ts";
import { AheadTranslator } from "../engine/region/ahead.ts";
import type { RegionCompiler } from "../engine/region/compile.ts";
import { JumpTables } from "../engine/region/jump-tables.ts";
import { makeStager } from "../engine/region/stage.ts";
import { hartLayout } from "../engine/translation-cache.ts";
import { EM_RISCV } from "../formats/elf.ts";
import { SharedDirectory } from "../host/node/shared-directory.ts";
import { TranslationDirectory } from "../host/node/translations/translation-directory.ts";
import { writeTranslationFile } from "../host/node/translations/translation-file.ts";
import { compileOptimized, trustStack } from "../host/node/wasm-flags.ts";
import { riscv } from "../isa/riscv/instruction-set.ts";
import { riscv64MemoryMap } from "../linux/arch/riscv64.ts";
import { MountTable } from "../linux/fs/mount-table.ts";
import { codePages, fileData, functionStarts } from "../linux/loader/code-discovery.ts";
import { type ProgramPart, programParts } from "../linux/loader/program-parts.ts";
import { programError } from "./program-errors.ts";
import { megabytes, ProgressLine } from "./progress.ts";
import { regionCompiler } from "./region-compiler.ts";
import { type Keep, Resources } from "./resources.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { type TranslatedProgram, writeTranslated } from "./translated-program.ts";

export interface TranslateOptions {
  readonly output: string;
  readonly root?: string;
}

const POLL_MS = 2;
/** How instructions are read, and where functions leave results (the psABI's a0 and a1). */
const riscvCode = { stage: makeStager(riscv), links: riscv.linkRegisters, results: ["x10", "x11"] };

/** Outputs that end so are files, unless there is such a directory. */
const FILE_ENDING = ".strata";

export async function translate(program: string, options: TranslateOptions): Promise<void> {
  compileOptimized();
  trustStack();
  const resources = new Resources();
  try {
    const path = options.root === undefined ? resolve(program) : program;
    const parts = readParts(path, options.root ?? "/", resources);
    const root = options.root === undefined ? {} : { root: resolve(options.root) };
    const output = openOutput(options.output, resources);
    const compiler = resources.keep(regionCompiler());
    for (const part of parts) await translatePart(part, output.translations, compiler);
    output.finish({ program: path, ...root });
  } finally {
    resources.close();
  }
}

interface Output {
  readonly translations: TranslationDirectory;
  finish(program: TranslatedProgram): void;
}

function openOutput(output: string, { keep }: Resources): Output {
  const isFile = output.endsWith(FILE_ENDING) && !isDirectory(output);
  const folder = isFile ? folderBeside(output, keep) : output;
  const translations = TranslationDirectory.open(folder, Number.POSITIVE_INFINITY);
  if (!translations)
    throw new InputError(`Cannot write "${output}": it must be yours, and writable by none else`);
  keep(translations);
  const finish = (program: TranslatedProgram) => {
    if (!isFile) return writeTranslated(output, program);
    // What waits is written.
    translations.close();
    writeTranslationFile(output, translations.packs, program);
  };
  return { translations, finish };
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** A directory beside a file that is going to be made. */
function folderBeside(output: string, keep: Keep): string {
  try {
    return temporaryFolder(`${output}.`, keep);
  } catch (error) {
    throw new InputError(`Cannot write "${output}": ${(error as NodeJS.ErrnoException).code}`);
  }
}

function readParts(path: string, root: string, { keep }: Resources): ProgramPart[] {
  const mounts = new MountTable(keep(new SharedDirectory(root)).root, "hostfs", true);
  const parts = programParts(mounts, EM_RISCV, path);
  if (failed(parts)) throw new InputError(programError("translate", path, parts.errno));
  return parts;
}

/** Prints a line on what was done. */
async function translatePart(
  { path, elf, bytes }: ProgramPart,
  translations: TranslationDirectory,
  compiler: RegionCompiler,
) {
  const [hart] = riscv64MemoryMap(0, true).harts;
  if (!hart) return;
  const kept = translations.regions(hartLayout(riscv, hart));
  const image = codePages(elf, bytes);
  const tables = new JumpTables({ image, data: fileData(elf), ...riscvCode });
  const ahead = new AheadTranslator(image, hart, compiler, kept, tables);
  for (const start of functionStarts(elf, path)) ahead.add(start);
  const line = new ProgressLine(process.stderr);
  try {
    while (ahead.step()) {
      const { instructions, left } = ahead.counts;
      line.show(`${path}: ${left} functions left`, instructions * 4, bytes.length);
      await new Promise((done) => setTimeout(done, POLL_MS));
    }
  } finally {
    line.clear();
  }
  const { regions, instructions, jumpTables, bytes: size } = ahead.counts;
  const made = `${instructions} instructions in ${regions} regions, ${jumpTables} jump table${jumpTables === 1 ? "" : "s"}`;
  process.stdout.write(`${path}: ${made}, ${megabytes(size)} of WebAssembly\n`);
}
