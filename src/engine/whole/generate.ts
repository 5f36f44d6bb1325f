/**
 * Translates a program that is known as a whole: a WebAssembly function for each procedure, which takes its return address
 * and where frames are, and gives back the result. Calls are calls, and returns returns; structured control flow comes from the dominator tree, as in regions.
 *
 * A jump out of a procedure leaves through all functions between: it notes in the global `leaving` where it leads, and
 * returns; who gets control back looks whether its frame is the one that is meant.
 *
 * There is no budget: a program runs to its end. A trap, and a helper that wants an end, tell the host and then execute
 * `unreachable`, the one exception that crosses generated code.
 */

import { FunctionWriter, type Label } from "../../wasm/function-writer.ts";
import { ModuleWriter } from "../../wasm/module-writer.ts";
import type { InstructionSet } from "../instruction.ts";
import type { Body, Helper } from "../ir.ts";
import { LocalPool, Lowering, type Push } from "../lowering.ts";
import type { Ops } from "../ops.ts";
import { optimizeValues } from "../passes/optimize.ts";
import { makeStager } from "../region/stage.ts";
import { type Structure, structure } from "../region/structure.ts";
import { placeAccesses } from "./direct-memory.ts";
import { findPlaces, usePlaces } from "./private-places.ts";
import { findBlocks, type ProcedureBlock } from "./procedure-flow.ts";
import type { WholeProcedure, WholeProgram } from "./program.ts";
import { Parameter, WholeLocals, WholeTarget } from "./target.ts";

const procedureType = { params: ["i64", "i64", "i64"], results: ["i64"] } as const;

/** A module whose export `run` runs the program. It imports `env.memory`, `env.trap` and the helpers. */
export function translateWhole<H extends Ops>(
  set: InstructionSet<H>,
  program: WholeProgram,
  helpers: readonly Helper[],
): Uint8Array<ArrayBuffer> {
  const module = new ModuleWriter();
  module.importMemory("env", "memory", { minimum: program.memoryPages });
  const trap = module.importFunction("env", "trap", { params: ["i32", "i32"], results: [] });
  const imported = new Map(
    helpers.map((helper) => [
      helper.name,
      module.importFunction("helper", helper.name, { params: helper.params, results: ["i32"] }),
    ]),
  );
  const leaving = module.global("i32", true, 0);
  const first = 1 + helpers.length;
  const indices = new Map(program.procedures.map(({ start }, index) => [start, first + index]));
  const bodies = findBodies(set, program);
  const shared: Shared = {
    program,
    calls: { trap, helper: ({ name }) => imported.get(name) ?? -1 },
    functionOf: (offset) => indices.get(offset) ?? -1,
    leaving,
    type: module.type(procedureType),
    leaves: bodies.some(({ blocks }) => blocks.some((block) => block.leaves.length > 0)),
  };
  for (const { procedure, blocks, entered } of bodies) {
    const writer = new WholeWriter(shared, procedure, blocks, entered);
    module.function(writer.write(), procedure.name);
  }
  const run = new FunctionWriter({ params: [], results: [] });
  run.i64(0n);
  for (const slot of [program.frame.pointer, program.frame.next]) {
    run.i32(0).memory("i64.load", program.state + slot.offset, 3);
  }
  run.call(shared.functionOf(program.entry)).op("drop");
  module.export("run", "function", module.function(run, "run"));
  const last = Math.max(...program.procedures.map(({ start }) => start)) / TABLE_STEP;
  module.table({ minimum: last + 1, maximum: last + 1 });
  for (const [start, index] of indices) module.element(start / TABLE_STEP, [index]);
  return module.encode();
}

/** An entry of the table of procedures for so many bytes of code. */
const TABLE_STEP = 4;

interface ProcedureBody {
  readonly procedure: WholeProcedure;
  readonly blocks: readonly ProcedureBlock[];
  /** Where jumps from other procedures lead. */
  readonly entered: readonly number[];
}

/** Jumps out of procedures make their targets entries of others, which may make more code reachable. */
function findBodies<H extends Ops>(set: InstructionSet<H>, program: WholeProgram): readonly ProcedureBody[] {
  const stage = makeStager(set);
  const entered = new Set<number>();
  for (;;) {
    const bodies = program.procedures.map((procedure) => {
      const own = [...entered].filter((offset) => offset >= procedure.start && offset < procedure.end);
      return { procedure, blocks: findBlocks(program, procedure, stage, own), entered: own };
    });
    const before = entered.size;
    for (const { blocks } of bodies) {
      for (const { leaves } of blocks) for (const offset of leaves) entered.add(offset);
    }
    if (entered.size === before) return bodies;
  }
}

