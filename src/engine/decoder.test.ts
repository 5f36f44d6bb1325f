import { expect, test } from "vitest";
import { findOverlaps, makeDecoder } from "./decoder.ts";
import { matchesPicture, parsePicture } from "./picture.ts";

const entries = [
  ["add", "0000 a:2 b:2"],
  ["move", "0001 a:2 b:2!=0"],
  ["jump", "0001 a:2!=0 00"],
  ["stop", "0001 00 00"],
  ["wide", "1 n:7"],
].map(([name = "", picture = ""]) => ({ name, picture: parsePicture(picture) }));

test("the tree finds what trying every picture finds", () => {
  const decode = makeDecoder(entries);
  for (let bits = 0; bits < 256; bits++) {
    expect(decode(bits)).toBe(entries.find(({ picture }) => matchesPicture(picture, bits)));
  }
});

test("bits that match nothing are no instruction", () => {
  expect(makeDecoder(entries)(0b0100_0000)).toBeUndefined();
  expect(makeDecoder([])(0)).toBeUndefined();
});

test("overlaps are found", () => {
  expect(findOverlaps(entries)).toEqual([]);
  const wider = { name: "wider", picture: parsePicture("00 n:6") };
  expect(findOverlaps([...entries, wider]).map(([a, b]) => `${a.name} ${b.name}`)).toEqual([
    "add wider",
    "move wider",
    "jump wider",
    "stop wider",
  ]);
});
