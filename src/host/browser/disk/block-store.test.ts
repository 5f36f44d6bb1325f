import { beforeEach, expect, test } from "vitest";
import { ALL_PARTS, BlockStore } from "./block-store.ts";
import { MemoryFile, StorageFull } from "./sync-file.ts";

const SIZE = 4096;
let data: MemoryFile;
let index: MemoryFile;

beforeEach(() => {
  data = new MemoryFile(1 << 20);
  index = new MemoryFile(1 << 20);
});

const open = () => new BlockStore(data, index, SIZE);
const filled = (value: number, length = SIZE) => new Uint8Array(length).fill(value);
const first = (store: BlockStore, block: number, offset = 0): number => {
  const byte = new Uint8Array(1);
  store.read(block, offset, byte);
  return byte[0] ?? -1;
};

test("what was flushed is there again, the newest of each block", () => {
  const store = open();
  store.write(7, 0, filled(1));
  store.write(1 << 30, 0, filled(2));
  store.flush();
  store.write(7, 512, filled(3, 512));
  store.flush();
  const again = open();
  expect([again.parts(7), first(again, 7), first(again, 7, 512), first(again, 1 << 30)]).toEqual([
    ALL_PARTS,
    1,
    3,
    2,
  ]);
  expect(again.bytes).toBe(2 * SIZE);
});

test("a block may be here in part", () => {
  const store = open();
  store.write(0, 1024, filled(5, 1536));
  expect(store.parts(0)).toBe(0b0001_1100);
  store.write(0, 0, filled(6, 512));
  store.flush();
  expect(open().parts(0)).toBe(0b0001_1101);
});

test("what was recorded is there, flushed or not", () => {
  const store = open();
  store.write(1, 0, filled(1));
  store.write(2, 512, filled(2, 512));
  store.record();
  const again = open();
  expect([again.parts(1), again.parts(2), first(again, 1)]).toEqual([ALL_PARTS, 2, 1]);
});

test("what was not recorded is not spoken of", () => {
  const store = open();
  store.write(1, 0, filled(1));
  store.flush();
  store.write(2, 0, filled(2));
  const again = open();
  expect([again.parts(1), again.parts(2)]).toEqual([ALL_PARTS, 0]);
  // Its slot is used by the next one.
  again.write(3, 0, filled(3));
  again.flush();
  expect([first(open(), 1), first(open(), 3)]).toEqual([1, 3]);
});

test.each([1, 12, 15])(
  "a record of which only %i bytes were written is ignored, and written over",
  (left) => {
    const store = open();
    store.write(1, 0, filled(1));
    store.flush();
    store.write(2, 0, filled(2));
    store.flush();
    index.truncate(16 + left);
    const again = open();
    expect([again.parts(1), again.parts(2)]).toEqual([ALL_PARTS, 0]);
    again.write(4, 0, filled(4));
    again.flush();
    expect([open().parts(4), first(open(), 4), first(open(), 1)]).toEqual([ALL_PARTS, 4, 1]);
  },
);

test("a record that was damaged ends the index", () => {
  const store = open();
  for (const block of [1, 2, 3]) store.write(block, 0, filled(block));
  store.flush();
  index.write(Uint8Array.of(99), { at: 16 });
  expect([1, 2, 3].map((block) => open().parts(block))).toEqual([ALL_PARTS, 0, 0]);
});

test("where there is no room, what was there stays, and what fits goes on", () => {
  data = new MemoryFile(2 * SIZE);
  const store = open();
  store.write(1, 0, filled(1));
  store.write(2, 0, filled(2));
  expect(() => store.write(3, 0, filled(3))).toThrow(StorageFull);
  store.write(1, 0, filled(4));
  store.flush();
  const again = open();
  expect([first(again, 1), first(again, 2), again.parts(3)]).toEqual([4, 2, 0]);
});

test("a count of bytes that cannot be is no room", () => {
  const store = open();
  data.write = () => 2 ** 32 - 8;
  expect(() => store.write(1, 0, filled(1))).toThrow(StorageFull);
  expect(store.isEmpty).toBe(true);
});

test("what the browser has cut off is not made up", () => {
  const store = open();
  store.write(1, 0, filled(1));
  data.truncate(0);
  expect(() => store.read(1, 0, new Uint8Array(1))).toThrow("cut off");
});

test("an index without room is written by a later flush", () => {
  index = new MemoryFile(16);
  const store = open();
  store.write(1, 0, filled(1));
  store.flush();
  store.write(2, 0, filled(2));
  expect(() => store.flush()).toThrow(StorageFull);
  const larger = new MemoryFile(1 << 10);
  index.write = (from, at) => larger.write(from, at);
  store.flush();
  expect(larger.getSize()).toBe(32);
});

test("what is cleared is gone", () => {
  const store = open();
  store.write(1, 0, filled(1));
  store.flush();
  store.clear();
  expect([store.parts(1), store.isEmpty, open().isEmpty]).toEqual([0, true, true]);
});
