/** The code of a whole program, routine by routine. docs/pcode.md, "Procedures". */

import { alignUp } from "../../../base/bits.ts";
import { FRAME_HEADER_BYTES } from "../checker/context.ts";
import type { CodeRoutine, PascalCode } from "../code.ts";
import type { Source } from "../diagnostics.ts";
import type { ProcedureSymbol, VariableSymbol } from "../symbols.ts";
import type { CheckedProgram, LabelTarget, Routine } from "../tree.ts";
import { extentOf, holdsFile, storageOf, type Type } from "../types.ts";
import { CallGenerator } from "./call-generator.ts";
import { Emitter, isImmediate } from "./emitter.ts";
import { Frame, type GeneratorOptions, scalarStorage } from "./routine-generator.ts";
import { StatementGenerator } from "./statement-generator.ts";
import { ValueGenerator } from "./value-generator.ts";
import { VariableTable } from "./variable-table.ts";

export interface CodeOptions extends GeneratorOptions {
  /** The numbers of the services of the machine (isa/pcode). */
  readonly serviceNumber: (name: string) => number;
}

/** Up to so many bytes become undefined by single instructions. */
const MOST_UNROLLED = 128;

/** Frames of more bytes have their size on the stack; temporaries come on top. */
const MOST_IMMEDIATE_FRAME = 0x20000;

/** What a file variable is told about itself when it comes into being. */
const FileKind = { binary: 0, text: 1 } as const;

export function generateCode(program: CheckedProgram, source: Source, options: CodeOptions): PascalCode {
  return new ProgramGenerator(program, source, options).program();
}

class ProgramGenerator {
  readonly #program: CheckedProgram;
  readonly #options: CodeOptions;
  readonly #code: Emitter;
  readonly #procedureLabels = new Map<number, number>();
  readonly #statementLabels = new Map<number, number>();
  readonly #routines: CodeRoutine[] = [];
  readonly #variables = new VariableTable();
  readonly #globalBytes: number;

  constructor(program: CheckedProgram, source: Source, options: CodeOptions) {
    this.#program = program;
    this.#options = options;
    this.#code = new Emitter(source);
    // The stack begins with the program's own frame, right after the globals.
    this.#globalBytes = alignUp(program.routines.at(-1)?.bytes ?? 0, 16);
  }

  program(): PascalCode {
    const { name, routines, files } = this.#program;
    const code = this.#code;
    for (const routine of routines) this.#routine(routine);
    return {
      name,
      instructions: code.instructions,
      labels: code.labels,
      constants: code.constants,
      globalBytes: this.#globalBytes,
      entry: this.#routines.at(-1)?.start ?? 0,
      routines: this.#routines,
      positions: code.positions,
      errors: code.errors,
      files: files.map(({ variable }) => variable.name),
      types: this.#variables.types,
    };
  }

  readonly #labelOf = ({ number }: ProcedureSymbol): number => this.#label(this.#procedureLabels, number);
  readonly #labelOfStatement = ({ number }: LabelTarget): number =>
    this.#label(this.#statementLabels, number);

