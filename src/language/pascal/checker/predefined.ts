/** What the standard declares itself. ISO 7185, sections 6.4.2.2, 6.6.5 and 6.6.6. */

import type { Dialect } from "../dialect.ts";
import type { PascalSymbol } from "../symbols.ts";
import {
  booleanType,
  charType,
  integerType,
  MAXINT,
  realType,
  shortStringType,
  type Type,
  textType,
} from "../types.ts";

const functions = "abs sqr sin cos exp ln sqrt arctan trunc round ord chr succ pred odd eof eoln".split(" ");
const procedures = "rewrite put reset get read readln write writeln page new dispose pack unpack".split(" ");
/** Beyond the standard: docs/pcode.md, "What the implementation chose". */
const extensions = ["halt"];
/** Of Turbo Pascal: dialect.ts. */
const turboFunctions = ["length", "copy", "pos", "concat"];
const turboProcedures = ["insert", "delete", "str", "val"];
const types: readonly (readonly [string, Type])[] = [
  ["integer", integerType],
  ["real", realType],
  ["boolean", booleanType],
  ["char", charType],
  ["text", textType],
];

export function* predefined(dialect: Dialect): Iterable<PascalSymbol> {
  for (const [name, type] of types) yield { kind: "type", name, type };
  yield { kind: "constant", name: "maxint", type: integerType, value: MAXINT };
  yield { kind: "constant", name: "false", type: booleanType, value: 0 };
  yield { kind: "constant", name: "true", type: booleanType, value: 1 };
  for (const name of functions) yield { kind: "standard", name, isFunction: true };
  for (const name of [...procedures, ...extensions]) yield { kind: "standard", name, isFunction: false };
  if (dialect !== "turbo") return;
  yield { kind: "type", name: "string", type: shortStringType };
  for (const name of turboFunctions) yield { kind: "standard", name, isFunction: true };
  for (const name of turboProcedures) yield { kind: "standard", name, isFunction: false };
}
