import { expect, test } from "vitest";
import { utf8 } from "../../base/bytes.ts";
import { failed } from "../../base/errno.ts";
import { writeWhole } from "../../base/tree-files.ts";
import { memoryTree } from "./memory-tree.ts";

test("statistics count the blocks and the nodes that are taken", () => {
  const tree = memoryTree(64 * 1024, () => 0n);
  expect(tree.statistics()).toMatchObject({ blockSize: 4096, blocks: 16n, freeBlocks: 16n });
  const before = tree.statistics();
  if (failed(before)) throw new Error("no statistics");
  expect(writeWhole(tree.root, utf8("a"), new Uint8Array(5000))).not.toHaveProperty("errno");
  expect(tree.statistics()).toEqual({
    ...before,
    freeBlocks: 14n,
    availableBlocks: 14n,
    freeFiles: before.freeFiles - 1n,
  });
  tree.root.unlink(utf8("a"));
  expect(tree.statistics()).toEqual(before);
});
