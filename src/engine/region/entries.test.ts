import { expect, test } from "vitest";
import { chooseEntries, type Places } from "./entries.ts";

/** Chosen from a graph that is entered at its first node. */
function entries(
  successors: readonly (readonly number[])[],
  { hot = [], ...more }: Partial<Omit<Places, "heads">> & { readonly hot?: readonly number[] } = {},
): readonly number[] {
  return chooseEntries({
    resumed: [],
    returnedTo: [],
    isExact: false,
    ...more,
    successors,
    heads: [0, ...hot],
  });
}

test("a region without loops is entered where it begins, and where control comes back", () => {
  expect(entries([[1, 2], [2], []], { resumed: [2] })).toEqual([0, 2]);
  expect(entries([[1, 2], [2], []], { returnedTo: [2] })).toEqual([0, 2]);
});

test("a loop is entered at its head", () => {
  expect(entries([[1], [2], [1, 3], []])).toEqual([0, 1]);
});

test("a loop whose question stands at its end, and is asked first, is entered there", () => {
  //  0 → 2; 1: what the branch back leads to; 2: the question
  expect(entries([[2], [2], [1, 3], []])).toEqual([0, 2]);
});

test("what is hot in a loop is entered at the innermost loop's head", () => {
  const nested = [[1], [2], [3], [2, 4], [1, 5], []];
  expect(entries(nested, { hot: [3] })).toEqual([0, 2, 1]);
  expect(entries(nested, { hot: [4] })).toEqual([0, 1, 2]);
});

test("what is hot outside loops is entered itself", () => {
  expect(entries([[1], [2], []], { hot: [2] })).toEqual([0, 2]);
});

test("a loop that is reached only where control comes back is entered at its first block", () => {
  expect(entries([[], [2], [3], [2]], { resumed: [1] })).toEqual([0, 2, 1]);
  const loop = { successors: [[1], [0]], heads: [], returnedTo: [], isExact: false };
  expect(chooseEntries({ ...loop, resumed: [1] })).toEqual([0, 1]);
});

test("a region that begins in a loop is entered where most jumps lead back", () => {
  //  0: a case; 1: the choice, to which every case jumps back
  const cases = [[2], [0, 2, 3], [1], [1]];
  expect(entries(cases)).toEqual([1]);
});

test("where it is asked to be, it is entered at its heads themselves", () => {
  const cases = [[2], [0, 2, 3], [1], [1]];
  expect(entries(cases, { isExact: true, hot: [3] })).toEqual([0, 3, 1]);
});

test("a loop is entered after what the interpreter executes, but not after calls, unless that is hot", () => {
  const loop = [[1], [2], [3], [1, 4], []];
  expect(entries(loop, { resumed: [2] })).toEqual([0, 1, 2]);
  expect(entries(loop, { returnedTo: [2] })).toEqual([0, 1]);
  expect(entries(loop, { returnedTo: [2], hot: [2] })).toEqual([0, 2, 1]);
  expect(entries(loop, { returnedTo: [2], isExact: true })).toEqual([0, 1, 2]);
});
