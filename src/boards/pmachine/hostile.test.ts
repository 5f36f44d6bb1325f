/** p-code that writes over its own frames, and reaches as far as it can: the machine's accesses to frames are not checked one by one. */

import { describe, expect, test } from "vitest";
import { ImmediateCompiler } from "../../engine/region/compile.ts";
import type { Technique } from "../../engine/technique.ts";
import { pcode } from "../../isa/pcode/instruction-set.ts";
import { DATA_BASE, MOST_REACH } from "../../isa/pcode/memory.ts";
import { PMachine } from "./machine.ts";
import type { Ending } from "./program-host.ts";
import { ProgramError } from "./program-image.ts";
import { program } from "./testing/program.ts";

const files = {
  open: () => {
    throw new Error("no files");
  },
};
const STACK_BYTES = 4096;
/** As little memory as the machine takes. */
const LEAST = Math.ceil((DATA_BASE + STACK_BYTES + MOST_REACH) / 65536) * 65536;

const techniques: readonly (readonly [string, Technique])[] = [
  ["interpret", "interpret"],
  ["by regions", { threshold: 0, compiler: new ImmediateCompiler(pcode) }],
];

function run(technique: Technique, lines: readonly string[], memoryBytes = LEAST): Ending | undefined {
  const machine = new PMachine({ files, technique, memoryBytes, stackBytes: STACK_BYTES });
  machine.load(program(...lines));
  return machine.runFor(1000);
}

const outside = { kind: "error", message: expect.stringMatching(/memory|address/) };

describe.each(techniques)("%s", (_, technique) => {
  test.each([
    ["before the data", 5],
    ["in the code", 0x1_0000],
    ["past the stack", -1],
  ])("the frame of the caller is said to be %s", (_place, address) => {
    const lines = [
      "ldc 0",
      "enter 32",
      "call @4",
      "stop",
      "enter 32",
      `ldc ${address}`,
      "stlw 4",
      "leave",
      "ret",
    ];
    expect(run(technique, lines)).toMatchObject(outside);
  });

  test("control goes back to a frame whose end is said to be elsewhere", () => {
    expect(run(technique, ["lag 0", "ldc 7", "stw 12", "lag 0", "unwind", "stop"])).toMatchObject(outside);
  });

  test("a frame without variables is used as far as instructions reach", () => {
    const lines = ["ldc 0", "enter 16", "ldc 42", "stlw 262143", "ldld 262143", "starg 262143", "stop"];
    expect(run(technique, lines)).toEqual({ kind: "ended", status: 0 });
  });
});

test("there must be memory for that", () => {
  expect(() => run("interpret", ["stop"], LEAST - 65536)).toThrow(ProgramError);
});
