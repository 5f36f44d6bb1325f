/**
 * Brings a control flow graph into a form that structured code can express: order, dominance, and for each loop one head.
 * A part that control enters at several places gets a dispatch node: a label says which of them is meant. Only edges that
 * enter the part, or lead back to what plays its head, go through the node.
 *
 * Nodes are numbers from 0, in the order of their addresses; dispatch nodes have the numbers after them.
 */

import { type Edges, findLoops, mostlyReturnedTo } from "./loops.ts";

export interface Structure {
  readonly root: number;
  /** Nodes that can be reached, each before those that it dominates. */
  readonly order: readonly number[];
  /** Position in `order`. */
  readonly positionOf: (node: number) => number;
  /** The nodes that each node immediately dominates, in order. */
  readonly children: (node: number) => readonly number[];
  /** Targets of edges that go back. */
  readonly loopHeads: ReadonlySet<number>;
  /** Nodes that several forward edges enter. */
  readonly merges: ReadonlySet<number>;
  /** Where an edge leads: to its target, or to a dispatch node on the way there. */
  readonly route: (from: number, to: number) => number;
  /** The nodes that a dispatch node leads to, by label; undefined for other nodes. */
  readonly targets: (node: number) => readonly number[] | undefined;
}

/** @param successors of each node; @param entries where control comes in: by label, if there are several */
export function structure(successors: readonly (readonly number[])[], entries: readonly number[]): Structure {
  const graph = new DispatchedGraph(successors, entries);
  const { root } = graph;
  const order = reversePostorder(root, (node) => graph.edges(node));
  const positions = new Map(order.map((node, position) => [node, position]));
  const positionOf = (node: number): number => positions.get(node) ?? 0;
  const dominator = dominators(order, positionOf, (node) => graph.edges(node));
  const children = new Map<number, number[]>();
  for (const [position, node] of order.entries()) {
    if (position === 0) continue;
    const parent = order[dominator[position] ?? 0] ?? 0;
    const siblings = children.get(parent);
    if (siblings) siblings.push(node);
    else children.set(parent, [node]);
  }
  const loopHeads = new Set<number>();
  const entered = new Map<number, number>();
  for (const from of order) {
    for (const to of graph.edges(from)) {
      if (positionOf(to) <= positionOf(from)) loopHeads.add(to);
      else entered.set(to, (entered.get(to) ?? 0) + 1);
    }
  }
  const merges = new Set([...entered].filter(([, count]) => count > 1).map(([node]) => node));
  return {
    root,
    order,
    positionOf,
    children: (node) => children.get(node) ?? [],
    loopHeads,
    merges,
    route: (from, to) => graph.route(from, to),
    targets: (node) => graph.targets.get(node),
  };
}

/** A graph to which dispatch nodes are added until every loop has one head. */
class DispatchedGraph {
  readonly root: number;
  readonly targets = new Map<number, readonly number[]>();
  readonly #successors: (readonly number[])[];
  readonly #routes = new Map<number, Map<number, number>>();

  constructor(successors: readonly (readonly number[])[], entries: readonly number[]) {
    this.#successors = [...successors];
    const [only = 0, ...more] = entries;
    this.root = more.length === 0 ? only : this.#addDispatch(entries);
    const edges = (node: number) => this.edges(node);
    findLoops(new Set(reversePostorder(this.root, edges)), edges, (loop) => this.#giveHead(loop));
  }

  route(from: number, to: number): number {
    return this.#routes.get(from)?.get(to) ?? to;
  }

  edges(node: number): readonly number[] {
    const routes = this.#routes.get(node);
    const successors = this.#successors[node] ?? [];
    return routes ? successors.map((to) => routes.get(to) ?? to) : successors;
  }

  #addDispatch(targets: readonly number[]): number {
    const node = this.#successors.push(targets) - 1;
    this.targets.set(node, targets);
    return node;
  }

  /** The head of a loop, which it is given if it has several. */
  #giveHead(loop: ReadonlySet<number>): number {
    const entering = this.#entering(loop);
    const [first = this.root] = entering;
    if (entering.length < 2) return first;
    const head = mostlyReturnedTo(loop, entering, (node) => this.edges(node));
    const dispatch = this.#addDispatch([head, ...entering.filter((node) => node !== head)]);
    for (const from of this.#successors.keys()) {
      if (from === dispatch) continue;
      for (const to of this.#successors[from] ?? []) {
        const now = this.route(from, to);
        if (entering.includes(now) && (!loop.has(from) || now === head)) this.#redirect(from, to, dispatch);
      }
    }
    return dispatch;
  }

  /** A way through a dispatch node ends at the last one added; that one's label says how it goes on from there. */
  #redirect(from: number, to: number, dispatch: number): void {
    const routes = this.#routes.get(from);
    if (routes) routes.set(to, dispatch);
    else this.#routes.set(from, new Map([[to, dispatch]]));
  }

  /** The nodes of a loop to which something outside leads. */
  #entering(loop: ReadonlySet<number>): number[] {
    const found = new Set<number>(loop.has(this.root) ? [this.root] : []);
    for (const from of this.#successors.keys()) {
      if (loop.has(from)) continue;
      for (const to of this.edges(from)) if (loop.has(to)) found.add(to);
    }
    return [...found].sort((a, b) => a - b);
  }
}

function reversePostorder(entry: number, edges: Edges): number[] {
  const seen = new Set([entry]);
  const postorder: number[] = [];
  const stack = [{ node: entry, next: edges(entry), at: 0 }];
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const to = top.next[top.at++];
    if (to === undefined) {
      postorder.push(top.node);
      stack.pop();
    } else if (!seen.has(to)) {
      seen.add(to);
      stack.push({ node: to, next: edges(to), at: 0 });
    }
  }
  return postorder.reverse();
}

/** Immediate dominators, by position in the order (Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm"). */
function dominators(order: readonly number[], positionOf: (node: number) => number, edges: Edges): number[] {
  const predecessors: number[][] = order.map(() => []);
  for (const [position, node] of order.entries()) {
    for (const to of edges(node)) predecessors[positionOf(to)]?.push(position);
  }
  const dominator: number[] = order.map((_, position) => (position === 0 ? 0 : -1));
  const meet = (a: number, b: number): number => {
    let [x, y] = [a, b];
    while (x !== y) {
      if (x > y) x = dominator[x] ?? 0;
      else y = dominator[y] ?? 0;
    }
    return x;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (let position = 1; position < order.length; position++) {
      const known = (predecessors[position] ?? []).filter((from) => dominator[from] !== -1);
      const [first = 0, ...rest] = known;
      const found = rest.reduce(meet, first);
      changed ||= found !== dominator[position];
      dominator[position] = found;
    }
  }
  return dominator;
}
