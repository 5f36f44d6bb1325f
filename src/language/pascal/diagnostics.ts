/** What is wrong with a source text, and how that is shown: file, line, column, the line itself and a caret under the place. */

import { InputError } from "../../base/errors.ts";

export interface Diagnostic {
  /** Where in the text. */
  readonly at: number;
  readonly message: string;
}

/** Line and column, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A text and its lines. */
export class Source {
  readonly name: string;
  readonly text: string;
  #starts: Int32Array | undefined;
  #lastLine = 0;

  constructor(name: string, text: string) {
    this.name = name;
    this.text = text;
  }

  /** Where each line begins. */
  get #lineStarts(): Int32Array {
    this.#starts ??= lineStarts(this.text);
    return this.#starts;
  }

  positionOf(at: number): Position {
    const starts = this.#lineStarts;
    // Mostly it is asked for places one after the other.
    const last = this.#lastLine;
    let low = (starts[last] ?? 0) <= at ? last : 0;
    let high = (starts[low + 2] ?? at + 1) > at ? Math.min(low + 1, starts.length - 1) : starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    this.#lastLine = low;
    return { line: low + 1, column: at - (starts[low] ?? 0) + 1 };
  }

  /** The text of a line, without its end. */
  line(number: number): string {
    const start = this.#lineStarts[number - 1] ?? this.text.length;
    const end = this.text.indexOf("\n", start);
    return this.text.slice(start, end < 0 ? undefined : end).replace(/\r$/, "");
  }
}

function lineStarts(text: string): Int32Array {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return Int32Array.from(starts);
}

/** At most so many are kept: what follows is mostly an effect of what came before. */
export const MOST_DIAGNOSTICS = 25;

/** Gathers what is found; only the first at each place. */
export class Diagnostics {
  readonly #all: Diagnostic[] = [];
  readonly #places = new Set<number>();

  add(at: number, message: string): void {
    if (this.#places.has(at) || this.#all.length >= MOST_DIAGNOSTICS) return;
    this.#places.add(at);
    this.#all.push({ at, message });
  }

  get any(): boolean {
    return this.#all.length > 0;
  }

  get sorted(): readonly Diagnostic[] {
    return [...this.#all].sort((one, other) => one.at - other.at);
  }
}

/** A source text that is no program. */
export class CompileError extends InputError {
  override readonly name = "CompileError";
  readonly diagnostics: readonly Diagnostic[];

  constructor(source: Source, diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((diagnostic) => renderDiagnostic(source, diagnostic)).join("\n"));
    this.diagnostics = diagnostics;
  }
}

/** A diagnostic as it is shown: three lines. */
export function renderDiagnostic(source: Source, { at, message }: Diagnostic): string {
  const { line, column } = source.positionOf(at);
  const text = source.line(line);
  const before = text.slice(0, column - 1).replace(/[^\t]/g, " ");
  return `${source.name}:${line}:${column}: ${message}\n  ${text}\n  ${before}^`;
}
