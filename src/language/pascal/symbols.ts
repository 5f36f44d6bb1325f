/** What names mean, and where. ISO 7185, section 6.2. */

import type { Heading } from "./ast.ts";
import type { Type } from "./types.ts";

export interface ConstantSymbol {
  readonly kind: "constant";
  readonly name: string;
  readonly type: Type;
  /** An ordinal number or a real; the text of a string. */
  readonly value: number | string;
}

export interface TypeSymbol {
  readonly kind: "type";
  readonly name: string;
  readonly type: Type;
}

export interface VariableSymbol {
  readonly kind: "variable";
  readonly name: string;
  readonly type: Type;
  readonly at: number;
  /** 0 for those of the program. */
  readonly level: number;
  /** From the start of the frame, or of the globals. */
  offset: number;
  /** The frame holds the address of the variable. */
  readonly isReference: boolean;
  readonly isParameter: boolean;
  /** Reached from other procedures, or by its address. */
  isShared: boolean;
  /** One of the program's own that its frame has, as no one else reaches it. */
  isInFrame: boolean;
  /** For statements that control it just now. */
  controlling: number;
  /** Where a procedure inside its block may change it. */
  changedInside: number | undefined;
}

/** A bound of a conformant array: a value, no variable. */
export interface BoundSymbol {
  readonly kind: "bound";
  readonly name: string;
  readonly type: Type;
  readonly level: number;
  readonly offset: number;
}

export interface ParameterSymbol {
  readonly mode: "value" | "variable" | "procedure";
  readonly name: string;
  readonly type: Type;
  /** Where the caller puts it in the frame. */
  readonly offset: number;
  /** Parameters of one section have the same number. */
  readonly section: number;
  /** Of a procedural parameter. */
  readonly procedure?: ProcedureSymbol;
}

export interface ProcedureSymbol {
  readonly kind: "procedure";
  readonly name: string;
  readonly at: number;
  readonly isFunction: boolean;
  /** The level that it is declared at; its own frame is one higher. */
  readonly level: number;
  readonly number: number;
  parameters: readonly ParameterSymbol[];
  /** Bytes of the frame that arguments take, with what is before them. */
  argumentBytes: number;
  result?: Type;
  readonly heading: Heading;
  /** Where a parameter lies that is a procedure: its entry, and the frame around it. */
  readonly place?: { readonly level: number; readonly offset: number };
  hasBody: boolean;
  /** Where its result is kept while it runs. */
  resultVariable?: VariableSymbol;
  isAssigned: boolean;
}

export interface StandardSymbol {
  readonly kind: "standard";
  readonly name: string;
  readonly isFunction: boolean;
}

/** A field that a with statement has brought into view. */
export interface FieldSymbol {
  readonly kind: "field";
  readonly name: string;
  readonly with: import("./tree.ts").WithRecord;
}

export type PascalSymbol =
  | ConstantSymbol
  | TypeSymbol
  | VariableSymbol
  | BoundSymbol
  | ProcedureSymbol
  | StandardSymbol
  | FieldSymbol;

export class Scope {
  readonly outer: Scope | undefined;
  readonly level: number;
  readonly #symbols = new Map<string, PascalSymbol>();
  /** Names that were used here with their meaning from outside. */
  readonly #fromOutside = new Map<string, PascalSymbol>();

  constructor(outer: Scope | undefined, level: number) {
    this.outer = outer;
    this.level = level;
  }

  /** What a name means here; undefined where it means nothing. */
  find(name: string): PascalSymbol | undefined {
    const known = this.#symbols.get(name) ?? this.#fromOutside.get(name);
    if (known) return known;
    const found = this.outer?.find(name);
    if (found) this.#fromOutside.set(name, found);
    return found;
  }

  findHere(name: string): PascalSymbol | undefined {
    return this.#symbols.get(name);
  }

  /** Why a name cannot be declared here; undefined where it can. */
  conflict(name: string): string | undefined {
    if (this.#symbols.has(name)) return `"${name}" is declared twice in this block`;
    if (this.#fromOutside.has(name)) {
      return `"${name}" was used above with its meaning outside this block: it cannot be declared now`;
    }
    return undefined;
  }

  add(symbol: PascalSymbol): void {
    this.#symbols.set(symbol.name, symbol);
  }

  get symbols(): Iterable<PascalSymbol> {
    return this.#symbols.values();
  }

  /** A visible name that may have been meant. */
  similar(name: string): string | undefined {
    let best: string | undefined;
    if (name.length < 3) return undefined;
    let least = name.length < 5 ? 1 : 2;
    for (let scope: Scope | undefined = this; scope; scope = scope.outer) {
      for (const known of scope.#symbols.keys()) {
        const distance = editDistance(name, known, least);
        if (distance > least || (distance === least && best !== undefined)) continue;
        best = known;
        least = distance;
      }
    }
    return best;
  }
}

/** Insertions, deletions, replacements and exchanges of neighbours that make one word of another; `most` + 1 if more. */
export function editDistance(one: string, other: string, most: number): number {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row++) {
    const present = [row];
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1];
      const replaced = (last[column - 1] ?? 0) + (isSame ? 0 : 1);
      let least = Math.min(replaced, (last[column] ?? 0) + 1, (present[column - 1] ?? 0) + 1);
      if (one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]) {
        least = Math.min(least, (before[column - 2] ?? most) + 1);
      }
      present.push(least);
    }
    before = last;
    last = present;
  }
  return last[other.length] ?? most + 1;
}
