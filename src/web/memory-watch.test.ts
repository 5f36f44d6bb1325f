import { beforeEach, expect, test } from "vitest";
import { CHANGED, Kind, MemoryWatch, readMemoryInfo } from "./memory-watch.ts";

const PAGE = 4096;
const PAGES = 64;
let ram: Uint8Array;
let codePages: Uint8Array;
let watch: MemoryWatch;

beforeEach(() => {
  ram = new Uint8Array(PAGES * PAGE);
  codePages = new Uint8Array(PAGES);
  ram.fill(1, 0, 3 * PAGE);
  ram.fill(2, 60 * PAGE);
  watch = new MemoryWatch({
    ram,
    codePages,
    kernel: { start: 0, end: 4 * PAGE - 100 },
    loaded: [{ start: 60 * PAGE, end: PAGES * PAGE }],
  });
});

/** The kinds of all pages after every one was looked at. */
function kinds(): number[] {
  for (let look = 0; look < 7; look++) watch.look();
  return Array.from(watch.look().parts, (part) => part & ~CHANGED);
}

test("knows what was loaded, and that all else is unused", () => {
  const expected = new Array(PAGES).fill(Kind.unused).fill(Kind.kernel, 0, 4).fill(Kind.loaded, 60);
  expect(kinds()).toEqual(expected);
  expect(watch.look().bytes).toEqual([56 * PAGE, 0, 4 * PAGE, 4 * PAGE, 0, 0]);
});

test("sees what the processor wrote, and what it cleared; the kernel's own memory stays the kernel's", () => {
  ram.fill(7, 10 * PAGE, 11 * PAGE);
  ram.fill(7, 61 * PAGE, 62 * PAGE);
  ram.fill(7, 0, PAGE);
  const now = kinds();
  expect([now[0], now[10], now[60], now[61]]).toEqual([Kind.kernel, Kind.data, Kind.loaded, Kind.data]);
  ram.fill(0, 10 * PAGE, 11 * PAGE);
  expect(kinds()[10]).toBe(Kind.unused);
});

test("knows what a device brought, until the processor writes there", () => {
  watch.deviceWrote(20 * PAGE, 2 * PAGE);
  ram.fill(9, 20 * PAGE, 22 * PAGE);
  watch.deviceWrote(30 * PAGE, 16);
  expect(watch.look().parts[20]).toBe(Kind.device);
  const now = kinds();
  expect([now[20], now[21], now[22], now[30]]).toEqual([Kind.device, Kind.device, Kind.unused, Kind.unused]);
  ram.fill(8, 20 * PAGE, 21 * PAGE);
  expect(kinds().slice(20, 22)).toEqual([Kind.data, Kind.device]);
});

test("shows executed code above all else", () => {
  codePages[1] = 3;
  codePages[40] = 1;
  const now = kinds();
  expect([now[0], now[1], now[40]]).toEqual([Kind.kernel, Kind.code, Kind.code]);
});

test("says for a round of looks what has changed", () => {
  kinds();
  ram.fill(7, 10 * PAGE, 11 * PAGE);
  const changed = () => watch.look().parts.map((part) => part & CHANGED);
  const seen = Array.from({ length: 16 }, () => changed()[10] !== 0);
  expect(seen.filter((isChanged) => isChanged).length).toBe(8);
});

test("a part of the map shows the most telling of its pages", () => {
  const large = new Uint8Array(8192 * PAGE);
  const pages = new Uint8Array(8192);
  pages[5] = 1;
  const many = new MemoryWatch({ ram: large, codePages: pages, kernel: { start: 0, end: PAGE }, loaded: [] });
  const { parts, bytes } = many.look();
  expect([parts.length, parts[0], parts[1], parts[2]]).toEqual([4096, Kind.kernel, Kind.unused, Kind.code]);
  expect(bytes[Kind.unused]).toBe(8190 * PAGE);
});

test("reads what Linux says, and nothing else", () => {
  expect(readMemoryInfo("MemTotal:245000 MemFree:1000 Cached:0")).toEqual({
    MemTotal: 245000 * 1024,
    MemFree: 1000 * 1024,
    Cached: 0,
  });
  expect(readMemoryInfo("<b>MemFree:x")).toEqual({});
});
