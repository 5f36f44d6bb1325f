import { expect, test } from "vitest";
import { InputReader, InputWriter, MOST_INPUT } from "./pascal-input.ts";

const neverWaits = () => {
  throw new Error("nobody would end the wait");
};

test("what was there, what is added, the end", () => {
  const writer = new InputWriter("one\n", true);
  const reader = new InputReader(writer.input, neverWaits);
  expect(reader.read()).toBe("one\n");
  writer.append("tw");
  writer.append("o\n");
  writer.end();
  expect([reader.read(), reader.read(), reader.read()]).toEqual(["two\n", "", ""]);
});

test("memory that is not shared has its end at once", () => {
  const writer = new InputWriter("all", false);
  const reader = new InputReader(writer.input, neverWaits);
  expect([writer.isOpen, reader.read(), reader.read()]).toEqual([false, "all", ""]);
});

test("a character is a byte", () => {
  const reader = new InputReader(new InputWriter("aé€", false).input, neverWaits);
  expect(reader.read()).toBe("aé?");
});

test("more than there is room for is not taken", () => {
  const writer = new InputWriter("x".repeat(MOST_INPUT - 1), true);
  expect([writer.append("ab"), writer.append("a"), writer.append("b")]).toEqual([false, true, false]);
});
