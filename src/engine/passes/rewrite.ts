/**
 * What passes have in common. A body is never changed: a pass makes a new one, of old nodes and new. Constants and
 * addresses in the region cost nothing to make again, so a pass need not list them: they are where they are used.
 */

import type { Body, Node, Reached, Value, ValueBody } from "../ir.ts";

/** Whether a value is made anew at each use, and so is not listed in a body. */
export function isUnlisted(value: Value): boolean {
  return value.kind === "const" || value.kind === "address";
}

/** Whether control cannot come to the end of a body. */
export function cannotFallThrough(body: Body): boolean {
  const last = body.at(-1);
  return last !== undefined && endsControl(last);
}

/** Whether what is listed after a node is never reached. */
export function endsControl(node: Node): boolean {
  switch (node.kind) {
    case "jump":
    case "jumpRelative":
    case "goto":
    case "trap":
      return true;
    case "if":
      return cannotFallThrough(node.whenTrue) && cannotFallThrough(node.whenFalse);
    default:
      return false;
  }
}

/** The node with other operands; itself where none is another. The bodies nested in it stay. */
export function withOperands<N extends Node>(node: N, map: (value: Value) => Value): N;
export function withOperands(node: Node, map: (value: Value) => Value): Node {
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
      return node;
    case "pure":
    case "call":
    case "callEffect": {
      const args = mapList(node.args, map);
      return args === node.args ? node : { ...node, args };
    }
    case "readState": {
      if (!node.index) return node;
      const index = map(node.index);
      return index === node.index ? node : { ...node, index };
    }
    case "load": {
      const address = map(node.address);
      const reached = mapReached(node.reached, map);
      if (address === node.address && reached === node.reached) return node;
      return { ...node, address, ...(reached && { reached }) };
    }
    case "store": {
      const address = map(node.address);
      const value = map(node.value);
      const reached = mapReached(node.reached, map);
      if (address === node.address && value === node.value && reached === node.reached) return node;
      return { ...node, address, value, ...(reached && { reached }) };
    }
    case "reach": {
      const address = map(node.address);
      return address === node.address ? node : { ...node, address };
    }
    case "atomic": {
      const address = map(node.address);
      const value = map(node.value);
      return address === node.address && value === node.value ? node : { ...node, address, value };
    }
    case "compareExchange": {
      const address = map(node.address);
      const expected = map(node.expected);
      const value = map(node.value);
      if (address === node.address && expected === node.expected && value === node.value) return node;
      return { ...node, address, expected, value };
    }
    case "choose":
    case "if": {
      const condition = map(node.condition);
      return condition === node.condition ? node : { ...node, condition };
    }
    case "writeRegister":
    case "writeState":
    case "trap": {
      const value = map(node.value);
      return value === node.value ? node : { ...node, value };
    }
    case "jump": {
      const target = map(node.target);
      return target === node.target ? node : { ...node, target };
    }
  }
}

function mapReached(reached: Reached | undefined, map: (value: Value) => Value): Reached | undefined {
  if (!reached) return undefined;
  const base = map(reached.base);
  return base === reached.base ? reached : { base, offset: reached.offset };
}

function mapList(values: readonly Value[], map: (value: Value) => Value): readonly Value[] {
  let changed: Value[] | undefined;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as Value;
    const mapped = map(value);
    if (mapped !== value && !changed) changed = values.slice(0, index);
    changed?.push(mapped);
  }
  return changed ?? values;
}

/**
 * The node with what takes the place of its operands, in nested bodies too. Where that makes another value of it, this is
 * noted for those who use it.
 */
export function substitute(node: Node, replaced: Map<Value, Value>): Node {
  if (replaced.size === 0) return node;
  const map = (value: Value): Value => replaced.get(value) ?? value;
  const inBody = (body: Body): Body => {
    const made = body.map((inner) => substitute(inner, replaced));
    return made.every((inner, index) => inner === body[index]) ? body : made;
  };
  const made = withNested(withOperands(node, map), inBody, map);
  if (made !== node && "type" in node) replaced.set(node, made as Value);
  return made;
}

