/** What a program in Pascal writes, and what it reads: before it runs a text, then line by line. */

import { button, make } from "./elements.ts";

export interface ConsoleEvents {
  /** The user has typed a line for the program, with its end. */
  line(text: string): void;
  /** There is no more to read. */
  end(): void;
}

export class PascalConsole {
  readonly element: HTMLElement;
  readonly #output = make("pre", {
    class: "output",
    id: "pascal-output",
    attributes: { tabindex: "0", "aria-label": "Output" },
  });
  readonly #unshown = make("p", { class: "note" });
  readonly #input = make("textarea", {
    id: "pascal-input",
    attributes: { rows: "2", spellcheck: "false", wrap: "off" },
  });
  readonly #line = make("input", {
    id: "pascal-line",
    attributes: { type: "text", autocomplete: "off", autocapitalize: "off", "aria-label": "A line of input" },
    on: { keydown: (event) => this.#key(event as KeyboardEvent) },
  });
  readonly #typing: HTMLElement;
  readonly #canType: boolean;
  readonly #events: ConsoleEvents;

  constructor(canType: boolean, events: ConsoleEvents) {
    this.#canType = canType;
    this.#events = events;
    this.#typing = make(
      "div",
      { class: "typing" },
      this.#line,
      button("Enter", () => this.#send()),
      button("End of input", () => this.#events.end(), "The program finds that there is no more to read"),
    );
    this.element = make(
      "section",
      { class: "console" },
      make("h2", { text: "Output" }),
      this.#output,
      this.#unshown,
      this.#typing,
      make("label", { class: "prepared" }, "Input that is there at the beginning", this.#input),
    );
    this.begin();
    this.setRunning(false, false);
  }

  /** What the program may read at once. */
  get input(): string {
    const { value } = this.#input;
    return value === "" || value.endsWith("\n") ? value : `${value}\n`;
  }

  set input(text: string) {
    this.#input.value = text;
  }

  /** Another run. */
  begin(): void {
    this.#output.replaceChildren();
    this.#unshown.hidden = true;
  }

  write(text: string, kind = ""): void {
    const isAtEnd = this.#output.scrollTop + this.#output.clientHeight >= this.#output.scrollHeight - 4;
    this.#output.append(kind === "" ? text : make("span", { class: kind, text }));
    if (isAtEnd) this.#output.scrollTop = this.#output.scrollHeight;
  }

  showUnshown(count: number): void {
    this.#unshown.hidden = false;
    this.#unshown.textContent = `${count.toLocaleString("en")} more characters are not shown.`;
  }

  /** A program that waits for a line gets the keyboard. */
  setRunning(isRunning: boolean, isWaiting: boolean): void {
    this.#typing.hidden = !isRunning || !this.#canType;
    this.#input.readOnly = isRunning;
    this.#line.placeholder = isWaiting ? "The program waits for a line" : "A line for the program";
    if (isWaiting && this.#canType) this.#line.focus();
  }

  #key(event: KeyboardEvent): void {
    if (event.key === "Enter") this.#send();
    else if (event.key === "d" && event.ctrlKey) this.#events.end();
    else return;
    event.preventDefault();
  }

  #send(): void {
    const text = `${this.#line.value}\n`;
    this.#line.value = "";
    this.write(text, "typed");
    this.#events.line(text);
  }
}
