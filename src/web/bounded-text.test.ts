import { expect, test } from "vitest";
import { BoundedText } from "./bounded-text.ts";

function gathered() {
  const got = { text: "", pieces: 0, unshown: 0 };
  const bounded = new BoundedText({
    text: (text) => {
      got.text += text;
      got.pieces++;
    },
    unshown: (count) => {
      got.unshown = count;
    },
  });
  return { got, bounded };
}

test("many small texts come in few pieces", () => {
  const { got, bounded } = gathered();
  for (let index = 0; index < 1000; index++) bounded.write("ten signs.");
  bounded.flush();
  expect(got.text).toBe("ten signs.".repeat(1000));
  expect(got.pieces).toBeLessThan(100);
});

test("what is too much is counted", () => {
  const { got, bounded } = gathered();
  for (let index = 0; index < 100; index++) bounded.write("x".repeat(4000));
  bounded.flush();
  expect([got.text.length, got.unshown]).toEqual([300_000, 100_000]);
  bounded.clear();
  bounded.write("more");
  bounded.flush();
  expect(got.text.slice(-5)).toBe("xmore");
});
