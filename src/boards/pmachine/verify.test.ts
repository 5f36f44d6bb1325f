import { describe, expect, test } from "vitest";
import { ProgramError } from "./program-image.ts";
import { program } from "./testing/program.ts";
import { verifyProgram } from "./verify.ts";

const verify = (...lines: string[]) => verifyProgram(program(...lines));

test("each instruction gets the depth of the stack", () => {
  const loaded = verify("ldc 1", "ldc 2", "add", "drop", "stop");
  const fieldA = [...loaded].map((bits) => (bits >>> 18) & 63);
  expect(fieldA.slice(0, 4)).toEqual([0, 1, 0, 0]);
  expect(((loaded[2] ?? 0) >>> 12) & 63).toBe(1);
});

test("what cannot be reached becomes no instruction", () => {
  expect(verify("jmp @2", "add", "stop")[1]).toBe(0);
});

test.each([
  ["too few entries", ["add", "stop"], "takes 2 entries from a stack of 0"],
  ["two depths", ["ldc 1", "jz @0", "stop"], ""],
  [
    "a join of two depths",
    ["ldc 1", "jz @3", "ldc 1", "stop"],
    "1 entries by one way and 0 by another|0 entries by one way and 1",
  ],
  ["no end", ["ldc 1"], "control leaves the code"],
  ["a jump out", ["jmp @7"], "control leaves the code"],
  ["a call with a full stack", ["ldc 1", "call @2", "enter 16"], "a call while the stack has 1 entries"],
  ["no service", ["svc 1000", "stop"], "no such service"],
  ["too deep", [...Array.from({ length: 64 }, () => "ldc 1"), "stop"], "too many entries"],
])("%s", (what, lines, message) => {
  if (what === "two depths") expect(() => verify(...lines)).not.toThrow();
  else expect(() => verify(...lines)).toThrow(new RegExp(message));
});

describe("procedures and their frames", () => {
  const main = ["ldc 0", "enter 16", "call @4", "stop"];
  const odd = "leave and ret must follow each other";
  const entry = "a procedure must begin with enter, and only calls lead there";

  test("a procedure that keeps to its frame", () => {
    expect(() => verify(...main, "enter 16", "leave", "ret")).not.toThrow();
    expect(() => verify(...main, "ldc 0", "ldcx 16", "enterx", "leave", "ret")).not.toThrow();
  });

  test.each([
    ["no frame", [...main, "ret"], entry],
    ["control falls into it", ["ldc 0", "enter 16", "call @4", "ldc 1", "enter 16", "leave", "ret"], entry],
    ["a jump to its beginning", [...main, "enter 16", "ldc 0", "jmp @4"], entry],
    ["two frames", [...main, "enter 16", "ldc 0", "enter 16", "leave", "ret"], "enter is not where"],
    ["the program's frame made again", ["ldc 0", "enter 16", "ldc 0", "jmp @1"], "enter is not where"],
    ["a frame that is not given up", [...main, "enter 16", "ldc 0", "ret"], odd],
    ["a frame that is given up while it goes on", [...main, "enter 16", "leave", "drop", "stop"], odd],
    ["a jump past leave", [...main, "enter 16", "ldc 0", "dup", "jz @10", "drop", "leave", "ret"], odd],
  ])("%s", (_, lines, message) => {
    expect(() => verify(...lines)).toThrow(message);
  });
});

test("bits that are no instruction are refused", () => {
  const image = { ...program("stop"), code: Uint32Array.of(0xff000000) };
  expect(() => verifyProgram(image)).toThrow(ProgramError);
});
