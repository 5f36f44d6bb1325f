import { expect, test } from "vitest";
import { highlightLines } from "./pascal-highlight.ts";

/** Each line as its parts that are not "other". */
const seen = (text: string) =>
  highlightLines(text).map((line) =>
    line.filter(({ kind }) => kind !== "other").map((part) => `${part.kind} ${part.text}`),
  );

test("words, numbers, strings and comments", () => {
  expect(seen("BEGIN x := 12.5e-3; s := 'it''s' { all } end")).toEqual([
    ["word BEGIN", "number 12.5e-3", "string 'it''s'", "comment { all }", "word end"],
  ]);
});

test("a comment over several lines is one in each", () => {
  expect(seen("(* one\nbegin\n*) end")).toEqual([
    ["comment (* one"],
    ["comment begin"],
    ["comment *)", "word end"],
  ]);
});

test("what is not closed ends with the line, or the text", () => {
  expect(seen("'open\nend { open\nend")).toEqual([
    ["string 'open"],
    ["word end", "comment { open"],
    ["comment end"],
  ]);
});

test("the lines together are the text", () => {
  const text = "program p;\n\n  { a\n b }\nvar x1: set of 1..9;\n";
  const lines = highlightLines(text).map((line) => line.map((part) => part.text).join(""));
  expect(lines.join("\n")).toBe(text);
});
