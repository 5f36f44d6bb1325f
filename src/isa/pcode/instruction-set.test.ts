import { expect, test } from "vitest";
import { findOverlaps } from "../../engine/decoder.ts";
import { generateInterpreter } from "../../engine/interpreter/generate.ts";
import { planInterpreter } from "../../engine/interpreter/records.ts";
import { layOutMemory } from "../../engine/memory-map.ts";
import { pcode } from "./instruction-set.ts";

test("no two patterns overlap", () => {
  const named = Object.entries(pcode.instructions).map(([name, { picture }]) => ({ name, picture }));
  expect(findOverlaps(named).map(([a, b]) => `${a.name} and ${b.name}`)).toEqual([]);
});

test("the interpreter generated from the descriptions is valid", () => {
  const map = layOutMemory({
    harts: 1,
    stateBytes: pcode.layout.size,
    dataContexts: 1,
    codeContexts: 1,
    recordPages: 4,
    ramBase: 0,
    ramBytes: 1 << 20,
  });
  const [hart] = map.harts;
  if (!hart) throw new Error("no hart");
  expect(WebAssembly.validate(generateInterpreter(pcode, planInterpreter(pcode), map, hart))).toBe(true);
});
