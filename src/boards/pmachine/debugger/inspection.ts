/** What can be seen of a program that stands still: the routines that run, their variables by name, the stack. */

import { isReference, type PcoVariable } from "../../../formats/pco-variables.ts";
import { CODE_BASE, DATA_BASE } from "../../../isa/pcode/memory.ts";
import type { ProcessorMemory } from "../../../isa/pcode/processor-memory.ts";
import { Frame } from "../../../isa/pcode/state.ts";
import type { ImageRoutine, ProgramImage } from "../program-image.ts";
import { type RunningRoutine, routineAt, runningRoutines } from "../trace.ts";
import { findDesignated } from "./designator.ts";
import { type Located, Memory, ValueWriter } from "./values.ts";

export interface ShownVariable {
  readonly name: string;
  readonly value: string;
  readonly passing: PcoVariable["passing"];
}

/** A routine of the static chain: whose variables the one that runs can name. */
export interface Scope {
  readonly routine: ImageRoutine;
  /** Undefined where it has none yet. */
  readonly frame: number | undefined;
}

/** An entry of the expression stack: nobody knows whether it is an integer or a real. */
export interface ShownEntry {
  readonly integer: bigint;
  readonly real: number;
}

/** Integers have 32 bits, sets and addresses more; what is beyond may be a real. */
const MOST_INTEGER = 2n ** 33n;

export class Inspection {
  readonly #image: ProgramImage;
  readonly #machine: ProcessorMemory;
  readonly #memory: Memory;
  readonly #values: ValueWriter;
  #selected = 0;

  constructor(image: ProgramImage, machine: ProcessorMemory) {
    this.#image = image;
    this.#machine = machine;
    this.#memory = new Memory(machine);
    this.#values = new ValueWriter(image.types, this.#memory);
  }

  // Frames

  /** The routines that run, from the innermost; a program that recurses without end has very many. */
  running(): Iterable<RunningRoutine> {
    return runningRoutines(this.#image, this.#machine, this.#machine.pc);
  }

  /** Which of them is looked at, from 0: the innermost. */
  get selected(): number {
    return this.#selected;
  }

  /** Whether there is one of that number. */
  select(number: number): boolean {
    const isThere = this.#at(number) !== undefined;
    if (isThere || number === 0) this.#selected = number;
    return isThere;
  }

  /** The one that is looked at; undefined where there is none. */
  get current(): RunningRoutine | undefined {
    return this.#at(this.#selected);
  }

  #at(number: number): RunningRoutine | undefined {
    let left = number;
    if (left < 0) return undefined;
    for (const running of this.running()) if (left-- === 0) return running;
    return undefined;
  }

  /** The routine that is looked at, and those that it is declared in. */
  scopes(): readonly Scope[] {
    const { current } = this;
    if (!current) return [];
    const scopes: Scope[] = [];
    let routine: ImageRoutine | undefined = current.routine;
    let { frame } = current;
    // A routine that has no frame yet has arguments with the static link on the top of the stack.
    let linked = frame ?? this.#machine.top;
    while (routine && scopes.push({ routine, frame }) && routine.level > 0) {
      linked = (this.#memory.word(linked + Frame.staticLink) ?? 0) >>> 0;
      routine = this.#around(routine);
      frame = routine?.level === 0 ? this.#programFrame : linked;
    }
    return scopes;
  }

  get #programFrame(): number {
    return DATA_BASE + this.#image.globalBytes;
  }

  /** The routine that one is declared in: its code comes after those that it declares. */
  #around(routine: ImageRoutine): ImageRoutine | undefined {
    const { routines } = this.#image;
    const first = routines.indexOf(routine) + 1;
    return routines.slice(first).find(({ level }) => level === routine.level - 1);
  }

  // Variables

  /** The variables of the routine that is looked at, with its parameters. */
  locals(): readonly ShownVariable[] {
    const [scope] = this.scopes();
    return scope ? this.#shown(scope) : [];
  }

  /** The program's own variables. */
  globals(): readonly ShownVariable[] {
    const routine = this.#image.routines.find(({ level }) => level === 0);
    return routine ? this.#shown({ routine, frame: this.#programFrame }) : [];
  }

  #shown({ routine, frame }: Scope): readonly ShownVariable[] {
    return routine.variables.map((variable) => {
      const { name, passing } = variable;
      const value = passing === "routine" ? this.#routineName(variable, frame) : this.#show(variable, frame);
      return { name, value, passing };
    });
  }

  #show(variable: PcoVariable, frame: number | undefined): string {
    const located = this.#locate(variable, frame);
    return located ? this.#values.show(located) : "not there yet";
  }

  #locate(variable: PcoVariable, frame: number | undefined): Located | undefined {
    const { type: number, base, offset } = variable;
    const start = base === "globals" ? DATA_BASE : frame;
    const type = this.#image.types[number];
    if (start === undefined || !type) return undefined;
    const place = start + offset;
    const address = isReference(variable) ? (this.#memory.word(place) ?? 0) >>> 0 : place;
    return { type, address, bytes: 4, frame: start };
  }

  #routineName({ offset }: PcoVariable, frame: number | undefined): string {
    const entry = frame === undefined ? undefined : this.#memory.word(frame + offset);
    return (entry !== undefined && routineAt(this.#image, (entry - CODE_BASE) / 4)?.name) || "no value";
  }

  /** The value of a variable as `a[i].next^.name`; throws DesignatorError where there is none. */
  print(text: string): string {
    const found = findDesignated(text, {
      types: this.#image.types,
      memory: this.#memory,
      find: (name) => this.#find(name),
    });
    return this.#values.show(found);
  }

  #find(name: string): Located | undefined {
    for (const { routine, frame } of this.scopes()) {
      const variable = routine.variables.find((known) => known.name === name);
      if (variable) return this.#locate(variable, frame);
    }
    return undefined;
  }

  // The expression stack

  /** The entries in use before an instruction, the deepest first. */
  stack(depth: number): readonly ShownEntry[] {
    return Array.from({ length: Math.max(0, depth) }, (_, index) => ({
      integer: this.#machine.longEntry(index),
      real: this.#machine.realEntry(index),
    }));
  }
}

/** An entry as an integer, or as a real where it would be too large for one. */
export function showEntry({ integer, real }: ShownEntry): string {
  if (integer < MOST_INTEGER && integer >= -MOST_INTEGER) return String(integer);
  return `${real} (0x${BigInt.asUintN(64, integer).toString(16)})`;
}
