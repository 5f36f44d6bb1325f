/**
 * From a body of IR to WebAssembly. What a value costs to keep decides where it is computed: constants at each use;
 * a value with one use at that use, unless an effect in between might change what it reads; all else once, in a local.
 *
 * How registers, operands, memory and control are reached differs between the techniques: a target says it.
 */

import { InternalError } from "../base/errors.ts";
import type { FunctionWriter } from "../wasm/function-writer.ts";
import type { ValueType } from "../wasm/types.ts";
import { isFma, writeFma } from "./host-fma.ts";
import {
  type Body,
  bodiesOf,
  type EffectNode,
  type Node,
  operandsOf,
  type Routine,
  type Value,
  type ValueBody,
} from "./ir.ts";

type Of<K extends Node["kind"]> = Extract<Node, { kind: K }>;

/** Leaves a value on WebAssembly's stack. */
export type Push = () => void;

/** What differs between the techniques. Each method writes code that leaves the node's value, if any, on the stack. */
export interface LoweringTarget {
  immediate(node: Of<"immediate">): void;
  pc(): void;
  nextPc(): void;
  address(node: Of<"address">): void;
  readRegister(node: Of<"readRegister">): void;
  writeRegister(node: Of<"writeRegister">, value: Push): void;
  readState(node: Of<"readState">, index: Push | undefined): void;
  writeState(node: Of<"writeState">, value: Push): void;
  /** `reached`: the base of `node.reached`. */
  load(node: Of<"load">, address: Push, reached?: Push): void;
  store(node: Of<"store">, address: Push, value: Push, reached?: Push): void;
  reach(node: Of<"reach">, address: Push): void;
  atomic(node: Of<"atomic">, address: Push, value: Push): void;
  compareExchange(node: Of<"compareExchange">, address: Push, expected: Push, value: Push): void;
  call(node: Of<"call"> | Of<"callEffect">, args: readonly Push[]): void;
  routine(routine: Routine, args: readonly Push[]): void;
  jump(node: Of<"jump">, target: Push): void;
  jumpRelative(node: Of<"jumpRelative">): void;
  goto(node: Of<"goto">): void;
  boundary(node: Of<"boundary">): void;
  trap(node: Of<"trap">, value: Push): void;
}

const effects = new Set<Node["kind"]>([
  "writeRegister",
  "writeState",
  "store",
  "callEffect",
  "if",
  "jump",
  "jumpRelative",
  "goto",
  "boundary",
  "trap",
]);
const actions = new Set<Node["kind"]>(["load", "reach", "atomic", "compareExchange", "call", "choose"]);

function isEffect(node: Node): node is EffectNode {
  return effects.has(node.kind);
}

/** A body that traps, or asks TypeScript, or does so where a choice of its own fails, is not the one to make fast. */
function isRare(body: Body): boolean {
  return body.some((node) => {
    if (node.kind === "choose") return isRare(node.whenFalse.body);
    return node.kind === "trap" || node.kind === "call" || node.kind === "callEffect";
  });
}

/** Free locals of a function by type, so that one instruction's temporaries serve the next one too. */
export class LocalPool {
  readonly #free = new Map<ValueType, number[]>();
  readonly #taken: { type: ValueType; index: number }[] = [];
  readonly #writer: FunctionWriter;

  constructor(writer: FunctionWriter) {
    this.#writer = writer;
  }

  take(type: ValueType): number {
    const index = this.#free.get(type)?.pop() ?? this.#writer.local(type);
    this.#taken.push({ type, index });
    return index;
  }

  /** Gives all locals back. */
  release(): void {
    for (const { type, index } of this.#taken.splice(0)) {
      const free = this.#free.get(type);
      if (free) free.push(index);
      else this.#free.set(type, [index]);
    }
  }
}

export class Lowering {
  readonly #writer: FunctionWriter;
  readonly #reach: LoweringTarget | undefined;
  readonly #pool: LocalPool;
  readonly #uses = new Map<Value, number>();
  readonly #locals = new Map<Value, number>();

  /** @param target none for a routine, which reaches nothing but its parameters */
  constructor(writer: FunctionWriter, target: LoweringTarget | undefined, pool: LocalPool) {
    this.#writer = writer;
    this.#reach = target;
    this.#pool = pool;
  }

  get #target(): LoweringTarget {
    if (!this.#reach) throw new InternalError("a routine reaches what is outside it");
    return this.#reach;
  }

  /** Writes the code of a whole instruction or block. */
  lower(body: Body): void {
    this.#countUses(body);
    this.#lowerBody(body);
  }

  /** Writes the code of a body and leaves its value. */
  lowerValue({ body, result }: ValueBody): void {
    this.#countUses(body);
    this.#use(result);
    this.#lowerBody(body);
    this.#push(result);
  }

