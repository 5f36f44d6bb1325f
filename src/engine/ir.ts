/**
 * The intermediate representation: what an instruction does, as plain data. Staging a description makes it,
 * passes change it, lowering turns it into WebAssembly.
 *
 * A body is a list of nodes in the order in which the description made them. A node is a value, an effect, or both.
 * Values may be used by later nodes of the same body and of bodies nested in those.
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
}

export type AtomicOperation = "xchg" | "add" | "and" | "or" | "xor" | "min" | "max" | "minu" | "maxu";

/** Nodes that only compute: they may be moved, shared or dropped. */
export type PureNode =
  | { readonly kind: "const"; readonly type: ValueType; readonly value: number | bigint }
  | { readonly kind: "immediate"; readonly type: "i32" | "i64"; readonly operand: Operand }
  | { readonly kind: "pc"; readonly type: "i64" }
  | { readonly kind: "nextPc"; readonly type: "i64" }
  | { readonly kind: "pure"; readonly type: ValueType; readonly op: string; readonly args: readonly Value[] };

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

/** Nodes with an effect and a value. */
export type ActionNode =
  | { readonly kind: "load"; readonly type: ValueType; readonly access: Access; readonly address: Value }
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
  | { readonly kind: "store"; readonly access: Access; readonly address: Value; readonly value: Value }
  | { readonly kind: "callEffect"; readonly helper: Helper; readonly args: readonly Value[] }
  | { readonly kind: "if"; readonly condition: Value; readonly whenTrue: Body; readonly whenFalse: Body }
  | { readonly kind: "jump"; readonly target: Value }
  | { readonly kind: "jumpRelative"; readonly offset: Operand }
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
}

/** The values that a node uses directly, but for those in its nested bodies. */
export function operandsOf(node: Node): readonly Value[] {
  switch (node.kind) {
    case "const":
    case "immediate":
    case "pc":
    case "nextPc":
    case "readRegister":
    case "jumpRelative":
      return [];
    case "readState":
      return node.index ? [node.index] : [];
    case "pure":
    case "call":
    case "callEffect":
      return node.args;
    case "load":
      return [node.address];
    case "store":
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
