/** The breakpoints that a user has set: each at one or several instructions, with a number that stays its own. */

import type { Lines, Start } from "./lines.ts";

export interface Breakpoint {
  readonly number: number;
  readonly starts: readonly Start[];
}

export class Breakpoints {
  readonly #lines: Lines;
  readonly #all = new Map<number, Breakpoint>();
  #last = 0;

  constructor(lines: Lines) {
    this.#lines = lines;
  }

  /** At a line, or at the first one with code after it; undefined where none follows. */
  atLine(line: number): Breakpoint | undefined {
    return this.#add(this.#lines.atLine(line));
  }

  /** At the first statement of each routine of a name; undefined where there is none. */
  atRoutine(name: string): Breakpoint | undefined {
    return this.#add(this.#lines.ofRoutine(name));
  }

  #add(starts: readonly Start[]): Breakpoint | undefined {
    if (starts.length === 0) return undefined;
    this.#last++;
    const breakpoint = { number: this.#last, starts };
    this.#all.set(breakpoint.number, breakpoint);
    return breakpoint;
  }

  /** Whether there was one of that number. */
  delete(number: number): boolean {
    return this.#all.delete(number);
  }

  deleteAll(): void {
    this.#all.clear();
  }

  get all(): readonly Breakpoint[] {
    return [...this.#all.values()];
  }

  get instructions(): readonly number[] {
    return this.all.flatMap(({ starts }) => starts.map(({ instruction }) => instruction));
  }

  /** The number of the one that an instruction is at. */
  numberAt(instruction: number): number | undefined {
    return this.all.find(({ starts }) => starts.some((start) => start.instruction === instruction))?.number;
  }
}
