import { expect, test } from "vitest";
import { crc32, PcoError, type PcoProgram, readPco, writePco } from "./pco.ts";

const program: PcoProgram = {
  name: "example",
  source: "example.pas",
  code: Uint32Array.of(0x01000000, 0xb4000000),
  constants: Uint8Array.of(1, 2, 3),
  globalBytes: 48,
  entry: 1,
  routines: [{ name: "p", level: 1, start: 0, end: 2, argumentBytes: 16, privates: [16, 300] }],
  positions: [
    { instruction: 0, line: 1, column: 9 },
    { instruction: 1, line: 700, column: 3 },
  ],
  errors: [{ instruction: 1, error: "index" }],
  files: ["input", "output"],
};

test("what is written is read again", () => {
  expect(readPco(writePco(program))).toEqual(program);
});

test("the checksum is that of ISO 3309", () => {
  expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
});

test("a file that was changed anywhere is refused", () => {
  const file = writePco(program);
  for (let at = 0; at < file.length; at++) {
    const changed = file.slice();
    changed[at] = (changed[at] ?? 0) ^ 0x10;
    expect(() => readPco(changed), `byte ${at}`).toThrow(PcoError);
  }
});

test("a file that is cut off is refused", () => {
  const file = writePco(program);
  for (let length = 0; length < file.length; length++) {
    expect(() => readPco(file.slice(0, length))).toThrow(PcoError);
  }
});
