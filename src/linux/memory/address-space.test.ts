import { expect, test } from "vitest";
import { Access } from "../processor.ts";
import { AddressSpace } from "./address-space.ts";
import { SharedPages } from "./file-pages.ts";
import { Frames, PAGE } from "./frames.ts";
import { UserMemory } from "./user-memory.ts";

function space(pages = 64): { space: AddressSpace; memory: UserMemory; frames: Frames } {
  const frames = new Frames(new Uint8Array(pages * PAGE), () => {});
  const made = new AddressSpace(frames, { flush: () => {}, flushPage: () => {} });
  return { space: made, memory: new UserMemory(made), frames };
}

const writable = { length: 2 * PAGE, protection: 3, shared: false };

test("pages take frames when they are touched, and give them back", () => {
  const { space: own, frames } = space();
  const free = frames.freeCount;
  const at = own.map(writable) as number;
  expect(frames.freeCount).toBe(free);
  expect(own.translate(at, Access.write)).toBeGreaterThanOrEqual(0);
  expect(frames.freeCount).toBe(free - 1);
  own.unmap(at, 2 * PAGE);
  expect(frames.freeCount).toBe(free);
  expect(own.translate(at, Access.read)).toBe(-1);
  expect(own.fault).toBe("unmapped");
});

test("an access without permission says so", () => {
  const { space: own } = space();
  const at = own.map({ ...writable, protection: 1 }) as number;
  expect(own.translate(at, Access.write)).toBe(-1);
  expect(own.fault).toBe("forbidden");
});

test("a child sees what its parent wrote before, and nothing of what it writes after", () => {
  const { space: parent, memory } = space();
  const at = parent.map(writable) as number;
  memory.write(at, Uint8Array.of(1));
  const child = new UserMemory(parent.fork());
  memory.write(at, Uint8Array.of(2));
  child.write(at + 1, Uint8Array.of(3));
  expect([...(memory.read(at, 2) ?? [])]).toEqual([2, 0]);
  expect([...(child.read(at, 2) ?? [])]).toEqual([1, 3]);
});

test("shared pages are the same for both", () => {
  const { space: parent, memory, frames } = space();
  const source = new SharedPages(frames, "shared", 1n);
  const at = parent.map({ ...writable, shared: true, source }) as number;
  const child = new UserMemory(parent.fork());
  child.write(at, Uint8Array.of(7));
  expect([...(memory.read(at, 1) ?? [])]).toEqual([7]);
});

test("all frames come back when the last process is gone", () => {
  const { space: parent, memory, frames } = space();
  const free = frames.freeCount;
  const at = parent.map(writable) as number;
  memory.write(at, new Uint8Array(2 * PAGE));
  const child = parent.fork();
  new UserMemory(child).write(at, Uint8Array.of(1));
  parent.clear();
  child.clear();
  expect(frames.freeCount).toBe(free);
});

test("memory that is used up is a fault, not an exception", () => {
  const { space: own, memory } = space(4);
  const at = own.map({ ...writable, length: 8 * PAGE }) as number;
  expect(memory.write(at, new Uint8Array(8 * PAGE))).toBe(false);
  expect(own.fault).toBe("no-memory");
});

test("strings end at a zero byte, at the end of memory, or are too long", () => {
  const { space: own, memory } = space();
  const at = own.map(writable) as number;
  memory.write(at, new TextEncoder().encode("name\0rest"));
  expect(memory.getString(at)).toBe("name");
  memory.write(at, new Uint8Array(2 * PAGE).fill(65));
  expect(memory.getString(at)).toEqual({ errno: "ENAMETOOLONG" });
  expect(memory.getString(at + 2 * PAGE - 3)).toEqual({ errno: "EFAULT" });
  expect(memory.getString(-1)).toEqual({ errno: "EFAULT" });
});
