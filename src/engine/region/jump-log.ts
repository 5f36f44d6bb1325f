/** Indirect jumps that leave regions for places that these do not know: with many of them a region is worth making again. */

import { pageIndex, REACH_PAGES } from "./code-view.ts";
import type { InstalledRegion } from "./region-cache.ts";

/** Unknown jumps out of a region that make it worth making again. */
const MANY_EXITS = 16;
const MOST_JUMP_TARGETS = 128;

export class JumpLog {
  /** Unknown jumps by region and place. */
  readonly #exits = new Map<InstalledRegion, Map<number, Set<number>>>();
  readonly #counts = new Map<InstalledRegion, number>();

  /** A jump at an offset of a region led so many bytes away; the targets of its jumps where it is worth making again. */
  add(region: InstalledRegion, site: number, distance: number): Map<number, readonly number[]> | undefined {
    const target = site + distance;
    if (Math.abs(pageIndex(target)) > REACH_PAGES || region.jumpTargets.get(site)?.includes(target))
      return undefined;
    const sites = this.#exits.get(region) ?? new Map<number, Set<number>>();
    this.#exits.set(region, sites);
    const targets = sites.get(site) ?? new Set(region.jumpTargets.get(site));
    sites.set(site, targets.add(target));
    const count = (this.#counts.get(region) ?? 0) + 1;
    this.#counts.set(region, count);
    if (count < MANY_EXITS * 4 ** region.version) return undefined;
    this.#counts.delete(region);
    const jumpTargets = new Map(region.jumpTargets);
    for (const [at, seen] of sites) jumpTargets.set(at, [...seen].slice(0, MOST_JUMP_TARGETS));
    return jumpTargets;
  }

  forget(region: InstalledRegion): void {
    this.#exits.delete(region);
    this.#counts.delete(region);
  }

  clear(): void {
    this.#exits.clear();
    this.#counts.clear();
  }
}
