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

/** The last of some things that begin at instructions, in order, up to one instruction. */
export function lastUpTo<T>(
  items: readonly T[],
  startOf: (item: T) => number,
  instruction: number,
): T | undefined {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (startOf(items[middle] as T) <= instruction) low = middle + 1;
    else high = middle;
  }
  return items[low - 1];
}

/** The routine that an instruction belongs to. */
export function routineAt({ routines }: ProgramImage, instruction: number): ImageRoutine | undefined {
  const found = lastUpTo(routines, ({ start }) => start, instruction);
  return found && instruction < found.end ? found : undefined;
}

export function placeAt(image: ProgramImage, instruction: number): Place | undefined {
  const routine = routineAt(image, instruction);
  const position = lastUpTo(image.positions, (one) => one.instruction, instruction);
  if (!routine || !position) return undefined;
  return { routine: routine.name, line: position.line, column: position.column };
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
