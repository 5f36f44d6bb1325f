/** A terminal in the page (npm package @xterm/xterm) that follows the size of its element, and its colours. */

import { FitAddon } from "@xterm/addon-fit";
import { WebLinksAddon } from "@xterm/addon-web-links";
import { Terminal } from "@xterm/xterm";
import { afterPaint, nextTurn } from "./turns.ts";

export interface TerminalEvents {
  input(bytes: Uint8Array): void;
  resized(columns: number, rows: number): void;
}

const encoder = new TextEncoder();
const themes = {
  dark: { background: "#151b22", foreground: "#d6dde6", cursor: "#7fd1b9", selectionBackground: "#35506b" },
  light: { background: "#ffffff", foreground: "#22272e", cursor: "#0b6e4f", selectionBackground: "#b9d6ee" },
} as const;

export class TerminalView {
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  #wantsFocus = false;

  constructor(element: HTMLElement, events: TerminalEvents) {
    this.#terminal = new Terminal({
      cursorBlink: true,
      fontFamily: "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace",
      fontSize: 14,
      scrollback: 5000,
      screenReaderMode: false,
    });
    this.#terminal.loadAddon(this.#fit);
    this.#terminal.loadAddon(new WebLinksAddon());
    this.#terminal.onData((text) => events.input(encoder.encode(text)));
    this.#terminal.onBinary((text) =>
      events.input(Uint8Array.from(text, (character) => character.charCodeAt(0))),
    );
    this.#terminal.onResize(({ cols, rows }) => events.resized(cols, rows));
    void this.#open(element);
  }

  /** In several turns, as each takes a while; what is written before is shown then. */
  async #open(element: HTMLElement): Promise<void> {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const follow = () => {
      this.#terminal.options.theme = dark.matches ? themes.dark : themes.light;
    };
    follow();
    dark.addEventListener("change", follow);
    await afterPaint();
    this.#terminal.open(element);
    await nextTurn();
    new ResizeObserver(() => this.#fit.fit()).observe(element);
    if (this.#wantsFocus) this.#terminal.focus();
  }

  get size(): { readonly columns: number; readonly rows: number } {
    return { columns: this.#terminal.cols, rows: this.#terminal.rows };
  }

  write(bytes: Uint8Array, shown: () => void): void {
    this.#terminal.write(bytes, shown);
  }

  clear(): void {
    this.#terminal.reset();
  }

  focus(): void {
    this.#wantsFocus = true;
    this.#terminal.focus();
  }

  /** What is on the screen and above it, as text. */
  get text(): string {
    const { active } = this.#terminal.buffer;
    const lines = Array.from(
      { length: active.length },
      (_, row) => active.getLine(row)?.translateToString(true) ?? "",
    );
    return lines.join("\n").trimEnd();
  }
}
