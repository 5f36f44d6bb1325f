import { expect, test } from "vitest";
import { fromUtf8, utf8 } from "../base/bytes.ts";
import { cpioArchive } from "./cpio.ts";

test("writes the records that the format describes", () => {
  const archive = cpioArchive([
    { kind: "directory", path: "dev", mode: 0o755 },
    { kind: "character-device", path: "dev/console", mode: 0o600, major: 5, minor: 1 },
    { kind: "file", path: "init", mode: 0o755, data: utf8("hello") },
    { kind: "symlink", path: "sh", target: "bin/sh" },
  ]);
  expect(archive.length % 512).toBe(0);
  expect(members(archive)).toEqual([
    { name: "dev", mode: 0o40755, rdev: [0, 0], data: "" },
    { name: "dev/console", mode: 0o20600, rdev: [5, 1], data: "" },
    { name: "init", mode: 0o100755, rdev: [0, 0], data: "hello" },
    { name: "sh", mode: 0o120777, rdev: [0, 0], data: "bin/sh" },
    { name: "TRAILER!!!", mode: 0, rdev: [0, 0], data: "" },
  ]);
});

/** A reader written from the format's description alone. */
function members(archive: Uint8Array): object[] {
  const found: object[] = [];
  for (let at = 0; ; ) {
    const field = (index: number) =>
      Number.parseInt(fromUtf8(archive.subarray(at + 6 + 8 * index, at + 14 + 8 * index)), 16);
    expect(fromUtf8(archive.subarray(at, at + 6))).toBe("070701");
    const [mode, size, nameSize] = [field(1), field(6), field(11)];
    const rdev = [field(9), field(10)];
    const name = fromUtf8(archive.subarray(at + 110, at + 110 + nameSize - 1));
    const data = Math.ceil((at + 110 + nameSize) / 4) * 4;
    found.push({ name, mode, rdev, data: fromUtf8(archive.subarray(data, data + size)) });
    if (name === "TRAILER!!!") return found;
    at = Math.ceil((data + size) / 4) * 4;
  }
}
