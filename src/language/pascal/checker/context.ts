/** What all parts of the checker share: the scope that is open, the frame that is laid out, and what was found wrong. */

import { alignUp } from "../../../base/bits.ts";
import type { Name } from "../ast.ts";
import type { Diagnostics } from "../diagnostics.ts";
import { type PascalSymbol, type ProcedureSymbol, Scope, type VariableSymbol } from "../symbols.ts";
import type { Extent, Type } from "../types.ts";
import { predefined } from "./predefined.ts";

/** Of a frame, before the parameters: static link, dynamic link, return address, top (docs/pcode.md). */
export const FRAME_HEADER_BYTES = 16;
/** Bytes that a program's variables may have, and those of one procedure. */
export const MOST_VARIABLE_BYTES = 0x2000_0000;

/** The frame of a procedure while its block is checked. */
export interface FrameLayout {
  bytes: number;
  readonly variables: VariableSymbol[];
}

export class Context {
  readonly diagnostics: Diagnostics;
  scope = new Scope(undefined, 0);
  frame: FrameLayout = { bytes: 0, variables: [] };
  /** The procedures whose blocks are open, from the outermost. */
  readonly procedures: ProcedureSymbol[] = [];
  #procedureCount = 0;

  constructor(diagnostics: Diagnostics) {
    this.diagnostics = diagnostics;
    for (const symbol of predefined()) this.scope.add(symbol);
    this.open();
  }

  get level(): number {
    return this.procedures.length;
  }

  error(at: number, message: string): void {
    this.diagnostics.add(at, message);
  }

  open(): void {
    this.scope = new Scope(this.scope, this.level);
  }

  close(): void {
    this.scope = this.scope.outer ?? this.scope;
  }

  nextProcedure(): number {
    this.#procedureCount++;
    return this.#procedureCount;
  }

  /** What a name means; says so where it means nothing. An empty name was complained of already. */
  find({ name, at }: Name): PascalSymbol | undefined {
    const found = this.scope.find(name);
    if (!found && name !== "") {
      const similar = this.scope.similar(name);
      const hint = similar === undefined ? missingFile(name) : `; did you mean "${similar}"?`;
      this.error(at, `"${name}" is not declared${hint}`);
    }
    return found;
  }

  declare(symbol: PascalSymbol, at: number): void {
    if (symbol.name === "") return;
    const conflict = this.scope.conflict(symbol.name);
    if (conflict) this.error(at, conflict);
    else this.scope.add(symbol);
  }

  /** Room in the frame. */
  allocate({ size, align }: Extent, at: number): number {
    const offset = alignUp(this.frame.bytes, align);
    if (offset + size > MOST_VARIABLE_BYTES) {
      this.error(at, "these variables are too large");
      return offset;
    }
    this.frame.bytes = offset + size;
    return offset;
  }

  variable({ name, at }: Name, type: Type, offset: number, isReference = false): VariableSymbol {
    return { kind: "variable", name, type, at, level: this.level, offset, isReference, controlling: 0 };
  }
}

function missingFile(name: string): string {
  if (name !== "input" && name !== "output") return "";
  return `: the program's heading must name it, as in "program example(${name});"`;
}
