import { expect, test } from "vitest";
import { renderDiagnostic, Source } from "./diagnostics.ts";

const source = new Source("a.pas", "one\n\ttwo three\r\n\nfour");

test("places are lines and columns, in any order", () => {
  const places = [0, 2, 4, 9, 16, 17, 20, 5, 0, 19].map((at) => source.positionOf(at));
  expect(places.map(({ line, column }) => `${line}:${column}`)).toEqual([
    "1:1",
    "1:3",
    "2:1",
    "2:6",
    "3:1",
    "4:1",
    "4:4",
    "2:2",
    "1:1",
    "4:3",
  ]);
});

test("the caret is under the place, tabs or not", () => {
  expect(renderDiagnostic(source, { at: 9, message: "what" })).toBe(
    "a.pas:2:6: what\n  \ttwo three\n  \t    ^",
  );
});