/** What the procedures of a program have in common. */
interface Shared {
  readonly program: WholeProgram;
  readonly calls: { readonly trap: number; readonly helper: (helper: Helper) => number };
  readonly functionOf: (offset: number) => number;
  /** The global that says where control leaves for; 0: nowhere. */
  readonly leaving: number;
  readonly type: number;
  /** Whether any jump leads out of a procedure. */
  readonly leaves: boolean;
}

class WholeWriter {
  readonly #code = new FunctionWriter(procedureType);
  readonly #pool = new LocalPool(this.#code);
  readonly #shared: Shared;
  readonly #program: WholeProgram;
  readonly #procedure: WholeProcedure;
  readonly #blocks: readonly ProcedureBlock[];
  readonly #entered: readonly number[];
  readonly #locals: WholeLocals;
  /** What each block does, and the places of the frame that are in local variables. */
  readonly #bodies: readonly Body[];
  readonly #places: ReadonlyMap<number, number>;
  readonly #nodeAt: ReadonlyMap<number, number>;
  readonly #structure: Structure;
  readonly #loopLabels = new Map<number, Label>();
  readonly #mergeLabels = new Map<number, Label>();

  constructor(
    shared: Shared,
    procedure: WholeProcedure,
    blocks: readonly ProcedureBlock[],
    entered: readonly number[],
  ) {
    this.#shared = shared;
    this.#program = shared.program;
    this.#procedure = procedure;
    this.#blocks = blocks;
    this.#entered = entered;
    this.#locals = new WholeLocals(this.#code, shared.program);
    const { pointer } = shared.program.frame;
    this.#bodies = blocks.map(({ body }) => optimizeValues(this.#withoutGivingUp(body)));
    this.#places = findPlaces(this.#bodies, procedure.privates, pointer);
    this.#nodeAt = new Map(blocks.map(({ offset }, node) => [offset, node]));
    const nodes = (offsets: readonly number[]): number[] => offsets.map((at) => this.#nodeAt.get(at) ?? 0);
    const successors = blocks.map((block) =>
      nodes(block.ending.kind === "call" ? [...block.successors, ...entered] : block.successors),
    );
    this.#structure = structure(successors, nodes([procedure.start]));
  }

  /** The caller has its frame still. */
  #withoutGivingUp(body: Body): Body {
    const last = body.findLastIndex(({ kind }) => kind === "boundary");
    const boundary = body[last];
    const givesUp = boundary?.kind === "boundary" && this.#program.givesUpFrame(boundary.offset);
    return givesUp ? body.slice(0, last) : body;
  }

  write(): FunctionWriter {
    this.#loadArguments();
    this.#tree(this.#structure.root);
    return this.#code.op("unreachable");
  }

  /** Takes over the frame that a jump from another procedure has left in the state. */
  #loadFrame(): void {
    const { pointer, next } = this.#program.frame;
    this.#code
      .i32(0)
      .memory("i64.load", this.#program.state + pointer.offset, 3)
      .set(Parameter.pointer);
    this.#code
      .i32(0)
      .memory("i64.load", this.#program.state + next.offset, 3)
      .set(Parameter.next);
  }

  #return(): void {
    this.#code.get(this.#locals.result).op("return");
  }

  /** Arguments lie where the frame will be. */
  #loadArguments(): void {
    const { ram } = this.#program;
    for (const [at, size] of this.#places) {
      if (at >= this.#procedure.argumentBytes) continue;
      this.#code.get(Parameter.next).op("i32.wrap_i64");
      this.#code.memory(size === 8 ? "i64.load" : "i64.load32_s", ram + at).set(this.#locals.place(at));
    }
  }

  // Structure: as in region/generate.ts

