/**
 * The intermediate representation: what an instruction does, as plain data. Staging a description makes it,
 * passes change it, lowering turns it into WebAssembly.
 *
 * A body is a list of nodes in the order in which the description made them. A node is a value, an effect, or both.
 * Values may be used by later nodes of the same body and of bodies nested in those. Constants and addresses in the region
 * need not be in a list.
 */

import type { ValueType } from "../wasm/types.ts";
import type { RegisterFile, StateSlot } from "./state-layout.ts";

export type { ValueType };

/** A field of the instruction: its value is known when guest code is decoded. */
export interface Operand {
  readonly name: string;
  readonly kind: "register" | "signed" | "unsigned";
  /** Its value, where actual guest code is staged. */
  readonly value?: number;
}

/** How guest memory is accessed: a WebAssembly load or store by name, and the bytes that it touches. */
export interface Access {
  readonly op: string;
  readonly size: 1 | 2 | 4 | 8;
  /** The instruction set sees to it that the address is in the flat range, where there is one for always: nobody has to look. */
  readonly isBounded?: boolean;
}

export type AtomicOperation = "xchg" | "add" | "and" | "or" | "xor" | "min" | "max" | "minu" | "maxu";

/** Nodes that only compute: they may be moved, shared or dropped. */
export type PureNode =
  | { readonly kind: "const"; readonly type: ValueType; readonly value: number | bigint }
  | { readonly kind: "immediate"; readonly type: "i32" | "i64"; readonly operand: Operand }
  | { readonly kind: "pc"; readonly type: "i64" }
  | { readonly kind: "nextPc"; readonly type: "i64" }
  | {
      /** The address of the region of guest code, plus `offset`: what `pc` and `nextPc` become where code is known. */
      readonly kind: "address";
      readonly type: "i64";
      readonly offset: number;
    }
  | {
      /** A WebAssembly numeric instruction by its full name; `f32.fma` and `f64.fma` (see host-fma.ts); a routine. */
      readonly kind: "pure";
      readonly type: ValueType;
      readonly op: string;
      readonly args: readonly Value[];
      readonly routine?: Routine;
    }
  | {
      /** What a routine was called with. */
      readonly kind: "parameter";
      readonly type: ValueType;
      readonly index: number;
    };

/** Nodes that read what an effect may change. */
export type ReadNode =
  | {
      readonly kind: "readRegister";
      readonly type: ValueType;
      readonly file: RegisterFile;
      readonly operand: Operand;
    }
  | {
      readonly kind: "readState";
      readonly type: "i32" | "i64";
      readonly slot: StateSlot;
      readonly index?: Value;
    };

/** What a group of accesses does: "readWrite" reads first, so that nothing may be noted yet as written. */
export type Reaching = "read" | "write" | "readWrite";

/** Where an access lies, if that is known already: `base` plus `offset` in linear memory, unless `base` is 0. */
export interface Reached {
  readonly base: Value;
  readonly offset: number;
}

/** Nodes with an effect and a value. */
export type ActionNode =
  | {
      readonly kind: "load";
      readonly type: ValueType;
      readonly access: Access;
      readonly address: Value;
      readonly reached?: Reached;
    }
  | {
      /**
       * Where the `size` bytes (1 to 4096) from a guest address on lie in linear memory, if they are within one page that
       * may be accessed so; else 0. It never traps. What follows is an access to some of them, of the first kind that `access`
       * says; a target may leave there and then for the means that this access itself has, so that 0 is never seen.
       */
      readonly kind: "reach";
      readonly type: "i32";
      readonly address: Value;
      readonly size: number;
      readonly access: Reaching;
    }
  | {
      readonly kind: "atomic";
      readonly type: "i64";
      readonly operation: AtomicOperation;
      readonly size: 4 | 8;
      readonly address: Value;
      readonly value: Value;
    }
  | {
      /** Stores `value` if memory holds `expected`; 1 if it did, else 0. */
      readonly kind: "compareExchange";
      readonly type: "i32";
      readonly size: 4 | 8;
      readonly address: Value;
      readonly expected: Value;
      readonly value: Value;
    }
  | {
      readonly kind: "call";
      readonly type: ValueType;
      readonly helper: Helper;
      readonly args: readonly Value[];
    }
  | {
      /** The value of the body that is run. */
      readonly kind: "choose";
      readonly type: ValueType;
      readonly condition: Value;
      readonly whenTrue: ValueBody;
      readonly whenFalse: ValueBody;
    };

