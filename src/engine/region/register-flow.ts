/**
 * Which registers a region has in local variables where: those that its code is going to read before it writes them, and
 * those that memory must be told of where it leaves. What is neither is not taken from memory, and WebAssembly's compiler
 * need not keep it.
 */

import { type Body, bodiesOf, type Node } from "../ir.ts";
import type { Structure } from "./structure.ts";

/** Registers as bits. */
export type Registers = bigint;

export interface RegisterFlow {
  /** For each block those that may be dirty at its start: written since memory last held them. */
  readonly dirty: readonly Registers[];
  /** For each block those that must be in their locals at its start. */
  readonly needed: readonly Registers[];
  /** What is dirty where the interpreter may be asked for, each set after the larger ones; each with a part of it. */
  readonly leaving: ReadonlyMap<Registers, Registers>;
}

/** What the flow of registers is worked out from. */
export interface RegisterUse {
  readonly bodies: readonly Body[];
  /** The register that a node reads or writes. */
  readonly bitOf: (node: Node) => Registers;
  readonly successors: readonly (readonly number[])[];
  /** Whether a block ends by a call: that stores all that is dirty, and takes what is needed anew. */
  readonly calls: (node: number) => boolean;
  /** Whether control may go from the end of a block to where the region is left. */
  readonly exits: (node: number) => boolean;
  readonly structure: Structure;
}

/** Nodes in whose stead the interpreter may have to execute the instruction. */
const leaves = new Set<Node["kind"]>([
  "load",
  "store",
  "atomic",
  "compareExchange",
  "call",
  "callEffect",
  "trap",
]);

export function registerFlow(use: RegisterUse): RegisterFlow {
  const dirty = dirtyAtStart(use);
  const asks = askingBlocks(use.structure, use.bodies.length);
  const blocks = use.bodies.map((body, node) => {
    const start = dirty[node] ?? 0n;
    const walk = new BlockWalk(use.bitOf, start);
    if (asks.has(node)) walk.leave();
    walk.body(body, true);
    if (use.calls(node) || use.exits(node)) walk.exit();
    return walk;
  });
  return { dirty, needed: neededAtStart(use, blocks), leaving: ordered(blocks) };
}

/** The blocks at which a region asks for its budget, with what may be dirty there. */
function askingBlocks({ loopHeads, order, targets, root }: Structure, blocks: number): ReadonlySet<number> {
  const dispatches = order.filter((node) => node >= blocks && node !== root);
  return new Set([...loopHeads, ...dispatches.flatMap((node) => targets(node) ?? [])]);
}

/** What one block does to registers, in the order of its code. */
class BlockWalk {
  readonly #bitOf: (node: Node) => Registers;
  #dirty: Registers;
  /** Written on every way to here. */
  written: Registers = 0n;
  needed: Registers = 0n;
  /** What is dirty where the interpreter may be asked for: each with the one before it. */
  readonly leaving = new Map<Registers, Registers>();
  #last: Registers = 0n;

  constructor(bitOf: (node: Node) => Registers, dirty: Registers) {
    this.#bitOf = bitOf;
    this.#dirty = dirty;
  }

  body(body: Body, isAlways: boolean): void {
    for (const node of body) {
      if (node.kind === "readRegister") this.needed |= this.#bitOf(node) & ~this.written;
      if (leaves.has(node.kind)) this.leave();
      for (const nested of bodiesOf(node)) this.body(nested, false);
      if (node.kind !== "writeRegister") continue;
      const bit = this.#bitOf(node);
      this.#dirty |= bit;
      if (isAlways) this.written |= bit;
    }
  }

  exit(): void {
    this.needed |= this.#dirty & ~this.written;
  }

  leave(): void {
    this.exit();
    if (this.#dirty === 0n || this.leaving.has(this.#dirty)) return;
    this.leaving.set(this.#dirty, this.#last);
    this.#last = this.#dirty;
  }
}

function dirtyAtStart({ bodies, bitOf, successors, calls, structure }: RegisterUse): Registers[] {
  const writes = bodies.map((body) => writesOf(body, bitOf));
  const dirty: Registers[] = bodies.map(() => 0n);
  for (let changed = true; changed; ) {
    changed = false;
    for (const node of structure.order) {
      if (node >= bodies.length) continue;
      const after = calls(node) ? 0n : (dirty[node] ?? 0n) | (writes[node] ?? 0n);
      for (const to of successors[node] ?? []) {
        const before = dirty[to] ?? 0n;
        if ((before | after) === before) continue;
        dirty[to] = before | after;
        changed = true;
      }
    }
  }
  return dirty;
}

function writesOf(body: Body, bitOf: (node: Node) => Registers): Registers {
  let bits = 0n;
  for (const node of body) {
    if (node.kind === "writeRegister") bits |= bitOf(node);
    for (const nested of bodiesOf(node)) bits |= writesOf(nested, bitOf);
  }
  return bits;
}

function neededAtStart(
  { successors, calls, structure }: RegisterUse,
  blocks: readonly BlockWalk[],
): Registers[] {
  const needed = blocks.map((block) => block.needed);
  const backwards = structure.order.toReversed();
  for (let changed = true; changed; ) {
    changed = false;
    for (const node of backwards) {
      const block = blocks[node];
      if (!block || calls(node)) continue;
      const before = needed[node] ?? 0n;
      const after = (successors[node] ?? []).reduce((bits, to) => bits | (needed[to] ?? 0n), 0n);
      needed[node] = before | (after & ~block.written);
      changed ||= needed[node] !== before;
    }
  }
  return needed;
}

/** All sets, the larger ones first. One that begins a block gets the largest part of it that is there. */
function ordered(blocks: readonly BlockWalk[]): Map<Registers, Registers> {
  const parts = new Map<Registers, Registers>();
  for (const { leaving } of blocks) {
    for (const [set, part] of leaving) if (!parts.get(set)) parts.set(set, part);
  }
  const bySize = [...parts.keys()].map((set) => ({ set, size: sizeOf(set) })).sort((a, b) => b.size - a.size);
  return new Map(
    bySize.map(({ set }, index) => [set, parts.get(set) || largestPart(set, bySize.slice(index + 1))]),
  );
}

function largestPart(set: Registers, smaller: readonly { readonly set: Registers }[]): Registers {
  return smaller.find((other) => (other.set & set) === other.set)?.set ?? 0n;
}

function sizeOf(set: Registers): number {
  let size = 0;
  for (let rest = set; rest !== 0n; rest &= rest - 1n) size += 1;
  return size;
}
