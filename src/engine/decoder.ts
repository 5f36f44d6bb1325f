/**
 * From bits to instruction: a tree made from all pictures. A node looks at the bits that are fixed in every picture
 * below it; a leaf tries the few pictures that are left, in order.
 */

import { matchesPicture, type Picture, picturesOverlap } from "./picture.ts";

/** What is decoded: anything with a picture. */
export interface Pictured {
  readonly picture: Picture;
}

/** Bits are signed here: V8 keeps such numbers without a place of their own. */
interface Branch<T> {
  readonly mask: number;
  readonly children: ReadonlyMap<number, Tree<T>>;
}

type Tree<T> = Branch<T> | readonly T[];

function isLeaf<T>(tree: Tree<T>): tree is readonly T[] {
  return Array.isArray(tree);
}

function grow<T extends Pictured>(entries: readonly T[], seen: number): Tree<T> {
  const mask = entries.reduce((bits, { picture }) => bits & picture.mask, ~seen);
  if (entries.length <= 1 || mask === 0) return entries;
  const groups = groupBy(entries, ({ picture }) => picture.value & mask);
  const children = new Map([...groups].map(([value, group]) => [value, grow(group, seen | mask)]));
  return { mask, children };
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => number): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** A function that finds the entry whose picture the bits match; undefined where none does. */
export function makeDecoder<T extends Pictured>(entries: readonly T[]): (bits: number) => T | undefined {
  const root = grow(entries, 0);
  return (bits) => {
    let tree: Tree<T> | undefined = root;
    while (tree && !isLeaf(tree)) tree = tree.children.get(bits & tree.mask);
    if (tree) for (const entry of tree) if (matchesPicture(entry.picture, bits)) return entry;
    return undefined;
  };
}

/** Every pair whose pictures some bits match both of. An instruction set is sound when there is none. */
export function findOverlaps<T extends Pictured>(entries: readonly T[]): [T, T][] {
  return entries.flatMap((a, index) =>
    entries
      .slice(index + 1)
      .filter((b) => picturesOverlap(a.picture, b.picture))
      .map((b): [T, T] => [a, b]),
  );
}