/** Nodes with only an effect. */
export type EffectNode =
  | {
      readonly kind: "writeRegister";
      readonly file: RegisterFile;
      readonly operand: Operand;
      readonly value: Value;
    }
  | { readonly kind: "writeState"; readonly slot: StateSlot; readonly value: Value }
  | {
      readonly kind: "store";
      readonly access: Access;
      readonly address: Value;
      readonly value: Value;
      readonly reached?: Reached;
    }
  | { readonly kind: "callEffect"; readonly helper: Helper; readonly args: readonly Value[] }
  | { readonly kind: "if"; readonly condition: Value; readonly whenTrue: Body; readonly whenFalse: Body }
  | { readonly kind: "jump"; readonly target: Value }
  | { readonly kind: "jumpRelative"; readonly offset: Operand }
  | {
      /** Control goes to an offset in the region: what `jumpRelative` becomes where code is known. */
      readonly kind: "goto";
      readonly offset: number;
    }
  | {
      /** The instruction at `offset` in the region begins here; it is the `index`-th of its block. Changes nothing. */
      readonly kind: "boundary";
      readonly offset: number;
      readonly length: 2 | 4;
      readonly index: number;
    }
  | { readonly kind: "trap"; readonly cause: number; readonly value: Value };

/** A value: i32, i64, f32, f64 or v128. Each node is made once; identity is the object's. */
export type Value = PureNode | ReadNode | ActionNode;

export type Node = Value | EffectNode;

export type Body = readonly Node[];

export interface ValueBody {
  readonly body: Body;
  readonly result: Value;
}

/**
 * A function of the machine's slow side, in TypeScript. One that `leaves` may trap, change the flow of control or what
 * addresses mean: it finds the guest's exact state in memory and says through the state slot `leave` what follows.
 */
export interface Helper {
  readonly name: string;
  readonly params: readonly ValueType[];
  readonly result?: ValueType;
  readonly leaves: boolean;
  /** After it came back, the condition under which it was called no longer holds. */
  readonly establishes?: "condition-false";
  /**
   * The only slots that it changes besides the engine's own `pc`, `budget` and `leave`; where this is there, it does not
   * change what addresses mean either. Any slots, where it is absent.
   */
  readonly changes?: readonly StateSlot[];
}

/**
 * A function of its parameters alone, written once into each module that calls it: for what is needed seldom, and too much
 * to be written at each place. Its name tells it from all others.
 */
export interface Routine extends ValueBody {
  readonly name: string;
  readonly params: readonly ValueType[];
}

/** The values that a node uses directly, but for those in its nested bodies. */
export function operandsOf(node: Node): readonly Value[] {
  switch (node.kind) {
    case "const":
    case "immediate":
    case "pc":
    case "nextPc":
    case "address":
    case "parameter":
    case "readRegister":
    case "jumpRelative":
    case "goto":
    case "boundary":
      return [];
    case "readState":
      return node.index ? [node.index] : [];
    case "pure":
    case "call":
    case "callEffect":
      return node.args;
    case "load":
      return node.reached ? [node.address, node.reached.base] : [node.address];
    case "reach":
      return [node.address];
    case "store":
      return node.reached ? [node.address, node.value, node.reached.base] : [node.address, node.value];
    case "atomic":
      return [node.address, node.value];
    case "compareExchange":
      return [node.address, node.expected, node.value];
    case "choose":
    case "if":
      return [node.condition];
    case "writeRegister":
    case "writeState":
    case "trap":
      return [node.value];
    case "jump":
      return [node.target];
  }
}

/** The bodies nested in a node. */
export function bodiesOf(node: Node): readonly Body[] {
  if (node.kind === "if") return [node.whenTrue, node.whenFalse];
  if (node.kind === "choose") return [node.whenTrue.body, node.whenFalse.body];
  return [];
}

/** Calls `visit` for every node of a body and of the bodies nested in it. */
export function visitNodes(body: Body, visit: (node: Node) => void): void {
  for (const node of body) {
    visit(node);
    for (const nested of bodiesOf(node)) visitNodes(nested, visit);
  }
}
