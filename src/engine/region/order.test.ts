import { expect, test } from "vitest";
import { orderGraph } from "./order.ts";

const graph = (edges: Record<number, number[]>) =>
  new Map(Object.entries(edges).map(([node, to]) => [Number(node), to]));

test("a loop with a branch in it: head, merge, dominance", () => {
  const ordered = orderGraph(0, graph({ 0: [1], 1: [2, 3], 2: [4], 3: [4], 4: [1, 5], 5: [] }));
  expect(ordered.order[0]).toBe(0);
  expect([...ordered.loopHeads]).toEqual([1]);
  expect([...ordered.merges]).toEqual([4]);
  expect(new Set(ordered.children.get(1))).toEqual(new Set([2, 3, 4]));
});

test("a branch that leads to one place by both its ways makes it a merge", () => {
  expect([...orderGraph(0, graph({ 0: [1, 1], 1: [] })).merges]).toEqual([1]);
});

test("an edge into the middle of a loop is cut, and what is left has structure", () => {
  const ordered = orderGraph(0, graph({ 0: [1, 2], 1: [2], 2: [1, 3], 3: [] }));
  const kept = [
    [0, 1],
    [0, 2],
    [1, 2],
    [2, 1],
  ].filter(([from = 0, to = 0]) => ordered.hasEdge(from, to));
  expect(kept.length).toBe(3);
  expect(ordered.order.length).toBe(4);
});

test("what cannot be reached is left out", () => {
  expect(orderGraph(0, graph({ 0: [1], 1: [], 2: [0] })).order).toEqual([0, 1]);
});
