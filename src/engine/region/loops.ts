/** Loops of a control flow graph, whose nodes are numbers in the order of their addresses. */

export type Edges = (node: number) => readonly number[];

/**
 * Finds the loops among some nodes, each before those within it. `headOf` says where one begins; what is found within it are the
 * loops that there would be if nothing led back to that.
 */
export function findLoops(
  nodes: ReadonlySet<number>,
  edges: Edges,
  headOf: (loop: ReadonlySet<number>) => number,
): void {
  const heads = new Set<number>();
  const find = (among: ReadonlySet<number>): void => {
    const inside = (node: number): readonly number[] =>
      edges(node).filter((to) => among.has(to) && !heads.has(to));
    for (const loop of components(among, inside)) {
      const [only] = loop;
      if (loop.size === 1 && only !== undefined && !inside(only).includes(only)) continue;
      const head = headOf(loop);
      heads.add(head);
      const rest = new Set(loop);
      rest.delete(head);
      find(rest);
    }
  };
  find(nodes);
}

/** The one of some nodes of a loop, at least one, to which most jumps lead back; the first of several. */
export function mostlyReturnedTo(loop: ReadonlySet<number>, some: Iterable<number>, edges: Edges): number {
  const jumps = new Map([...some].sort((a, b) => a - b).map((node) => [node, 0]));
  for (const from of loop) {
    for (const to of edges(from)) {
      const count = jumps.get(to);
      if (count !== undefined && to <= from) jumps.set(to, count + 1);
    }
  }
  return [...jumps].reduce((best, each) => (each[1] > best[1] ? each : best))[0];
}

/** Strongly connected components (Tarjan, 1972), without recursion. */
function components(nodes: ReadonlySet<number>, edges: Edges): Set<number>[] {
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
