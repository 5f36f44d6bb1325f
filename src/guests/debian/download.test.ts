import { createHash } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { fromUtf8 } from "../../base/bytes.ts";
import { debianPorts } from "../../host/node/debian-ports.ts";
import { download, type Wanted } from "./download.ts";
import { IntegrityError, MirrorError } from "./errors.ts";
import type { DebianPorts } from "./ports.ts";
import { MemoryCache } from "./testing/memory-cache.ts";
import { MemoryMirror } from "./testing/memory-mirror.ts";

const base = "http://m.example.invalid/debian";
const url = `${base}/pool/a.deb`;
const content = Uint8Array.from({ length: 5000 }, (_, index) => index * 7);
const sha256 = createHash("sha256").update(content).digest("hex");
const wanted: Wanted = { url, what: "a 1.0", name: "packages/a", size: content.length, sha256 };

let mirror: MemoryMirror;
let cache: MemoryCache;
let ports: DebianPorts;
let progress: number[];

beforeEach(() => {
  mirror = new MemoryMirror(base);
  mirror.files.set("pool/a.deb", content);
  cache = new MemoryCache();
  progress = [];
  ports = {
    ...debianPorts(),
    fetcher: mirror,
    cache,
    progress: (_, bytes) => progress.push(bytes),
  };
});

test("downloads once", async () => {
  expect(await download(ports, wanted)).toBe(true);
  expect(await download(ports, wanted)).toBe(true);
  expect(mirror.asked).toEqual(["pool/a.deb"]);
  expect([...cache.files.keys()]).toEqual(["packages/a"]);
  expect(fromUtf8(cache.files.get("packages/a") ?? content.subarray(1))).toBe(fromUtf8(content));
  expect(progress.at(-1)).toBe(5000);
  expect(cache.claimed.size).toBe(0);
});

test("continues what broke off, at once and later", async () => {
  mirror.breaks.push(1000, 500, 700);
  await expect(download(ports, wanted)).rejects.toEqual(
    new MirrorError(`Cannot fetch ${url}: read ECONNRESET`),
  );
  expect(mirror.asked).toEqual(["pool/a.deb", "pool/a.deb@1000", "pool/a.deb@1500"]);
  expect([...cache.files.keys()]).toEqual(["packages/a.part"]);
  expect(await download(ports, wanted)).toBe(true);
  expect(mirror.asked.at(-1)).toBe("pool/a.deb@2200");
  expect([...cache.files.keys()]).toEqual(["packages/a"]);
});

test("starts over where the mirror knows no ranges", async () => {
  mirror.ranges = false;
  mirror.breaks.push(1000);
  expect(await download(ports, wanted)).toBe(true);
  expect(cache.files.get("packages/a")).toEqual(content);
});

test("accepts nothing that is not what Debian lists", async () => {
  const bad = content.slice();
  bad[17] = 1;
  mirror.files.set("pool/a.deb", bad);
  const actual = createHash("sha256").update(bad).digest("hex");
  await expect(download(ports, wanted)).rejects.toEqual(
    new IntegrityError(`a 1.0 has SHA-256 ${actual}, but Debian lists ${sha256}`),
  );
  mirror.files.set("pool/a.deb", new Uint8Array(6000));
  await expect(download(ports, wanted)).rejects.toThrow(
    "a 1.0 has more than the 5000 bytes that Debian lists",
  );
  expect(cache.files.size).toBe(0);
  await expect(download(ports, { ...wanted, sha256: "../x" })).rejects.toThrow("without SHA-256");
});

test("loads into a file of its own while another process has the part", async () => {
  await cache.claim("packages/a.part");
  cache.files.set("packages/a.part", content.slice(0, 100));
  expect(await download(ports, wanted)).toBe(true);
  expect(mirror.asked).toEqual(["pool/a.deb"]);
  expect([...cache.files.keys()].sort()).toEqual(["packages/a", "packages/a.part"]);
});

test("tells what is missing from what is broken", async () => {
  expect(await download(ports, { ...wanted, url: `${base}/pool/b.deb` })).toBe(false);
  mirror.down = true;
  await expect(download(ports, wanted)).rejects.toThrow(`Cannot fetch ${url}: connect ECONNREFUSED`);
});
