/** The state of making the code of one routine: its frame, its temporaries, and how variables of all levels are reached. */

import { alignUp } from "../../../base/bits.ts";
import { rangeOf } from "../checker/values.ts";
import type { VariableSymbol } from "../symbols.ts";
import type { ErrorName, Value } from "../tree.ts";
import { type OrdinalType, type Storage, storageOf, type Type } from "../types.ts";
import { type Emitter, isImmediate } from "./emitter.ts";

/** Where something lies: in the frame, among the globals, or at a distance from the address on the stack. */
export interface Place {
  readonly base: "local" | "global" | "stack";
  readonly offset: number;
}

export interface GeneratorOptions {
  /** Make run-time checks. */
  readonly checks: boolean;
}

/** Where the globals begin. docs/pcode.md, "Memory". */
const DATA_BASE = 0x100_0000;

const loads = {
  local: { word: "ldlw", byte: "ldlb", long: "ldld" },
  global: { word: "ldgw", byte: "ldgb", long: "ldgd" },
  stack: { word: "ldw", byte: "ldb", long: "ldd" },
} as const;
/** Those that look whether there is a value; a byte always is one. */
const checkedLoads = {
  local: { word: "ldlwc", byte: "ldlb", long: "ldldc" },
  global: { word: "ldgwc", byte: "ldgb", long: "ldgdc" },
  stack: { word: "ldwc", byte: "ldb", long: "lddc" },
} as const;
const stores = {
  local: { word: "stlw", byte: "stlb", long: "stld" },
  global: { word: "stgw", byte: "stgb", long: "stgd" },
  stack: { word: "stw", byte: "stb", long: "std" },
} as const;
/** Displacements of stores to an address on the stack have 12 bits. */
const MOST_DISPLACEMENT = 4095;

export class Frame {
  readonly code: Emitter;
  readonly checks: boolean;
  readonly level: number;
  /** Bytes in use, and the most that ever were. */
  #bytes: number;
  #most: number;

  constructor(code: Emitter, { checks }: GeneratorOptions, level: number, bytes: number) {
    this.code = code;
    this.checks = checks;
    this.level = level;
    this.#bytes = alignUp(bytes, 8);
    this.#most = this.#bytes;
  }

  /** What the frame needs. */
  get size(): number {
    return this.#most;
  }

  /** Bytes in use. */
  get used(): number {
    return this.#bytes;
  }

  /** Gives up the temporaries that were taken since so many bytes were in use. */
  giveUpTo(bytes: number): void {
    this.#bytes = bytes;
  }

  temporary(): Place {
    const offset = this.#take(8);
    this.#scalars.add(offset);
    return { base: "local", offset };
  }

  /** The same for what is reached by its address. */
  temporaryBlock(bytes: number): Place {
    const offset = this.#take(bytes);
    for (let at = offset; at < offset + bytes; at += 8) this.#blocks.add(at);
    return { base: "local", offset };
  }

  #take(bytes: number): number {
    const offset = this.#bytes;
    this.#bytes += alignUp(bytes, 8);
    this.#most = Math.max(this.#most, this.#bytes);
    return offset;
  }

  readonly #scalars = new Set<number>();
  readonly #blocks = new Set<number>();

  /** Temporaries that never were a part of a block. */
  get privateTemporaries(): readonly number[] {
    return [...this.#scalars].filter((offset) => !this.#blocks.has(offset));
  }

  /** Where a variable is, or the address of one that is a reference. */
  placeOf({ level, offset, isInFrame }: VariableSymbol): Place {
    return isInFrame ? { base: "local", offset } : this.at(level, offset);
  }

  /** A place in the frame of a level, which may need that frame's address on the stack. */
  at(level: number, offset: number): Place {
    if (level === 0) return { base: "global", offset };
    if (level === this.level) return { base: "local", offset };
    this.pushFrame(level);
    return { base: "stack", offset };
  }

  /** The address of the frame of a level round this one. */
  pushFrame(level: number): void {
    this.code.emit("frame");
    for (let up = this.level; up > level; up--) this.code.emit("up");
  }

  pushAddress({ base, offset }: Place): void {
    if (base === "stack") this.code.add(offset);
    else if (isImmediate(offset)) this.code.emit(base === "local" ? "lal" : "lag", offset);
    else if (base === "global") this.code.integer(DATA_BASE + offset);
    else {
      this.code.emit("lal");
      this.code.add(offset);
    }
  }

  load(place: Place, storage: Exclude<Storage, "block">, mustBeDefined = false): void {
    const names = mustBeDefined && this.checks ? checkedLoads : loads;
    if (isImmediate(place.offset)) this.code.emit(names[place.base][storage], place.offset);
    else {
      this.pushAddress(place);
      this.code.emit(names.stack[storage]);
    }
  }

  /** Makes the address on the stack one that a store reaches. */
  forStore({ base, offset }: Place): Place {
    if (base !== "stack") {
      if (isImmediate(offset)) return { base, offset };
      this.pushAddress({ base, offset });
      return { base: "stack", offset: 0 };
    }
    if (offset >= 0 && offset <= MOST_DISPLACEMENT) return { base, offset };
    this.code.add(offset);
    return { base, offset: 0 };
  }

  /** Stores what is on the stack; the address is below it, if the place has one there (see `forStore`). */
  store({ base, offset }: Place, storage: Exclude<Storage, "block">): void {
    if (base !== "stack" && !isImmediate(offset)) {
      this.pushAddress({ base, offset });
      this.code.emit("swap");
      this.store({ base: "stack", offset: 0 }, storage);
      return;
    }
    this.code.emit(stores[base][storage], offset);
  }

  /** Checks that the integer on the stack is within bounds. */
  checkRange(low: number, high: number, error: ErrorName): void {
    const { code } = this;
    if (!this.checks) return;
    if (low === 0 && isImmediate(high)) code.check(error, "chk", high);
    else if (low >= 0 && high <= 511) code.check(error, "chkr", low, high);
    else {
      code.integer(low);
      code.integer(high);
      code.check(error, "chkb");
    }
  }

  /** Checks a value that was just computed against the type that it is given to. */
  checkFits(type: Type, value: Value, error: ErrorName): void {
    if (type.kind !== "ordinal") return;
    const known = rangeOf(value);
    if (known.low >= type.low && known.high <= type.high) return;
    this.code.at(value.at);
    this.checkRange(type.low, type.high, error);
  }
}

export function scalarStorage(type: Type, inPacked: boolean): Exclude<Storage, "block"> {
  const storage = storageOf(type, inPacked);
  if (storage === "block") throw new TypeError(`a ${type.kind} is no scalar`);
  return storage;
}

export function widthOf({ low, high }: OrdinalType): number {
  return high - low + 1;
}
