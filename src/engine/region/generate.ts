/**
 * Writes the function of a region: structured control flow from the dominator tree (Ramsey, "Beyond Relooper", 2022), with
 * the guest's registers in local variables.
 *
 *   block $exit
 *     registers and budget into locals; the tree of blocks; every way out sets `target` and `status`, and goes to $exit
 *   end
 *   registers, pc and budget into the state; return `status`
 *
 * Each block takes its instructions from the budget at once; where the budget does not suffice it leaves, and the
 * interpreter does the rest one by one: the count stays exact.
 */

import { FunctionWriter, type Label } from "../../wasm/function-writer.ts";
import { ModuleWriter } from "../../wasm/module-writer.ts";
import { visitNodes } from "../ir.ts";
import { LocalPool, Lowering } from "../lowering.ts";
import type { HartMap } from "../memory-map.ts";
import type { StateLayout } from "../state-layout.ts";
import type { Block, Flow } from "./flow.ts";
import { RegionLocals } from "./locals.ts";
import { type OrderedGraph, orderGraph } from "./order.ts";
import { type Exits, RegionTarget } from "./target.ts";

/** What a region returns: go on at `pc`; or execute the instruction at `pc` by the interpreter, whatever is there. */
export const RegionStatus = { go: 0, interpret: 1 } as const;

/** A module with one export, `region`: no parameters, a `RegionStatus`. */
export function generateRegion(
  flow: Flow,
  layout: StateLayout,
  hart: HartMap,
  memoryPages: number,
): Uint8Array<ArrayBuffer> {
  const module = new ModuleWriter();
  module.importMemory("env", "memory", { minimum: memoryPages });
  const region = new RegionWriter(flow, layout, hart).write();
  module.export("region", "function", module.function(region, "region"));
  return module.encode();
}

class RegionWriter {
  readonly #code = new FunctionWriter({ params: [], results: ["i32"] });
  readonly #locals = new RegionLocals(this.#code);
  readonly #pool = new LocalPool(this.#code);
  readonly #flow: Flow;
  readonly #graph: OrderedGraph;
  readonly #layout: StateLayout;
  readonly #hart: HartMap;
  readonly #loopLabels = new Map<number, Label>();
  readonly #mergeLabels = new Map<number, Label>();
  #exit: Label = 0;

