/** What a debugger shows of a program that stands still, as lines of text. */

import { instructionTexts } from "../assemble.ts";
import { placeAt } from "../trace.ts";
import type { Breakpoint } from "./breakpoints.ts";
import type { Debugger } from "./debugger.ts";
import { type ShownVariable, showEntry } from "./inspection.ts";

/** How parameters are told from other variables. */
export const passingNotes: Partial<Record<ShownVariable["passing"], string>> = {
  value: "parameter",
  variable: "var parameter",
  conformant: "array parameter",
  routine: "routine parameter",
  bound: "bound",
  result: "result",
};

export class DebuggerViews {
  readonly #debugger: Debugger;
  readonly #sourceLine: (line: number) => string | undefined;
  readonly #textOf: (instruction: number) => string;

  constructor(target: Debugger, sourceLine: (line: number) => string | undefined) {
    this.#debugger = target;
    this.#sourceLine = sourceLine;
    this.#textOf = instructionTexts(target.image);
  }

  /** Where the program stands: routine, line, and the line's text. */
  here(): string {
    const place = placeAt(this.#debugger.image, this.#debugger.instruction);
    if (!place) return "at an instruction of no routine";
    return `${place.routine}:${place.line}  ${this.#line(place.line).trim()}`;
  }

  #line(line: number): string {
    return this.#sourceLine(line) ?? "";
  }

  /** The routine that is looked at. */
  frame(): string {
    const { current, selected } = this.#debugger.inspection;
    return current
      ? this.#routine(selected, current.routine.name, current.instruction)
      : "no routine is running";
  }

  #routine(number: number, name: string, instruction: number): string {
    const line = this.#debugger.lines.lineOf(instruction);
    return `#${number} ${name}${line === undefined ? "" : `:${line}  ${this.#line(line).trim()}`}`;
  }

  /** The routines that are running, from the innermost: as many as asked for, and how many more there are. */
  where(most: number): readonly string[] {
    const lines: string[] = [];
    let more = 0;
    let number = 0;
    for (const { routine, instruction } of this.#debugger.inspection.running()) {
      if (number < most) lines.push(this.#routine(number, routine.name, instruction));
      else more++;
      number++;
    }
    return more > 0 ? [...lines, `… and ${more} more`] : lines;
  }

  locals(): readonly string[] {
    return listed(this.#debugger.inspection.locals(), "this routine has no variables");
  }

  globals(): readonly string[] {
    return listed(this.#debugger.inspection.globals(), "the program has no variables");
  }

  /** The static chain, by levels: the display of other p-machines. */
  display(): readonly string[] {
    return this.#debugger.inspection.scopes().map(({ routine, frame }) => {
      return `level ${routine.level}: ${routine.name}, ${frame === undefined ? "no frame" : `frame ${frame}`}`;
    });
  }

  /** The expression stack, its top last. */
  stack(): readonly string[] {
    const { lines, instruction, inspection } = this.#debugger;
    const entries = inspection.stack(lines.depths[instruction] ?? 0);
    if (entries.length === 0) return ["the expression stack is empty"];
    return entries.map((entry, index) => `e${index} = ${showEntry(entry)}`);
  }

  /** The source around a line, or around where the routine is that is looked at. */
  source(around: number, line?: number): readonly string[] {
    const present = this.#presentLine;
    const middle = line ?? present;
    if (middle === undefined || this.#sourceLine(1) === undefined) return ["the source is not there"];
    const lines: string[] = [];
    for (let at = Math.max(1, middle - around); at <= middle + around; at++) {
      const text = this.#sourceLine(at);
      if (text !== undefined)
        lines.push(`${at === present ? "=>" : "  "} ${String(at).padStart(4)}  ${text}`);
    }
    return lines;
  }

  get #presentLine(): number | undefined {
    if (!this.#debugger.hasState) return undefined;
    const { current } = this.#debugger.inspection;
    return current && this.#debugger.lines.lineOf(current.instruction);
  }

  /** The p-code around the instruction that comes next. */
  code(around: number): readonly string[] {
    const { instruction, image } = this.#debugger;
    const lines: string[] = [];
    for (let at = Math.max(0, instruction - around); at <= instruction + around; at++) {
      if (at < image.code.length) lines.push(`${at === instruction ? "=>" : "  "} ${this.#textOf(at)}`);
    }
    return lines;
  }

  breakpoint({ number, starts }: Breakpoint): string {
    const places = starts.map(({ line, routine }) => `${routine.name}:${line}`);
    return `breakpoint ${number} at ${places.join(", ")}`;
  }
}

function listed(variables: readonly ShownVariable[], none: string): readonly string[] {
  if (variables.length === 0) return [none];
  return variables.map(({ name, value, passing }) => {
    const note = passingNotes[passing];
    return `${name} = ${value}${note ? ` (${note})` : ""}`;
  });
}
