import { expect, test } from "vitest";
import { Heap } from "./heap.ts";

const heap = (bytes = 1024) => new Heap(new Int32Array(1024), 100, 100 + bytes);

test("blocks lie apart, at multiples of eight", () => {
  const all = heap();
  const [a, b] = [all.take(5), all.take(16)];
  expect(a % 8).toBe(0);
  expect(b - a).toBeGreaterThanOrEqual(16);
});

test("a block that was given back is taken again, and cannot be given back twice", () => {
  const all = heap();
  const block = all.take(24);
  expect(all.give(block)).toBe(24);
  expect(all.give(block)).toBeUndefined();
  expect(all.take(20)).toBe(block);
  expect(all.give(block)).toBe(24);
});

test("there is no room for ever", () => {
  const all = heap(64);
  expect(all.take(40)).not.toBe(0);
  expect(all.take(40)).toBe(0);
});

test.each([0, 3, 100, 104, 4000, -8])("nothing is at %i", (address) => {
  const all = heap();
  all.take(64);
  expect(all.give(address)).toBeUndefined();
});