  #label(labels: Map<number, number>, number: number): number {
    const known = labels.get(number) ?? this.#code.label();
    labels.set(number, known);
    return known;
  }

  #routine(routine: Routine): void {
    const code = this.#code;
    const start = code.here;
    const { symbol, level } = routine;
    if (symbol) code.place(this.#labelOf(symbol));
    code.at(routine.at);
    const bytes = level === 0 ? putInFrame(routine) : routine.bytes;
    const frame = new Frame(code, this.#options, level, bytes);
    const values = new ValueGenerator(frame, this.#options.serviceNumber);
    const calls = new CallGenerator(frame, values, this.#labelOf);
    values.calls = calls;
    const statements = new StatementGenerator(values, calls, this.#labelOfStatement, this.#globalBytes);
    const entered = this.#enter(routine);
    this.#prologue(routine, frame, values);
    statements.action(routine.body);
    code.at(routine.end);
    this.#epilogue(routine, frame, values);
    entered(frame.size);
    this.#routines.push({
      name: routine.name,
      level,
      start,
      end: code.here,
      variables: this.#variables.variablesOf(routine),
      argumentBytes: symbol?.argumentBytes ?? FRAME_HEADER_BYTES,
      privates: [...privatesOf(routine), ...frame.privateTemporaries],
    });
  }

  /** Makes the frame, whose size is known at the routine's end: what is to be called then. */
  #enter({ level, bytes }: Routine): (size: number) => void {
    const code = this.#code;
    if (level === 0) code.emit("ldc", 0);
    const at = code.here;
    if (level === 0 || bytes < MOST_IMMEDIATE_FRAME) {
      code.emit("enter");
      return (size) => {
        code.replace(at, "enter", (size << 14) >> 14);
      };
    }
    code.emit("ldc", 0);
    code.emit("ldcx", 0);
    code.emit("enterx");
    return (size) => {
      code.replace(at, "ldc", size >> 18);
      code.replace(at + 1, "ldcx", (size << 14) >> 14);
    };
  }

  #prologue(routine: Routine, frame: Frame, values: ValueGenerator): void {
    for (const { variable, addressAt } of routine.copies) this.#copy(variable, addressAt, frame, values);
    if (frame.checks) {
      this.#makeUndefined(routine, frame, values);
      if (routine.level === 0) for (const offset of privatesOf(routine)) this.#code.emit("undef", offset);
    }
    for (const variable of routine.variables) {
      if (variable.isReference || variable.isParameter) continue;
      this.#openFiles(variable.type, variable, 0, frame, values);
    }
    if (routine.level === 0) this.#bindFiles(frame, values);
  }

  /** A value parameter that is a block comes as an address. */
  #copy(variable: VariableSymbol, addressAt: number, frame: Frame, values: ValueGenerator): void {
    const code = this.#code;
    const { type, offset } = variable;
    const address = { base: "local", offset: addressAt } as const;
    if (type.kind === "conformant") {
      values.variables.pushSize(type);
      code.emit("addiw", 7);
      code.emit("ldc", -8);
      code.emit("int");
      code.emit("alloc");
      code.emit("dup");
      frame.load(address, "word");
      values.variables.pushSize(type);
      values.service("move");
      frame.store(address, "word");
      return;
    }
    frame.pushAddress({ base: "local", offset });
    if (type.kind === "string") {
      code.integer(type.capacity);
      frame.load(address, "word");
      return values.service("assignString");
    }
    frame.load(address, "word");
    code.integer(extentOf(type).size);
    values.service("move");
  }

  /** Variables begin without a value. Section 6.5.1. */
  #makeUndefined({ symbol, bytes, level, copies }: Routine, frame: Frame, values: ValueGenerator): void {
    const code = this.#code;
    const start = level === 0 ? 0 : (symbol?.argumentBytes ?? 16);
    const from = Math.max(start, ...copies.map(({ variable, addressAt }) => endOfCopy(variable, addressAt)));
    const size = bytes - from;
    if (size <= 0) return;
    if (level !== 0 && size <= MOST_UNROLLED && isImmediate(bytes)) {
      let at = from;
      for (; at + 8 <= bytes; at += 8) code.emit("undef", at);
      if (at < bytes) code.emit("undef", Math.max(bytes - 8, from));
      return;
    }
    frame.pushAddress({ base: level === 0 ? "global" : "local", offset: from });
    code.integer(size >> 2);
    values.service("fill");
  }

  /** Files begin closed. */
  #openFiles(
    type: Type,
    variable: VariableSymbol,
    distance: number,
    frame: Frame,
    values: ValueGenerator,
  ): void {
    if (!holdsFile(type)) return;
    const code = this.#code;
    if (type.kind === "file") {
      const place = frame.placeOf(variable);
      frame.pushAddress({ ...place, offset: place.offset + distance });
      code.emit("ldc", type.isText ? FileKind.text : FileKind.binary);
      code.integer(extentOf(type.element).size);
      values.service("open");
      return;
    }
    if (type.kind === "array") {
      const { size } = extentOf(type.element);
      for (let index = 0; index <= type.index.high - type.index.low; index++) {
        this.#openFiles(type.element, variable, distance + index * size, frame, values);
      }
    } else if (type.kind === "record") {
      for (const field of type.fields.values()) {
        this.#openFiles(field.type, variable, distance + field.offset, frame, values);
      }
    }
  }

  /** Program parameters are files outside. Section 6.10. */
  #bindFiles(frame: Frame, values: ValueGenerator): void {
    for (const [index, { variable }] of this.#program.files.entries()) {
      frame.pushAddress(frame.at(0, variable.offset));
      this.#code.emit("ldc", index);
      values.service("bind");
    }
  }

  #epilogue({ symbol, level, variables }: Routine, frame: Frame, values: ValueGenerator): void {
    const code = this.#code;
    for (const variable of variables) {
      if (variable.type.kind !== "file" || variable.isReference || level === 0) continue;
      frame.pushAddress({ base: "local", offset: variable.offset });
      values.service("close");
    }
    if (level === 0) {
      code.emit("stop");
      return;
    }
    const { resultVariable } = symbol ?? {};
    if (resultVariable) {
      const place = { base: "local", offset: resultVariable.offset } as const;
      if (resultVariable.type.kind === "string") frame.pushAddress(place);
      else {
        code.means("noResult");
        frame.load(place, scalarStorage(resultVariable.type, false), true);
      }
      code.emit("setres");
    }
    code.emit("leave");
    code.emit("ret");
  }
}

/** Variables that the code of a routine alone reaches, and never by their addresses. */
function privateVariables({ variables, symbol }: Routine): readonly VariableSymbol[] {
  const all = symbol?.resultVariable ? [...variables, symbol.resultVariable] : variables;
  return all.filter(({ isShared, isReference, type }) => {
    const storage = storageOf(type, false);
    return !isShared && (isReference || storage === "word" || storage === "long");
  });
}

function privatesOf(routine: Routine): readonly number[] {
  return privateVariables(routine).map(({ offset }) => offset);
}

/** Gives those variables of a program places in its frame; how many bytes that takes with what is before. */
function putInFrame(routine: Routine): number {
  let bytes = FRAME_HEADER_BYTES;
  for (const variable of privateVariables(routine)) {
    variable.isInFrame = true;
    variable.offset = bytes;
    bytes += 8;
  }
  return bytes;
}

/** Copies stay as they are; they lie before all other variables. */
function endOfCopy({ type, offset, isReference }: VariableSymbol, addressAt: number): number {
  return isReference ? addressAt + 4 : offset + extentOf(type).size;
}
