/** Where statements begin: what a debugger stops at. A position of the source counts where the expression stack is empty. */

import { jumpDistance, opcodeIn, opcodeOf } from "../../../isa/pcode/opcodes.ts";
import type { ImageRoutine, ProgramImage } from "../program-image.ts";
import { positionAt, routineAt } from "../trace.ts";
import { stackDepths } from "../verify.ts";

/** A place in code that is the beginning of a line, or of a routine's body. */
export interface Start {
  readonly instruction: number;
  readonly line: number;
  readonly routine: ImageRoutine;
  readonly isBody: boolean;
}

const UNWIND = opcodeOf("unwind");
const JUMP = opcodeOf("jmp");

export class Lines {
  /** In the order of the code. */
  readonly starts: readonly Start[];
  /** How many entries the stack has before each instruction; -1 where control does not come. */
  readonly depths: Int8Array;
  /** Where jumps out of procedures lead. */
  readonly outerLabels: ReadonlySet<number>;
  readonly #image: ProgramImage;

  constructor(image: ProgramImage) {
    this.#image = image;
    this.depths = stackDepths(image);
    this.starts = findStarts(image, this.depths);
    this.outerLabels = findOuterLabels(image);
  }

  /** Where a line begins, in each routine that has it; those of the next line with code, if it has none itself. */
  atLine(line: number): readonly Start[] {
    const first = Math.min(...this.starts.flatMap((start) => (start.line >= line ? [start.line] : [])));
    const found = this.starts.filter((start) => start.line === first);
    // A line may begin several times in a routine, as that of a loop does.
    return found.filter(
      ({ routine }, index) => found.findIndex((other) => other.routine === routine) === index,
    );
  }

  /** The bodies of the routines with a name. */
  ofRoutine(name: string): readonly Start[] {
    return this.starts.filter(
      ({ isBody, routine }) => isBody && routine.name.toLowerCase() === name.toLowerCase(),
    );
  }

  /** The line of an instruction. */
  lineOf(instruction: number): number | undefined {
    return positionAt(this.#image, instruction)?.line;
  }
}

function findStarts(image: ProgramImage, depths: Int8Array): readonly Start[] {
  const starts: Start[] = [];
  let routine: ImageRoutine | undefined;
  /** Of the statement before, in the same routine. */
  let line: number | undefined;
  const { instructions, lines } = image.positions;
  for (const [index, instruction] of instructions.entries()) {
    const present = lines[index] ?? 0;
    const own = routineAt(image, instruction);
    if (own !== routine) {
      // The first position of a routine is its heading's: there the frame is made.
      routine = own;
      line = undefined;
      continue;
    }
    if (!routine || depths[instruction] !== 0 || present === line) continue;
    starts.push({ instruction, line: present, routine, isBody: line === undefined });
    line = present;
  }
  return starts;
}

/** The jump that follows the instruction `unwind`. */
function findOuterLabels({ code }: ProgramImage): ReadonlySet<number> {
  const labels = new Set<number>();
  for (const [index, bits] of code.entries()) {
    if (opcodeIn(bits) !== UNWIND) continue;
    const jump = code[index + 1] ?? 0;
    if (opcodeIn(jump) === JUMP) labels.add(index + 1 + jumpDistance(jump) / 4);
  }
  return labels;
}
