import { expect, test } from "vitest";
import { compilePascal } from "../../compile-pascal.ts";
import { ProgramError } from "./program-image.ts";

/** A program with so many assignments between a procedure and its call. */
function program(statements: number): string {
  const far = `procedure far; begin\n${"i := i + 1;\n".repeat(statements)}end;`;
  return `program p; var i: integer; procedure near; begin end; ${far} begin near; far end.`;
}

test("a call over more instructions than a jump can lead is refused with a message", () => {
  expect(() => compilePascal(program(40_000))).not.toThrow();
  expect(() => compilePascal(program(60_000))).toThrow(ProgramError);
  expect(() => compilePascal(program(60_000))).toThrow(
    /^the program is too large: a jump or a call leads over \d+/,
  );
});
