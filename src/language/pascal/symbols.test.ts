import { expect, test } from "vitest";
import { editDistance, Scope } from "./symbols.ts";
import { integerType } from "./types.ts";

test.each([
  ["abc", "abc", 0],
  ["abc", "abd", 1],
  ["abc", "acb", 1],
  ["abc", "ab", 1],
  ["writln", "writeln", 1],
  ["abc", "xyz", 3],
])("from %s to %s it is %i", (one, other, distance) => {
  expect(editDistance(one, other, 2)).toBe(distance);
});

test("a name that was used with a meaning from outside cannot be declared any more", () => {
  const outer = new Scope(undefined, 0);
  outer.add({ kind: "type", name: "t", type: integerType });
  const inner = new Scope(outer, 1);
  expect(inner.conflict("t")).toBeUndefined();
  inner.find("t");
  expect(inner.conflict("t")).toContain("used above");
});
