/**
 * The order in which packages are unpacked: each after what it depends on (Debian Policy 7.2). Where packages depend on
 * each other in a circle, what one of them needs before it is unpacked (Pre-Depends) comes first.
 */

import type { Package } from "./package.ts";
import type { Alternatives } from "./relations.ts";

/** Packages in the order of their dependencies. */
export function inDependencyOrder(packages: readonly Package[]): Package[] {
  const ordered: Package[] = [];
  for (const circle of circles(packages, (item) => item.depends)) {
    // Only Pre-Depends count within a circle; they cannot be circular (Debian Policy 7.2).
    ordered.push(...circles(circle, (item) => item.preDepends).flat());
  }
  return ordered;
}

/** Tarjan's strongly connected components, each after those that it leads to; without recursion. */
function circles(
  packages: readonly Package[],
  relations: (item: Package) => readonly Alternatives[],
): Package[][] {
  const edges = new Map(packages.map((item) => [item, targets(relations(item), packages)]));
  const found: Package[][] = [];
  const number = new Map<Package, number>();
  const lowest = new Map<Package, number>();
  const open: Package[] = [];
  const isOpen = new Set<Package>();
  for (const root of packages) {
    const path: { item: Package; next: number }[] = [];
    const enter = (item: Package) => {
      lowest.set(item, number.size);
      number.set(item, number.size);
      open.push(item);
      isOpen.add(item);
      path.push({ item, next: 0 });
    };
    if (!number.has(root)) enter(root);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const target = edges.get(top.item)?.[top.next++];
      if (target && !number.has(target)) enter(target);
      else if (target) lower(lowest, top.item, isOpen.has(target) ? number.get(target) : undefined);
      else {
        path.pop();
        const parent = path.at(-1);
        if (parent) lower(lowest, parent.item, lowest.get(top.item));
        if (lowest.get(top.item) === number.get(top.item)) {
          const circle = open.splice(open.indexOf(top.item));
          for (const item of circle) isOpen.delete(item);
          found.push(circle);
        }
      }
    }
  }
  return found;
}

function lower(lowest: Map<Package, number>, item: Package, value: number | undefined): void {
  const old = lowest.get(item);
  if (old !== undefined && value !== undefined && value < old) lowest.set(item, value);
}

function targets(groups: readonly Alternatives[], packages: readonly Package[]): Package[] {
  const all = groups.flat();
  return packages.filter((item) => all.some((relation) => item.satisfies(relation)));
}
