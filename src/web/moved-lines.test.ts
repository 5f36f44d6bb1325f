import { expect, test } from "vitest";
import { movedLines } from "./moved-lines.ts";

const text = "a\nb\nc\nd";

test.each([
  ["a line is put before it", "a\nnew\nb\nc\nd", [4]],
  ["a line is put after it", "a\nb\nc\nnew\nd", [3]],
  ["it is changed itself", "a\nb\nchanged\nd", [3]],
  ["a line before it is removed", "a\nc\nd", [2]],
  ["all after the first line is removed", "a", []],
  ["everything is replaced", "x\ny\nz\nw", [3]],
])("a breakpoint at line 3, where %s", (_, after, expected) => {
  expect(movedLines([3], text, after)).toEqual(expected);
});
