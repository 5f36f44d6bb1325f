/** What the page for Pascal and the workers that compile and run say to each other. */

import type { Goal } from "../boards/pmachine/debugger/debugger.ts";
import type { Dialect } from "../language/pascal/dialect.ts";
import type { PascalInput } from "./pascal-input.ts";
import type { TechniqueName } from "./protocol.ts";

export type { Dialect, Goal };

/** What is written in the editor. */
export interface ProgramText {
  readonly text: string;
  readonly dialect: Dialect;
}

/** Something wrong with the text; line and column count from 1. */
export interface Problem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface CodeRow {
  readonly text: string;
  /** It is the instruction that comes next. */
  readonly isCurrent: boolean;
}

export interface VariableRow {
  readonly name: string;
  readonly value: string;
  /** How it was passed, if it is a parameter or a result: words in parentheses. */
  readonly note: string;
}

export interface FrameRow {
  readonly routine: string;
  readonly line: number;
}

/** All that is shown of a program that stands still. */
export interface Standing {
  /** Why, in words. */
  readonly reason: string;
  /** Whether it may go on. */
  readonly isOver: boolean;
  readonly isError: boolean;
  readonly code: readonly CodeRow[];
  readonly stack: readonly string[];
  /** The routines that run, from the innermost; so many are left out. */
  readonly frames: readonly FrameRow[];
  readonly moreFrames: number;
  /** Which of them is looked at. */
  readonly selected: number;
  readonly locals: readonly VariableRow[];
  /** Empty where the routine that is looked at is the program. */
  readonly globals: readonly VariableRow[];
}

/** How a program that ran without the debugger ended. */
export interface RunResult {
  readonly ending:
    | { readonly kind: "ended"; readonly status: number }
    | { readonly kind: "error"; readonly message: string; readonly places: readonly FrameRow[] };
  /** Without compiling, and without waiting for input. */
  readonly milliseconds: number;
  /** Instructions of p-code; undefined where the program was translated as a whole, which counts none. */
  readonly steps: number | undefined;
}

export type ToPascal =
  | { readonly kind: "check"; readonly id: number; readonly program: ProgramText }
  | {
      readonly kind: "run";
      readonly program: ProgramText;
      readonly technique: TechniqueName;
      readonly input: PascalInput;
    }
  | {
      readonly kind: "debug";
      readonly program: ProgramText;
      readonly breakpoints: readonly number[];
      readonly input: PascalInput;
    }
  | { readonly kind: "go"; readonly goal: Goal }
  | { readonly kind: "pause" }
  | { readonly kind: "breakpoints"; readonly lines: readonly number[] }
  /** Another frame is to be looked at. */
  | { readonly kind: "frame"; readonly number: number };

export type FromPascal =
  | {
      readonly kind: "checked";
      readonly id: number;
      readonly problems: readonly Problem[];
      /** The p-code; empty where there are problems. */
      readonly listing: readonly string[];
    }
  /** The program was not begun: what is wrong with it. */
  | { readonly kind: "refused"; readonly problems: readonly Problem[] }
  | { readonly kind: "output"; readonly text: string }
  /** The output is more than is shown: so many characters of it are left out by now. */
  | { readonly kind: "unshown"; readonly count: number }
  /** The program waits for a line of input, or waits no longer. */
  | { readonly kind: "waiting"; readonly isWaiting: boolean }
  | { readonly kind: "ended"; readonly result: RunResult }
  | { readonly kind: "standing"; readonly standing: Standing }
  | { readonly kind: "failed"; readonly message: string };
