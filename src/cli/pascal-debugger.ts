/**
 * `strata pascal --step`: the debugger in a terminal, or driven by commands from a pipe. Commands come from standard input;
 * what the program reads comes from elsewhere (`--input`).
 */

import { createInterface, type Interface } from "node:readline";
import { setImmediate } from "node:timers/promises";
import { DebuggerCommands } from "../boards/pmachine/debugger/commands.ts";
import { Debugger, type DebuggerStop, type Goal } from "../boards/pmachine/debugger/debugger.ts";
import { drawScreen } from "../boards/pmachine/debugger/screen.ts";
import type { FilePorts, OpenFile } from "../boards/pmachine/file-ports.ts";
import { type Outcome, pascalStatus } from "./exit-status.ts";
import type { GivenProgram } from "./pascal-program.ts";

const PROMPT = "(strata) ";
const LINE_FEED = 10;
const CLEAR = "\x1b[H\x1b[2J";
/** Characters of the program's output that are kept for the screen. */
const KEPT_OUTPUT = 10_000;

/** Runs a program under the debugger until the user leaves or input ends. */
export async function stepThrough({ image, source }: GivenProgram, files: FilePorts): Promise<Outcome> {
  const isTerminal = Boolean(process.stdin.isTTY && process.stdout.isTTY);
  const console = new DebuggerConsole(files, isTerminal);
  const target = new Debugger({ image, files: console });
  const sourceLines = source?.text.split(/\r?\n/) ?? [];
  const commands = new DebuggerCommands(target, (line) => sourceLines[line - 1]);
  await console.run(target, commands);
  const { ending } = target;
  if (ending?.kind === "error") return { status: pascalStatus.runTimeError };
  return { status: ending?.status ?? 0 };
}

/** Reads commands and shows answers. The program's own output is shown in order with them, or on the screen. */
class DebuggerConsole implements FilePorts {
  readonly #files: FilePorts;
  readonly #output: OpenFile | undefined;
  readonly #isTerminal: boolean;
  #written = "";
  /** The program has begun a line. */
  #isInLine = false;

  constructor(files: FilePorts, isTerminal: boolean) {
    this.#files = files;
    this.#isTerminal = isTerminal;
    const output = files.open("output", 0, "write");
    this.#output = typeof output === "string" ? undefined : output;
  }

  open(name: string, position: number, mode: "read" | "write"): OpenFile | string {
    if (name !== "output") return this.#files.open(name, position, mode);
    const write = (bytes: Uint8Array): void => {
      this.#written = (this.#written + Buffer.from(bytes).toString("latin1")).slice(-KEPT_OUTPUT);
      this.#isInLine = bytes.at(-1) !== LINE_FEED;
      if (!this.#isTerminal) this.#output?.write(bytes);
    };
    return { read: () => 0, write, close: () => {} };
  }

  /** At once, as the program's output is, and in lines of their own. */
  #print(lines: readonly string[]): void {
    if (lines.length === 0) return;
    if (this.#isInLine && !this.#isTerminal) this.#output?.write(Uint8Array.of(LINE_FEED));
    this.#isInLine = false;
    for (const line of lines) this.#output?.write(Buffer.from(`${line}\n`));
  }

  async run(target: Debugger, commands: DebuggerCommands): Promise<void> {
    const { stdin, stdout } = process;
    const lines = this.#isTerminal
      ? createInterface({ input: stdin, output: stdout, prompt: PROMPT })
      : createInterface({ input: stdin });
    this.#show(target, commands, [commands.views.here()]);
    this.#prompt(lines);
    for await (const line of lines) {
      const { lines: answer, run, quit } = commands.execute(line);
      this.#print(answer);
      if (quit) break;
      if (run) {
        const stop = await this.#go(target, run.goal, run.count, lines);
        this.#show(target, commands, commands.describe(stop));
      }
      this.#prompt(lines);
    }
    lines.close();
  }

  #prompt(lines: Interface): void {
    if (this.#isTerminal) lines.prompt();
  }

  /** Runs the program; on a terminal, Ctrl-C stops it. */
  async #go(target: Debugger, goal: Goal, count: number, lines: Interface): Promise<DebuggerStop> {
    const state = { isInterrupted: false };
    const interrupt = (): void => {
      state.isInterrupted = true;
    };
    if (this.#isTerminal) lines.on("SIGINT", interrupt);
    let stop: DebuggerStop = { kind: "reached" };
    for (let left = count; left > 0 && stop.kind === "reached" && !target.ending; left--) {
      target.begin(goal);
      let reached = target.advance();
      while (!reached) {
        await setImmediate();
        reached = state.isInterrupted ? target.interrupt() : target.advance();
      }
      stop = reached;
    }
    lines.off("SIGINT", interrupt);
    return target.ending ?? stop;
  }

  #show(target: Debugger, commands: DebuggerCommands, lines: readonly string[]): void {
    if (this.#isTerminal) {
      const { columns = 80, rows = 24 } = process.stdout;
      const screen = drawScreen(target, commands.views, this.#written, { columns, rows });
      process.stdout.write(`${CLEAR}${screen.join("\n")}\n`);
    }
    this.#print(lines);
  }
}
