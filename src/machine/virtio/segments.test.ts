import { expect, it } from "vitest";
import { gather, lengthOf, scatter, splitAt } from "./segments.ts";

const pieces = () => [Uint8Array.of(1, 2), Uint8Array.of(3), Uint8Array.of(4, 5, 6)];
const plain = (segments: readonly Uint8Array[]) => segments.map((segment) => [...segment]);

it("gathers, and does not copy a single piece", () => {
  const single = Uint8Array.of(9);
  expect([...gather(pieces())]).toEqual([1, 2, 3, 4, 5, 6]);
  expect(gather([single])).toBe(single);
  expect(gather([])).toHaveLength(0);
  expect(lengthOf(pieces())).toBe(6);
});

it("scatters as far as there is room", () => {
  const into = [new Uint8Array(1), new Uint8Array(3)];
  expect(scatter(Uint8Array.of(1, 2, 3), into)).toBe(3);
  expect(plain(into)).toEqual([[1], [2, 3, 0]]);
  expect(scatter(new Uint8Array(9), into)).toBe(4);
});

it("splits anywhere", () => {
  expect(splitAt(pieces(), 4).map(plain)).toEqual([[[1, 2], [3], [4]], [[5, 6]]]);
  expect(splitAt(pieces(), 0).map(plain)).toEqual([[], [[1, 2], [3], [4, 5, 6]]]);
  expect(splitAt(pieces(), 9).map(plain)).toEqual([[[1, 2], [3], [4, 5, 6]], []]);
});
