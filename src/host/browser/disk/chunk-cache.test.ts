import { beforeEach, expect, test } from "vitest";
import { BlockStore } from "./block-store.ts";
import { CHUNK, ChunkCache } from "./chunk-cache.ts";
import { MemoryFile } from "./sync-file.ts";
import { TestImage } from "./testing/test-image.ts";

let image: TestImage;
let cache: ChunkCache;

beforeEach(() => {
  image = new TestImage(100 * CHUNK + 1024);
  cache = new ChunkCache(image, undefined, () => {});
});

const into = (length: number) => new Uint8Array(length);
const isRight = (offset: number, bytes: Uint8Array | undefined): boolean =>
  bytes?.every((byte, at) => byte === image.byteAt(offset + at)) ?? false;

test("a chunk is fetched once, and then is there at once", async () => {
  const bytes = await cache.read(3 * CHUNK + 512, into(1024));
  expect(isRight(3 * CHUNK + 512, bytes)).toBe(true);
  const again = into(CHUNK);
  expect(cache.read(3 * CHUNK, again)).toBeUndefined();
  expect(isRight(3 * CHUNK, again)).toBe(true);
  expect(image.asked).toEqual([[3 * CHUNK, CHUNK]]);
});

test("what is wanted in one turn is asked for together, neighbours as one range", async () => {
  const reads = [9, 2, 3, 2].map((chunk) => cache.read(chunk * CHUNK, into(512)));
  const across = cache.read(5 * CHUNK - 512, into(1024));
  await Promise.all(reads);
  expect(isRight(5 * CHUNK - 512, await across)).toBe(true);
  expect(image.asked.map(([offset, length]) => [offset / CHUNK, length / CHUNK])).toEqual([
    [2, 4],
    [9, 1],
  ]);
});

test("a reader that goes on finds more and more fetched ahead, in ever fewer requests", async () => {
  for (let offset = 0; offset < image.size; offset += 64 * 1024) {
    const bytes = into(Math.min(64 * 1024, image.size - offset));
    expect(isRight(offset, (await cache.read(offset, bytes)) ?? bytes)).toBe(true);
    await new Promise(setImmediate);
  }
  expect(image.asked.length).toBeLessThan(30);
  const fetched = image.asked.reduce((sum, [, length]) => sum + length, 0);
  expect(fetched).toBe(image.size);
});

test("a reader that jumps has nothing fetched for it that it does not read", async () => {
  for (const chunk of [50, 10, 70, 30]) await cache.read(chunk * CHUNK, into(512));
  await new Promise(setImmediate);
  expect(image.asked.length).toBe(4);
});

test("the end of the image may be short of a chunk", async () => {
  const bytes = await cache.read(100 * CHUNK, into(1024));
  expect(isRight(100 * CHUNK, bytes)).toBe(true);
  expect(image.asked).toEqual([[100 * CHUNK, 1024]]);
});

test("what failed is asked for again by the next reader", async () => {
  image.isBroken = true;
  await expect(cache.read(0, into(512))).rejects.toThrow("it is broken");
  image.isBroken = false;
  expect(isRight(0, await cache.read(0, into(512)))).toBe(true);
});

test("memory holds a bounded number of chunks", async () => {
  image = new TestImage(300 * CHUNK);
  cache = new ChunkCache(image, undefined, () => {});
  // From the last to the first, so that nothing is fetched ahead.
  for (let chunk = 299; chunk >= 0; chunk--) await cache.read(chunk * CHUNK, into(512));
  expect(cache.read(0, into(512))).toBeUndefined();
  expect(cache.read(299 * CHUNK, into(512))).toBeInstanceOf(Promise);
});

test("what is kept needs no second fetch, until its room is given up", async () => {
  const [data, index] = [new MemoryFile(1 << 24), new MemoryFile(1 << 16)];
  const open = () => new ChunkCache(image, new BlockStore(data, index, CHUNK), () => {});
  const first = open();
  await first.read(7 * CHUNK, into(512));
  await first.read(100 * CHUNK, into(1024));
  first.flush();
  const second = open();
  const [bytes, end] = [into(512), into(1024)];
  expect([second.read(7 * CHUNK, bytes), second.read(100 * CHUNK, end)]).toEqual([undefined, undefined]);
  expect([isRight(7 * CHUNK, bytes), isRight(100 * CHUNK, end)]).toEqual([true, true]);
  expect([second.keptBytes, second.fetchedBytes]).toEqual([2 * CHUNK, 0]);
  expect([second.giveUp(), second.keptBytes, second.giveUp()]).toEqual([true, 0, false]);
  expect(open().read(7 * CHUNK, into(512))).toBeInstanceOf(Promise);
});

test("what the browser has lost of what is kept is fetched once more", async () => {
  const [data, index] = [new MemoryFile(1 << 24), new MemoryFile(1 << 16)];
  const open = () => new ChunkCache(image, new BlockStore(data, index, CHUNK), () => {});
  const first = open();
  await first.read(7 * CHUNK, into(512));
  first.flush();
  data.truncate(0);
  expect(isRight(7 * CHUNK, await open().read(7 * CHUNK, into(512)))).toBe(true);
});

test("where there is no room to keep chunks, they are read all the same", async () => {
  const store = new BlockStore(new MemoryFile(CHUNK), new MemoryFile(1 << 16), CHUNK);
  cache = new ChunkCache(image, store, () => {});
  for (const chunk of [5, 1]) await cache.read(chunk * CHUNK, into(512));
  expect([cache.read(CHUNK, into(512)), cache.keptBytes]).toEqual([undefined, CHUNK]);
});
