import { describe, expect, it } from "vitest";
import { ByteQueue } from "./byte-queue.ts";
import { restoreBytes, saveBytes } from "./saved-bytes.ts";

const take = (queue: ByteQueue, count: number): number[] => {
  const bytes = new Uint8Array(count);
  return [...bytes.subarray(0, queue.shift(bytes))];
};

describe("ByteQueue", () => {
  it("keeps order around the end of its ring", () => {
    const queue = new ByteQueue(4);
    expect(queue.push(Uint8Array.of(1, 2, 3))).toBe(3);
    expect(take(queue, 2)).toEqual([1, 2]);
    expect(queue.push(Uint8Array.of(4, 5, 6, 7))).toBe(3);
    expect([...queue.toBytes()]).toEqual([3, 4, 5, 6]);
    expect(take(queue, 9)).toEqual([3, 4, 5, 6]);
    expect(queue.length).toBe(0);
  });

  it("accepts no more than its capacity", () => {
    const queue = new ByteQueue(2, Uint8Array.of(1));
    expect(queue.push(Uint8Array.of(2, 3))).toBe(1);
    expect(queue.push(Uint8Array.of(4))).toBe(0);
    queue.clear();
    expect(queue.room).toBe(2);
  });
});

it("saves bytes as text", () => {
  expect(saveBytes(Uint8Array.of(0, 15, 255))).toBe("000fff");
  expect([...restoreBytes("000fff")]).toEqual([0, 15, 255]);
});
