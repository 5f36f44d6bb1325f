import { expect, test } from "vitest";
import { hostBytes, hostText } from "./internet-address.ts";

const bytes = (...numbers: number[]) => String.fromCharCode(...numbers);

test.each([
  ["127.0.0.1", bytes(127, 0, 0, 1)],
  ["::", "\0".repeat(16)],
  ["::1", `${"\0".repeat(15)}\x01`],
  ["fe80::1:2%eth0", bytes(0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2)],
  ["2001:db8:1:2:3:4:5:6", bytes(0x20, 1, 0xd, 0xb8, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6)],
  ["::ffff:10.1.2.3", bytes(10, 1, 2, 3)],
])("%s has its bytes", (text, expected) => {
  expect(hostBytes(text)).toBe(expected);
});

test("an address as Node takes it has the same bytes", () => {
  for (const text of ["192.0.2.7", "::1", "2001:db8::7"]) {
    expect(hostBytes(hostText(hostBytes(text)))).toBe(hostBytes(text));
  }
});
