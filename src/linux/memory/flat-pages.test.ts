import { beforeEach, expect, test } from "vitest";
import { Access } from "../processor.ts";
import { AddressSpace, WARM } from "./address-space.ts";
import { SharedPages } from "./file-pages.ts";
import { FlatWindow, flatOffset } from "./flat-window.ts";
import { Frames, PAGE } from "./frames.ts";
import { FLAT_HIGH, FLAT_LOW } from "./places.ts";
import { UserMemory } from "./user-memory.ts";

const POOL = 64;
const WINDOW = (FLAT_HIGH - FLAT_LOW) / PAGE;
const ram = new Uint8Array((WINDOW + POOL) * PAGE);
const writable = { length: 2 * PAGE, protection: 3, shared: false };
const cache = { flush: () => {}, flushPage: () => {} };

let frames: Frames;
let window: FlatWindow;
let space: AddressSpace;
let memory: UserMemory;
let isFlat: boolean;
let at: number;

const makeSpace = (): AddressSpace => new AddressSpace(frames, cache, window);
const isInWindow = (address: number, access: Access = Access.read): boolean =>
  space.translate(address, access) === flatOffset(address);
const bytesAt = (address: number, count: number): number[] => [...(memory.read(address, count) ?? [])];

beforeEach(() => {
  frames = new Frames(ram, () => {}, WINDOW);
  window = new FlatWindow(
    {
      flatPages: WINDOW,
      setFlat: (flat) => {
        isFlat = flat;
      },
    },
    frames,
  );
  space = makeSpace();
  memory = new UserMemory(space);
  window.use(space);
  at = space.map(writable) as number;
  memory.write(at, Uint8Array.of(1, 2, 3));
});

test("a space that is busy moves in with its pages", () => {
  space.ran(WARM - 1);
  expect([isFlat, isInWindow(at)]).toEqual([false, false]);
  space.ran(1);
  expect([isFlat, isInWindow(at)]).toEqual([true, true]);
  expect(bytesAt(at, 3)).toEqual([1, 2, 3]);
});

test("the window is in force only while addresses are its owner's", () => {
  space.ran(WARM);
  window.use(makeSpace());
  expect(isFlat).toBe(false);
  window.use(space);
  expect(isFlat).toBe(true);
});

test("only one has it; who is gone gives it back", () => {
  space.ran(WARM);
  const other = makeSpace();
  const there = other.map(writable) as number;
  other.ran(WARM);
  expect(other.translate(there, Access.read)).not.toBe(flatOffset(there));
  space.clear();
  other.ran(WARM);
  expect(other.translate(there, Access.read)).toBe(flatOffset(there));
});

test("what is mapped is zero, whatever was there before", () => {
  space.ran(WARM);
  space.unmap(at, 2 * PAGE);
  ram.fill(7, flatOffset(at), flatOffset(at) + PAGE);
  expect(space.map(writable)).toBe(at);
  expect(bytesAt(at, 3)).toEqual([0, 0, 0]);
});

test("what is discarded is zero again", () => {
  space.ran(WARM);
  space.discard(at, at + PAGE);
  expect(bytesAt(at, 3)).toEqual([0, 0, 0]);
});

test("fork moves out: child and parent have their own from then on", () => {
  space.ran(WARM);
  const child = new UserMemory(space.fork());
  expect([isFlat, isInWindow(at)]).toEqual([false, false]);
  memory.write(at, Uint8Array.of(9));
  child.write(at + 1, Uint8Array.of(8));
  expect([bytesAt(at, 3), [...(child.read(at, 3) ?? [])]]).toEqual([
    [9, 2, 3],
    [1, 8, 3],
  ]);
});

test("who has moved out takes twice as long to move in again", () => {
  space.ran(WARM);
  space.leaveFlat();
  space.ran(2 * WARM - 1);
  expect(isFlat).toBe(false);
  space.ran(1);
  expect(isFlat).toBe(true);
});

test("for good is for good, for children too", () => {
  space.leaveFlat(true);
  space.ran(Number.MAX_SAFE_INTEGER);
  expect(isFlat).toBe(false);
  const child = space.fork();
  window.use(child);
  child.ran(Number.MAX_SAFE_INTEGER);
  expect(isFlat).toBe(false);
});

test("pages of a file are copied; instructions are fetched from where all processes have them", () => {
  const source = new SharedPages(frames, "file", 1n);
  const frame = source.frame(0) as number;
  frames.write(frame, 0, Uint8Array.of(5, 6));
  const code = space.map({ length: PAGE, protection: 5, shared: false, source }) as number;
  space.ran(WARM);
  expect(bytesAt(code, 2)).toEqual([5, 6]);
  expect([isInWindow(code), space.translate(code, Access.execute)]).toEqual([true, frame * PAGE]);
});

test("what was written before its mapping was protected is kept when the space moves out", () => {
  const source = new SharedPages(frames, "file", 1n);
  const data = space.map({ length: PAGE, protection: 3, shared: false, source }) as number;
  space.ran(WARM);
  memory.write(data, Uint8Array.of(4));
  space.protect(data, PAGE, 1);
  space.leaveFlat();
  expect(bytesAt(data, 1)).toEqual([4]);
});

test("what moves keeps its contents", () => {
  space.ran(WARM);
  const to = space.map({ ...writable, length: 4 * PAGE }) as number;
  space.move(at, 2 * PAGE, to);
  expect([bytesAt(to, 3), space.translate(at, Access.read)]).toEqual([[1, 2, 3], -1]);
});

test.each([
  ["code that is written", { ...writable, protection: 7 }],
  ["code of no file", { ...writable, protection: 5 }],
  ["memory that nobody may reach yet", { ...writable, protection: 0 }],
])("%s is mapped above the window", (_what, request) => {
  expect(space.map(request)).toBeGreaterThanOrEqual(FLAT_HIGH);
});

test("shared memory in the window's range keeps the space out, or moves it out", () => {
  space.ran(WARM);
  const source = new SharedPages(frames, "shared", 1n);
  space.mapAt(at, { ...writable, shared: true, source });
  expect([isFlat, bytesAt(at, 3)]).toEqual([false, [0, 0, 0]]);
  space.ran(2 * WARM);
  expect(isFlat).toBe(false);
});

test("what is to become code moves the space out", () => {
  space.ran(WARM);
  space.protect(at, PAGE, 5);
  expect([isFlat, bytesAt(at, 3)]).toEqual([false, [1, 2, 3]]);
});

test("memory is taken for all that is mapped in the window; where there is not enough, the space moves out", () => {
  space.ran(WARM);
  expect(frames.freeCount).toBe(POOL - 2);
  space.map({ ...writable, length: POOL * PAGE });
  expect(isFlat).toBe(false);
  expect(frames.freeCount).toBe(POOL - 1);
  expect(bytesAt(at, 3)).toEqual([1, 2, 3]);
});
