/**
 * Where a region is best entered. A loop that control enters at one place only is plain code; where a second one is added, each
 * round asks which was meant (see structure.ts). So a loop is entered at its head, whatever instruction of it was hot: the
 * interpreter comes to it within a round.
 */

import { components } from "./structure.ts";

/** What is known of a region's blocks, which are numbered from 0. */
export interface Places {
  readonly successors: readonly (readonly number[])[];
  /** Where control was seen to come in, the likeliest way first. */
  readonly heads: readonly number[];
  /** Where the interpreter gives control back: after calls, and after what it must execute. */
  readonly resumed: readonly number[];
}

/** The blocks where the region is to be entered. */
export function chooseEntries({ successors, heads, resumed }: Places): readonly number[] {
  const [first = 0, ...others] = heads.length > 0 ? heads : resumed;
  const loops = new Loops(successors, first);
  const seen = others.map((node) => loops.headOf(node) ?? node);
  return [...new Set([first, ...seen, ...loops.heads, ...resumed])];
}

/** The loops of a graph that is entered at one place. */
class Loops {
  readonly #successors: readonly (readonly number[])[];
  readonly #headOf = new Map<number, number>();
  /** Nodes to which edges of a loop lead back. */
  readonly heads = new Set<number>();

  constructor(successors: readonly (readonly number[])[], entry: number) {
    this.#successors = successors;
    const nodes = new Set(successors.keys());
    this.#find(nodes, this.#reachable(entry), entry);
  }

  /** The head of the innermost loop that a node is in. */
  headOf(node: number): number | undefined {
    return this.#headOf.get(node);
  }

  #reachable(entry: number): ReadonlySet<number> {
    const found = new Set([entry]);
    for (const node of found) for (const to of this.#successors[node] ?? []) found.add(to);
    return found;
  }

  #find(nodes: ReadonlySet<number>, reachable: ReadonlySet<number>, entry: number): void {
    const inside = (node: number): readonly number[] =>
      (this.#successors[node] ?? []).filter((to) => nodes.has(to) && !this.heads.has(to));
    for (const loop of components(nodes, inside)) {
      const [only] = loop;
      if (loop.size === 1 && only !== undefined && !inside(only).includes(only)) continue;
      const entering = this.#entering(loop, reachable, entry);
      const [head = Math.min(...loop)] = entering;
      for (const node of loop) this.#headOf.set(node, head);
      this.heads.add(head);
      const rest = new Set(loop);
      rest.delete(head);
      this.#find(rest, reachable, entry);
    }
  }

  /** The nodes of a loop by which control comes in. */
  #entering(loop: ReadonlySet<number>, reachable: ReadonlySet<number>, entry: number): number[] {
    const found = new Set<number>(loop.has(entry) ? [entry] : []);
    for (const from of reachable) {
      if (loop.has(from)) continue;
      for (const to of this.#successors[from] ?? []) if (loop.has(to)) found.add(to);
    }
    return [...found].sort((a, b) => a - b);
  }
}
