/**
 * Chooses which packages to install: those that are wanted, the essential ones (Debian Policy 3.8), and all that they
 * depend on (Debian Policy 7.2). What only one package can satisfy is decided first; of alternatives the first that
 * conflicts with nothing chosen is taken. Left out: taking a choice back, recommendations, and replacing what is
 * installed.
 */

import { InputError } from "../../../base/errors.ts";
import type { Package } from "./package.ts";
import type { PackageIndex } from "./package-index.ts";
import { type Alternatives, parseRelations, relationText } from "./relations.ts";

/** Packages that cannot be installed together, or at all. */
export class DependencyError extends InputError {
  override readonly name = "DependencyError";
}

/** A dependency and who has it; nobody for what the user wants. */
interface Need {
  readonly group: Alternatives;
  readonly by: Package | undefined;
}

/**
 * The packages to install, in no particular order.
 *
 * @param wanted names, perhaps with versions as in `sed (>= 4)`
 * @param installed is kept as it is
 */
export function resolve(
  index: PackageIndex,
  wanted: readonly string[],
  installed: readonly Package[] = [],
): Package[] {
  return new Resolver(index, installed).resolve(wanted);
}

class Resolver {
  readonly #index: PackageIndex;
  readonly #installed: readonly Package[];
  /** Those that are installed, too, by name. */
  readonly #present = new Map<string, Package>();
  readonly #chosen: Package[] = [];
  readonly #needs: Need[] = [];
  /** Needs that several packages could satisfy. */
  readonly #open: Need[] = [];

  constructor(index: PackageIndex, installed: readonly Package[]) {
    this.#index = index;
    this.#installed = installed;
    for (const item of installed) this.#present.set(item.name, item);
  }

  resolve(wanted: readonly string[]): Package[] {
    for (const name of wanted) {
      const groups = parseRelations(name);
      if (groups.length === 0) throw new DependencyError(`"${name}" is not the name of a package`);
      for (const group of groups) this.#needs.push({ group, by: undefined });
    }
    for (const item of this.#index.essential) {
      if (!this.#present.has(item.name)) this.#choose(item, undefined);
    }
    for (;;) {
      const need = this.#needs.pop();
      const open = need ?? this.#open.shift();
      if (!open) return this.#chosen;
      this.#satisfy(open, need === undefined);
    }
  }

  #satisfy(need: Need, decide: boolean): void {
    const isSatisfied = [...this.#present.values()].some((item) =>
      need.group.some((relation) => item.satisfies(relation)),
    );
    if (isSatisfied) return;
    const candidates = need.group.flatMap((relation) => this.#index.candidates(relation));
    const possible = candidates.filter((item) => !this.#present.has(item.name) && !this.#obstacle(item));
    const [first] = possible;
    if (!first) throw this.#refusal(need, candidates);
    if (possible.length > 1 && !decide) this.#open.push(need);
    else this.#choose(first, need.by);
  }

  #choose(item: Package, by: Package | undefined): void {
    const obstacle = this.#obstacle(item);
    if (obstacle)
      throw new DependencyError(`${nameOf(item)}${because(by)} conflicts with ${nameOf(obstacle)}`);
    this.#present.set(item.name, item);
    this.#chosen.push(item);
    for (const group of item.depends) this.#needs.push({ group, by: item });
  }

  #obstacle(item: Package): Package | undefined {
    return [...this.#present.values()].find((other) => item.conflictsWith(other));
  }

  #refusal({ group, by }: Need, candidates: readonly Package[]): DependencyError {
    const what = group.map(relationText).join(" | ");
    const who = by ? `${nameOf(by)} depends on ${what}` : what;
    for (const candidate of candidates) {
      const obstacle = this.#obstacle(candidate);
      if (obstacle) {
        return new DependencyError(`${who}: ${nameOf(candidate)} conflicts with ${nameOf(obstacle)}`);
      }
    }
    const other = this.#installed.find(({ name }) => group.some((relation) => relation.name === name));
    if (other) return new DependencyError(`${who}: ${nameOf(other)} is installed, and stays as it is`);
    return new DependencyError(
      by ? `${who}, which the archive does not have` : `The archive has no package ${what}`,
    );
  }
}

function nameOf({ name, version }: Package): string {
  return `${name} ${version}`;
}

function because(by: Package | undefined): string {
  return by ? `, which ${by.name} depends on,` : "";
}
