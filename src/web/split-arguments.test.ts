import { expect, test } from "vitest";
import { ArgumentError, splitArguments } from "./split-arguments.ts";

test.each([
  ["", []],
  ["  ", []],
  ["one two  three ", ["one", "two", "three"]],
  ["sh -c 'echo \"a b\"'", ["sh", "-c", 'echo "a b"']],
  ['"a \\" b" c\\ d \'\'', ['a " b', "c d", ""]],
  ["a'b'\"c\"d", ["abcd"]],
])("%j", (line, expected) => {
  expect(splitArguments(line)).toEqual(expected);
});

test.each([
  ["'open", "The arguments lack a closing '"],
  ['a "open', 'The arguments lack a closing "'],
  ["a\\", "The arguments end with a backslash"],
])("%j is refused", (line, message) => {
  expect(() => splitArguments(line)).toThrow(new ArgumentError(message));
});
