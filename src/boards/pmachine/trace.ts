/** Where a program is, in its own terms: the routines that are running, with the lines that they are at. */

import { CODE_BASE } from "../../isa/pcode/memory.ts";
import { opcodeIn, opcodeOf } from "../../isa/pcode/opcodes.ts";
import type { ProcessorMemory } from "../../isa/pcode/processor-memory.ts";
import { Frame } from "../../isa/pcode/state.ts";
import type { ImageRoutine, ProgramImage } from "./program-image.ts";

export interface Place {
  readonly routine: string;
  readonly line: number;
  readonly column: number;
}

/** So many routines are named at most. */
const MOST_PLACES = 20;

/** The last of `count` things that begin at instructions, in order, that begins at an instruction or before; -1: none. */
function lastUpTo(count: number, startOf: (index: number) => number, instruction: number): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (startOf(middle) <= instruction) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The routine that an instruction belongs to. */
export function routineAt({ routines }: ProgramImage, instruction: number): ImageRoutine | undefined {
  const found = routines[lastUpTo(routines.length, (index) => routines[index]?.start ?? 0, instruction)];
  return found && instruction < found.end ? found : undefined;
}

/** The line and the column that an instruction comes from. */
export function positionAt(
  { positions: { instructions, lines, columns } }: ProgramImage,
  instruction: number,
): { readonly line: number; readonly column: number } | undefined {
  const index = lastUpTo(instructions.length, (at) => instructions[at] ?? 0, instruction);
  return index < 0 ? undefined : { line: lines[index] ?? 0, column: columns[index] ?? 0 };
}

export function placeAt(image: ProgramImage, instruction: number): Place | undefined {
  const routine = routineAt(image, instruction);
  const position = positionAt(image, instruction);
  if (!routine || !position) return undefined;
  return { routine: routine.name, ...position };
}

/** A routine that is running. */
export interface RunningRoutine {
  readonly routine: ImageRoutine;
  /** Where it is: the instruction that comes next, or the call that it waits for. */
  readonly instruction: number;
  /** The address of its frame; undefined while it has none yet, or no longer. */
  readonly frame: number | undefined;
}

const ENTERX = opcodeOf("enterx");
const RET = opcodeOf("ret");

/** Whether a routine has no frame at one of its instructions: before it enters, and after it has left. */
function lacksFrame({ code }: ProgramImage, { start }: ImageRoutine, instruction: number): boolean {
  const opcode = (index: number): number => opcodeIn(code[index] ?? 0);
  if (instruction === start || opcode(instruction) === RET) return true;
  return instruction <= start + 2 && opcode(start + 2) === ENTERX;
}

/** The routines that are running, from the innermost. */
export function* runningRoutines(
  image: ProgramImage,
  memory: ProcessorMemory,
  pc: number,
): Iterable<RunningRoutine> {
  let instruction = (pc - CODE_BASE) / 4;
  let frame = memory.frame;
  for (let isInnermost = true; ; isInnermost = false) {
    const routine = routineAt(image, instruction);
    if (!routine) return;
    const lacks = isInnermost && routine.level > 0 && lacksFrame(image, routine, instruction);
    yield { routine, instruction, frame: lacks ? undefined : frame };
    if (routine.level === 0) return;
    let returnAddress = memory.entry(0) >>> 0;
    if (!lacks) {
      if (!memory.isAccessible(frame, Frame.size, false)) return;
      returnAddress = memory.view.getUint32(frame + Frame.returnAddress, true);
      frame = memory.view.getUint32(frame + Frame.dynamicLink, true);
    }
    // What comes back here is after the call.
    instruction = (returnAddress - CODE_BASE) / 4 - 1;
  }
}

/** Where the routines are that are running, from the innermost. */
export function placesOf(image: ProgramImage, memory: ProcessorMemory, pc: number): readonly Place[] {
  const places: Place[] = [];
  for (const { instruction } of runningRoutines(image, memory, pc)) {
    const place = placeAt(image, instruction);
    if (!place || places.push(place) === MOST_PLACES) break;
  }
  return places;
}
