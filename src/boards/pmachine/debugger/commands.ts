/** The debugger's commands, a line each, as those of other debuggers: what they print, or how far the program is to run. */

import type { Debugger, DebuggerStop, Goal } from "./debugger.ts";
import { DesignatorError } from "./designator.ts";
import { DebuggerViews } from "./views.ts";

export interface CommandResult {
  readonly lines: readonly string[];
  /** The program is to run so far, so many times. */
  readonly run?: { readonly goal: Goal; readonly count: number };
  readonly quit?: true;
}

interface Command {
  readonly names: readonly string[];
  /** What follows the name. */
  readonly operands: string;
  readonly help: string;
  /** An empty line repeats it. */
  readonly repeats?: true;
  readonly run: (operand: string) => CommandResult;
}

const MOST_COUNT = 1_000_000;
const LIST_LINES = 5;
const WHERE_ROUTINES = 20;
const CODE_INSTRUCTIONS = 6;

const said = (...lines: string[]): CommandResult => ({ lines });

export class DebuggerCommands {
  readonly #debugger: Debugger;
  readonly views: DebuggerViews;
  readonly #commands: readonly Command[];
  #last: string | undefined;

  /** @param sourceLine a line of the source, where it is known */
  constructor(target: Debugger, sourceLine: (line: number) => string | undefined) {
    this.#debugger = target;
    this.views = new DebuggerViews(target, sourceLine);
    this.#commands = this.#makeCommands();
  }

  /** What a line of input means. An empty one repeats the last command, if it was one that goes on. */
  execute(line: string): CommandResult {
    const text = line.trim();
    if (text === "") return this.#last === undefined ? said() : this.#run(this.#last);
    this.#last = undefined;
    return this.#run(text);
  }

  #run(text: string): CommandResult {
    const [, name = "", operand = ""] = /^(\S+)\s*(.*)$/.exec(text) ?? [];
    const command = this.#commands.find(({ names }) => names.includes(name.toLowerCase()));
    if (!command) return said(`there is no command "${name}": help lists all`);
    if (command.repeats) this.#last = text;
    try {
      return command.run(operand);
    } catch (error) {
      if (error instanceof DesignatorError) return said(error.message);
      throw error;
    }
  }

  /** What is said of a stop. */
  describe(stop: DebuggerStop): readonly string[] {
    switch (stop.kind) {
      case "reached":
        return [this.views.here()];
      case "breakpoint":
        return [`breakpoint ${stop.number}: ${this.views.here()}`];
      case "interrupted":
        return ["interrupted", this.views.here()];
      case "ended":
        return [`the program has ended, status ${stop.status}`];
      case "error":
        return [`run-time error: ${stop.message}`, this.views.here()];
    }
  }

  #makeCommands(): readonly Command[] {
    return [
      this.#runs(["step", "s"], "step", "to the next line, into routines"),
      this.#runs(["next", "n"], "next", "to the next line of this routine, over calls"),
      this.#runs(["stepi", "si"], "instruction", "one instruction of p-code"),
      this.#runs(["finish", "fin"], "finish", "until this routine returns"),
      this.#runs(["continue", "c"], "continue", "to a breakpoint, or to the end"),
      {
        names: ["break", "b"],
        operands: "[LINE|ROUTINE]",
        help: "stop there; alone, lists the breakpoints",
        run: (operand) => this.#break(operand),
      },
      {
        names: ["delete", "d"],
        operands: "[NUMBER]",
        help: "delete a breakpoint, or all",
        run: (operand) => this.#delete(operand),
      },
      {
        names: ["print", "p"],
        operands: "VARIABLE",
        help: "its value: x, a[i], list^.next^.name",
        run: (operand) =>
          this.#seen(() => [`${operand.trim()} = ${this.#debugger.inspection.print(operand)}`]),
      },
      this.#shows(["locals"], "the variables of this routine", () => this.views.locals()),
      this.#shows(["globals"], "the variables of the program", () => this.views.globals()),
      this.#shows(["where", "bt", "backtrace"], "the routines that are running", () =>
        this.views.where(WHERE_ROUTINES),
      ),
      {
        names: ["frame", "f"],
        operands: "[NUMBER]",
        help: "look at the routine of that number in `where`",
        run: (operand) => this.#select(operand === "" ? this.#selected : numberIn(operand)),
      },
      this.#moves(["up"], "look at the routine that called this one", 1),
      this.#moves(["down"], "look at the one that this one called", -1),
      this.#shows(["display"], "the static chain: whose variables can be named here", () =>
        this.views.display(),
      ),
      this.#shows(["stack"], "the expression stack", () => this.views.stack()),
      {
        names: ["list", "l"],
        operands: "[LINE]",
        help: "the source around a line",
        run: (operand) => ({ lines: this.views.source(LIST_LINES, numberIn(operand)) }),
      },
      this.#shows(["code", "x"], "the p-code around here", () => this.views.code(CODE_INSTRUCTIONS)),
      { names: ["help", "h"], operands: "", help: "this", run: () => ({ lines: this.#help() }) },
      { names: ["quit", "q"], operands: "", help: "leave", run: () => ({ lines: [], quit: true }) },
    ];
  }

  get #selected(): number {
    return this.#debugger.inspection.selected;
  }

  #runs(names: readonly string[], goal: Goal, help: string): Command {
    const run = (operand: string): CommandResult => {
      if (this.#debugger.ending) return said("the program does not run any more");
      const count = operand === "" ? 1 : (numberIn(operand) ?? 0);
      if (count < 1 || count > MOST_COUNT) return said(`"${operand}" is no number of times`);
      return { lines: [], run: { goal, count } };
    };
    return { names, operands: "[TIMES]", help, repeats: true, run };
  }

  #shows(names: readonly string[], help: string, lines: () => readonly string[]): Command {
    return { names, operands: "", help, run: () => this.#seen(lines) };
  }

  /** What needs a program that is there. */
  #seen(lines: () => readonly string[]): CommandResult {
    return this.#debugger.hasState ? { lines: lines() } : said("the program has ended");
  }

  #moves(names: readonly string[], help: string, by: number): Command {
    return { names, operands: "", help, repeats: true, run: () => this.#select(this.#selected + by) };
  }

  #select(number: number | undefined): CommandResult {
    if (number === undefined || !this.#debugger.inspection.select(number))
      return said("there is no such routine");
    return this.#seen(() => [this.views.frame()]);
  }

  #break(operand: string): CommandResult {
    const { breakpoints } = this.#debugger;
    if (operand === "") {
      const lines = breakpoints.all.map((one) => this.views.breakpoint(one));
      return { lines: lines.length > 0 ? lines : ["there are no breakpoints"] };
    }
    const line = numberIn(operand);
    const made = line === undefined ? breakpoints.atRoutine(operand) : breakpoints.atLine(line);
    if (made) return said(this.views.breakpoint(made));
    return said(
      line === undefined ? `there is no routine "${operand}"` : `there is no code from line ${line} on`,
    );
  }

  #delete(operand: string): CommandResult {
    const { breakpoints } = this.#debugger;
    if (operand === "") breakpoints.deleteAll();
    else if (!breakpoints.delete(numberIn(operand) ?? 0)) return said(`there is no breakpoint ${operand}`);
    return said();
  }

  #help(): readonly string[] {
    return this.#commands.map(({ names, operands, help }) => {
      return `  ${`${names.join(", ")} ${operands}`.padEnd(26)} ${help}`;
    });
  }
}

function numberIn(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
