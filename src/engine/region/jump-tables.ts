/**
 * Finds the tables that indirect jumps go through before a program runs: what compilers make of a `switch`. Values are followed
 * forward through a function's blocks (known-values.ts) until nothing changes; a jump to what was loaded from a table has its
 * cases as targets, and these may have jumps of their own.
 *
 * A table that is misread does no harm: it makes regions larger. What cannot be code is dropped.
 */

import { visitNodes } from "../ir.ts";
import { GUEST_PAGE } from "../memory-map.ts";
import { type CodePages, CodeView, emptyPages, REACH_PAGES } from "./code-view.ts";
import { type Block, CodeReader, exploreFlow, type Flow, type LinkRegisters } from "./flow.ts";
import {
  areEqual,
  type Bound,
  boundOf,
  type Entry,
  evaluate,
  type Place,
  type Registers,
  registerName,
  unknown,
} from "./known-values.ts";
import type { Stager } from "./stage.ts";

/** Instructions of a function that are looked at, and tables in tables. */
const MOST_INSTRUCTIONS = 3000;
const MOST_ROUNDS = 6;
/** Entries of a table: of one whose length is known, and of another one. */
const MOST_ENTRIES = 1024;
const MOST_GUESSED = 256;

export interface TableSearch {
  /** Pages of code by number. */
  readonly image: ReadonlyMap<number, Uint8Array>;
  /** Bytes of the program's file at an address; undefined where it has none. */
  readonly data: (address: number, length: 4 | 8) => DataView | undefined;
  readonly stage: Stager;
  readonly links: LinkRegisters;
  /** Registers in which functions give back results, by name: other than these, calls leave registers as they were. */
  readonly results: readonly string[];
}

/** Addresses of indirect jumps, and where each may lead. */
export type JumpTargets = ReadonlyMap<number, readonly number[]>;

export class JumpTables {
  readonly #search: TableSearch;
  readonly #view: CodeView;

  constructor(search: TableSearch) {
    this.#search = search;
    this.#view = new CodeView(wholeImage(search.image));
  }

  /** The tables of the function at an address; others begin at `functions`. */
  find(start: number, functions: ReadonlySet<number>): JumpTargets {
    const code = new CodeReader(this.#view, this.#search.stage, this.#search.links);
    const targets = new Map<number, readonly number[]>();
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const request = { heads: [start], jumpTargets: targets, others: functions };
      const flow = exploreFlow(code, { ...request, maxInstructions: MOST_INSTRUCTIONS });
      const open = [...(flow?.blocks.values() ?? [])].some((block) => isOpen(block, targets));
      const found = flow && open ? this.#inFlow(flow, start, targets) : [];
      for (const [site, places] of found) targets.set(site, places);
      if (found.length === 0) break;
    }
    return targets;
  }

  #inFlow(flow: Flow, start: number, known: JumpTargets): (readonly [number, readonly number[]])[] {
    const before = follow(flow, start, this.#search.results);
    return [...flow.blocks.values()].flatMap((block) => {
      const site = block.instructions.at(-1)?.offset;
      if (site === undefined || !isOpen(block, known)) return [];
      const entry = targetOf(block, before.get(block.offset) ?? new Map());
      const places = entry ? this.#read(entry, site) : [];
      return places.length > 0 ? [[site, places] as const] : [];
    });
  }

  /** The places in code that a table has. One of unknown length ends where something else stands. */
  #read({ at, size, signed, plus }: Entry, site: number): number[] {
    const { data, image } = this.#search;
    if (at.most !== undefined && at.most >= MOST_ENTRIES) return [];
    const found = new Set<number>();
    for (let index = 0; index <= (at.most ?? MOST_GUESSED - 1); index++) {
      const view = data(Number(at.base) + index * 2 ** at.shift, size);
      const value = size === 8 ? view?.getBigInt64(0, true) : view && BigInt(word(view, signed));
      const target = value === undefined ? -1 : Number(value + plus);
      const isNear = Math.abs(target - site) < REACH_PAGES * GUEST_PAGE;
      const isCode = target % 2 === 0 && image.has(Math.floor(target / GUEST_PAGE)) && isNear;
      if (isCode) found.add(target);
      else if (at.most === undefined) break;
    }
    return [...found];
  }
}

