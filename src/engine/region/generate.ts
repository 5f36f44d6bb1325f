/**
 * Writes the functions of regions: structured control flow from the dominator tree (Ramsey, "Beyond Relooper", 2022), with
 * the guest's registers in local variables.
 *
 *   block $cold
 *     block … for each set of registers that may be dirty where the interpreter is asked for
 *       budget and the registers needed into locals; the tree of blocks. Where control leaves for other code, the registers
 *       that may have changed are stored there and then
 *     end … store the set
 *   end
 *   the interpreter is to go on at `leftAt`
 *
 * A call of the guest is a call here: what memory must know is stored, `enter` runs the function's region if it has one,
 * and if that came back to what follows, the registers needed there are taken anew.
 */

import { InternalError } from "../../base/errors.ts";
import { FunctionWriter, type Label } from "../../wasm/function-writer.ts";
import { ModuleWriter } from "../../wasm/module-writer.ts";
import { findPlaceType } from "../find-place.ts";
import type { Body } from "../ir.ts";
import { visitNodes } from "../ir.ts";
import { LocalPool, Lowering } from "../lowering.ts";
import type { HartMap } from "../memory-map.ts";
import { optimize } from "../passes/optimize.ts";
import { concatenate } from "../passes/resolve-operands.ts";
import { importRoutines } from "../routines.ts";
import { StateCode } from "../state-code.ts";
import { EXIT_LOG_ENTRIES, type StateLayout } from "../state-layout.ts";
import { longestWays } from "./budget.ts";
import type { Block, Flow } from "./flow.ts";
import { findHash } from "./jump-hash.ts";
import { RegionLocals } from "./locals.ts";
import { type RegisterFlow, type Registers, registerFlow } from "./register-flow.ts";
import { type Structure, structure } from "./structure.ts";
import { type RegionCalls, RegionTarget } from "./target.ts";

/** Added to the address where to go on, which is even: go; or execute the instruction there by the interpreter. */
export const RegionStatus = { go: 0, interpret: 1 } as const;

/** A region takes the number of an entry and its base address, and gives an address plus a `RegionStatus`. */
export const regionType = { params: ["i32", "i64"], results: ["i64"] } as const;

/** What regions import from `env`, beside the memory. */
export const regionImports = {
  /** Runs regions from an address on until control comes to another one, or out of regions; gives what a region gives. */
  enter: { params: ["i64", "i64"], results: ["i64"] },
  /** The address in linear memory of an access (its address, its size), or 0 where only the interpreter can do it. */
  findPlace: findPlaceType,
} as const;

/** What a region is made of. */
export interface ExploredFlow {
  readonly flow: Flow;
  /** Accesses of a group that are not on one page look for their places in the region. */
  readonly isCareful: boolean;
}

/** A module that exports the regions as "0", "1", …, of `regionType`. */
export function generateRegions(
  explored: readonly ExploredFlow[],
  layout: StateLayout,
  hart: HartMap,
): Uint8Array<ArrayBuffer> {
  const module = new ModuleWriter();
  module.importMemory("env", "memory", { minimum: 1 });
  const enter = module.importFunction("env", "enter", regionImports.enter);
  const imported = module.importFunction("env", "findPlace", regionImports.findPlace);
  const regions = explored.map(optimized);
  const routine = importRoutines(
    module,
    regions.flatMap(({ bodies }) => bodies),
  );
  const findPlace = module.function(findPlaceLessOne(imported), "findPlace");
  for (const [index, optimizedFlow] of regions.entries()) {
    const region = new RegionWriter(optimizedFlow, layout, hart, { enter, findPlace, routine }).write();
    module.export(`${index}`, "function", module.function(region, `region${index}`));
  }
  return module.encode();
}

/**
 * A function of the module itself for what the TLB does not have: V8 would keep what a call of an imported function needs in two
 * registers round a loop, however rare the call is. And a result of a call may have anything in its upper half, for
 * V8; a sum has not: the region adds the one again.
 */
function findPlaceLessOne(findPlace: number): FunctionWriter {
  return new FunctionWriter(findPlaceType).get(0).get(1).call(findPlace).i32(1).op("i32.sub");
}

/** The same, its code as the passes leave it. */
interface OptimizedFlow extends Pick<ExploredFlow, "isCareful"> {
  readonly entries: readonly number[];
  /** In the order of their offsets. */
  readonly blocks: readonly Block[];
  readonly bodies: readonly Body[];
}

function optimized({ flow, isCareful }: ExploredFlow): OptimizedFlow {
  const blocks = [...flow.blocks.values()];
  const bodies = blocks.map(({ instructions }) =>
    optimize(concatenate(instructions), { writableIsReadable: true }),
  );
  return { entries: flow.entries, blocks, bodies, isCareful };
}

