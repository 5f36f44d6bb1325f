import { expect, test } from "vitest";
import { EscapeFilter } from "./escape-filter.ts";

/** What comes through, in order, with "!" where the user leaves. */
function typed(...pieces: string[]): string {
  let seen = "";
  const filter = new EscapeFilter(() => {
    seen += "!";
  });
  for (const piece of pieces) {
    const passed = filter.filter(Buffer.from(piece, "latin1"));
    seen += Buffer.from(passed).toString("latin1");
  }
  return seen;
}

test("lets everything through but the escape key", () => {
  expect(typed("ls\r\x1b[A\xff\0x")).toBe("ls\r\x1b[A\xff\0x");
  expect(typed("\x01x")).toBe("!");
  expect(typed("a\x01", "x")).toBe("a!");
  expect(typed("\x01\x01x")).toBe("\x01x");
  expect(typed("\x01b")).toBe("\x01b");
});
