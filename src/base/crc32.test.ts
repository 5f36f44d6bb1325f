import { expect, test } from "vitest";
import { utf8 } from "./bytes.ts";
import { crc32 } from "./crc32.ts";

test("is the one that the standard's check value tells", () => {
  expect(crc32(utf8("123456789"))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array(0))).toBe(0);
});
