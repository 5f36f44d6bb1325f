import { expect, test } from "vitest";
import {
  extractField,
  type Field,
  insertField,
  matchesPicture,
  parsePicture,
  picturesOverlap,
} from "./picture.ts";

function field(text: string, name: string): Field {
  const found = parsePicture(text).fields.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`no field ${name}`);
  return found;
}

const branch = "imm[12|10:5] rs2:5 rs1:5 000 imm[4:1|11] 1100011";

test("fixed bits become mask and value", () => {
  const { width, mask, value } = parsePicture("0000000 rs2:5 rs1:5 110 rd:5 0110011");
  expect([width, mask, value]).toEqual([32, 0xfe00707f, 0x00006033]);
});

test("a scattered field is put together and taken apart again", () => {
  const imm = field(branch, "imm");
  expect(imm.width).toBe(13);
  for (const value of [0, 2, 0x800, 0x1000, 0x1ffe, 0x0aaa & ~1]) {
    expect(extractField(imm, insertField(imm, value))).toBe(value);
  }
  // beq x0, x0, -2: all bits of the distance but the lowest.
  expect(insertField(imm, -2)).toBe(0xfe000f80);
});

test("bits that a field lacks are dropped", () => {
  expect(insertField(field(branch, "imm"), 1)).toBe(0);
  expect(insertField(field(branch, "rs1"), 32)).toBe(0);
});

test("an excluded value is another instruction", () => {
  const picture = parsePicture("1000 rd:5 rs2:5!=0 10");
  expect(matchesPicture(picture, 0b1000_00001_00010_10)).toBe(true);
  expect(matchesPicture(picture, 0b1000_00001_00000_10)).toBe(false);
  expect(matchesPicture(parsePicture("011 imm20[17] rd:5!={0,2} imm20[16:12] 01"), 0x6101)).toBe(false);
});

test("pictures overlap unless fixed bits or exclusions keep them apart", () => {
  const move = parsePicture("1000 rd:5 rs2:5!=0 10");
  const jump = parsePicture("1000 rs1:5!=0 00000 10");
  expect(picturesOverlap(move, jump)).toBe(false);
  expect(picturesOverlap(parsePicture("1000 rd:5 rs2:5 10"), jump)).toBe(true);
  expect(picturesOverlap(parsePicture("0000 a:4"), parsePicture("b:4 0000"))).toBe(true);
});

test.each([
  ["0000000 rd:5", "is 12 bits wide"],
  ["0000000 rd-5", 'cannot read "rd-5"'],
])("a malformed picture is refused: %s", (text, message) => {
  expect(() => parsePicture(text)).toThrow(message);
});
