/**
 * Runs a program step by step: to the next line, into routines or over them, to breakpoints. It knows no terminal: who shows
 * what calls `begin`, and then `advance` until there is a stop, so that a page or a terminal stays responsive. What can be seen
 * while the program stands still is in `inspection.ts`.
 *
 * Where to stop is written into the machine's code (`setBreakpoints`). That a routine returns is seen by letting it return
 * to an address that has no code: it need not be told from others of the same routine, and costs nothing before.
 */

import { CODE_BASE } from "../../../isa/pcode/memory.ts";
import { Frame } from "../../../isa/pcode/state.ts";
import type { FilePorts } from "../file-ports.ts";
import { OUTSIDE, PMachine } from "../machine.ts";
import type { Ending } from "../program-host.ts";
import type { ProgramImage } from "../program-image.ts";
import { type RunningRoutine, runningRoutines } from "../trace.ts";
import { Breakpoints } from "./breakpoints.ts";
import { Inspection } from "./inspection.ts";
import { Lines } from "./lines.ts";

/** How far to run: to the next line; the same, over calls; until the routine returns; to a breakpoint; one instruction. */
export type Goal = "step" | "next" | "finish" | "continue" | "instruction";

/** Why the program stands still. */
export type DebuggerStop =
  | { readonly kind: "reached" }
  | { readonly kind: "breakpoint"; readonly number: number }
  | { readonly kind: "interrupted" }
  | { readonly kind: "ended"; readonly status: number }
  | { readonly kind: "error"; readonly message: string };

export interface DebuggerOptions {
  readonly image: ProgramImage;
  readonly files: FilePorts;
  readonly memoryBytes?: number;
}

interface Journey {
  readonly goal: Goal;
  /** The frame in which it began. */
  readonly frame: number;
  /** Over a call, out of which a return leads. */
  isOver: boolean;
  /** The instruction that it stands at is yet to be executed, breakpoint or not. */
  isAtStart: boolean;
}

/** A frame whose routine returns to `OUTSIDE` instead. */
interface Hook {
  readonly frame: number;
  readonly returnAddress: number;
}

/** Instructions between looks at what is asked for meanwhile. */
const SLICE = 500_000;

export class Debugger {
  readonly image: ProgramImage;
  readonly lines: Lines;
  readonly breakpoints: Breakpoints;
  readonly #machine: PMachine;
  readonly #inspection: Inspection;
  readonly #lineStarts: ReadonlySet<number>;
  #journey: Journey | undefined;
  /** The innermost last. */
  #hooks: Hook[] = [];
  #ending: Extract<DebuggerStop, { kind: "ended" | "error" }> | undefined;

  /** Loads a program, and runs it to its first statement. Throws ProgramError where it is not safe. */
  constructor({ image, files, memoryBytes }: DebuggerOptions) {
    this.image = image;
    this.#machine = new PMachine({ files, technique: "interpret", ...(memoryBytes ? { memoryBytes } : {}) });
    this.#machine.load(image);
    this.lines = new Lines(image);
    this.breakpoints = new Breakpoints(this.lines);
    this.#lineStarts = new Set(this.lines.starts.map(({ instruction }) => instruction));
    this.#inspection = new Inspection(image, this.#machine.memory);
    if (this.#lineStarts.size > 0) this.run("step");
  }

  /** How the program ended, if it did. */
  get ending(): Extract<DebuggerStop, { kind: "ended" | "error" }> | undefined {
    return this.#ending;
  }

  /** Whether there is a program to look at: it runs, or it stopped by an error. */
  get hasState(): boolean {
    return this.#ending?.kind !== "ended";
  }

  get isRunning(): boolean {
    return this.#journey !== undefined;
  }

  /** What can be seen of the program while it stands still. */
  get inspection(): Inspection {
    return this.#inspection;
  }

  /** The instruction that comes next, or that failed. */
  get instruction(): number {
    return (this.#machine.memory.pc - CODE_BASE) / 4;
  }

  /** Sets out for a goal; `advance` goes there. Nothing happens where the program has ended. */
  begin(goal: Goal): void {
    if (this.#ending) return;
    this.#journey = { goal, frame: this.#machine.memory.frame, isOver: false, isAtStart: true };
  }

  /** Executes at most so many instructions: why it stopped, if it did. */
  advance(budget: number = SLICE): DebuggerStop | undefined {
    const journey = this.#journey;
    if (!journey) return this.#ending ?? { kind: "reached" };
    if (journey.isAtStart) {
      journey.isAtStart = false;
      this.#prepare(journey);
      const stop = this.#after(journey, this.#single());
      if (stop || journey.goal === "instruction") return this.#stand(stop ?? { kind: "reached" });
      this.#place(journey);
    }
    const stop = this.#after(journey, this.#machine.runToStop(budget));
    return stop && this.#stand(stop);
  }

  /** Stops a program that is running where it is. */
  interrupt(): DebuggerStop {
    return this.#stand({ kind: "interrupted" });
  }

  /** `begin` and `advance` to the stop. */
  run(goal: Goal): DebuggerStop {
    this.begin(goal);
    for (;;) {
      const stop = this.advance();
      if (stop) return stop;
    }
  }

  // On the way

  /** One instruction, breakpoint or not. */
  #single(): Ending | "stopped" | undefined {
    this.#machine.processor.setBreakpoints([]);
    return this.#machine.runToStop(1);
  }

  /** Notices where the routine returns, if the goal wants that. */
  #prepare({ goal }: Journey): void {
    if (goal === "continue" || goal === "instruction") return;
    const [innermost] = this.#running();
    if (innermost?.frame !== undefined && innermost.routine.level > 0) this.#hookFrame(innermost.frame);
  }

  #hookFrame(frame: number): void {
    const { memory } = this.#machine;
    if (!memory.isAccessible(frame, Frame.size, true)) return;
    const at = frame + Frame.returnAddress;
    this.#hooks.push({ frame, returnAddress: memory.view.getUint32(at, true) });
    memory.view.setUint32(at, OUTSIDE, true);
  }