/** The node with other bodies; itself where they are the same. Results of choices are mapped after their bodies. */
export function withNested(node: Node, body: (old: Body) => Body, map: (value: Value) => Value): Node {
  if (node.kind === "if") {
    const [whenTrue, whenFalse] = [body(node.whenTrue), body(node.whenFalse)];
    const isSame = whenTrue === node.whenTrue && whenFalse === node.whenFalse;
    return isSame ? node : { ...node, whenTrue, whenFalse };
  }
  if (node.kind !== "choose") return node;
  const valueBody = (old: ValueBody): ValueBody => {
    const made = body(old.body);
    const result = map(old.result);
    return made === old.body && result === old.result ? old : { body: made, result };
  };
  const [whenTrue, whenFalse] = [valueBody(node.whenTrue), valueBody(node.whenFalse)];
  const isSame = whenTrue === node.whenTrue && whenFalse === node.whenFalse;
  return isSame ? node : { ...node, whenTrue, whenFalse };
}

/**
 * What becomes of a node, its operands replaced already (`old` is the one in the body): another node, maybe a value that is
 * there; nothing; itself; or several nodes, of which the last takes its place.
 */
export type Transform = (node: Node, old: Node) => Node | readonly Node[] | undefined;

/**
 * Rewrites a body node by node, nested bodies included. What `transform` makes takes the node's place, unless it is a value
 * that the body has already. The taken body of a condition that has become constant takes the place of the condition.
 */
export function rewriteBody(body: Body, transform: Transform): Body {
  return new Rewriter(transform).body(body);
}

class Rewriter {
  readonly #transform: Transform;
  readonly #replaced = new Map<Value, Value>();
  readonly #listed = new Set<Node>();
  readonly #map = (value: Value): Value => this.#replaced.get(value) ?? this.#unlisted(value);

  constructor(transform: Transform) {
    this.#transform = transform;
  }

  readonly #body = (body: Body): Body => this.body(body);

  body(body: Body): Body {
    const out: Node[] = [];
    this.#into(out, body);
    return out.length === body.length && out.every((node, index) => node === body[index]) ? body : out;
  }

  /** An operand that is in no list. */
  #unlisted(value: Value): Value {
    return isUnlisted(value) ? ((this.#transform(value, value) as Value | undefined) ?? value) : value;
  }

  /** Whether control comes to the end. */
  #into(out: Node[], body: Body): boolean {
    for (const node of body) {
      if (!this.#node(out, node)) return false;
    }
    return true;
  }

  #node(out: Node[], old: Node): boolean {
    const node = withOperands(old, this.#map);
    if ((node.kind === "if" || node.kind === "choose") && node.condition.kind === "const") {
      const taken = node.condition.value ? node.whenTrue : node.whenFalse;
      if (!("result" in taken)) return this.#into(out, taken);
      this.#into(out, taken.body);
      this.#replaced.set(old as Value, this.#map(taken.result));
      return true;
    }
    const result = this.#transform(withNested(node, this.#body, this.#map), old);
    const made = Array.isArray(result) ? result.at(-1) : (result as Node | undefined);
    if (made === undefined) return true;
    if (Array.isArray(result)) for (const before of result.slice(0, -1)) this.#list(out, before);
    if (made !== old) this.#replaced.set(old as Value, made as Value);
    this.#list(out, made);
    return !endsControl(made);
  }

  /** Lists a node, and the computations that it was made with, unless they are there. */
  #list(out: Node[], node: Node): void {
    if (isUnlisted(node as Value) || this.#listed.has(node)) return;
    if (node.kind === "pure") {
      for (const arg of node.args) if (arg.kind === "pure") this.#list(out, arg);
    }
    this.#listed.add(node);
    out.push(node);
  }
}
