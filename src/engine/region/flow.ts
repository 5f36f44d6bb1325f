/**
 * The control flow graph of a region: the guest code that is reachable from some offsets through direct jumps, and through
 * the indirect ones whose targets were seen, as basic blocks.
 */

import { type Body, type Node, operandsOf, type Value, visitNodes } from "../ir.ts";
import type { PlacedInstruction } from "../passes/resolve-operands.ts";
import type { CodeView } from "./code-view.ts";
import { chooseEntries } from "./entries.ts";
import type { StagedCode, Stager } from "./stage.ts";

/** How control leaves a block, other than to what follows it or through a `goto` in the region. */
export type Ending =
  /** It only does that. */
  | "flow"
  /** By a jump to a computed address that is no call. */
  | "jump"
  /** Back to where the function was called from. */
  | "return"
  /** To a function that comes back to what follows. */
  | "call";

/** A basic block. Control enters at its first instruction only. */
export interface Block {
  readonly offset: number;
  /** One past its last byte. */
  readonly end: number;
  readonly instructions: readonly PlacedInstruction[];
  readonly ending: Ending;
  /** Offsets of the blocks that may follow, all in the region; twice where a branch leads to one by both its ways. */
  readonly successors: readonly number[];
}

export interface Flow {
  /** Where the region may be entered. */
  readonly entries: readonly number[];
  /** By their offsets, and in the order of these. */
  readonly blocks: ReadonlyMap<number, Block>;
  /** Direct jumps and falls out of the region: where to. */
  readonly exits: readonly number[];
  /** There was more to explore. */
  readonly isFull: boolean;
}

/** What to explore. */
export interface FlowRequest {
  /** Where control comes in. */
  readonly heads: readonly number[];
  /** It is to be entered there itself, not at the heads of the loops that the places are in. */
  readonly isExact?: boolean;
  /** Targets seen of indirect jumps, by the offset of the jump. */
  readonly jumpTargets: ReadonlyMap<number, readonly number[]>;
  /** Entries of regions that stay apart: they are not made part of this one, unless it begins there or jumps there indirectly. */
  readonly others: ReadonlySet<number>;
  readonly maxInstructions: number;
}

/** What an instruction does to control; targets are distances from it. */
interface Transfer {
  readonly targets: readonly number[];
  readonly fallsThrough: boolean;
  readonly ending: Ending;
}

/** Registers that calls leave the address of what follows in, by index. */
export type LinkRegisters = readonly number[];

/** What instructions do to control, by their bodies; none for those that the interpreter must execute. */
const transfers = new WeakMap<Body, Transfer | "opaque">();

function transferOf({ body }: StagedCode, links: LinkRegisters): Transfer | undefined {
  const known = transfers.get(body) ?? (isOpaque(body) ? "opaque" : findTransfer(body, links));
  transfers.set(body, known);
  return known === "opaque" ? undefined : known;
}

function findTransfer(body: Body, links: LinkRegisters): Transfer {
  const targets: number[] = [];
  let keepsNext = false;
  visitNodes(body, (node: Node) => {
    if (node.kind === "jumpRelative") targets.push(node.offset.value ?? 0);
    if (node.kind === "writeRegister" && node.value.kind === "nextPc") {
      keepsNext ||= !(node.file.zero && node.operand.value === 0);
    }
  });
  const last = body.at(-1);
  if (last?.kind === "jump") {
    const ending = keepsNext ? "call" : readsLink(last.target, links) ? "return" : "jump";
    return { targets: [], fallsThrough: false, ending };
  }
  if (last?.kind === "jumpRelative") {
    return keepsNext
      ? { targets: [], fallsThrough: false, ending: "call" }
      : { targets, fallsThrough: false, ending: "flow" };
  }
  return { targets, fallsThrough: last?.kind !== "trap", ending: "flow" };
}

function readsLink(value: Value, links: LinkRegisters): boolean {
  if (value.kind === "readRegister") return links.includes(value.operand.value ?? -1);
  return operandsOf(value).some((operand) => readsLink(operand, links));
}

/** Whether the interpreter must execute an instruction: it asks TypeScript, whatever happens. */
function isOpaque(body: Body): boolean {
  return body.some(({ kind }) => kind === "callEffect" || kind === "call" || kind === "trap");
}

/** An instruction, and what it does to control; `transfer` is absent where the interpreter must execute it. */
interface Read {
  readonly staged: StagedCode;
  readonly transfer: Transfer | undefined;
}

/** Reads instructions of some pages, each once. */
export class CodeReader {
  readonly #view: CodeView;
  readonly #stage: Stager;
  readonly #links: LinkRegisters;
  readonly #known = new Map<number, Read | undefined>();

  constructor(view: CodeView, stage: Stager, links: LinkRegisters) {
    this.#view = view;
    this.#stage = stage;
    this.#links = links;
  }

