import { expect, test } from "vitest";
import { fixedText, floatingText } from "./number-text.ts";

test.each([
  [1, 24, " 1.0000000000000000e+000"],
  [-1 / 3, 24, "-3.3333333333333331e-001"],
  [1e-10, 1, " 1.0e-010"],
  [0, 12, " 0.0000e+000"],
  [9.99e99, 10, " 9.99e+099"],
  [9.999e99, 10, " 1.00e+100"],
])("%f in %i", (value, width, text) => {
  expect(floatingText(value, width)).toBe(text);
});

test.each([
  [3.2, 8, 2, "    3.20"],
  [2.5, 1, 1, "2.5"],
  [0.05, 1, 1, "0.1"],
  [-0.001, 6, 2, "  0.00"],
  [-0.01, 6, 2, " -0.01"],
  [1e21, 1, 1, "1000000000000000000000.0"],
  [1e22, 1, 2, "10000000000000000000000.00"],
])("%f in %i with %i digits", (value, width, digits, text) => {
  expect(fixedText(value, width, digits)).toBe(text);
});
