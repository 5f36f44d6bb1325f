/** p-code as text: an instruction a line, with labels, routines and source lines. */

import { makeDisassembler } from "../../engine/disassembler.ts";
import { pcode, services } from "../../isa/pcode/instruction-set.ts";
import type { ProgramImage } from "./program-image.ts";
import { verifyProgram } from "./verify.ts";

/** The code of a program as text. `lineOf` gives the text of a source line. */
export function* listProgram(image: ProgramImage, lineOf?: (line: number) => string): Iterable<string> {
  const disassemble = makeDisassembler(pcode);
  const loaded = verifyProgram(image);
  const starts = new Map(image.routines.map((routine) => [routine.start, routine]));
  const positions = new Map(image.positions.map((position) => [position.instruction, position]));
  let line = 0;
  for (const [index, bits] of loaded.entries()) {
    const routine = starts.get(index);
    if (routine) yield `${routine.name}:  (level ${routine.level})`;
    const position = positions.get(index);
    if (position && position.line !== line) {
      line = position.line;
      yield `  ; ${line}${lineOf ? `: ${lineOf(line).trim()}` : ""}`;
    }
    const text = disassemble(bits, 4, BigInt(4 * index)) ?? "(not reached)";
    yield `  ${String(4 * index).padStart(6)}  ${withService(text)}`;
  }
}

/** A service by its name. */
function withService(text: string): string {
  return text.replace(/^svc (\d+)$/, (_, number) => `svc ${services[Number(number)]?.name ?? number}`);
}
