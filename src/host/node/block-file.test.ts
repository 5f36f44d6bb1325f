import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fromUtf8, utf8 } from "../../base/bytes.ts";
import { BlockFile, DiskError } from "./block-file.ts";

let folder = "";
let image = "";

beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), "strata-disk-"));
  image = join(folder, "disk.img");
  fs.writeFileSync(image, new Uint8Array(1024));
});

afterEach(() => fs.rmSync(folder, { recursive: true }));

test("reads and writes at offsets", () => {
  const disk = new BlockFile(image);
  expect(disk.size).toBe(1024);
  disk.write(512, utf8("hello"));
  disk.flush();
  const into = new Uint8Array(5);
  disk.read(512, into);
  expect(fromUtf8(into)).toBe("hello");
  expect(() => disk.read(1020, into)).toThrow(DiskError);
  expect(() => disk.write(1020, into)).toThrow(DiskError);
  disk.close();
  expect(fs.statSync(image).size).toBe(1024);
});

test("may be read-only", () => {
  fs.chmodSync(image, 0o400);
  const disk = new BlockFile(image, { readOnly: true });
  expect(() => disk.write(0, utf8("x"))).toThrow(DiskError);
  disk.flush();
  disk.close();
});

test("says what is wrong with a file", () => {
  fs.truncateSync(image, 1000);
  expect(() => new BlockFile(image)).toThrow(
    `Cannot use disk "${image}": its size is 1000, not a multiple of 512`,
  );
  expect(() => new BlockFile(`${image}.absent`)).toThrow(`Cannot use disk "${image}.absent": ENOENT`);
  expect(() => new BlockFile(folder, { readOnly: true })).toThrow("it is neither a file nor a block device");
});
