/** All packages that can be installed, by what they are called and by what they provide. */

import { compareVersions } from "../version.ts";
import { ARCHITECTURE, type Package } from "./package.ts";
import type { Relation } from "./relations.ts";

export class PackageIndex {
  readonly #byName = new Map<string, Package[]>();
  readonly #providers = new Map<string, Package[]>();

  constructor(packages: Iterable<Package>) {
    for (const item of packages) {
      if (![ARCHITECTURE, "all"].includes(item.field("Architecture") ?? "")) continue;
      addTo(this.#byName, item.name, item);
      for (const { name } of item.provides) addTo(this.#providers, name, item);
    }
    for (const versions of this.#byName.values()) {
      versions.sort((a, b) => compareVersions(b.version, a.version));
    }
  }

  get essential(): Package[] {
    return [...this.#byName.values()].flatMap(([newest]) => (newest?.essential ? [newest] : []));
  }

  /** What satisfies a relation, the best first: the package of that name, then who provides it by importance. */
  candidates(relation: Relation): Package[] {
    const named = (this.#byName.get(relation.name) ?? []).filter((item) => item.satisfies(relation));
    const providers = (this.#providers.get(relation.name) ?? [])
      .filter((item) => item.name !== relation.name && item.satisfies(relation))
      .sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1));
    return [...named, ...providers];
  }
}

function addTo(map: Map<string, Package[]>, key: string, item: Package): void {
  const list = map.get(key);
  if (list) list.push(item);
  else map.set(key, [item]);
}
