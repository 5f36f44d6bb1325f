import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fromUtf8, utf8 } from "../../base/bytes.ts";
import { collect } from "../../formats/byte-reader.ts";
import { cacheDirectory, DirectoryCache } from "./cache.ts";

let folder = "";
let cache: DirectoryCache;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "strata-cache-"));
  cache = new DirectoryCache(join(folder, "deep/er"));
});

afterEach(() => rm(folder, { recursive: true }));

test("is where the environment says", () => {
  expect(cacheDirectory({ STRATA_CACHE: "/a", XDG_CACHE_HOME: "/b" })).toBe("/a");
  expect(cacheDirectory({ XDG_CACHE_HOME: "/b" })).toBe("/b/strata");
  expect(cacheDirectory({})).toMatch(/\/\.cache\/strata$/);
});

test("appends, renames, reads and removes", async () => {
  expect(await cache.size("x/y")).toBeUndefined();
  for (const part of ["one", "two"]) {
    const writer = await cache.append("x/y.part");
    await writer.write(utf8(part));
    await writer.close();
  }
  await cache.rename("x/y.part", "x/y");
  expect(await cache.size("x/y")).toBe(6);
  expect(fromUtf8((await collect(cache.read("x/y"), 10)) ?? utf8("?"))).toBe("onetwo");
  await cache.remove("x/y");
  await cache.remove("x/y");
  expect(existsSync(cache.path("x/y"))).toBe(false);
});

test("gives a claim to one at a time, and takes it from the dead", async () => {
  const release = await cache.claim("a");
  expect(release).toBeDefined();
  expect(await cache.claim("a")).toBeUndefined();
  await release?.();
  expect(await cache.claim("a")).toBeDefined();
  const nobody = 2 ** 22 + 1;
  await writeFile(cache.path("a.lock"), String(nobody));
  expect(await cache.claim("a")).toBeDefined();
});
