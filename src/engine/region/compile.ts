/** Makes regions: from copies of guest code to a WebAssembly module. It needs nothing else, so it may be done anywhere. */

import type { InstructionSet } from "../instruction.ts";
import type { HartMap } from "../memory-map.ts";
import type { Ops } from "../ops.ts";
import type { PlacedInstruction } from "../passes/resolve-operands.ts";
import { type CodePages, CodeView } from "./code-view.ts";
import { CodeReader, exploreFlow } from "./flow.ts";
import { type ExploredFlow, generateRegions } from "./generate.ts";
import { findHead } from "./heads.ts";
import { makeStager, type Stager } from "./stage.ts";

/** What a region is to be made of; plain data. Offsets count from the base page. */
export interface RegionRequest {
  readonly pages: CodePages;
  /** Where the guest was seen: the region is to begin with the function that this lies in. */
  readonly hot?: number;
  /** Where the region is to be entered. */
  readonly heads: readonly number[];
  /** It is to be entered there at all events, not at the heads of the loops that the places are in. */
  readonly isExact?: boolean;
  /** Targets seen of indirect jumps, by the offset of the jump. */
  readonly jumpTargets: ReadonlyMap<number, readonly number[]>;
  /** Entries of regions that stay apart. */
  readonly others: ReadonlySet<number>;
  readonly maxInstructions: number;
  /** Accesses of a group are to look for their places where they are not on one page, as that happens often. */
  readonly isCareful?: boolean;
}

/** Regions that are made together, for one hart of one machine. */
export interface RegionJob {
  readonly hart: HartMap;
  readonly requests: readonly RegionRequest[];
}

/** A region as it came out. */
export interface MadeRegion {
  /** The first are those asked for. */
  readonly heads: readonly number[];
  /** By the number that the function takes. */
  readonly entries: readonly number[];
  /** The code that is in it: first and one past the last byte of each block. */
  readonly blocks: readonly (readonly [start: number, end: number])[];
  readonly instructions: number;
  /** Where direct jumps and falls lead out of it. */
  readonly exits: readonly number[];
  /** The functions that it calls by direct calls. */
  readonly calls: readonly number[];
  /** It has as many instructions as it may have, and there were more. */
  readonly isFull: boolean;
  /** It was made so that groups of accesses may lie on two pages. */
  readonly isCareful: boolean;
}

/** The regions in the order of the requests; undefined where there was nothing to translate. */
export interface MadeRegions {
  readonly module: WebAssembly.Module;
  readonly regions: readonly (MadeRegion | undefined)[];
  /** What the module was compiled from. */
  readonly code: Uint8Array<ArrayBuffer>;
}

/** A region of a module, and the name that its function has there. */
export interface NamedRegion {
  /** Its place among the requests. */
  readonly index: number;
  readonly name: string;
  readonly region: MadeRegion;
  /** Its share of the module's bytes. */
  readonly bytes: number;
}

/** The regions that came out, by the names of their functions: see `generateRegions`. */
export function namedRegions({ regions, code }: MadeRegions): NamedRegion[] {
  const found = regions.flatMap((region, index) => (region ? [{ index, region }] : []));
  const bytes = Math.round(code.length / found.length);
  return found.map(({ index, region }, order) => ({ index, name: String(order), region, bytes }));
}

/** The regions of a job as WebAssembly, not compiled yet. */
export interface WrittenRegions {
  readonly code: Uint8Array<ArrayBuffer>;
  readonly regions: MadeRegions["regions"];
}

export class RegionMaker<H extends Ops> {
  readonly #set: InstructionSet<H>;
  readonly #stage: Stager;

  constructor(set: InstructionSet<H>) {
    this.#set = set;
    this.#stage = makeStager(set);
  }

  /** Writes the module of a job; undefined where none of its requests has code. */
  write({ hart, requests }: RegionJob): WrittenRegions | undefined {
    const explored = requests.map((request) => this.#explore(request));
    const made = explored.filter((found) => found !== undefined);
    if (made.length === 0) return undefined;
    const code = generateRegions(made, this.#set.layout, hart);
    return { code, regions: explored.map((found) => found && describe(found)) };
  }

  /** As `write`, and compiled at once. */
  make(job: RegionJob): MadeRegions | undefined {
    const written = this.write(job);
    if (!written) return undefined;
    const { code, regions } = written;
    return { module: new WebAssembly.Module(code), regions, code };
  }

  #explore(request: RegionRequest): ExploredRegion | undefined {
    const { hot, isCareful = false } = request;
    const code = new CodeReader(new CodeView(request.pages), this.#stage, this.#set.linkRegisters);
    const explore = (heads: readonly number[]) => {
      const flow = exploreFlow(code, { ...request, heads });
      return flow && { heads, flow, isCareful };
    };
    if (hot === undefined) return explore(request.heads);
    const fromHead = explore([findHead(code, hot), ...request.heads]);
    const holds = [...(fromHead?.flow.blocks.values() ?? [])].some(
      ({ offset, end }) => offset <= hot && hot < end,
    );
    return holds ? fromHead : explore([...request.heads, hot]);
  }
}

interface ExploredRegion extends ExploredFlow {
  readonly heads: readonly number[];
}

function describe({ heads, flow, isCareful }: ExploredRegion): MadeRegion {
  const { entries, blocks, exits, isFull } = flow;
  const list = [...blocks.values()];
  return {
    heads,
    entries,
    exits,
    isFull,
    isCareful,
    calls: [
      ...new Set(
        list.flatMap(({ instructions, ending }) => (ending === "call" ? calledBy(instructions.at(-1)) : [])),
      ),
    ],
    blocks: list.map(({ offset, end }): [number, number] => [offset, end]),
    instructions: list.reduce((sum, { instructions }) => sum + instructions.length, 0),
  };
}

/** Where a direct call leads. */
function calledBy(call: PlacedInstruction | undefined): readonly number[] {
  const jump = call?.body.at(-1);
  return call && jump?.kind === "jumpRelative" ? [call.offset + (jump.offset.value ?? 0)] : [];
}

/** Makes regions while the guest goes on, or at once. */
export interface RegionCompiler {
  /** Begins; the copies of pages are gone then. `done` is called from `poll`, or before this returns. */
  submit(job: RegionJob, done: (made: MadeRegions | undefined) => void): void;
  /** Hands over what is finished. */
  poll(): void;
}

/** Makes regions before `submit` returns. */
export class ImmediateCompiler<H extends Ops> implements RegionCompiler {
  readonly #maker: RegionMaker<H>;

  constructor(set: InstructionSet<H>) {
    this.#maker = new RegionMaker(set);
  }

  submit(job: RegionJob, done: (made: MadeRegions | undefined) => void): void {
    done(this.#maker.make(job));
  }

  poll(): void {}
}

/** Writes the code on this thread; V8 compiles it on another one, while the event loop has its turns. */
export class AsyncCompiler<H extends Ops> implements RegionCompiler {
  readonly #maker: RegionMaker<H>;
  readonly #finished: (() => void)[] = [];

  constructor(set: InstructionSet<H>) {
    this.#maker = new RegionMaker(set);
  }

  submit(job: RegionJob, done: (made: MadeRegions | undefined) => void): void {
    const written = this.#maker.write(job);
    if (!written) {
      done(undefined);
      return;
    }
    const { code, regions } = written;
    void WebAssembly.compile(code).then((module) => {
      this.#finished.push(() => done({ module, regions, code }));
    });
  }

  poll(): void {
    for (const finish of this.#finished.splice(0)) finish();
  }
}