  #countUses(body: Body): void {
    for (const node of body) {
      for (const value of operandsOf(node)) this.#use(value);
      if (node.kind === "choose") {
        this.#use(node.whenTrue.result);
        this.#use(node.whenFalse.result);
      }
      for (const nested of bodiesOf(node)) this.#countUses(nested);
    }
  }

  #use(value: Value): void {
    this.#uses.set(value, this.#usesOf(value) + 1);
  }

  #usesOf(value: Value): number {
    return this.#uses.get(value) ?? 0;
  }

  #lowerBody(body: Body): void {
    const pendingReads = new Set<Value>();
    for (const node of body) {
      if (isEffect(node)) {
        if (node.kind !== "boundary") this.#settleReads(pendingReads, node);
        this.#lowerEffect(node);
      } else if (actions.has(node.kind)) {
        if (node.kind !== "reach") this.#settleReads(pendingReads, node);
        this.#lowerAction(node);
      } else if (this.#usesOf(node) > 1 && node.kind !== "const") {
        this.#keep(node);
      } else if (this.#usesOf(node) === 1 && (node.kind === "readRegister" || node.kind === "readState")) {
        pendingReads.add(node);
      }
    }
    // What is left is read by the result of a choice, which is evaluated next.
  }

  /** Reads made before an effect but needed after it are done now; those that the effect itself needs are its own. */
  #settleReads(pending: Set<Value>, node: Node): void {
    const own = new Set<Value>();
    const collect = (value: Value): void => {
      own.add(value);
      if (!this.#locals.has(value)) operandsOf(value).forEach(collect);
    };
    operandsOf(node).forEach(collect);
    for (const read of pending) {
      if (!own.has(read) && !this.#locals.has(read)) this.#keep(read);
    }
    pending.clear();
  }

  /** Computes a value now and keeps it in a local. */
  #keep(value: Value): void {
    this.#compute(value);
    const local = this.#pool.take(value.type);
    this.#writer.set(local);
    this.#locals.set(value, local);
  }

  #push(value: Value): void {
    const local = this.#locals.get(value);
    if (local !== undefined) this.#writer.get(local);
    else if (actions.has(value.kind))
      throw new InternalError(`the value of a ${value.kind} is used before it is made`);
    else this.#compute(value);
  }

  #pusher(value: Value): Push {
    return () => this.#push(value);
  }

  #reached({ reached }: Of<"load"> | Of<"store">): Push | undefined {
    return reached && this.#pusher(reached.base);
  }

  #lowerAction(node: Value): void {
    this.#compute(node);
    if (this.#usesOf(node) === 0) {
      this.#writer.op("drop");
      return;
    }
    const local = this.#pool.take(node.type);
    this.#writer.set(local);
    this.#locals.set(node, local);
  }

  #compute(node: Value): void {
    switch (node.kind) {
      case "const":
        return this.#constant(node);
      case "immediate":
        return this.#target.immediate(node);
      case "pc":
        return this.#target.pc();
      case "nextPc":
        return this.#target.nextPc();
      case "address":
        return this.#target.address(node);
      case "pure":
        return this.#pure(node);
      case "parameter":
        this.#writer.get(node.index);
        return;
      case "readRegister":
        return this.#target.readRegister(node);
      case "readState":
        return this.#target.readState(node, node.index && this.#pusher(node.index));
      case "load":
        return this.#target.load(node, this.#pusher(node.address), this.#reached(node));
      case "reach":
        return this.#target.reach(node, this.#pusher(node.address));
      case "atomic":
        return this.#target.atomic(node, this.#pusher(node.address), this.#pusher(node.value));
      case "compareExchange": {
        const { address, expected, value } = node;
        return this.#target.compareExchange(
          node,
          this.#pusher(address),
          this.#pusher(expected),
          this.#pusher(value),
        );
      }
      case "call":
        return this.#target.call(
          node,
          node.args.map((arg) => this.#pusher(arg)),
        );
      case "choose":
        this.#push(node.condition);
        this.#writer.if_(node.type, isRare(node.whenFalse.body) ? "likely" : undefined);
        this.#lowerBody(node.whenTrue.body);
        this.#push(node.whenTrue.result);
        this.#writer.else_();
        this.#lowerBody(node.whenFalse.body);
        this.#push(node.whenFalse.result);
        this.#writer.end();
        return;
    }
  }

  #pure({ op, args, routine }: Of<"pure">): void {
    const pushers = args.map((arg) => this.#pusher(arg));
    if (routine) return this.#target.routine(routine, pushers);
    if (isFma(op)) return writeFma(this.#writer, op, pushers);
    for (const push of pushers) push();
    this.#writer.op(op);
  }

  #lowerEffect(node: EffectNode): void {
    const target = this.#target;
    switch (node.kind) {
      case "writeRegister":
        return target.writeRegister(node, this.#pusher(node.value));
      case "writeState":
        return target.writeState(node, this.#pusher(node.value));
      case "store":
        return target.store(node, this.#pusher(node.address), this.#pusher(node.value), this.#reached(node));
      case "callEffect":
        return target.call(
          node,
          node.args.map((arg) => this.#pusher(arg)),
        );
      case "if":
        this.#push(node.condition);
        this.#writer.if_(undefined, isRare(node.whenTrue) ? "unlikely" : undefined);
        this.#lowerBody(node.whenTrue);
        if (node.whenFalse.length > 0) {
          this.#writer.else_();
          this.#lowerBody(node.whenFalse);
        }
        this.#writer.end();
        return;
      case "jump":
        return target.jump(node, this.#pusher(node.target));
      case "jumpRelative":
        return target.jumpRelative(node);
      case "goto":
        return target.goto(node);
      case "boundary":
        return target.boundary(node);
      case "trap":
        return target.trap(node, this.#pusher(node.value));
    }
  }

  #constant(node: Of<"const">): void {
    const { type, value } = node;
    if (type === "i64") this.#writer.i64(BigInt(value));
    else if (type === "i32") this.#writer.i32(Number(value));
    else if (type === "f32") this.#writer.f32(Number(value));
    else if (type === "f64") this.#writer.f64(Number(value));
    else throw new InternalError("vector constants have no lowering");
  }
}
