/** The tab for programs in Pascal: they are written, compiled, run, and stepped through with their p-code. */

import "./pascal.css";
import { button, choice, make } from "./elements.ts";
import { notify } from "./notices.ts";
import { PascalClient, type PascalState } from "./pascal-client.ts";
import { PascalConsole } from "./pascal-console.ts";
import { PascalEditor } from "./pascal-editor.ts";
import { examples } from "./pascal-examples.ts";
import type { Dialect, Goal, Problem, ProgramText, RunResult, Standing } from "./pascal-protocol.ts";
import { PascalStateView } from "./pascal-state-view.ts";
import type { TechniqueName } from "./protocol.ts";

/** After the last key, milliseconds until the text is checked. */
const CHECK_DELAY = 250;
const techniques: readonly (readonly [TechniqueName, string])[] = [
  ["translate", "Translate everything"],
  ["dynamic", "Dynamic translation"],
  ["interpret", "Interpreter"],
];
const techniqueTexts: Readonly<Record<TechniqueName, string>> = {
  translate: "translated as a whole",
  dynamic: "translated where it is hot",
  interpret: "interpreted",
};
const dialects: readonly (readonly [Dialect, string])[] = [
  ["iso", "ISO 7185"],
  ["turbo", "Turbo Pascal"],
];
const STATES: Readonly<Record<PascalState, string>> = {
  idle: "",
  running: "Running",
  waiting: "Waits for input",
  standing: "Stands",
};

export function showPascal(element: HTMLElement): void {
  new PascalPage(element);
}

class PascalPage {
  readonly #client: PascalClient;
  readonly #editor: PascalEditor;
  readonly #console: PascalConsole;
  readonly #view: PascalStateView;
  readonly #status = make("p", { class: "status", id: "pascal-state", attributes: { role: "status" } });
  readonly #problems = make("ul", { class: "problems", id: "problems" });
  readonly #dialect: HTMLSelectElement;
  readonly #run = button("Run", () => this.#start(), "Run without the debugger (Ctrl+Enter)");
  readonly #stop = button("Stop", () => this.#end(), "Stop the program");
  readonly #pause = button("Pause", () => this.#client.pause(), "Let the program stand where it is");
  readonly #goals: readonly HTMLButtonElement[];
  #technique: TechniqueName = "translate";
  #listing: readonly string[] = [];
  #isDebugging = false;
  /** What the debugger does once the program stands at its beginning. */
  #firstGoal: Goal | undefined;
  #timer = 0;

