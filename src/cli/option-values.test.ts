import { describe, expect, test } from "vitest";
import {
  parseAddress,
  parseDisk,
  parseMemory,
  parseShare,
  parseTimeout,
  UsageError,
} from "./option-values.ts";

const MiB = 2 ** 20;

test("sizes of memory", () => {
  expect(["64M", "512M", "512m", "65536K", "1G", "3G", String(64 * MiB)].map(parseMemory)).toEqual(
    [64, 512, 512, 64, 1024, 3072, 64].map((size) => size * MiB),
  );
});

test.each(["", "M", "512MB", "-512M", "1.5G", "0x100M", "512 M", "1e9", "99999999999999999G"])(
  "the size %j is not one",
  (text) => {
    expect(() => parseMemory(text)).toThrow(
      new UsageError(`Cannot use --memory "${text}": a size is a number with K, M or G, such as 512M`),
    );
  },
);

test.each(["0", "512", "63M", "3073M", "4G", "999999999999G"])("the size %j is out of range", (text) => {
  expect(() => parseMemory(text)).toThrow("it must be from 64M to 3G");
});

test("the size must be whole", () => {
  expect(() => parseMemory("65537K")).toThrow("it must be a whole number of MiB");
});

test("limits of time", () => {
  expect(["1", "0.5", ".5", "90."].map(parseTimeout)).toEqual([1, 0.5, 0.5, 90]);
  for (const text of ["", "0", "-1", "1s", "Infinity", "1e3", "99999999"]) {
    expect(() => parseTimeout(text)).toThrow("it is a number of seconds, more than 0");
  }
});

test("disks", () => {
  expect(["a.img", "a:b", "a:ro", "dir/a:rw"].map(parseDisk)).toEqual([
    { path: "a.img", readOnly: false },
    { path: "a:b", readOnly: false },
    { path: "a", readOnly: true },
    { path: "dir/a", readOnly: false },
  ]);
  for (const text of ["", ":ro"]) expect(() => parseDisk(text)).toThrow("it is FILE or FILE:ro");
});

describe("shares", () => {
  test("take their tag from behind the last colon", () => {
    expect([".:here", "/a:b/c:x-1:ro", "d:t:rw"].map(parseShare)).toEqual([
      { directory: ".", tag: "here", readOnly: false },
      { directory: "/a:b/c", tag: "x-1", readOnly: true },
      { directory: "d", tag: "t", readOnly: false },
    ]);
  });

  test.each(["", "dir", ":tag", "dir:ro"])("%j has no directory or no tag", (text) => {
    expect(() => parseShare(text)).toThrow("it is DIR:TAG or DIR:TAG:ro");
  });

  test.each(["d:", "d:a b", "d:..", "d:a/b", "d:$x", `d:${"x".repeat(37)}`])("%j has a bad tag", (text) => {
    expect(() => parseShare(text)).toThrow("is not up to 36 letters");
  });
});

test("addresses", () => {
  expect(["0", "0x80200000", "4096"].map((text) => parseAddress("--start", text))).toEqual([
    0n,
    0x80200000n,
    4096n,
  ]);
  for (const text of ["", "x", "-1", "0x", "0x10000000000000000"]) {
    expect(() => parseAddress("--stop", text)).toThrow(`Cannot use --stop "${text}"`);
  }
});
