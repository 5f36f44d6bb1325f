/** The page's side of a program in Pascal: one worker checks texts, another one runs a program and is ended to stop it. */

import { InputWriter } from "./pascal-input.ts";
import type {
  FromPascal,
  Goal,
  Problem,
  ProgramText,
  RunResult,
  Standing,
  ToPascal,
} from "./pascal-protocol.ts";
import type { TechniqueName } from "./protocol.ts";

/** "waiting": for input. "standing": in the debugger, ready to go on. */
export type PascalState = "idle" | "running" | "waiting" | "standing";

export interface PascalEvents {
  /** A text was checked: what is wrong, and its p-code. */
  checked(problems: readonly Problem[], listing: readonly string[]): void;
  state(state: PascalState): void;
  output(text: string): void;
  unshown(count: number): void;
  /** The program was not begun. */
  refused(problems: readonly Problem[]): void;
  ended(result: RunResult): void;
  standing(standing: Standing): void;
  failed(message: string): void;
}

const makeWorker = (): Worker =>
  new Worker(new URL("./pascal-worker.ts", import.meta.url), { type: "module", name: "pascal" });

export class PascalClient {
  readonly #events: PascalEvents;
  readonly #checker = makeWorker();
  /** Has not run anything yet, or runs now. */
  #runner = makeWorker();
  #isUsed = false;
  #state: PascalState = "idle";
  #input: InputWriter | undefined;
  #lastCheck = 0;

  constructor(events: PascalEvents) {
    this.#events = events;
    this.#listen(this.#checker);
    this.#listen(this.#runner);
  }

  get state(): PascalState {
    return this.#state;
  }

  /** Whether what is typed while a program runs can reach it. */
  get canType(): boolean {
    return globalThis.crossOriginIsolated === true;
  }

  /** The answer to the last question alone is heard. */
  check(program: ProgramText): void {
    this.#lastCheck += 1;
    this.#checker.postMessage({ kind: "check", id: this.#lastCheck, program } satisfies ToPascal);
  }

  run(program: ProgramText, technique: TechniqueName, input: string): void {
    this.#start(input);
    if (this.#input) this.#say({ kind: "run", program, technique, input: this.#input.input });
  }

  /** Begins a program under the debugger: it stands at its first statement then. */
  debug(program: ProgramText, breakpoints: readonly number[], input: string): void {
    this.#start(input);
    if (this.#input) this.#say({ kind: "debug", program, breakpoints, input: this.#input.input });
  }

  go(goal: Goal): void {
    if (this.#state !== "standing") return;
    this.#enter("running");
    this.#say({ kind: "go", goal });
  }

  pause(): void {
    this.#say({ kind: "pause" });
  }

  setBreakpoints(lines: readonly number[]): void {
    if (this.#state !== "idle") this.#say({ kind: "breakpoints", lines });
  }

  lookAt(frame: number): void {
    this.#say({ kind: "frame", number: frame });
  }

  /** Gives the program more to read; whether there was room. */
  type(text: string): boolean {
    return this.#input?.append(text) ?? false;
  }

  endInput(): void {
    this.#input?.end();
  }

  /** A translated program looks at no message: it is stopped with its worker. */
  stop(): void {
    if (this.#isUsed) this.#renew();
    this.#enter("idle");
  }

  #start(input: string): void {
    if (this.#isUsed) this.#renew();
    this.#isUsed = true;
    this.#input = new InputWriter(input, this.canType);
    this.#enter("running");
  }

  #renew(): void {
    this.#runner.terminate();
    this.#runner = makeWorker();
    this.#isUsed = false;
    this.#listen(this.#runner);
  }

  #say(message: ToPascal): void {
    this.#runner.postMessage(message);
  }

  #enter(state: PascalState): void {
    this.#state = state;
    this.#events.state(state);
  }

  #listen(worker: Worker): void {
    worker.onmessage = ({ data }: MessageEvent<FromPascal>) => this.#hear(data);
    worker.onerror = ({ message }) => {
      this.#events.failed(message || "the worker could not be started");
      if (worker === this.#runner) this.#enter("idle");
    };
  }

  #hear(message: FromPascal): void {
    switch (message.kind) {
      case "checked":
        if (message.id === this.#lastCheck) this.#events.checked(message.problems, message.listing);
        break;
      case "output":
        this.#events.output(message.text);
        break;
      case "unshown":
        this.#events.unshown(message.count);
        break;
      case "waiting":
        this.#enter(message.isWaiting ? "waiting" : "running");
        break;
      case "refused":
        this.#enter("idle");
        this.#events.refused(message.problems);
        break;
      case "ended":
        this.#enter("idle");
        this.#events.ended(message.result);
        break;
      case "standing":
        this.#enter(message.standing.isOver ? "idle" : "standing");
        this.#events.standing(message.standing);
        break;
      case "failed":
        this.#enter("idle");
        this.#events.failed(message.message);
    }
  }
}
