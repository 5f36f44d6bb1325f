/** What is to be known of a package to choose it and to order it: its paragraph of an index or of dpkg's status. */

import type { Paragraph } from "../../../formats/deb822.ts";
import { type Alternatives, parseRelations, type Relation, versionFits } from "./relations.ts";

/** The architecture of all packages that we install, besides "all". */
export const ARCHITECTURE = "riscv64";

/** From the most to the least important (Debian Policy 2.5). */
const priorities = ["required", "important", "standard", "optional"];

/** A package; what its relations say is read when it is first asked for. */
export class Package {
  readonly name: string;
  readonly version: string;
  readonly #paragraph: Paragraph;
  readonly #relations = new Map<string, readonly Alternatives[]>();
  #provides: readonly Relation[] | undefined;

  constructor(paragraph: Paragraph) {
    this.#paragraph = paragraph;
    this.name = paragraph.get("Package") ?? "";
    this.version = paragraph.get("Version") ?? "";
  }

  field(name: string): string | undefined {
    return this.#paragraph.get(name);
  }

  get essential(): boolean {
    return this.field("Essential") === "yes";
  }

  /** Smaller is more important. */
  get rank(): number {
    const rank = priorities.indexOf(this.field("Priority") ?? "");
    return rank < 0 ? priorities.length : rank;
  }

  /** What must be there before it is unpacked. */
  get preDepends(): readonly Alternatives[] {
    return this.#parsed("Pre-Depends");
  }

  /** What must be there before it is configured. */
  get depends(): readonly Alternatives[] {
    return [...this.preDepends, ...this.#parsed("Depends")];
  }

  get provides(): readonly Relation[] {
    this.#provides ??= this.#parsed("Provides").flat();
    return this.#provides;
  }

  /** What must not be there (Debian Policy 7.3, 7.4). */
  get conflicts(): readonly Relation[] {
    return [...this.#parsed("Conflicts"), ...this.#parsed("Breaks")].flat();
  }

  /** Whether it is what a relation asks for, by its own name or by one that it provides (Debian Policy 7.5). */
  satisfies(relation: Relation): boolean {
    if (!this.#hasArchitecture(relation)) return false;
    if (relation.name === this.name && versionFits(relation, this.version)) return true;
    return this.provides.some(
      ({ name, version }) =>
        name === relation.name &&
        (relation.version === undefined || (version !== undefined && versionFits(relation, version))),
    );
  }

  /** A package never conflicts with itself, whatever it provides. */
  conflictsWith(other: Package): boolean {
    if (other.name === this.name) return false;
    return (
      this.conflicts.some((relation) => other.satisfies(relation)) ||
      other.conflicts.some((relation) => this.satisfies(relation))
    );
  }

  /** `name:any` is for packages that say that they serve all architectures. */
  #hasArchitecture({ name, qualifier }: Relation): boolean {
    if (qualifier === undefined || qualifier === "native" || qualifier === ARCHITECTURE) return true;
    return qualifier === "any" && (name !== this.name || this.field("Multi-Arch") === "allowed");
  }

  #parsed(field: string): readonly Alternatives[] {
    const known = this.#relations.get(field);
    if (known) return known;
    const parsed = parseRelations(this.field(field));
    this.#relations.set(field, parsed);
    return parsed;
  }
}