const word = (view: DataView, signed: boolean): number =>
  signed ? view.getInt32(0, true) : view.getUint32(0, true);

function wholeImage(image: ReadonlyMap<number, Uint8Array>): CodePages {
  const pages = emptyPages([...image.keys()]);
  for (const [place, bytes] of [...image.values()].entries()) pages.bytes.set(bytes, place * GUEST_PAGE);
  pages.met.fill(1);
  return pages;
}

function isOpen({ ending, instructions }: Block, known: JumpTargets): boolean {
  return ending === "jump" && !known.has(instructions.at(-1)?.offset ?? -1);
}

/** What registers hold at the beginnings of blocks; what is not in there is not known. */
function follow(flow: Flow, start: number, results: readonly string[]): ReadonlyMap<number, Registers> {
  const before = new Map<number, Registers>();
  const led = new Set([...flow.blocks.values()].flatMap(({ successors }) => successors));
  const roots = [...flow.blocks.keys()].filter((offset) => offset === start || !led.has(offset));
  for (const root of roots) before.set(root, new Map());
  const work = new Set(roots);
  for (const offset of work) {
    work.delete(offset);
    const block = flow.blocks.get(offset);
    if (!block) continue;
    const { registers, bound, taken } = through(block, before.get(offset) ?? new Map());
    if (block.ending === "call") for (const name of results) registers.delete(name);
    for (const next of new Set(block.successors)) {
      const isBound = bound && taken !== block.end && bound.whenTrue === (next === taken);
      const arriving = isBound ? narrowed(registers, bound, block) : registers;
      if (merge(before, next, arriving)) work.add(next);
    }
  }
  return before;
}

/** What a block makes of registers, and what the comparison at its end tells. */
function through({ offset, instructions }: Block, before: Registers) {
  const registers: Registers = new Map(before);
  let bound: Bound | undefined;
  let taken: number | undefined;
  for (const { offset: at, length, body } of instructions) {
    const place: Place = { at, length, block: offset, registers };
    const last = body.at(-1);
    if (last?.kind === "if") {
      bound = boundOf(last.condition, place);
      const [jump] = last.whenTrue;
      if (jump?.kind === "jumpRelative") taken = at + (jump.offset.value ?? 0);
    }
    const written = body.flatMap((node) =>
      node.kind === "writeRegister"
        ? [[registerName(node.file, node.operand), evaluate(node.value, place)] as const]
        : [],
    );
    // What is written in some cases only.
    visitNodes(body, (node) => {
      if (node.kind === "writeRegister")
        registers.set(registerName(node.file, node.operand), unknown(`${at}`));
    });
    for (const [name, value] of written) registers.set(name, value);
  }
  return { registers, bound, taken };
}

/** The registers that hold what was compared now hold an index that is bounded. */
function narrowed(registers: Registers, { value, most }: Bound, { end }: Block): Registers {
  const index = unknown(`<${end}`, most);
  return new Map([...registers].map(([name, known]) => [name, areEqual(known, value) ? index : known]));
}

/** Keeps what is the same on all ways to a block; whether that is less than before. */
function merge(before: Map<number, Registers>, offset: number, arriving: Registers): boolean {
  const known = before.get(offset);
  if (!known) {
    before.set(offset, new Map(arriving));
    return true;
  }
  let isLess = false;
  for (const [name, value] of known) {
    if (areEqual(value, arriving.get(name))) continue;
    known.delete(name);
    isLess = true;
  }
  return isLess;
}

/** What a block's jump at its end leads to, if that comes out of a table. */
function targetOf(block: Block, before: Registers): Entry | undefined {
  const last = block.instructions.at(-1);
  const jump = last?.body.at(-1);
  if (!last || jump?.kind !== "jump") return undefined;
  const { registers } = through({ ...block, instructions: block.instructions.slice(0, -1) }, before);
  const place: Place = { at: last.offset, length: last.length, block: block.offset, registers };
  const target = evaluate(jump.target, place);
  return target.kind === "entry" ? target : undefined;
}
