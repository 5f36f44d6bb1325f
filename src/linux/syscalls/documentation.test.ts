import { expect, test } from "vitest";
import { absentCalls } from "./absent.ts";
import { systemCallPage } from "./documentation.ts";
import { callsByNumber, families } from "./table.ts";

test("docs/system-calls.md is what the table says (npm run docs:system-calls writes it)", async () => {
  await expect(systemCallPage()).toMatchFileSnapshot("../../../docs/system-calls.md");
});

test("every system call has a number of its own", () => {
  const calls = Object.values(families).flatMap((family) => Object.values(family));
  expect(callsByNumber.size).toBe(calls.length);
  for (const number of Object.keys(absentCalls)) expect(callsByNumber.has(Number(number))).toBe(false);
});
