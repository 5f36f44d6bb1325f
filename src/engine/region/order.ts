/**
 * Order and dominance in a control flow graph, for making structured code of it. An edge into the middle of a loop (which
 * no structure can express) is cut: control leaves the region there.
 */

/** A graph by node: the nodes that may follow it. */
export type Graph = ReadonlyMap<number, readonly number[]>;

export interface OrderedGraph {
  /** Nodes that can be reached, each before those that it dominates. */
  readonly order: readonly number[];
  readonly indexOf: ReadonlyMap<number, number>;
  /** The nodes that each node immediately dominates, in order. */
  readonly children: ReadonlyMap<number, readonly number[]>;
  /** Targets of edges that go back. */
  readonly loopHeads: ReadonlySet<number>;
  /** Nodes that several forward edges enter. */
  readonly merges: ReadonlySet<number>;
  /** Whether control may go along an edge inside the region. */
  readonly hasEdge: (from: number, to: number) => boolean;
}

/** Orders the nodes that `entry` reaches. */
export function orderGraph(entry: number, graph: Graph): OrderedGraph {
  const cut = new Set<string>();
  for (;;) {
    const edges = (node: number): readonly number[] =>
      (graph.get(node) ?? []).filter((to) => graph.has(to) && !cut.has(`${node}>${to}`));
    const order = reversePostorder(entry, edges);
    const indexOf = new Map(order.map((node, index) => [node, index]));
    const dominator = dominators(order, indexOf, edges);
    const irreducible = order.flatMap((from) =>
      edges(from)
        .filter((to) => isBack(indexOf, from, to) && !dominates(dominator, indexOf, to, from))
        .map((to) => `${from}>${to}`),
    );
    if (irreducible.length === 0) return describe(order, indexOf, dominator, edges);
    for (const edge of irreducible) cut.add(edge);
  }
}

type Edges = (node: number) => readonly number[];

function isBack(indexOf: ReadonlyMap<number, number>, from: number, to: number): boolean {
  return (indexOf.get(to) ?? 0) <= (indexOf.get(from) ?? 0);
}

function reversePostorder(entry: number, edges: Edges): number[] {
  const seen = new Set([entry]);
  const postorder: number[] = [];
  const stack = [{ node: entry, next: 0 }];
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const to = edges(top.node)[top.next++];
    if (to === undefined) {
      postorder.push(top.node);
      stack.pop();
    } else if (!seen.has(to)) {
      seen.add(to);
      stack.push({ node: to, next: 0 });
    }
  }
  return postorder.reverse();
}

/** Immediate dominators, by index in the order (Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm"). */
function dominators(order: readonly number[], indexOf: ReadonlyMap<number, number>, edges: Edges): number[] {
  const predecessors: number[][] = order.map(() => []);
  for (const [index, node] of order.entries()) {
    for (const to of edges(node)) predecessors[indexOf.get(to) ?? 0]?.push(index);
  }
  const dominator: number[] = order.map((_, index) => (index === 0 ? 0 : -1));
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
    for (let index = 1; index < order.length; index++) {
      const known = (predecessors[index] ?? []).filter((from) => dominator[from] !== -1);
      const [first = 0, ...rest] = known;
      const found = rest.reduce(meet, first);
      changed ||= found !== dominator[index];
      dominator[index] = found;
    }
  }
  return dominator;
}

function dominates(
  dominator: readonly number[],
  indexOf: ReadonlyMap<number, number>,
  a: number,
  b: number,
): boolean {
  const wanted = indexOf.get(a) ?? 0;
  let at = indexOf.get(b) ?? 0;
  while (at > wanted) at = dominator[at] ?? 0;
  return at === wanted;
}

function describe(
  order: readonly number[],
  indexOf: ReadonlyMap<number, number>,
  dominator: readonly number[],
  edges: Edges,
): OrderedGraph {
  const children = new Map<number, number[]>(order.map((node) => [node, []]));
  for (const [index, node] of order.entries()) {
    if (index > 0) children.get(order[dominator[index] ?? 0] ?? 0)?.push(node);
  }
  const loopHeads = new Set<number>();
  const entered = new Map<number, number>();
  for (const from of order) {
    for (const to of edges(from)) {
      if (isBack(indexOf, from, to)) loopHeads.add(to);
      else entered.set(to, (entered.get(to) ?? 0) + 1);
    }
  }
  const merges = new Set([...entered].filter(([, count]) => count > 1).map(([node]) => node));
  return { order, indexOf, children, loopHeads, merges, hasEdge: (from, to) => edges(from).includes(to) };
}
