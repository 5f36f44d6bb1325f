import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { BlockStore } from "./block-store.ts";
import { CHUNK, ChunkCache } from "./chunk-cache.ts";
import { KeptDisk, OVERLAY_BLOCK } from "./kept-disk.ts";
import { MemoryFile, StorageFull } from "./sync-file.ts";
import { TestImage } from "./testing/test-image.ts";

const MEBIBYTE = 1 << 20;
let image: TestImage;
let files: { data: MemoryFile; index: MemoryFile };
let notices: string[];

beforeEach(() => {
  vi.useFakeTimers();
  image = new TestImage(4 * MEBIBYTE);
  files = { data: new MemoryFile(MEBIBYTE), index: new MemoryFile(MEBIBYTE) };
  notices = [];
});
afterEach(() => vi.useRealTimers());

function plug(cacheStore?: BlockStore): KeptDisk {
  const chunks = new ChunkCache(image, cacheStore, () => {});
  const overlay = new BlockStore(files.data, files.index, OVERLAY_BLOCK);
  const events = { notice: (text: string) => void notices.push(text), changed: () => {} };
  return new KeptDisk({ size: image.size, chunks, overlay, events });
}

/** The first byte of each sector. */
async function sectors(disk: KeptDisk, first: number, count: number): Promise<number[]> {
  const into = new Uint8Array(count * 512);
  const bytes = (await disk.read(first * 512, into)) ?? into;
  return Array.from({ length: count }, (_, sector) => bytes[sector * 512] ?? -1);
}

const filled = (value: number, count = 1) => new Uint8Array(count * 512).fill(value);

test("reads the image, and over it what was written", async () => {
  const disk = plug();
  disk.write(9 * 512, filled(200, 2));
  disk.write(12 * 512, filled(201));
  expect(await sectors(disk, 6, 8)).toEqual([6, 7, 8, 200, 200, 11, 201, 13]);
  disk.write(8 * 512, filled(202, 16));
  expect(await sectors(disk, 7, 18)).toEqual([7, ...new Array(16).fill(202), 24]);
});

test("what was written as a whole is read at once, without the image", () => {
  const disk = plug();
  disk.write(3 * 512, filled(9, 20));
  const into = new Uint8Array(20 * 512);
  expect(disk.read(3 * 512, into)).toBeUndefined();
  expect(into.every((byte) => byte === 9)).toBe(true);
  expect(image.asked).toEqual([]);
});

test("what was written while the image was asked is in the answer", async () => {
  const disk = plug();
  const promise = disk.read(0, new Uint8Array(1024));
  disk.write(512, filled(77));
  const bytes = await promise;
  expect([bytes?.[0], bytes?.[512]]).toEqual([0, 77]);
});

test("what was written is there in a new disk at once, and is flushed after a second", async () => {
  let flushes = 0;
  files.data.flush = () => void flushes++;
  const disk = plug();
  disk.write(0, filled(5));
  disk.write(8 * 512, filled(6));
  expect(await sectors(plug(), 0, 9)).toEqual([5, 1, 2, 3, 4, 5, 6, 7, 6]);
  expect(flushes).toBe(0);
  vi.advanceTimersByTime(1000);
  expect(flushes).toBe(1);
  disk.write(0, filled(7));
  disk.flush();
  expect(flushes).toBe(2);
});

test("without room a write fails, is told once, and nothing from before is lost", async () => {
  files.data = new MemoryFile(2 * OVERLAY_BLOCK);
  const disk = plug();
  disk.write(0, filled(5, 16));
  disk.flush();
  expect(() => disk.write(16 * 512, filled(6))).toThrow(StorageFull);
  vi.advanceTimersByTime(3000);
  expect(() => disk.write(24 * 512, filled(6))).toThrow(StorageFull);
  expect(notices).toEqual([expect.stringMatching(/no room left .* I\/O error.*still there/)]);
  // What has its place already can be written.
  disk.write(0, filled(7));
  disk.flush();
  expect(await sectors(plug(), 0, 17)).toEqual([7, ...new Array(15).fill(5), 16]);
  // The user has made room.
  const larger = new MemoryFile(MEBIBYTE);
  files.data.write = (from, at) => larger.write(from, at);
  disk.write(16 * 512, filled(6));
  expect(notices[1]).toMatch(/room again/);
});

test("what is kept of the image makes room for what the guest writes", async () => {
  let left = CHUNK;
  const shared = () => {
    const file = new MemoryFile(16 * MEBIBYTE);
    const write = file.write.bind(file);
    file.write = (from, options) => {
      const grows = Math.max(0, options.at + from.length - file.getSize());
      if (grows > left) return 0;
      left -= grows;
      return write(from, options);
    };
    file.truncate = () => {
      left += file.getSize();
    };
    return file;
  };
  files.data = shared();
  const disk = plug(new BlockStore(shared(), new MemoryFile(MEBIBYTE), CHUNK));
  await sectors(disk, 0, 1);
  expect(left).toBe(0);
  disk.write(0, filled(1));
  expect([notices, await sectors(disk, 0, 2)]).toEqual([[], [1, 1]]);
});

test("what the image does not give is an error for the guest, and told", async () => {
  image.isBroken = true;
  const disk = plug();
  await expect(disk.read(0, new Uint8Array(512))).rejects.toThrow("it is broken");
  expect(notices).toEqual(["Cannot read the disk test: it is broken. The guest gets an I/O error."]);
});

test("a disk that is closed has all in its files", async () => {
  const disk = plug();
  disk.write(0, filled(5));
  disk.close();
  expect(await sectors(plug(), 0, 1)).toEqual([5]);
  expect(vi.getTimerCount()).toBe(0);
});
