import { expect, test } from "vitest";
import { findOverlaps } from "../../engine/decoder.ts";
import { generateInterpreter } from "../../engine/interpreter/generate.ts";
import { planInterpreter } from "../../engine/interpreter/records.ts";
import { layOutMemory } from "../../engine/memory-map.ts";
import { riscv } from "./instruction-set.ts";

test("no two patterns overlap", () => {
  const named = Object.entries(riscv.instructions).map(([name, { picture }]) => ({ name, picture }));
  expect(findOverlaps(named).map(([a, b]) => `${a.name} and ${b.name}`)).toEqual([]);
});

test("the interpreter generated from the descriptions is valid", () => {
  const map = layOutMemory({
    harts: 1,
    stateBytes: riscv.layout.size,
    dataContexts: 4,
    codeContexts: 3,
    recordPages: 16,
    ramBytes: 1 << 20,
  });
  const [hart] = map.harts;
  if (!hart) throw new Error("no hart");
  const code = generateInterpreter(planInterpreter(riscv), riscv.layout, hart, map.pages);
  expect(WebAssembly.validate(code)).toBe(true);
});
