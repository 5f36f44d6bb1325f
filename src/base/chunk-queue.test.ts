import { expect, test } from "vitest";
import { ChunkQueue } from "./chunk-queue.ts";

function take(queue: ChunkQueue, count: number, peeks = false): string {
  const into = new Uint8Array(count);
  return Buffer.from(into.subarray(0, queue.take(into, peeks))).toString();
}

test("bytes come in the order in which they were put, over the bounds of pieces", () => {
  const queue = new ChunkQueue();
  for (const piece of ["abc", "", "de", "fghi"]) queue.push(Buffer.from(piece));
  expect(queue.length).toBe(9);
  expect(take(queue, 4, true)).toBe("abcd");
  expect(queue.length).toBe(9);
  expect([take(queue, 4), take(queue, 1), take(queue, 100), take(queue, 1)]).toEqual([
    "abcd",
    "e",
    "fghi",
    "",
  ]);
  expect(queue.length).toBe(0);
});
