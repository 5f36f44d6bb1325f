/** A program under the debugger, and what a page shows of it; it knows neither page nor worker. */

import { type ListingRow, listProgram } from "../boards/pmachine/assemble.ts";
import { Debugger, type DebuggerStop, type Goal } from "../boards/pmachine/debugger/debugger.ts";
import { type ShownVariable, showEntry } from "../boards/pmachine/debugger/inspection.ts";
import { passingNotes } from "../boards/pmachine/debugger/views.ts";
import type { FilePorts } from "../boards/pmachine/file-ports.ts";
import type { ProgramImage } from "../boards/pmachine/program-image.ts";
import type { Source } from "../language/pascal/diagnostics.ts";
import type { FrameRow, Standing, VariableRow } from "./pascal-protocol.ts";

/** Rows of p-code before and after the instruction that comes next. */
const ROWS_AROUND = 40;
const MOST_FRAMES = 100;
const MOST_VARIABLES = 500;

export class PascalSession {
  readonly #debugger: Debugger;
  readonly #rows: readonly ListingRow[];
  #stop: DebuggerStop = { kind: "reached" };

  /** Stands at the first statement then. Throws ProgramError where the program is not safe. */
  constructor(image: ProgramImage, source: Source, files: FilePorts) {
    this.#debugger = new Debugger({ image, files });
    this.#rows = [...listProgram(image, (line) => source.line(line))];
    if (this.#debugger.ending) this.#stop = this.#debugger.ending;
  }

  /** Breakpoints at lines, or at the first ones with code after them, in place of those before. */
  setBreakpoints(lines: readonly number[]): void {
    const { breakpoints } = this.#debugger;
    breakpoints.deleteAll();
    for (const line of lines) breakpoints.atLine(line);
  }

  begin(goal: Goal): void {
    this.#debugger.begin(goal);
  }

  /** Goes on for a while; whether the program stands still now. */
  advance(): boolean {
    const stop = this.#debugger.advance();
    if (stop) this.#stop = stop;
    return stop !== undefined;
  }

  interrupt(): void {
    this.#stop = this.#debugger.interrupt();
  }

  /** Looks at another one of the routines that run. */
  select(frame: number): void {
    this.#debugger.inspection.select(frame);
  }

  get standing(): Standing {
    const { hasState, ending, inspection } = this.#debugger;
    const { kind } = this.#stop;
    const state = { reason: this.#reason(), isOver: ending !== undefined, isError: kind === "error" };
    const nothing = { code: [], stack: [], frames: [], moreFrames: 0, selected: 0, locals: [], globals: [] };
    if (!hasState) return { ...state, ...nothing };
    const { current } = inspection;
    const isProgram = !current || current.routine.level === 0;
    return {
      ...state,
      ...this.#frames(),
      code: this.#code(),
      stack: this.#stack(),
      selected: inspection.selected,
      locals: variables(inspection.locals()),
      globals: isProgram ? [] : variables(inspection.globals()),
    };
  }

  #reason(): string {
    const stop = this.#stop;
    switch (stop.kind) {
      case "reached":
        return "";
      case "breakpoint":
        return "breakpoint";
      case "interrupted":
        return "paused";
      case "ended":
        return `ended with status ${stop.status}`;
      case "error":
        return `run-time error: ${stop.message}`;
    }
  }

  #frames(): Pick<Standing, "frames" | "moreFrames"> {
    const { inspection, lines } = this.#debugger;
    const frames: FrameRow[] = [];
    let moreFrames = 0;
    for (const { routine, instruction } of inspection.running()) {
      if (frames.length === MOST_FRAMES) moreFrames++;
      else frames.push({ routine: routine.name, line: lines.lineOf(instruction) ?? 0 });
    }
    return { frames, moreFrames };
  }

  #code(): Standing["code"] {
    const { current } = this.#debugger.inspection;
    const instruction = current?.instruction ?? this.#debugger.instruction;
    const at = this.#rows.findIndex((row) => row.instruction === instruction);
    return this.#rows
      .slice(Math.max(0, at - ROWS_AROUND), at + ROWS_AROUND + 1)
      .map((row) => ({ text: row.text, isCurrent: row.instruction === instruction }));
  }

  #stack(): readonly string[] {
    const { lines, instruction, inspection } = this.#debugger;
    return inspection.stack(lines.depths[instruction] ?? 0).map(showEntry);
  }
}

function variables(shown: readonly ShownVariable[]): readonly VariableRow[] {
  const rows = shown.slice(0, MOST_VARIABLES).map(({ name, value, passing }) => {
    return { name, value, note: passingNotes[passing] ?? "" };
  });
  const more = shown.length - rows.length;
  return more > 0 ? [...rows, { name: "…", value: `${more} more`, note: "" }] : rows;
}
