/** What all parts of the checker share: the scope that is open, the frame that is laid out, and what was found wrong. */

import { alignUp } from "../../../base/bits.ts";
import type { Name } from "../ast.ts";
import type { Diagnostics } from "../diagnostics.ts";
import type { Dialect } from "../dialect.ts";
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
  readonly dialect: Dialect;
  scope = new Scope(undefined, 0);
  frame: FrameLayout = { bytes: 0, variables: [] };
  /** The procedures whose blocks are open, from the outermost. */
  readonly procedures: ProcedureSymbol[] = [];
  /** input and output, where the program's heading names them. */
  readonly standardFiles = new Map<string, VariableSymbol>();
  #procedureCount = 0;

  constructor(diagnostics: Diagnostics, dialect: Dialect) {
    this.diagnostics = diagnostics;
    this.dialect = dialect;
    for (const symbol of predefined(dialect)) this.scope.add(symbol);
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
      const suggestion = similar === undefined ? "" : `; did you mean "${similar}"?`;
      this.error(at, `"${name}" is not declared${noteOn(name) ?? suggestion}`);
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

  variable(
    { name, at }: Name,
    type: Type,
    offset: number,
    { isReference = false, isParameter = false } = {},
  ): VariableSymbol {
    const { level } = this;
    return {
      kind: "variable",
      name,
      type,
      at,
      level,
      offset,
      isReference,
      isParameter,
      isShared: false,
      isInFrame: false,
      controlling: 0,
      changedInside: undefined,
    };
  }
}

/** Names that other dialects of Pascal have. */
const foreign: ReadonlyMap<string, string> = new Map([
  ["string", "it has packed array [1..n] of char, and --std turbo has strings"],
  ["otherwise", "each value of a case must be listed, but with --std turbo"],
  ["inc", "write i := i + 1"],
  ["dec", "write i := i - 1"],
  ["byte", "write 0..255"],
  ["word", "write 0..65535"],
  ["exit", "a goto to a label before the last end does that, or halt"],
  ["break", "a goto leaves a loop"],
  ["continue", "a goto to the end of the body does that"],
  ["assign", "files are named in the program's heading"],
  ["length", "the length of a string is that of its type"],
  ["uses", "a program is one text"],
]);

/** What to say of a name that is not declared, if it is a known one. */
export function noteOn(name: string): string | undefined {
  if (name === "input" || name === "output") {
    return `: the program's heading must name it, as in "program example(${name});"`;
  }
  const note = foreign.get(name);
  return note && `: standard Pascal has no "${name}"; ${note}`;
}
