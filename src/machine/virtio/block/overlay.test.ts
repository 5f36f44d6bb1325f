import { expect, test } from "vitest";
import { BlockOverlay } from "./overlay.ts";
import type { ImmediateBlockBackend } from "./virtio-block.ts";

/** Four sectors of ones that nobody may write. */
const base: ImmediateBlockBackend = {
  size: 4 * 512,
  readOnly: false,
  read: (_, into) => {
    into.fill(1);
    return undefined;
  },
  write: () => expect.fail("the base was written"),
  flush: () => expect.fail("the base was flushed"),
};

function contents(disk: ImmediateBlockBackend): number[] {
  const bytes = new Uint8Array(disk.size);
  disk.read(0, bytes);
  return [0, 1, 2, 3].map((sector) => bytes[sector * 512 + 511] ?? -1);
}

test("what was written is read, and the base stays as it is", () => {
  const disk = new BlockOverlay(base);
  disk.write(512, new Uint8Array(1024).fill(7));
  disk.flush();
  expect(contents(disk)).toEqual([1, 7, 7, 1]);
});

test("a restored overlay is as it was, also after writes", () => {
  const disk = new BlockOverlay(base);
  disk.write(0, new Uint8Array(512).fill(2));
  const saved = disk.save();
  disk.write(0, new Uint8Array(512).fill(3));
  expect(contents(disk)).toEqual([3, 1, 1, 1]);
  disk.restore(saved);
  expect(contents(disk)).toEqual([2, 1, 1, 1]);
});
