import { expect, test } from "vitest";
import { compilePascal } from "../../compile-pascal.ts";
import { isRecursive } from "./call-graph.ts";

const programs: readonly (readonly [string, string, boolean])[] = [
  ["no routines", "program p; begin end.", false],
  [
    "routines that call others",
    "program p; procedure a; begin end; procedure b; begin a; a end; begin b; a end.",
    false,
  ],
  ["a routine that calls itself", "program p; procedure a; begin a end; begin a end.", true],
  [
    "routines that call each other",
    "program p; procedure b; forward; procedure a; begin b end; procedure b; begin a end; begin a end.",
    true,
  ],
  [
    "a routine that an inner one calls",
    "program p; procedure a; procedure b; begin a end; begin b end; begin a end.",
    true,
  ],
  [
    "a procedural parameter",
    "program p; procedure a(procedure b); begin b end; procedure c; begin end; begin a(c) end.",
    true,
  ],
];

test.each(programs)("%s", (_, source, expected) => {
  expect(isRecursive(compilePascal(source))).toBe(expected);
});
