import { expect, test } from "vitest";
import { compareVersions } from "./version.ts";

test.each([
  ["6.12.94-1", "6.12.107-1"],
  ["6.12.107-1", "6.12.107-1+b1"],
  ["6.12.107-1", "6.12.107-2"],
  ["9.9", "1:0.1"],
  ["1.0~rc1", "1.0"],
  ["1.0~~", "1.0~"],
  ["1.0~~a", "1.0~"],
  ["1.0", "1.0a"],
  ["1.0a", "1.0+"],
  ["1.0-1", "1.0.1-1"],
  ["1.2-3-4", "1.2-4-1"],
  ["1.0-1~deb13u1", "1.0-1"],
])("%s is older than %s", (older, newer) => {
  expect(Math.sign(compareVersions(older, newer))).toBe(-1);
  expect(Math.sign(compareVersions(newer, older))).toBe(1);
});

test.each([
  ["1.0", "1.0-0"],
  ["0:1.0", "1.0"],
  ["1.01-1", "1.1-1"],
])("%s equals %s", (a, b) => {
  expect(compareVersions(a, b)).toBe(0);
});