  /** The instruction that was met at an offset, if one was. */
  read(offset: number): Read | undefined {
    if (this.#known.has(offset)) return this.#known.get(offset);
    const read = this.#read(offset);
    this.#known.set(offset, read);
    return read;
  }

  #read(offset: number): Read | undefined {
    if (!this.#view.wasMet(offset)) return undefined;
    const low = this.#view.half(offset);
    if (low === undefined) return undefined;
    const staged = this.#stage(low, this.#view.half(offset + 2));
    if (!staged) return undefined;
    return { staged, transfer: transferOf(staged, this.#links) };
  }
}

/** Explores the code nearest to the heads; undefined where there is nothing to translate. */
export function exploreFlow(code: CodeReader, request: FlowRequest): Flow | undefined {
  return new Explorer(code, request).explore();
}

/** Whether a region from the heads would hold the instruction at an offset. */
export function reaches(code: CodeReader, request: FlowRequest, offset: number): boolean {
  return new Explorer(code, request).reaches(offset);
}

class Explorer {
  readonly #code: CodeReader;
  readonly #request: FlowRequest;
  readonly #instructions = new Map<number, { readonly staged: StagedCode; readonly transfer: Transfer }>();
  readonly #leaders = new Set<number>();
  /** After what the interpreter executes. */
  readonly #resumed = new Set<number>();
  /** After calls. */
  readonly #returnedTo = new Set<number>();

  #isFull = false;

  /** Where the region begins, and what its jumps lead to. */
  readonly #own: ReadonlySet<number>;

  constructor(code: CodeReader, request: FlowRequest) {
    this.#own = new Set([...request.heads, ...[...request.jumpTargets.values()].flat()]);
    this.#code = code;
    this.#request = request;
  }

  /** Whether control comes to an offset. */
  reaches(offset: number): boolean {
    this.#exploreAll();
    return this.#instructions.has(offset);
  }

  #exploreAll(): void {
    const work = [...this.#request.heads];
    for (const head of work) this.#leaders.add(head);
    for (let next = 0; next < work.length; next++) this.#run(work[next] ?? 0, work);
  }

  explore(): Flow | undefined {
    this.#exploreAll();
    const has = (offset: number): boolean => this.#instructions.has(offset);
    const begins = [...this.#leaders].filter(has).sort((a, b) => a - b);
    const blocks = new Map(begins.map((leader) => [leader, this.#block(leader)]));
    const entries = this.#entries(blocks);
    if (entries.length === 0) return undefined;
    const exits = [...this.#leaders].filter((leader) => !has(leader));
    return { entries, blocks, exits, isFull: this.#isFull };
  }

  #entries(blocks: ReadonlyMap<number, Block>): readonly number[] {
    const offsets = [...blocks.keys()];
    const numbers = new Map(offsets.map((offset, number) => [offset, number]));
    const numbersOf = (some: Iterable<number>): number[] =>
      [...some].flatMap((offset) => numbers.get(offset) ?? []);
    const heads = numbersOf(this.#request.heads);
    const resumed = numbersOf(this.#resumed);
    const returnedTo = numbersOf(this.#returnedTo);
    if (heads.length + resumed.length + returnedTo.length === 0) return [];
    const successors = offsets.map((offset) => numbersOf(blocks.get(offset)?.successors ?? []));
    const { isExact = false } = this.#request;
    return chooseEntries({ successors, heads, resumed, returnedTo, isExact }).map(
      (number) => offsets[number] ?? 0,
    );
  }

  /** Follows straight code from an offset; notes where else to go on. */
  #run(start: number, work: number[]): void {
    for (let at = start; !this.#instructions.has(at); ) {
      if (this.#instructions.size >= this.#request.maxInstructions) {
        this.#isFull = true;
        this.#leaders.add(at);
        return;
      }
      if (this.#request.others.has(at) && !this.#own.has(at)) return;
      const read = this.#code.read(at);
      if (!read) {
        this.#leaders.add(at);
        return;
      }
      const { staged, transfer } = read;
      const next = at + staged.length;
      if (!transfer) {
        this.#leaders.add(at);
        this.#reenter(next, work, this.#resumed);
        return;
      }
      this.#instructions.set(at, { staged, transfer });
      for (const target of this.#targets(at, transfer)) {
        this.#leaders.add(target);
        work.push(target);
      }
      if (transfer.ending === "call") this.#reenter(next, work, this.#returnedTo);
      if (transfer.targets.length > 0) this.#leaders.add(next);
      if (!transfer.fallsThrough) return;
      at = next;
    }
  }

  #reenter(offset: number, work: number[], places: Set<number>): void {
    this.#leaders.add(offset);
    places.add(offset);
    work.push(offset);
  }

  /** Where an instruction may jump, as far as that is known. */
  #targets(at: number, { targets, ending }: Transfer): readonly number[] {
    // In this order they are laid out as the guest's code is: a loop round many cases is a quarter faster then.
    if (ending === "jump") return [...new Set(this.#request.jumpTargets.get(at))].sort((a, b) => b - a);
    return targets.map((distance) => at + distance);
  }

  #block(offset: number): Block {
    const instructions: PlacedInstruction[] = [];
    let at = offset;
    for (;;) {
      const found = this.#instructions.get(at);
      if (!found) break;
      const { staged, transfer } = found;
      const { length, body } = staged;
      const next = at + length;
      instructions.push({ offset: at, length, body });
      if (transfer.targets.length > 0 || !transfer.fallsThrough) {
        const follows = transfer.fallsThrough || transfer.ending === "call" ? [next] : [];
        const successors = this.#inside([...this.#targets(at, transfer), ...follows]);
        return { offset, end: next, instructions, ending: transfer.ending, successors };
      }
      at = next;
      if (this.#leaders.has(at)) break;
    }
    return { offset, end: at, instructions, ending: "flow", successors: this.#inside([at]) };
  }

  #inside(offsets: readonly number[]): readonly number[] {
    return offsets.filter((offset) => this.#instructions.has(offset));
  }
}