/** Bits of `leftAt` that count instructions; the rest are an offset in the region. */
const COUNT_BITS = 12;

class RegionWriter {
  readonly #code = new FunctionWriter(regionType);
  readonly #locals = new RegionLocals(this.#code);
  readonly #pool = new LocalPool(this.#code);
  readonly #blocks: readonly Block[];
  readonly #bodies: readonly Body[];
  readonly #successors: readonly (readonly number[])[];
  readonly #nodeAt: ReadonlyMap<number, number>;
  readonly #structure: Structure;
  readonly #ways: readonly number[];
  readonly #registers: RegisterFlow;
  readonly #layout: StateLayout;
  readonly #hart: HartMap;
  readonly #state: StateCode;
  readonly #calls: RegionCalls;
  readonly #isCareful: boolean;
  readonly #loopLabels = new Map<number, Label>();
  readonly #mergeLabels = new Map<number, Label>();
  /** Registers that may be dirty where code is being written. */
  #dirty: Registers = 0n;
  /** Where control leaves for the interpreter: by what must be stored there. */
  readonly #coldLabels = new Map<Registers, Label>();

  constructor(
    { entries, blocks, bodies, isCareful }: OptimizedFlow,
    layout: StateLayout,
    hart: HartMap,
    calls: RegionCalls,
  ) {
    this.#layout = layout;
    this.#hart = hart;
    this.#state = new StateCode(this.#code, hart);
    this.#calls = calls;
    this.#isCareful = isCareful;
    this.#blocks = blocks;
    this.#bodies = bodies;
    this.#nodeAt = new Map(this.#blocks.map(({ offset }, node) => [offset, node]));
    const nodes = (offsets: readonly number[]): number[] => offsets.map((at) => this.#nodeAt.get(at) ?? 0);
    this.#successors = this.#blocks.map(({ successors }) => nodes(successors));
    this.#structure = structure(this.#successors, nodes(entries));
    for (const body of this.#bodies) this.#locals.name(body);
    this.#ways = longestWays(this.#blocks, this.#successors, this.#structure);
    this.#registers = registerFlow({
      bodies: this.#bodies,
      bitOf: (node) => this.#locals.bitOf(node),
      successors: this.#successors,
      calls: (node) => this.#blocks[node]?.ending === "call",
      exits: (node) => this.#mayExit(node),
      structure: this.#structure,
    });
  }

