import { expect, test } from "vitest";
import type { Attributes, OpenFile } from "../../base/file-tree.ts";
import { Access } from "../processor.ts";
import { AddressSpace } from "./address-space.ts";
import { FilePages } from "./file-pages.ts";
import { Frames, PAGE } from "./frames.ts";

/** A file of two pages, and how it is opened: which open files can be written. */
function mappedFile() {
  const frames = new Frames(new Uint8Array(64 * PAGE), () => {});
  const bytes = new Uint8Array(2 * PAGE).fill(1);
  const open = new Set<{ readonly write: boolean }>();
  const pages = new FilePages(frames, { name: "f", device: 1, inode: 1n }, (write): OpenFile => {
    const handle = { write };
    open.add(handle);
    return {
      attributes: () => ({ size: BigInt(bytes.length) }) as Attributes,
      read: (offset, into) => {
        const part = bytes.subarray(offset, offset + into.length);
        into.set(part);
        return part.length;
      },
      write: (offset, from) => {
        if (!write) return { errno: "EBADF" };
        bytes.set(from, offset);
        return from.length;
      },
      truncate: () => undefined,
      sync: () => undefined,
      close: () => void open.delete(handle),
    };
  });
  const space = new AddressSpace(frames, { flush: () => {}, flushPage: () => {} });
  const map = (shared: boolean) =>
    space.map({ length: 2 * PAGE, protection: 3, shared, source: pages }) as number;
  return { frames, bytes, open, pages, space, map };
}

const isWritten = (open: Iterable<{ readonly write: boolean }>) => [...open].some(({ write }) => write);

test("a file is open for writing only when a shared mapping has written to it", () => {
  const { frames, bytes, open, space, map } = mappedFile();
  space.translate(map(false), Access.write);
  const shared = map(true);
  space.translate(shared, Access.read);
  expect(open.size).toBe(1);
  expect(isWritten(open)).toBe(false);
  frames.ram[space.translate(shared, Access.write)] = 7;
  expect(open.size).toBe(1);
  expect(isWritten(open)).toBe(true);
  space.clear();
  expect(open.size).toBe(0);
  expect(bytes[0]).toBe(7);
});

test("pages beyond the end of a file that was cut are gone, and what follows its end is zero", () => {
  const { frames, pages, space, map } = mappedFile();
  const at = map(true);
  for (const address of [at, at + PAGE]) space.translate(address, Access.read);
  const free = frames.freeCount;
  pages.cut(100);
  expect(frames.freeCount).toBe(free + 1);
  expect(space.isPresent(at + PAGE)).toBe(false);
  const place = space.translate(at, Access.read);
  expect([...frames.ram.subarray(place + 99, place + 101)]).toEqual([1, 0]);
});

test("pages are read again once nobody maps them, if the file has changed", () => {
  const { frames, bytes, pages, space, map } = mappedFile();
  pages.refresh("1");
  const first = () => frames.ram[space.translate(map(false), Access.read)];
  expect(first()).toBe(1);
  bytes.fill(2);
  pages.refresh("2");
  expect(first()).toBe(1);
  space.clear();
  pages.refresh("2");
  expect(first()).toBe(2);
});