  #tree(node: number): void {
    const { loopHeads, merges, children, targets } = this.#structure;
    const isLoop = loopHeads.has(node);
    if (isLoop) this.#loopLabels.set(node, this.#code.loop());
    const inner = children(node).filter((child) => merges.has(child));
    for (const child of inner.toReversed()) this.#mergeLabels.set(child, this.#code.block());
    const choices = targets(node);
    if (choices) this.#dispatch(node, choices);
    else this.#block(node);
    for (const child of inner) {
      this.#code.end();
      this.#tree(child);
    }
    if (isLoop) this.#code.end();
  }

  #dispatch(node: number, targets: readonly number[]): void {
    const labels = targets.map(() => this.#code.block()).reverse();
    const [last = 0] = labels.slice(-1);
    this.#code.get(this.#locals.label).brTable(labels.slice(0, -1), last);
    for (const target of targets) {
      this.#code.end();
      this.#goTo(node, target);
    }
  }

  #goTo(from: number, to: number): void {
    const { route, targets, positionOf, merges } = this.#structure;
    const next = route(from, to);
    const isBack = positionOf(next) <= positionOf(from);
    const label = targets(next)?.indexOf(to);
    if (label !== undefined) this.#code.i32(label).set(this.#locals.label);
    if (!isBack && !merges.has(next)) this.#tree(next);
    else this.#code.br((isBack ? this.#loopLabels.get(next) : this.#mergeLabels.get(next)) ?? 0);
  }

  // Blocks

  #block(node: number): void {
    const block = this.#blocks[node];
    if (!block) return;
    const { ending } = block;
    const target = new WholeTarget(this.#code, this.#program, this.#locals, this.#shared.calls, this.#pool, {
      goto: (offset) => {
        if (ending.kind === "call") this.#call(node, block, undefined);
        else this.#edge(node, offset);
      },
      jump: (push) => this.#jump(node, block, push),
      makesFrame: block.offset === this.#procedure.start,
    });
    const { dataAddress, frame } = this.#program;
    const body = placeAccesses(usePlaces(this.#bodies[node] ?? [], this.#places, frame.pointer), dataAddress);
    new Lowering(this.#code, target, this.#pool).lower(body);
    const last = body.at(-1)?.kind;
    if (last === "goto" || last === "jump" || last === "trap") return;
    this.#edge(node, block.end);
  }

  #edge(node: number, offset: number): void {
    this.#pool.release();
    const to = this.#nodeAt.get(offset);
    if (to !== undefined) this.#goTo(node, to);
    else if (this.#isInside(offset)) this.#code.op("unreachable");
    else {
      this.#code.i32(offset).globalSet(this.#shared.leaving);
      this.#return();
    }
  }

  #isInside(offset: number): boolean {
    return offset >= this.#procedure.start && offset < this.#procedure.end;
  }

  #jump(node: number, block: ProcedureBlock, push: Push): void {
    const { ending } = block;
    if (ending.kind === "call") this.#call(node, block, push);
    else if (ending.kind === "table") this.#table(node, ending.targets, push);
    else this.#return();
  }

  /** A jump to one of the instructions from the first target on. */
  #table(node: number, targets: readonly number[], push: Push): void {
    const code = this.#code;
    const [first = 0] = targets;
    push();
    code
      .op("i32.wrap_i64")
      .i32(this.#program.codeAddress + first)
      .op("i32.sub")
      .i32(2)
      .op("i32.shr_u");
    const index = this.#pool.take("i32");
    code.set(index);
    const outer = targets.map(() => code.block()).reverse();
    const [last = 0] = outer.slice(-1);
    code.get(index).brTable(outer.slice(0, -1), last);
    for (const target of targets) {
      code.end();
      this.#edge(node, target);
    }
  }

  #call(node: number, block: ProcedureBlock, push: Push | undefined): void {
    const code = this.#code;
    const { ending } = block;
    if (ending.kind !== "call") return;
    code
      .i64(BigInt(this.#program.codeAddress + block.end))
      .get(Parameter.pointer)
      .get(Parameter.next);
    if (ending.target !== undefined) code.call(this.#shared.functionOf(ending.target));
    else if (push) {
      push();
      code.op("i32.wrap_i64").i32(this.#program.codeAddress).op("i32.sub").i32(2).op("i32.shr_u");
      code.callIndirect(this.#shared.type);
    }
    code.set(this.#locals.result);
    this.#pool.release();
    if (this.#shared.leaves) this.#leave(node);
    this.#edge(node, block.end);
  }

  /** Where a procedure was left by a jump: goes on, if that leads here, else leaves too. */
  #leave(node: number): void {
    const code = this.#code;
    const { pointer } = this.#program.frame;
    code.globalGet(this.#shared.leaving).if_(undefined, "unlikely");
    for (const offset of this.#entered) {
      code.globalGet(this.#shared.leaving).i32(offset).op("i32.eq");
      code
        .get(Parameter.pointer)
        .i32(0)
        .memory("i64.load", this.#program.state + pointer.offset, 3);
      code.op("i64.eq").op("i32.and");
      code.if_();
      code.i32(0).globalSet(this.#shared.leaving);
      this.#loadFrame();
      this.#edge(node, offset);
      code.end();
    }
    this.#return();
    code.end();
  }
}
