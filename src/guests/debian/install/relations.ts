/**
 * Relationships between packages (Debian Policy 7.1): `a (>= 1) | b:any, c`. Left out: restrictions to architectures
 * and build profiles, which binary packages do not have.
 */

import { compareVersions } from "../version.ts";

type Operator = "<<" | "<=" | "=" | ">=" | ">>";

/** A name, perhaps with a version that it must have. */
export interface Relation {
  readonly name: string;
  /** The architecture after a colon: "any", "native" or a name. */
  readonly qualifier?: string;
  readonly operator?: Operator;
  readonly version?: string;
}

/** Relations of which one has to hold. */
export type Alternatives = readonly Relation[];

const pattern = /^([a-z0-9][a-z0-9+.-]*)(?::([a-z0-9-]+))?(?:\s*\(\s*(<<|<=|=|>=|>>|<|>)\s*([^\s)]+)\s*\))?$/;

/** The relations of a field; what is not one is left out, as no package can be meant by it. */
export function parseRelations(field: string | undefined): Alternatives[] {
  const groups = (field ?? "").split(",").map((group) => group.split("|").flatMap(parseRelation));
  return groups.filter((group) => group.length > 0);
}

function parseRelation(text: string): Relation[] {
  const match = pattern.exec(text.trim());
  if (!match) return [];
  const [, name = "", qualifier, operator, version] = match;
  return [
    {
      name,
      ...(qualifier === undefined ? {} : { qualifier }),
      ...(operator === undefined || version === undefined ? {} : { operator: strict(operator), version }),
    },
  ];
}

/** "<" and ">" are obsolete and mean "<=" and ">=". */
function strict(operator: string): Operator {
  if (operator === "<") return "<=";
  return operator === ">" ? ">=" : (operator as Operator);
}

/** Whether a version is one that a relation asks for. */
export function versionFits({ operator, version }: Relation, actual: string): boolean {
  if (operator === undefined || version === undefined) return true;
  const order = compareVersions(actual, version);
  switch (operator) {
    case "<<":
      return order < 0;
    case "<=":
      return order <= 0;
    case "=":
      return order === 0;
    case ">=":
      return order >= 0;
    case ">>":
      return order > 0;
  }
}

/** As a control file has it. */
export function relationText({ name, qualifier, operator, version }: Relation): string {
  const qualified = qualifier === undefined ? name : `${name}:${qualifier}`;
  return operator === undefined ? qualified : `${qualified} (${operator} ${version})`;
}
