/**
 * Where a region is best entered. A loop that control enters at one place only is plain code; where a second one is added, each
 * round asks which was meant (see structure.ts). So a loop is entered at its head, whatever instruction of it was hot, and not
 * after its calls, which mostly come back to the region by themselves: the interpreter comes to the head within a round. Where
 * what follows a call turns out to be hot for the interpreter, it is entered there too.
 */

import { findLoops, mostlyReturnedTo } from "./loops.ts";

/** What is known of a region's blocks, which are numbered from 0. */
export interface Places {
  readonly successors: readonly (readonly number[])[];
  /** Where control was seen to come in, the likeliest way first. */
  readonly heads: readonly number[];
  /** After what the interpreter must execute. */
  readonly resumed: readonly number[];
  /** After calls. */
  readonly returnedTo: readonly number[];
  /** The heads themselves are to be entered, and what follows calls, whatever loops they are in. */
  readonly isExact: boolean;
}

/** The blocks where the region is to be entered. */
export function chooseEntries({
  successors,
  heads,
  resumed,
  returnedTo,
  isExact,
}: Places): readonly number[] {
  const afterCalls = new Set(returnedTo);
  const [first = 0] = [...heads, ...resumed, ...returnedTo];
  const loops = new Loops(successors, first);
  const seen = heads.map((node) => (isExact || afterCalls.has(node) ? node : (loops.headOf(node) ?? node)));
  const outside = returnedTo.filter((node) => isExact || loops.headOf(node) === undefined);
  return [...new Set([...seen, ...loops.heads, ...resumed, ...outside])];
}

/** The loops of a graph that is entered at one place. */
class Loops {
  readonly #successors: readonly (readonly number[])[];
  readonly #reachable: ReadonlySet<number>;
  readonly #headOf = new Map<number, number>();
  readonly heads = new Set<number>();

  constructor(successors: readonly (readonly number[])[], entry: number) {
    this.#successors = successors;
    const reachable = new Set([entry]);
    for (const node of reachable) for (const to of this.#edges(node)) reachable.add(to);
    this.#reachable = reachable;
    const edges = (node: number) => this.#edges(node);
    findLoops(new Set(successors.keys()), edges, (loop) => {
      const head = this.#entered(loop) ?? mostlyReturnedTo(loop, loop, edges);
      for (const node of loop) this.#headOf.set(node, head);
      this.heads.add(head);
      return head;
    });
  }

  /** The head of the innermost loop that a node is in. */
  headOf(node: number): number | undefined {
    return this.#headOf.get(node);
  }

  #edges(node: number): readonly number[] {
    return this.#successors[node] ?? [];
  }

  /** The first node of a loop by which control comes in from outside. */
  #entered(loop: ReadonlySet<number>): number | undefined {
    const found: number[] = [];
    for (const from of this.#reachable) {
      if (!loop.has(from)) found.push(...this.#edges(from).filter((to) => loop.has(to)));
    }
    return found.length > 0 ? Math.min(...found) : undefined;
  }
}