  /** Whether control may go from a block's end to where there is none of the region's. */
  #mayExit(node: number): boolean {
    const block = this.#blocks[node];
    if (block?.ending !== "flow") return true;
    const last = block.instructions.at(-1)?.body.at(-1)?.kind;
    const ways = last === "jumpRelative" ? [] : [block.end];
    visitNodes(this.#bodies[node] ?? [], (inner) => {
      if (inner.kind === "goto") ways.push(inner.offset);
    });
    return ways.some((offset) => !this.#nodeAt.has(offset));
  }

  write(): FunctionWriter {
    const code = this.#code;
    const { root, loopHeads } = this.#structure;
    this.#state.load(this.#layout.dataTlb).set(this.#locals.dataTlb);
    if (this.#hart.flat) this.#state.load(this.#layout.flatBytes).set(this.#locals.flatBytes);
    this.#state.load(this.#layout.budget).set(this.#locals.budget);
    code.get(0).set(this.#locals.label);
    this.#coldLabels.set(0n, code.block());
    for (const set of [...this.#registers.leaving.keys()].reverse()) this.#coldLabels.set(set, code.block());
    if (root < this.#blocks.length) {
      this.#loadRegisters(root);
      if (!loopHeads.has(root)) this.#ask(root);
    }
    this.#tree(root, 0);
    this.#storeWhatIsDirty();
    code.end();
    const { base, leftAt, budget } = this.#locals;
    code
      .get(budget)
      .get(leftAt)
      .i32(32 - COUNT_BITS)
      .op("i32.shr_u")
      .op("i32.sub")
      .set(budget);
    this.#storeBudget();
    code.get(base).get(leftAt).i32(COUNT_BITS).op("i32.shl").i32(COUNT_BITS).op("i32.shr_s");
    code.op("i64.extend_i32_s").op("i64.add");
    return code.i64(BigInt(RegionStatus.interpret)).op("i64.or");
  }

  // State

  /** Takes what is needed at a block's start. */
  #loadRegisters(node: number): void {
    for (const register of this.#locals.among(this.#registers.needed[node] ?? 0n)) {
      this.#state.load(register).set(register.local);
    }
  }

  #storeRegisters(which: Registers): void {
    for (const register of this.#locals.among(which)) {
      this.#state.store(register, () => this.#code.get(register.local));
    }
  }

  /** Where control leaves for the interpreter: each set stores what the part of it does not have. */
  #storeWhatIsDirty(): void {
    for (const [set, part] of this.#registers.leaving) {
      this.#code.end();
      this.#storeRegisters(set & ~part);
      this.#code.br(this.#coldLabel(part));
    }
  }

  #coldLabel(dirty: Registers): Label {
    const label = this.#coldLabels.get(dirty);
    if (label === undefined) throw new InternalError("registers that were not foreseen");
    return label;
  }

  #storeBudget(): void {
    this.#state.store(this.#layout.budget, () => this.#code.get(this.#locals.budget));
  }

  #pushAddress(offset: number): void {
    this.#code.get(this.#locals.base).i64(BigInt(offset)).op("i64.add");
  }

  /** Takes instructions that have been executed from the budget. */
  #take(count: number): void {
    if (count === 0) return;
    const { budget } = this.#locals;
    this.#code.get(budget).i32(count).op("i32.sub").set(budget);
  }

  // Structure

  /** A node and all that it dominates; `pending`: instructions on the way there that the budget does not know of yet. */
  #tree(node: number, pending: number): void {
    const { loopHeads, merges } = this.#structure;
    const isLoop = loopHeads.has(node);
    if (isLoop) this.#loopLabels.set(node, this.#code.loop());
    const inner = this.#structure.children(node).filter((child) => merges.has(child));
    // The first in order is entered first: its block is the innermost.
    for (const child of inner.toReversed()) this.#mergeLabels.set(child, this.#code.block());
    const targets = this.#structure.targets(node);
    if (targets) this.#dispatch(node, targets);
    else {
      if (isLoop) this.#ask(node, this.#registers.dirty[node]);
      this.#block(node, pending);
    }
    for (const child of inner) {
      this.#code.end();
      this.#tree(child, 0);
    }
    if (isLoop) this.#code.end();
  }

  /** Leaves unless the budget suffices for the longest way from a node to the next question. */
  #ask(node: number, dirty: Registers = 0n): void {
    const { budget } = this.#locals;
    this.#code
      .get(budget)
      .i32(this.#ways[node] ?? 0)
      .op("i32.lt_u")
      .if_(undefined, "unlikely");
    this.#leave(this.#blocks[node]?.offset ?? 0, 0, dirty);
    this.#code.end();
  }

  /** Goes where the label says; the first target is the likeliest, but for where the region is entered. */
  #dispatch(node: number, targets: readonly number[]): void {
    const { label } = this.#locals;
    let first = 0;
    if (node !== this.#structure.root || targets.length < 3) {
      for (; first < targets.length - 1 && (first === 0 || targets.length < 4); first++) {
        this.#code
          .get(label)
          .i32(first)
          .op("i32.eq")
          .if_(undefined, first === 0 ? "likely" : undefined);
        this.#fromDispatch(node, targets[first] ?? 0);
        this.#code.end();
      }
    }
    const rest = targets.slice(first);
    const labels = rest.map(() => this.#code.block()).reverse();
    if (rest.length > 1) {
      const [last = 0] = labels.slice(-1);
      this.#code.get(label);
      if (first > 0) this.#code.i32(first).op("i32.sub");
      this.#code.brTable(labels.slice(0, -1), last);
    }
    for (const target of rest) {
      this.#code.end();
      this.#fromDispatch(node, target);
    }
  }

  #fromDispatch(node: number, to: number): void {
    const next = this.#structure.route(node, to);
    const asks = next === to && !this.#structure.loopHeads.has(to);
    this.#dirty = this.#registers.dirty[to] ?? 0n;
    if (node === this.#structure.root) {
      if (asks) this.#ask(to);
      this.#loadRegisters(to);
    } else if (asks) this.#ask(to, this.#dirty);
    this.#goTo(node, to, 0);
  }

  /** Goes along an edge, taking from the budget what is pending unless the next block does. */
  #goTo(from: number, to: number, pending: number): void {
    const { route, targets, positionOf, loopHeads, merges } = this.#structure;
    const next = route(from, to);
    const isBack = positionOf(next) <= positionOf(from);
    const isInline = !isBack && !merges.has(next);
    const carries = isInline && !loopHeads.has(next) && !targets(next);
    if (!carries) this.#take(pending);
    const label = targets(next)?.indexOf(to);
    if (label !== undefined) this.#code.i32(label).set(this.#locals.label);
    if (isInline) this.#tree(next, carries ? pending : 0);
    else this.#code.br((isBack ? this.#loopLabels.get(next) : this.#mergeLabels.get(next)) ?? 0);
  }

  // Blocks

  #block(node: number, pending: number): void {
    const block = this.#blocks[node];
    const body = this.#bodies[node];
    if (!block || !body) return;
    this.#dirty = this.#registers.dirty[node] ?? 0n;
    const done = pending + block.instructions.length;
    const target = new RegionTarget(this.#code, this.#hart, this.#locals, this.#pool, this.#calls, {
      interpret: (offset, index) => this.#leave(offset, pending + index, this.#dirty),
      goto: (offset) => {
        if (block.ending === "call") this.#call(node, block, done, () => this.#pushAddress(offset));
        else this.#edge(node, offset, done);
      },
      jump: () => this.#jump(node, block, done),
      wrote: (bit) => {
        this.#dirty |= bit;
      },
      leavesGroups: !this.#isCareful,
    });
    new Lowering(this.#code, target, this.#pool).lower(body);
    const last = block.instructions.at(-1)?.body.at(-1)?.kind;
    if (last === "jump" || last === "jumpRelative") return;
    this.#pool.release();
    this.#edge(node, block.end, done);
  }

  /** For the interpreter, at an offset, after so many instructions that the budget does not know of yet. */
  #leave(offset: number, pending: number, dirty: Registers): void {
    const place = offset & ((1 << (32 - COUNT_BITS)) - 1);
    this.#code
      .i32((pending << (32 - COUNT_BITS)) | place)
      .set(this.#locals.leftAt)
      .br(this.#coldLabel(dirty));
  }

  /** Goes from a block to an offset, in the region or out of it. */
  #edge(node: number, offset: number, done: number): void {
    const to = this.#nodeAt.get(offset);
    const dirty = this.#dirty;
    this.#pool.release();
    if (to === undefined) this.#exit(done, () => this.#pushAddress(offset));
    else this.#goTo(node, to, done);
    this.#dirty = dirty;
  }

  /** Leaves the region for an address. */
  #exit(done: number, push: () => void): void {
    this.#take(done);
    this.#storeRegisters(this.#dirty);
    this.#storeBudget();
    push();
    this.#code.op("return");
  }

  #jump(node: number, block: Block, done: number): void {
    const push = (): void => void this.#code.get(this.#locals.target);
    if (block.ending === "call") {
      this.#call(node, block, done, push);
      return;
    }
    if (block.successors.length > 0) this.#chooseTarget(node, block, done);
    if (block.ending === "jump") this.#log(block);
    this.#exit(done, push);
  }

  /** A call of the guest. */
  #call(node: number, block: Block, done: number, push: () => void): void {
    const [after] = block.successors;
    if (after === undefined) {
      this.#exit(done, push);
      return;
    }
    const code = this.#code;
    const { budget } = this.#locals;
    this.#take(done);
    this.#storeRegisters(this.#dirty);
    this.#storeBudget();
    push();
    this.#pushAddress(after);
    code.call(this.#calls.enter).tee(this.#locals.target);
    this.#pushAddress(after);
    code.op("i64.ne").if_(undefined, "unlikely");
    code.get(this.#locals.target).op("return").end();
    this.#state.load(this.#layout.budget).set(budget);
    const to = this.#nodeAt.get(after) ?? 0;
    code
      .get(budget)
      .i32(this.#ways[to] ?? 0)
      .op("i32.lt_u")
      .if_(undefined, "unlikely");
    this.#pushAddress(after);
    code.i64(BigInt(RegionStatus.interpret)).op("i64.or").op("return").end();
    this.#loadRegisters(to);
    this.#dirty = 0n;
    this.#edge(node, after, 0);
  }

  /** Goes to the block at the address in `target`, if it is one of those seen before: by a hash without collisions. */
  #chooseTarget(node: number, { successors }: Block, done: number): void {
    const code = this.#code;
    const { target, base, address } = this.#locals;
    code.get(target).get(base).op("i64.sub").set(address);
    const { multiplier, shift, table } = findHash(successors);
    const unknown = code.block();
    const labels = successors.map(() => code.block()).reverse();
    code.get(address).op("i32.wrap_i64").i32(multiplier).op("i32.mul").i32(shift).op("i32.shr_u");
    code.brTable(
      table.map((index) => (index === undefined ? unknown : (labels[index] ?? unknown))),
      unknown,
    );
    const dirty = this.#dirty;
    for (const offset of successors) {
      code.end();
      code.get(address).i64(BigInt(offset)).op("i64.ne").brIf(unknown, "unlikely");
      this.#dirty = dirty;
      this.#edge(node, offset, done);
    }
    code.end();
    this.#dirty = dirty;
  }

  /** Remembers an indirect jump out of the region. */
  #log({ instructions }: Block): void {
    const { entry, target } = this.#locals;
    const { exitCount, exitLog } = this.#layout;
    this.#state.countEntry(exitCount, EXIT_LOG_ENTRIES, 16, entry);
    const from = () => this.#pushAddress(instructions.at(-1)?.offset ?? 0);
    this.#state.storeInEntry(exitLog, entry, 0, "i64.store", from);
    this.#state.storeInEntry(exitLog, entry, 8, "i64.store", () => this.#code.get(target));
  }
}
