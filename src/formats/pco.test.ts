import { describe, expect, test } from "vitest";
import { crc32 } from "../base/crc32.ts";
import { type PcoProgram, readPco, writePco } from "./pco.ts";
import { PcoError } from "./pco-records.ts";
import type { PcoType, PcoVariable } from "./pco-variables.ts";

const types: readonly PcoType[] = [
  { kind: "ordinal", like: "integer", low: -0x7fff_ffff, high: 0x7fff_ffff, names: [] },
  { kind: "ordinal", like: "enumeration", low: 0, high: 1, names: ["false", "true"] },
  { kind: "pointer", target: 3 },
  {
    kind: "record",
    fields: [
      { name: "tag", type: 1, offset: 0, bytes: 1, conditions: [] },
      { name: "next", type: 2, offset: 4, bytes: 0, conditions: [{ tag: 0, values: [-1, 1] }] },
    ],
  },
  { kind: "array", index: 0, element: 3, stride: 8, isString: false },
  { kind: "conformant", index: 0, element: 0, stride: 4, low: 16, high: 20 },
  { kind: "set", element: 1, bytes: 8 },
  { kind: "file", element: 0, isText: false },
  { kind: "real" },
  { kind: "routine" },
  { kind: "string", capacity: 80 },
  { kind: "none" },
];
const variables: readonly PcoVariable[] = [
  { name: "a", type: 5, base: "frame", offset: 24, passing: "conformant" },
  { name: "list", type: 2, base: "globals", offset: 0, passing: "own" },
];

const program: PcoProgram = {
  name: "example",
  source: "example.pas",
  code: Uint32Array.of(0x01000000, 0xb4000000),
  constants: Uint8Array.of(1, 2, 3),
  globalBytes: 48,
  entry: 1,
  routines: [{ name: "p", level: 1, start: 0, end: 2, argumentBytes: 16, privates: [16, 300], variables }],
  positions: {
    instructions: Int32Array.of(0, 1),
    lines: Int32Array.of(1, 700),
    columns: Int32Array.of(9, 3),
  },
  errors: [{ instruction: 1, error: "index" }],
  files: ["input", "output"],
  types,
};

test("what is written is read again", () => {
  expect(readPco(writePco(program))).toEqual(program);
});

test("a file that was changed anywhere is refused", () => {
  const file = writePco(program);
  for (let at = 0; at < file.length; at++) {
    const changed = file.slice();
    changed[at] = (changed[at] ?? 0) ^ 0x10;
    expect(() => readPco(changed), `byte ${at}`).toThrow(PcoError);
  }
});

test("a file that is cut off is refused", () => {
  const file = writePco(program);
  for (let length = 0; length < file.length; length++) {
    expect(() => readPco(file.slice(0, length))).toThrow(PcoError);
  }
});

describe("variables that cannot be", () => {
  const [integer] = types.slice(0, 1) as [PcoType];
  const cases: readonly (readonly [string, Partial<PcoProgram>])[] = [
    ["a variable of no type", { types: types.slice(0, 5) }],
    ["a pointer to no type", { types: [{ kind: "pointer", target: 1 }] }],
    [
      "an array of itself",
      { types: [integer, { kind: "array", index: 0, element: 1, stride: 4, isString: false }] },
    ],
    ["a variant without a tag", { types: [integer, ...types.slice(1).map(withoutTag)] }],
  ];
  test.each(cases)("%s", (_, change) => {
    expect(() => readPco(writePco({ ...program, ...change }))).toThrow(PcoError);
  });
});

function withoutTag(type: PcoType): PcoType {
  if (type.kind !== "record") return type;
  return {
    ...type,
    fields: type.fields.map((field) => ({ ...field, conditions: [{ tag: 2, values: [1] }] })),
  };
}

test("a file without the section of variables is read", () => {
  const file = writePco({ ...program, types: [], routines: [] });
  const { length } = file;
  const view = new DataView(file.buffer);
  expect(String.fromCharCode(...file.subarray(length - 10, length - 6))).toBe("VARS");
  const shorter = file.subarray(0, length - 10);
  view.setUint32(12, shorter.length - 16, true);
  view.setUint32(8, crc32(shorter.subarray(16)), true);
  expect(readPco(shorter)).toEqual({ ...program, types: [], routines: [] });
});
