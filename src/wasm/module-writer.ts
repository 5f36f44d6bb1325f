/**
 * Writes a WebAssembly module. Imports are declared before functions, as their indices come first.
 * WebAssembly Core Specification 2.0, section 5.5; the name section is in its appendix 7.4.
 */

import { InternalError } from "../base/errors.ts";
import { ByteWriter } from "./byte-writer.ts";
import type { FunctionWriter } from "./function-writer.ts";
import { type FunctionType, typeByte, type ValueType } from "./types.ts";

/** Sizes of a memory (pages of 64 KiB) or a table (entries). */
export interface Limits {
  readonly minimum: number;
  readonly maximum?: number;
  readonly shared?: boolean;
}

const KIND = { function: 0, table: 1, memory: 2, global: 3 } as const;
const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
} as const;

type Entry = (out: ByteWriter) => void;

export class ModuleWriter {
  readonly #types: FunctionType[] = [];
  readonly #imports: Entry[] = [];
  readonly #functions: FunctionWriter[] = [];
  readonly #tables: Entry[] = [];
  readonly #memories: Entry[] = [];
  readonly #globals: Entry[] = [];
  readonly #exports: Entry[] = [];
  readonly #elements: Entry[] = [];
  readonly #data: Entry[] = [];
  readonly #functionNames = new Map<number, string>();
  #importedFunctions = 0;
  #importedGlobals = 0;
  #importedTables = 0;
  #start: number | undefined;

  /** The index of a function type; equal types share one. */
  type(type: FunctionType): number {
    const key = typeKey(type);
    const known = this.#types.findIndex((other) => typeKey(other) === key);
    return known >= 0 ? known : this.#types.push(type) - 1;
  }

  importFunction(module: string, name: string, type: FunctionType): number {
    if (this.#functions.length > 0) throw new InternalError("functions are imported before any is defined");
    const typeIndex = this.type(type);
    this.#imports.push((out) => out.name(module).name(name).byte(KIND.function).unsigned(typeIndex));
    this.#functionNames.set(this.#importedFunctions, name);
    return this.#importedFunctions++;
  }

  importMemory(module: string, name: string, limits: Limits): void {
    this.#imports.push((out) => writeLimits(out.name(module).name(name).byte(KIND.memory), limits));
  }

  importTable(module: string, name: string, limits: Limits): number {
    this.#imports.push((out) =>
      writeLimits(out.name(module).name(name).byte(KIND.table).byte(typeByte.funcref), limits),
    );
    return this.#importedTables++;
  }

