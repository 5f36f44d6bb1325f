/** Where a program is, in its own terms: the routines that are running, with the lines that they are at. */

import { CODE_BASE } from "../../isa/pcode/memory.ts";
import type { PcodeProcessor } from "../../isa/pcode/processor.ts";
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
function lastUpTo<T>(items: readonly T[], startOf: (item: T) => number, instruction: number): T | undefined {
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

/** The routines that are running, from the innermost. */
export function placesOf(image: ProgramImage, processor: PcodeProcessor, pc: number): readonly Place[] {
  const places: Place[] = [];
  let instruction = (pc - CODE_BASE) / 4;
  let frame = processor.frame;
  while (places.length < MOST_PLACES) {
    const place = placeAt(image, instruction);
    if (!place) break;
    places.push(place);
    if (
      (routineAt(image, instruction)?.level ?? 0) === 0 ||
      !processor.isAccessible(frame, Frame.size, false)
    )
      break;
    // What comes back here is after the call.
    instruction = (processor.view.getUint32(frame + Frame.returnAddress, true) - CODE_BASE) / 4 - 1;
    frame = processor.view.getUint32(frame + Frame.dynamicLink, true);
  }
  return places;
}