  constructor(flow: Flow, layout: StateLayout, hart: HartMap) {
    this.#flow = flow;
    this.#layout = layout;
    this.#hart = hart;
    this.#graph = orderGraph(
      flow.entry,
      new Map([...flow.blocks].map(([offset, { successors }]) => [offset, successors])),
    );
  }

  write(): FunctionWriter {
    const code = this.#code;
    this.#nameRegisters();
    this.#load("i32.load", this.#layout.dataTlb.offset, this.#locals.dataTlb);
    this.#load("i32.load", this.#layout.budget.offset, this.#locals.budget);
    this.#load("i64.load", this.#layout.pageAddress.offset, this.#locals.pageAddress);
    for (const { offset, local } of this.#locals.registers) this.#load("i64.load", offset, local);
    this.#exit = code.block();
    this.#tree(this.#flow.entry);
    code.end();
    for (const { offset, local, written } of this.#locals.registers) {
      if (written) this.#store("i64.store", offset, local);
    }
    this.#store("i64.store", this.#layout.pc.offset, this.#locals.target);
    this.#store("i32.store", this.#layout.budget.offset, this.#locals.budget);
    code.get(this.#locals.status);
    return code;
  }

  /** Gives every register of the region its local, so that it is loaded at the start. */
  #nameRegisters(): void {
    for (const offset of this.#graph.order) {
      for (const { body } of this.#flow.blocks.get(offset)?.instructions ?? []) {
        visitNodes(body, (node) => {
          if (node.kind !== "readRegister" && node.kind !== "writeRegister") return;
          const index = node.operand.value ?? 0;
          if (!(node.file.zero && index === 0)) this.#locals.register(node.file, index);
        });
      }
    }
  }

  #load(op: string, offset: number, local: number): void {
    this.#code
      .i32(0)
      .memory(op, this.#hart.state + offset)
      .set(local);
  }

  #store(op: string, offset: number, local: number): void {
    this.#code
      .i32(0)
      .get(local)
      .memory(op, this.#hart.state + offset);
  }

  /** A block and all that it dominates. */
  #tree(offset: number): void {
    const isLoop = this.#graph.loopHeads.has(offset);
    if (isLoop) this.#loopLabels.set(offset, this.#code.loop());
    const merges = (this.#graph.children.get(offset) ?? []).filter((child) => this.#graph.merges.has(child));
    // The first in order is entered first: its block is the innermost.
    for (const child of merges.toReversed()) this.#mergeLabels.set(child, this.#code.block());
    this.#block(offset);
    for (const child of merges) {
      this.#code.end();
      this.#tree(child);
    }
    if (isLoop) this.#code.end();
  }

  #block(offset: number): void {
    const block = this.#flow.blocks.get(offset);
    if (!block) return;
    this.#take(block);
    const { instructions } = block;
    let falls = true;
    for (const [index, instruction] of instructions.entries()) {
      const exits: Exits = {
        interpret: () => {
          this.#refund(instructions.length - index);
          this.#leave(instruction.offset, RegionStatus.interpret);
        },
        jumpTo: (to) => this.#edge(offset, to),
        jumpToTarget: () => this.#indirect(block),
      };
      const target = new RegionTarget(this.#code, this.#hart, this.#locals, this.#pool, instruction, exits);
      new Lowering(this.#code, target, this.#pool).lower(instruction.body);
      const last = instruction.body.at(-1)?.kind;
      falls = last !== "jump" && last !== "jumpRelative" && last !== "trap";
      if (index < instructions.length - 1) this.#pool.release();
    }
    const last = instructions.at(-1);
    if (falls && last) this.#edge(offset, last.offset + last.length);
  }

  /** Takes a block's instructions from the budget, or leaves. */
  #take({ offset, instructions: { length } }: Block): void {
    const { budget } = this.#locals;
    this.#code.get(budget).i32(length).op("i32.lt_u").if_(undefined, "unlikely");
    this.#leave(offset, RegionStatus.interpret);
    this.#code.end().get(budget).i32(length).op("i32.sub").set(budget);
  }

  #refund(count: number): void {
    const { budget } = this.#locals;
    this.#code.get(budget).i32(count).op("i32.add").set(budget);
  }

  #leave(offset: number, status: number): void {
    const { target, pageAddress, status: result } = this.#locals;
    this.#code.get(pageAddress).i64(BigInt(offset)).op("i64.add").set(target);
    this.#code.i32(status).set(result).br(this.#exit);
  }

  /** Goes from a block to an offset. */
  #edge(from: number, to: number): void {
    if (!this.#graph.hasEdge(from, to)) {
      this.#leave(to, RegionStatus.go);
      return;
    }
    const isBack = (this.#graph.indexOf.get(to) ?? 0) <= (this.#graph.indexOf.get(from) ?? 0);
    const label = isBack ? this.#loopLabels.get(to) : this.#mergeLabels.get(to);
    if (label === undefined) this.#tree(to);
    else this.#code.br(label);
  }

  /** Goes to the address in `target`: after one of the region's own calls, likely; else out. */
  #indirect({ offset, successors }: Block): void {
    const { target, pageAddress, status } = this.#locals;
    for (const to of successors) {
      this.#code.get(target).get(pageAddress).i64(BigInt(to)).op("i64.add").op("i64.eq").if_();
      this.#edge(offset, to);
      this.#code.end();
    }
    this.#code.i32(RegionStatus.go).set(status).br(this.#exit);
  }
}