  importGlobal(module: string, name: string, type: ValueType, mutable: boolean): number {
    this.#imports.push((out) =>
      out
        .name(module)
        .name(name)
        .byte(KIND.global)
        .byte(typeByte[type])
        .byte(mutable ? 1 : 0),
    );
    return this.#importedGlobals++;
  }

  /** Adds a function whose body may still be written; returns its index. */
  function(body: FunctionWriter, name?: string): number {
    const index = this.#importedFunctions + this.#functions.push(body) - 1;
    this.type(body.type);
    if (name !== undefined) this.#functionNames.set(index, name);
    return index;
  }

  table(limits: Limits): number {
    this.#tables.push((out) => writeLimits(out.byte(typeByte.funcref), limits));
    return this.#importedTables + this.#tables.length - 1;
  }

  memory(limits: Limits): void {
    this.#memories.push((out) => writeLimits(out, limits));
  }

  /** A global that starts as a constant. */
  global(type: "i32" | "i64" | "f32" | "f64", mutable: boolean, initial: number | bigint): number {
    this.#globals.push((out) => {
      out.byte(typeByte[type]).byte(mutable ? 1 : 0);
      if (type === "i64") out.byte(0x42).signed64(BigInt(initial));
      else if (type === "i32") out.byte(0x41).signed(Number(initial));
      else if (type === "f32") out.byte(0x43).f32(Number(initial));
      else out.byte(0x44).f64(Number(initial));
      out.byte(0x0b);
    });
    return this.#importedGlobals + this.#globals.length - 1;
  }

  export(name: string, kind: keyof typeof KIND, index: number): void {
    this.#exports.push((out) => out.name(name).byte(KIND[kind]).unsigned(index));
  }

  start(fn: number): void {
    this.#start = fn;
  }

  /** Fills table 0 from `offset` with functions. */
  element(offset: number, functions: readonly number[]): void {
    this.#elements.push((out) => {
      out.unsigned(0).byte(0x41).signed(offset).byte(0x0b).unsigned(functions.length);
      for (const fn of functions) out.unsigned(fn);
    });
  }

  /** Bytes put into memory at `offset`; without an offset, a passive segment for `memory.init`. Returns its index. */
  data(bytes: Uint8Array, offset?: number): number {
    return (
      this.#data.push((out) => {
        if (offset === undefined) out.unsigned(1);
        else out.unsigned(0).byte(0x41).signed(offset).byte(0x0b);
        out.unsigned(bytes.length).append(bytes);
      }) - 1
    );
  }

  /** The module in the binary format. */
  encode(): Uint8Array<ArrayBuffer> {
    const out = new ByteWriter();
    out.append(Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    vectorSection(out, SECTION.type, this.#types.map(typeEntry));
    vectorSection(out, SECTION.import, this.#imports);
    const functionEntries = this.#functions.map((body): Entry => {
      const typeIndex = this.type(body.type);
      return (section) => section.unsigned(typeIndex);
    });
    vectorSection(out, SECTION.function, functionEntries);
    vectorSection(out, SECTION.table, this.#tables);
    vectorSection(out, SECTION.memory, this.#memories);
    vectorSection(out, SECTION.global, this.#globals);
    vectorSection(out, SECTION.export, this.#exports);
    if (this.#start !== undefined) section(out, SECTION.start, new ByteWriter().unsigned(this.#start));
    vectorSection(out, SECTION.element, this.#elements);
    if (this.#data.length > 0) {
      section(out, SECTION.dataCount, new ByteWriter().unsigned(this.#data.length));
    }
    this.#branchHintSection(out);
    vectorSection(out, SECTION.code, this.#functions.map(codeEntry));
    vectorSection(out, SECTION.data, this.#data);
    this.#nameSection(out);
    return out.bytes;
  }

  /** The custom section "metadata.code.branch_hint", which must stand before the code. */
  #branchHintSection(out: ByteWriter): void {
    const functions = this.#functions
      .map((body, index) => ({ index: this.#importedFunctions + index, hints: body.branchHints() }))
      .filter(({ hints }) => hints.length > 0);
    if (functions.length === 0) return;
    const content = new ByteWriter().name("metadata.code.branch_hint").unsigned(functions.length);
    for (const { index, hints } of functions) {
      content.unsigned(index).unsigned(hints.length);
      for (const { offset, hint } of hints)
        content
          .unsigned(offset)
          .unsigned(1)
          .byte(hint === "likely" ? 1 : 0);
    }
    section(out, SECTION.custom, content);
  }

  #nameSection(out: ByteWriter): void {
    const content = new ByteWriter().name("name");
    const names = new ByteWriter().unsigned(this.#functionNames.size);
    for (const [index, name] of this.#functionNames) names.unsigned(index).name(name);
    section(content, 1, names);
    const withLocals = this.#functions
      .map((body, index) => ({ index: this.#importedFunctions + index, locals: body.localNames }))
      .filter(({ locals }) => locals.size > 0);
    const locals = new ByteWriter().unsigned(withLocals.length);
    for (const fn of withLocals) {
      locals.unsigned(fn.index).unsigned(fn.locals.size);
      for (const [index, name] of fn.locals) locals.unsigned(index).name(name);
    }
    section(content, 2, locals);
    section(out, SECTION.custom, content);
  }
}

function typeKey({ params, results }: FunctionType): string {
  return `${params.join()}:${results.join()}`;
}

function typeEntry({ params, results }: FunctionType): Entry {
  return (out) => {
    out.byte(0x60).unsigned(params.length);
    for (const param of params) out.byte(typeByte[param]);
    out.unsigned(results.length);
    for (const result of results) out.byte(typeByte[result]);
  };
}

function codeEntry(body: FunctionWriter): Entry {
  return (out) => {
    const bytes = body.encode();
    out.unsigned(bytes.length).append(bytes);
  };
}

function writeLimits(out: ByteWriter, { minimum, maximum, shared = false }: Limits): void {
  out.byte((maximum === undefined ? 0 : 1) | (shared ? 2 : 0)).unsigned(minimum);
  if (maximum !== undefined) out.unsigned(maximum);
}

function section(out: ByteWriter, id: number, content: ByteWriter): void {
  out.byte(id).unsigned(content.length).append(content.bytes);
}

function vectorSection(out: ByteWriter, id: number, entries: readonly Entry[]): void {
  if (entries.length === 0) return;
  const content = new ByteWriter().unsigned(entries.length);
  for (const entry of entries) entry(content);
  section(out, id, content);
}