  constructor(element: HTMLElement) {
    this.#client = new PascalClient({
      checked: (problems, listing) => this.#checked(problems, listing),
      state: (state) => this.#enter(state),
      output: (text) => this.#console.write(text),
      unshown: (count) => this.#console.showUnshown(count),
      refused: (problems) => this.#refuse(problems),
      ended: (result) => this.#showEnd(result),
      standing: (standing) => this.#showStanding(standing),
      failed: (message) => notify(message, "error"),
    });
    this.#view = new PascalStateView((frame) => this.#client.lookAt(frame));
    this.#console = new PascalConsole(this.#client.canType, {
      line: (text) => {
        if (!this.#client.type(text)) notify("The program was given too much input.", "error");
      },
      end: () => this.#client.endInput(),
    });
    this.#goals = [
      button("Step into", () => this.#go("step"), "To the next line, into routines (F7)"),
      button("Next", () => this.#go("next"), "To the next line of this routine (F8)"),
      button("Finish", () => this.#go("finish"), "Until this routine returns (Shift+F8)"),
      button("Continue", () => this.#go("continue"), "To the next breakpoint, or to the end (F9)"),
      button("Instruction", () => this.#go("instruction"), "One instruction of p-code (Shift+F7)"),
    ];
    const dialect = choice("Language", dialects, "iso", () => this.#changed());
    this.#dialect = dialect.querySelector("select") as HTMLSelectElement;
    this.#editor = new PascalEditor({
      changed: () => this.#changed(),
      breakpoints: () => this.#client.setBreakpoints(this.#editor.breakpoints),
    });
    element.append(this.#left(dialect), this.#view.element);
    // Also where a press has disabled the button that had the focus.
    document.addEventListener("keydown", (event) => {
      if (!element.hidden) this.#key(event);
    });
    this.#load("0");
    this.#enter("idle");
  }

  #left(dialect: HTMLElement): HTMLElement {
    const names = examples.map(({ name }, index) => [String(index), name] as const);
    const example = choice("Example", names, "0", (index) => this.#load(index));
    const technique = choice("Technique", techniques, this.#technique, (chosen) => {
      this.#technique = chosen;
    });
    const bar = (label: string, ...children: readonly HTMLElement[]): HTMLElement =>
      make("div", { class: "controls", attributes: { role: "toolbar", "aria-label": label } }, ...children);
    const hint = make("p", {
      class: "hint",
      text: "A click on a line's number, or Ctrl+F8, sets a breakpoint there. Ctrl+Enter runs; F7, F8 and F9 step.",
    });
    return make(
      "section",
      { class: "left" },
      bar("Program", example, dialect, technique),
      bar("Run", this.#run, this.#stop, this.#pause, ...this.#goals),
      this.#editor.element,
      hint,
      this.#problems,
      this.#status,
      this.#console.element,
    );
  }

  get #program(): ProgramText {
    return { text: this.#editor.text, dialect: this.#dialect.value as Dialect };
  }

  #load(index: string): void {
    const example = examples[Number(index)];
    if (!example) return;
    this.#end();
    this.#dialect.value = example.dialect;
    this.#console.begin();
    this.#console.input = example.input;
    this.#status.textContent = "";
    this.#editor.text = example.text;
    this.#showProblems([]);
  }

  /** Another text than the one that runs: the debugger would show the wrong lines. */
  #changed(): void {
    if (this.#isDebugging) {
      this.#end();
      this.#say("Stopped: the program was changed");
    }
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#client.check(this.#program), CHECK_DELAY);
  }

  #checked(problems: readonly Problem[], listing: readonly string[]): void {
    this.#listing = listing;
    this.#showProblems(problems);
    if (!this.#isDebugging) this.#view.clear(listing);
  }

  #showProblems(problems: readonly Problem[]): void {
    this.#editor.showProblems(problems);
    this.#problems.replaceChildren(
      ...problems.map(({ line, column, message }) =>
        make(
          "li",
          {},
          button(`${line}:${column}`, () => this.#editor.goTo(line, column), "Go there"),
          ` ${message}`,
        ),
      ),
    );
  }

  #refuse(problems: readonly Problem[]): void {
    this.#isDebugging = false;
    this.#showProblems(problems);
    this.#say(problems.length === 1 ? "There is an error" : `There are ${problems.length} errors`, true);
    const [first] = problems;
    if (first) this.#editor.goTo(first.line, first.column);
  }

  // Running

  #begin(): void {
    this.#console.begin();
    this.#editor.showCurrent(undefined);
    this.#view.clear(this.#listing);
  }

  #start(): void {
    this.#begin();
    this.#isDebugging = false;
    this.#firstGoal = undefined;
    this.#client.run(this.#program, this.#technique, this.#console.input);
  }

  #end(): void {
    const wasRunning = this.#client.state !== "idle";
    this.#client.stop();
    this.#leaveDebugger();
    if (wasRunning) this.#say("Stopped");
  }

  #leaveDebugger(): void {
    if (!this.#isDebugging) return;
    this.#isDebugging = false;
    this.#firstGoal = undefined;
    this.#editor.showCurrent(undefined);
    this.#view.clear(this.#listing);
  }

  /** Goes on, or begins: a step then leads to the first statement. */
  #go(goal: Goal): void {
    const { state } = this.#client;
    if (state === "standing") return this.#client.go(goal);
    if (state !== "idle") return;
    this.#begin();
    this.#isDebugging = true;
    this.#firstGoal = goal === "continue" ? goal : undefined;
    this.#client.debug(this.#program, this.#editor.breakpoints, this.#console.input);
  }

  #showStanding(standing: Standing): void {
    const goal = this.#firstGoal;
    this.#firstGoal = undefined;
    const { frames, selected } = standing;
    const atFirst = this.#editor.breakpoints.includes(frames[0]?.line ?? 0);
    if (goal && !standing.isOver && !atFirst) return this.#client.go(goal);
    this.#view.show(standing);
    this.#editor.showCurrent(frames[selected]?.line);
    const place = frames[0] ? `in ${frames[0].routine}, line ${frames[0].line}` : "";
    this.#say(sentence(standing.reason, place), standing.isError);
    if (standing.isOver && !standing.isError) this.#leaveDebugger();
  }

  #showEnd({ ending, milliseconds, steps }: RunResult): void {
    const time =
      milliseconds < 1000 ? `${milliseconds.toFixed(1)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
    const counted = steps === undefined ? "" : `, ${steps.toLocaleString("en")} instructions`;
    const spent = `${time}${counted}, ${techniqueTexts[this.#technique]}`;
    if (ending.kind === "ended") {
      this.#say(`Ended with status ${ending.status} after ${spent}`);
      return;
    }
    const [first, ...others] = ending.places;
    const place = first ? `in ${first.routine}, line ${first.line}` : "";
    this.#say(`${sentence(`run-time error: ${ending.message}`, place)} (${spent})`, true);
    this.#editor.showCurrent(first?.line);
    for (const { routine, line } of others)
      this.#console.write(`called from ${routine}, line ${line}\n`, "failure");
  }

  #say(text: string, isError = false): void {
    this.#status.textContent = text;
    this.#status.dataset.state = isError ? "failed" : "";
  }

  #enter(state: PascalState): void {
    const isRunning = state === "running" || state === "waiting";
    if (state !== "idle") this.#say(STATES[state]);
    if (isRunning) this.#status.dataset.state = "running";
    this.#run.disabled = state !== "idle";
    this.#stop.disabled = state === "idle";
    // Before it has set out there is nothing to pause.
    this.#pause.disabled = state !== "running" || !this.#isDebugging || this.#firstGoal !== undefined;
    for (const goal of this.#goals) goal.disabled = isRunning;
    this.#console.setRunning(state !== "idle", state === "waiting");
  }

  /** The keys of Turbo Pascal, as far as a browser leaves them. */
  #key(event: KeyboardEvent): void {
    const { key, shiftKey, ctrlKey } = event;
    if (key === "Enter" && ctrlKey) {
      if (this.#client.state === "idle") this.#start();
    } else if (key === "F7") this.#go(shiftKey ? "instruction" : "step");
    else if (key === "F8" && ctrlKey) this.#editor.toggleBreakpoint(this.#editor.caretLine);
    else if (key === "F8") this.#go(shiftKey ? "finish" : "next");
    else if (key === "F9") this.#go("continue");
    else return;
    event.preventDefault();
  }
}

/** "breakpoint, in p, line 3" with a capital. */
function sentence(...parts: readonly string[]): string {
  const text = parts.filter((part) => part !== "").join(", ");
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
