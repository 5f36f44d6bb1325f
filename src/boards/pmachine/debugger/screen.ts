/**
 * All that is to be seen of a program at once, for a screen that is drawn anew after each stop: source beside p-code, the
 * expression stack, variables, and what the program wrote last.
 */

import type { Debugger } from "./debugger.ts";
import type { DebuggerViews } from "./views.ts";

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

const CODE_COLUMNS = 30;
const LEAST_COLUMNS = 40;
/** Lines of what the program wrote. */
const OUTPUT_LINES = 4;
/** Rows that are not the source's: titles, the stack, and what is left for commands and their answers. */
const OTHER_ROWS = 8;
const MOST_AROUND = 8;

/** The lines of a screen. `written`: what the program wrote so far, or the end of it. */
export function drawScreen(
  target: Debugger,
  views: DebuggerViews,
  written: string,
  { columns, rows }: ScreenSize,
): readonly string[] {
  const width = Math.max(columns, LEAST_COLUMNS);
  const title = (text: string): string => `── ${text} `.padEnd(width, "─");
  const free = Math.max(9, rows - OTHER_ROWS - OUTPUT_LINES);
  const around = Math.min(MOST_AROUND, Math.max(2, Math.floor(free / 4)));
  const lines: string[] = [];
  if (target.hasState) {
    const variables = variableLines(views, Math.max(3, free - 2 * around - 1));
    lines.push(title(views.frame()), ...beside(views.source(around), views.code(around), width));
    lines.push(`stack: ${views.stack().join(", ")}`, title("variables"), ...variables);
  }
  lines.push(title("output"), ...written.split("\n").slice(-OUTPUT_LINES));
  return lines.map((line) => line.replace(/[^\P{Cc}]/gu, " ").slice(0, width));
}

function variableLines(views: DebuggerViews, most: number): readonly string[] {
  const all = views.locals();
  return all.length <= most ? all : [...all.slice(0, most - 1), `… and ${all.length - most + 1} more`];
}

/** Two columns, the right one narrow. */
function beside(left: readonly string[], right: readonly string[], width: number): readonly string[] {
  const leftWidth = width - CODE_COLUMNS;
  return Array.from({ length: Math.max(left.length, right.length) }, (_, row) => {
    const text = (left[row] ?? "").replaceAll("\t", "    ");
    return `${text.slice(0, leftWidth - 1).padEnd(leftWidth)}${right[row] ?? ""}`;
  });
}
