import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findDisks } from "./web-disks.ts";

let folder: string;
const at = (...names: string[]) => join(folder, ...names);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "strata-disks-"));
  for (const name of ["images", "empty", "images/folder"]) await mkdir(at(name));
  for (const name of ["b.img", "a b.img", ".hidden", "one"])
    await writeFile(at("images", name), "\0".repeat(512));
  await writeFile(at("images", "notes.txt"), "notes");
  await writeFile(at("one"), "\0".repeat(1024));
});
afterAll(() => rm(folder, { recursive: true }));

test("finds images by their paths, and those of a directory", async () => {
  expect([...(await findDisks([at("one")]))]).toEqual([["one", at("one")]]);
  expect([...(await findDisks([at("images")])).keys()]).toEqual(["a b.img", "b.img", "one"]);
  expect((await findDisks([])).size).toBe(0);
});

test.each([
  ["none", /^Cannot use disk ".*none": ENOENT$/],
  ["images/notes.txt", /its size is 5, not a multiple of 512$/],
  ["empty", /no file in it can be a disk$/],
])("refuses %s", async (name, message) => {
  await expect(findDisks([at(name)])).rejects.toThrow(message);
});

test("refuses what is no file", async () => {
  await expect(findDisks(["/dev/null"])).rejects.toThrow("it is no file");
});

test("refuses two of one name", async () => {
  await expect(findDisks([at("one"), at("images")])).rejects.toThrow('Two disks have the name "one"');
});
