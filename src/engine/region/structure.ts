/**
 * Brings a control flow graph into a form that structured code can express: order, dominance, and for each loop one head.
 * A part that control enters at several places gets a dispatch node: a label says which of them is meant. Only edges that
 * enter the part, or lead back to what plays its head, go through the node.
 *
 * Nodes are numbers from 0, in the order of their addresses; dispatch nodes have the numbers after them.
 */

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
  /** Heads of the loops that are dealt with: within the loop nothing leads to them any more. */
  readonly #heads = new Set<number>();

  constructor(successors: readonly (readonly number[])[], entries: readonly number[]) {
    this.#successors = [...successors];
    const [only = 0, ...more] = entries;
    this.root = more.length === 0 ? only : this.#addDispatch(entries);
    this.#untangle(new Set(reversePostorder(this.root, (node) => this.edges(node))));
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

  /** Gives each loop among some nodes one head, then deals with what is inside the loop. */
  #untangle(nodes: ReadonlySet<number>): void {
    const inside = (node: number): readonly number[] =>
      this.edges(node).filter((to) => nodes.has(to) && !this.#heads.has(to));
    for (const loop of components(nodes, inside)) {
      const [only] = loop;
      if (loop.size === 1 && only !== undefined && !inside(only).includes(only)) continue;
      const head = this.#giveHead(loop);
      this.#heads.add(head);
      const rest = new Set(loop);
      rest.delete(head);
      this.#untangle(rest);
    }
  }

  #giveHead(loop: ReadonlySet<number>): number {
    const entering = this.#entering(loop);
    const [first = this.root] = entering;
    if (entering.length < 2) return first;
    const head = this.#likeliestHead(loop, entering);
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

  /** The one to which most jumps lead back. */
  #likeliestHead(loop: ReadonlySet<number>, entering: readonly number[]): number {
    const counts = new Map(entering.map((node) => [node, 0]));
    for (const from of loop) {
      for (const to of this.edges(from)) {
        const count = counts.get(to);
        if (count !== undefined && to <= from) counts.set(to, count + 1);
      }
    }
    return entering.reduce((best, node) => ((counts.get(node) ?? 0) > (counts.get(best) ?? 0) ? node : best));
  }
}

type Edges = (node: number) => readonly number[];

/** Strongly connected components (Tarjan, 1972), without recursion. */
export function components(nodes: ReadonlySet<number>, edges: Edges): Set<number>[] {
  const found: Set<number>[] = [];
  const index = new Map<number, number>();
  const low = new Map<number, number>();
  const open: number[] = [];
  const isOpen = new Set<number>();
  const visit = (start: number): void => {
    const stack = [{ node: start, next: edges(start), at: 0 }];
    const begin = (node: number): void => {
      low.set(node, index.size);
      index.set(node, index.size);
      open.push(node);
      isOpen.add(node);
    };
    begin(start);
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const to = top.next[top.at++];
      if (to === undefined) {
        stack.pop();
        const parent = stack.at(-1)?.node;
        const reached = low.get(top.node) ?? 0;
        if (parent !== undefined) low.set(parent, Math.min(low.get(parent) ?? 0, reached));
        if (reached === index.get(top.node)) found.push(close(top.node));
      } else if (!index.has(to)) {
        begin(to);
        stack.push({ node: to, next: edges(to), at: 0 });
      } else if (isOpen.has(to)) {
        low.set(top.node, Math.min(low.get(top.node) ?? 0, index.get(to) ?? 0));
      }
    }
  };
  const close = (last: number): Set<number> => {
    const component = new Set<number>();
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      isOpen.delete(node);
      component.add(node);
      if (node === last) break;
    }
    return component;
  };
  for (const node of nodes) if (!index.has(node)) visit(node);
  return found;
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