  /** Lets frames return where they should. One may be another one meanwhile, after a jump out of its routine. */
  #unhook(): void {
    const { view } = this.#machine.memory;
    for (const { frame, returnAddress } of this.#hooks) {
      const at = frame + Frame.returnAddress;
      if (view.getUint32(at, true) === OUTSIDE) view.setUint32(at, returnAddress, true);
    }
    this.#hooks = [];
  }

  /** Puts the breakpoints that a goal needs. */
  #place({ goal, isOver }: Journey): void {
    const wanted = new Set(this.breakpoints.instructions);
    if (goal === "step") for (const instruction of this.#lineStarts) wanted.add(instruction);
    if (goal === "next" || goal === "finish") for (const label of this.lines.outerLabels) wanted.add(label);
    if (goal === "next" && !isOver) for (const instruction of this.#startsAround()) wanted.add(instruction);
    this.#machine.processor.setBreakpoints(wanted);
  }

  /** The lines of the routine that runs. */
  #startsAround(): readonly number[] {
    const [innermost] = this.#running();
    return this.lines.starts.flatMap(({ instruction, routine }) =>
      routine === innermost?.routine ? [instruction] : [],
    );
  }

  #running(): readonly RunningRoutine[] {
    for (const one of runningRoutines(this.image, this.#machine.memory, this.#machine.memory.pc))
      return [one];
    return [];
  }

  /** What a stop of the machine means: undefined where it goes on. */
  #after(journey: Journey, result: Ending | "stopped" | undefined): DebuggerStop | undefined {
    if (result === undefined) return undefined;
    if (result !== "stopped") return this.#end(result);
    const { memory } = this.#machine;
    if (memory.pc === OUTSIDE) return this.#returned(journey);
    const { instruction } = this;
    const number = this.breakpoints.numberAt(instruction);
    if (number !== undefined) return { kind: "breakpoint", number };
    if (this.#isReached(journey, instruction)) return { kind: "reached" };
    const isDeeper = journey.goal === "next" && !journey.isOver && memory.frame > journey.frame;
    if (isDeeper) journey.isOver = this.#hookCallOf(journey.frame);
    const stop = this.#after(journey, this.#single());
    if (stop) return stop;
    this.#place(journey);
    return undefined;
  }

  #end(ending: Ending): DebuggerStop {
    this.#ending =
      ending.kind === "ended"
        ? { kind: "ended", status: ending.status }
        : { kind: "error", message: ending.message };
    return this.#ending;
  }

  #isReached({ goal, frame }: Journey, instruction: number): boolean {
    const present = this.#machine.memory.frame;
    if (goal === "step") return true;
    if (goal === "next") return present <= frame;
    return goal === "finish" && present < frame && this.lines.outerLabels.has(instruction);
  }

  /** A hooked routine has returned: goes on from where it should have returned to. Its frame was the top of the stack. */
  #returned(journey: Journey): DebuggerStop | undefined {
    const { memory } = this.#machine;
    const hook = this.#hooks.findLast(({ frame }) => frame === memory.top);
    if (!hook)
      return this.#end({ kind: "error", message: "a return to an address without code", places: [] });
    this.#hooks = this.#hooks.filter((other) => other !== hook);
    memory.jumpTo(hook.returnAddress);
    if (hook.frame <= journey.frame) return { kind: "reached" };
    journey.isOver = false;
    this.#place(journey);
    return undefined;
  }

  /** Lets the routine that was called from a frame return to `OUTSIDE`. */
  #hookCallOf(caller: number): boolean {
    const { memory } = this.#machine;
    let { frame } = memory;
    while (memory.isAccessible(frame, Frame.size, false)) {
      const link = memory.view.getUint32(frame + Frame.dynamicLink, true);
      if (link === caller) {
        this.#hookFrame(frame);
        return true;
      }
      if (link >= frame) break;
      frame = link;
    }
    return false;
  }

  /** The program stands still, in a machine that has no trace of how it came here. */
  #stand(stop: DebuggerStop): DebuggerStop {
    this.#journey = undefined;
    this.#unhook();
    this.#machine.processor.setBreakpoints([]);
    if (!this.#ending) this.#machine.flush();
    this.#inspection.select(0);
    return stop;
  }
}
