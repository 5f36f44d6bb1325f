import { expect, test } from "vitest";
import type { OperandUse } from "../operand-use.ts";
import { placesFor, sizeOf } from "./record-places.ts";

const file = { name: "x", offset: 0x100, type: "i64", count: 32, zero: true, names: [] } as const;

function use(name: string, kind: OperandUse["operand"]["kind"], isJumpOffset = false): OperandUse {
  const register = kind === "register" ? { file } : {};
  return { operand: { name, kind }, written: false, isUsed: true, isJumpOffset, ...register };
}

const field = (name: string, width: number) => ({ name, width, slices: [], excluded: [] });

function places(...operands: readonly [use: OperandUse, width: number][]) {
  const sizes = operands.map(([each, width]) => sizeOf(each, [field(each.operand.name, width)]));
  return Object.fromEntries(
    [...placesFor("an instruction", sizes)].map(([name, { offset, bytes }]) => [name, [offset, bytes]]),
  );
}

const rd = [use("rd", "register"), 5] as const;
const rs1 = [use("rs1", "register"), 5] as const;
const rs2 = [use("rs2", "register"), 5] as const;
const rs3 = [use("rs3", "register"), 5] as const;

test("three registers, or two and a short immediate, have two bytes each", () => {
  expect(places([...rd], [...rs1], [...rs2])).toEqual({ rd: [2, 2], rs1: [4, 2], rs2: [6, 2] });
  expect(places([...rd], [...rs1], [use("imm", "signed"), 12])).toEqual({
    rd: [2, 2],
    rs1: [4, 2],
    imm: [6, 2],
  });
});

test("what needs four bytes lies at the end", () => {
  expect(places([use("imm", "signed"), 32], [...rd])).toEqual({ imm: [4, 4], rd: [2, 2] });
});

test("a jump's distance counts in bytes of records: 13 bits fit into two bytes, 21 into four", () => {
  expect(places([...rs1], [...rs2], [use("imm", "signed", true), 13])).toMatchObject({ imm: [6, 2] });
  expect(places([...rd], [use("imm", "signed", true), 21])).toMatchObject({ imm: [4, 4] });
});

test("where there are many operands, each takes as little as it can", () => {
  const found = places([...rd], [...rs1], [...rs2], [...rs3], [use("rm", "unsigned"), 3]);
  expect(found).toEqual({ rd: [2, 1], rs1: [3, 1], rs2: [4, 1], rs3: [5, 1], rm: [6, 1] });
});

test("what has no room is a mistake in a description", () => {
  const wide = [use("imm", "signed"), 32] as const;
  expect(() => places([...rd], [...rs1], [...rs2], [...wide])).toThrow("too many operands");
});
