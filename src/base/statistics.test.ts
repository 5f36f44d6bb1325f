import { expect, test } from "vitest";
import { geometricMean, median } from "./statistics.ts";

test("means of measurements", () => {
  expect(median([3, 1, 100])).toBe(3);
  expect(geometricMean([2, 8])).toBeCloseTo(4);
});
