import { readFileSync } from "node:fs";
import { CommanderError } from "commander";
import { expect, test } from "vitest";
import { InputError, InternalError } from "../base/errors.ts";
import { outcomeOfError } from "./errors.ts";

function thrown(action: () => void): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

test("bad input is one line and status 2", () => {
  expect(outcomeOfError(new InputError("bad\n  input"))).toEqual({ status: 2, message: "bad input" });
  expect(outcomeOfError(thrown(() => readFileSync("/nowhere")))).toEqual({
    status: 2,
    message: "ENOENT: no such file or directory, open '/nowhere'",
  });
});

test("commander has said already what was wrong", () => {
  expect(outcomeOfError(new CommanderError(1, "commander.unknownOption", "error"))).toEqual({ status: 2 });
  expect(outcomeOfError(new CommanderError(0, "commander.helpDisplayed", "help"))).toEqual({ status: 0 });
});

test("a reader that stops is no error", () => {
  const error = Object.assign(new Error("write EPIPE"), { code: "EPIPE", errno: -32, syscall: "write" });
  expect(outcomeOfError(error)).toEqual({ status: 141 });
});

test("a bug says where it is", () => {
  const { status, message } = outcomeOfError(new InternalError("oops"));
  expect([status, message]).toEqual([99, expect.stringMatching(/^a bug: InternalError: oops\n +at /)]);
});
