/** What is seen of a program in Pascal beside its text: p-code, expression stack, routines that run, variables. */

import { button, make } from "./elements.ts";
import type { CodeRow, Standing, VariableRow } from "./pascal-protocol.ts";

export class PascalStateView {
  readonly element: HTMLElement;
  readonly #code = make("pre", {
    class: "pcode",
    id: "pcode",
    attributes: { tabindex: "0", "aria-label": "p-code" },
  });
  readonly #stack = make("div", { id: "stack" });
  readonly #frames = make("ol", { class: "frames", id: "frames" });
  readonly #locals = make("tbody");
  readonly #globals = make("tbody");
  readonly #localsTitle = make("h2");
  readonly #globalsPart: HTMLElement;
  readonly #running: HTMLElement;
  readonly #hint = make("p", {
    class: "note",
    text: "Step into the program to see its stack, routines and variables.",
  });
  readonly #lookAt: (frame: number) => void;

  /** @param lookAt is told which routine the user wants to look at */
  constructor(lookAt: (frame: number) => void) {
    this.#lookAt = lookAt;
    this.#globalsPart = make(
      "section",
      {},
      make("h2", { text: "Variables of the program" }),
      make("table", { id: "globals" }, this.#globals),
    );
    this.#running = make(
      "div",
      {},
      make("h2", { text: "Expression stack" }),
      this.#stack,
      make("h2", { text: "Routines that run" }),
      this.#frames,
      this.#localsTitle,
      make("table", { id: "locals" }, this.#locals),
      this.#globalsPart,
    );
    this.element = make(
      "section",
      { class: "pascal-state" },
      make("h2", { text: "p-code" }),
      this.#code,
      this.#hint,
      this.#running,
    );
    this.clear([]);
  }

  /** Of a program that does not run there is its code. */
  clear(listing: readonly string[]): void {
    this.#showCode(listing.map((text) => ({ text, isCurrent: false })));
    this.#code.scrollTop = 0;
    this.#running.hidden = true;
    this.#hint.hidden = false;
  }

  show({ code, stack, frames, moreFrames, selected, locals, globals }: Standing): void {
    this.#running.hidden = false;
    this.#hint.hidden = true;
    this.#showCode(code);
    this.#stack.replaceChildren(...stack.map((entry) => make("code", { text: entry })));
    if (stack.length === 0) this.#stack.textContent = "empty";
    const rows = frames.map(({ routine, line }, number) => {
      const choose = button(`${routine}, line ${line}`, () => this.#lookAt(number));
      choose.setAttribute("aria-pressed", String(number === selected));
      return make("li", {}, choose);
    });
    if (moreFrames > 0) rows.push(make("li", { text: `… and ${moreFrames} more` }));
    const hadFocus = this.#frames.contains(document.activeElement);
    this.#frames.replaceChildren(...rows);
    if (hadFocus) rows[selected]?.querySelector("button")?.focus();
    this.#localsTitle.textContent = `Variables of ${frames[selected]?.routine ?? "the routine"}`;
    this.#locals.replaceChildren(...variableRows(locals));
    this.#globals.replaceChildren(...variableRows(globals));
    this.#globalsPart.hidden = globals.length === 0;
  }

  #showCode(code: readonly CodeRow[]): void {
    const rows = code.map(({ text, isCurrent }) => {
      const kind = isCurrent ? "row current" : text.startsWith("  ;") ? "row comment" : "row";
      const row = make("span", { class: kind, text: `${text}\n` });
      if (isCurrent) row.setAttribute("aria-current", "step");
      return row;
    });
    this.#code.replaceChildren(...rows);
    const current = rows.find((row) => row.classList.contains("current"));
    if (current) this.#code.scrollTop = current.offsetTop - this.#code.clientHeight / 2;
  }
}

function variableRows(variables: readonly VariableRow[]): readonly HTMLElement[] {
  if (variables.length === 0) return [make("tr", {}, make("td", { class: "note", text: "none" }))];
  return variables.map(({ name, value, note }) =>
    make(
      "tr",
      {},
      make("th", { text: name, attributes: { scope: "row" } }),
      make("td", { text: value }),
      make("td", { class: "note", text: note }),
    ),
  );
}
