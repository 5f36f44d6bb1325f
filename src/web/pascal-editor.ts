/**
 * An editor for Pascal: a text area without a colour of its own over the same text in colours, and line numbers at which
 * breakpoints are set. It is as high as its text; what is around it scrolls.
 */

import { make } from "./elements.ts";
import { movedLines } from "./moved-lines.ts";
import { highlightLines, type Part } from "./pascal-highlight.ts";
import type { Problem } from "./pascal-protocol.ts";

export interface EditorEvents {
  /** The text has another content now. */
  changed(): void;
  breakpoints(): void;
}

interface Row {
  readonly number: HTMLButtonElement;
  readonly line: HTMLDivElement;
  parts: string;
}

export class PascalEditor {
  readonly element: HTMLElement;
  readonly #area = make("textarea", {
    id: "pascal-text",
    attributes: {
      "aria-label": "Program in Pascal",
      spellcheck: "false",
      autocapitalize: "off",
      autocomplete: "off",
      wrap: "off",
    },
    on: { input: () => this.#edited() },
  });
  readonly #numbers = make("div", { class: "numbers" });
  readonly #paint = make("div", { class: "paint", attributes: { "aria-hidden": "true" } });
  readonly #rows: Row[] = [];
  readonly #events: EditorEvents;
  readonly #breakpoints = new Set<number>();
  #problems: readonly Problem[] = [];
  #current: number | undefined;
  #text = "";

  constructor(events: EditorEvents) {
    this.#events = events;
    const paper = make("div", { class: "paper" }, this.#paint, this.#area);
    this.element = make("div", { class: "editor" }, this.#numbers, paper);
    this.#draw();
  }

  get text(): string {
    return this.#text;
  }

  /** Another program: its breakpoints are none. */
  set text(text: string) {
    this.#area.value = text;
    this.#breakpoints.clear();
    this.#problems = [];
    this.#current = undefined;
    this.#text = this.#area.value;
    this.#draw();
    this.#events.changed();
  }

  get breakpoints(): readonly number[] {
    return [...this.#breakpoints].sort((one, other) => one - other);
  }

  /** The line that the caret is in. */
  get caretLine(): number {
    return this.#text.slice(0, this.#area.selectionStart).split("\n").length;
  }

  toggleBreakpoint(line: number): void {
    if (!this.#breakpoints.delete(line)) this.#breakpoints.add(line);
    this.#mark(line);
    this.#events.breakpoints();
  }

  showProblems(problems: readonly Problem[]): void {
    const before = this.#problems;
    this.#problems = problems;
    for (const { line } of [...before, ...problems]) this.#mark(line);
  }

  /** Marks the line that the program stands at, and brings it into sight. */
  showCurrent(line: number | undefined): void {
    const before = this.#current;
    this.#current = line;
    if (before !== undefined) this.#mark(before);
    if (line === undefined) return;
    this.#mark(line);
    this.#reveal(line);
  }

  /** Puts the caret somewhere; both count from 1. */
  goTo(line: number, column: number): void {
    const before = this.#text.split("\n").slice(0, line - 1);
    const at = before.reduce((sum, text) => sum + text.length + 1, 0) + column - 1;
    this.#area.focus({ preventScroll: true });
    this.#area.setSelectionRange(at, at);
    this.#reveal(line);
  }

  #reveal(line: number): void {
    const row = this.#rows[line - 1]?.number;
    if (!row) return;
    const { element } = this;
    const [top, bottom] = [row.offsetTop, row.offsetTop + row.offsetHeight];
    const isSeen = top >= element.scrollTop && bottom <= element.scrollTop + element.clientHeight;
    if (!isSeen) element.scrollTop = top - element.clientHeight / 3;
  }

  #edited(): void {
    const moved = movedLines(this.#breakpoints, this.#text, this.#area.value);
    this.#text = this.#area.value;
    const hadBreakpoints = this.#breakpoints.size > 0;
    this.#breakpoints.clear();
    for (const line of moved) this.#breakpoints.add(line);
    this.#problems = [];
    this.#draw();
    this.#events.changed();
    if (hadBreakpoints) this.#events.breakpoints();
  }

  #draw(): void {
    const lines = highlightLines(this.#text);
    while (this.#rows.length < lines.length) this.#addRow(this.#rows.length + 1);
    for (const { number, line } of this.#rows.splice(lines.length)) {
      number.remove();
      line.remove();
    }
    for (const [index, row] of this.#rows.entries()) {
      paintRow(row, lines[index] ?? []);
      this.#mark(index + 1);
    }
  }

  #addRow(number: number): void {
    const row: Row = {
      // The keyboard has a key for it: a stop at every line would be in the way.
      number: make("button", {
        text: String(number),
        attributes: { type: "button", tabindex: "-1" },
        on: { click: () => this.toggleBreakpoint(number) },
      }),
      line: make("div", { class: "line" }),
      parts: "",
    };
    this.#rows.push(row);
    this.#numbers.append(row.number);
    this.#paint.append(row.line);
  }

  #mark(line: number): void {
    const row = this.#rows[line - 1];
    if (!row) return;
    const problems = this.#problems.filter((problem) => problem.line === line);
    const hasBreakpoint = this.#breakpoints.has(line);
    row.number.setAttribute("aria-label", `Breakpoint at line ${line}`);
    row.number.setAttribute("aria-pressed", String(hasBreakpoint));
    row.number.title = problems.map(({ message }) => message).join("\n");
    for (const element of [row.number, row.line]) {
      element.classList.toggle("wrong", problems.length > 0);
      element.classList.toggle("current", line === this.#current);
    }
  }
}

/** Only what has changed: a text may have thousands of lines. */
function paintRow(row: Row, parts: readonly Part[]): void {
  const key = parts.map(({ kind, text }) => `${kind} ${text}`).join("\n");
  if (key === row.parts) return;
  row.parts = key;
  row.line.replaceChildren(
    ...parts.map(({ kind, text }) => (kind === "other" ? text : make("span", { class: kind, text }))),
  );
}
