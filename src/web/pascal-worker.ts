/** The worker that compiles and runs Pascal: see `pascal-protocol.ts`. One runs one program; the page ends it to stop that. */

import { InputError } from "../base/errors.ts";
import { listProgram } from "../boards/pmachine/assemble.ts";
import type { Goal } from "../boards/pmachine/debugger/debugger.ts";
import { PMachine } from "../boards/pmachine/machine.ts";
import type { Ending } from "../boards/pmachine/program-host.ts";
import type { ProgramImage } from "../boards/pmachine/program-image.ts";
import { TextFiles } from "../boards/pmachine/text-files.ts";
import { compilePascal } from "../compile-pascal.ts";
import { messageTurns } from "../host/browser/ports.ts";
import { CompileError, Source } from "../language/pascal/diagnostics.ts";
import { BoundedText } from "./bounded-text.ts";
import { InputReader, type PascalInput } from "./pascal-input.ts";
import type { FromPascal, Problem, ProgramText, ToPascal } from "./pascal-protocol.ts";
import { PascalSession } from "./pascal-session.ts";
import type { TechniqueName } from "./protocol.ts";

const FILE = "program.pas";
/** Lines of p-code that are sent for a program that does not run. */
const MOST_ROWS = 3000;
/** Instructions after which what the program wrote is shown. */
const SLICE = 5_000_000;

const send = (message: FromPascal): void => self.postMessage(message);

const output = new BoundedText({
  text: (text) => send({ kind: "output", text }),
  unshown: (count) => send({ kind: "unshown", count }),
});

class PascalWorker {
  readonly #turn = messageTurns();
  #session: PascalSession | undefined;
  #isRunning = false;
  #isPaused = false;

  hear(message: ToPascal): void {
    switch (message.kind) {
      case "check":
        check(message.id, message.program);
        break;
      case "run":
        run(message.program, message.technique, message.input);
        break;
      case "debug":
        this.#debug(message);
        break;
      case "go":
        this.#go(message.goal);
        break;
      case "pause":
        this.#isPaused = this.#isRunning;
        break;
      case "breakpoints":
        this.#session?.setBreakpoints(message.lines);
        break;
      case "frame":
        this.#session?.select(message.number);
        this.#stand();
    }
  }

  #debug({ program, breakpoints, input }: Extract<ToPascal, { kind: "debug" }>): void {
    begin(program, (image) => {
      const { files } = filesFor(input);
      this.#session = new PascalSession(image, sourceOf(program), files);
      this.#session.setBreakpoints(breakpoints);
      this.#stand();
    });
  }

  #go(goal: Goal): void {
    if (!this.#session || this.#isRunning) return;
    this.#isRunning = true;
    this.#isPaused = false;
    this.#session.begin(goal);
    this.#advance(this.#session);
  }

  #advance(session: PascalSession): void {
    try {
      const stands = session.advance();
      if (!stands && this.#isPaused) session.interrupt();
      if (stands || this.#isPaused) this.#stand();
      else this.#turn(() => this.#advance(session));
    } catch (error) {
      fail(error);
    }
  }

  #stand(): void {
    this.#isRunning = false;
    output.flush();
    if (this.#session) send({ kind: "standing", standing: this.#session.standing });
  }
}

function sourceOf({ text }: ProgramText): Source {
  return new Source(FILE, text);
}

/** Compiles, and does something with the program; says what is wrong where there is none. */
function begin({ text, dialect }: ProgramText, proceed: (image: ProgramImage) => void): void {
  try {
    proceed(compilePascal(text, { file: FILE, dialect }));
  } catch (error) {
    if (error instanceof CompileError) send({ kind: "refused", problems: problemsOf(error, text) });
    else fail(error);
  }
}

function fail(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  send({ kind: "failed", message: error instanceof InputError ? message : `Strata failed: ${message}` });
}

function problemsOf({ diagnostics }: CompileError, text: string): readonly Problem[] {
  const source = new Source(FILE, text);
  return diagnostics.map(({ at, message }) => ({ ...source.positionOf(at), message }));
}

function check(id: number, { text, dialect }: ProgramText): void {
  try {
    const image = compilePascal(text, { file: FILE, dialect });
    const source = new Source(FILE, text);
    const rows = [...listProgram(image, (line) => source.line(line))].map((row) => row.text);
    const more = rows.length - MOST_ROWS;
    const listing = more > 0 ? [...rows.slice(0, MOST_ROWS), `… and ${more} more lines`] : rows;
    send({ kind: "checked", id, problems: [], listing });
  } catch (error) {
    if (!(error instanceof CompileError)) return fail(error);
    send({ kind: "checked", id, problems: problemsOf(error, text), listing: [] });
  }
}

function filesFor(input: PascalInput): { readonly files: TextFiles; readonly reader: InputReader } {
  const reader = new InputReader(input, (isWaiting) => {
    output.flush();
    send({ kind: "waiting", isWaiting });
  });
  const files = new TextFiles({ input: () => reader.read(), output: (text) => output.write(text) });
  return { files, reader };
}

function run(program: ProgramText, technique: TechniqueName, input: PascalInput): void {
  begin(program, (image) => {
    const { files, reader } = filesFor(input);
    const machine = new PMachine({ files, technique });
    machine.load(image);
    const start = performance.now();
    const ending = technique === "translate" ? machine.run() : runSlices(machine);
    const milliseconds = performance.now() - start - reader.waited;
    output.flush();
    const steps = technique === "translate" ? undefined : machine.processor.steps;
    send({ kind: "ended", result: { ending, milliseconds, steps } });
  });
}

function runSlices(machine: PMachine): Ending {
  for (;;) {
    const ending = machine.runFor(SLICE);
    if (ending) return ending;
    machine.flush();
  }
}

const worker = new PascalWorker();
self.onmessage = ({ data }: MessageEvent<ToPascal>) => worker.hear(data);
