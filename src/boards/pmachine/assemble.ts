/** p-code as text: an instruction a line, with labels, routines and source lines. */

import { makeDisassembler } from "../../engine/disassembler.ts";
import { pcode, services } from "../../isa/pcode/instruction-set.ts";
import type { ProgramImage } from "./program-image.ts";
import { verifyProgram } from "./verify.ts";

/** Gives the text of each instruction of a program, by its number; "(not reached)" where control does not come. */
export function instructionTexts(image: ProgramImage): (index: number) => string {
  const disassemble = makeDisassembler(pcode);
  const loaded = verifyProgram(image);
  return (index) => {
    const text = disassemble(loaded[index] ?? 0, 4, BigInt(4 * index)) ?? "(not reached)";
    return `${String(4 * index).padStart(6)}  ${withService(text)}`;
  };
}

/** A line of a listing. */
export interface ListingRow {
  readonly text: string;
  /** The number of the instruction that it shows, if it shows one. */
  readonly instruction?: number;
}

/** The code of a program as text. `lineOf` gives the text of a source line. */
export function* listProgram(image: ProgramImage, lineOf?: (line: number) => string): Iterable<ListingRow> {
  const textOf = instructionTexts(image);
  const starts = new Map(image.routines.map((routine) => [routine.start, routine]));
  const { instructions, lines } = image.positions;
  const linesAt = new Map(Array.from(instructions, (instruction, index) => [instruction, lines[index] ?? 0]));
  let line = 0;
  for (let index = 0; index < image.code.length; index++) {
    const routine = starts.get(index);
    if (routine) yield { text: `${routine.name}:  (level ${routine.level})` };
    const found = linesAt.get(index);
    if (found !== undefined && found !== line) {
      line = found;
      yield { text: `  ; ${line}${lineOf ? `: ${lineOf(line).trim()}` : ""}` };
    }
    yield { text: `  ${textOf(index)}`, instruction: index };
  }
}

/** A service by its name. */
function withService(text: string): string {
  return text.replace(/^svc (\d+)$/, (_, number) => `svc ${services[Number(number)]?.name ?? number}`);
}
