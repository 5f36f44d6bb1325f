import { expect, test } from "vitest";
import { findOverlaps } from "../../engine/decoder.ts";
import { generateInterpreter } from "../../engine/interpreter/generate.ts";
import { planInterpreter } from "../../engine/interpreter/records.ts";
import { riscv } from "./instruction-set.ts";
import { bareMemory } from "./testing/bare-hart.ts";

test("no two patterns overlap", () => {
  const named = Object.entries(riscv.instructions).map(([name, { picture }]) => ({ name, picture }));
  expect(findOverlaps(named).map(([a, b]) => `${a.name} and ${b.name}`)).toEqual([]);
});

test("the interpreter generated from the descriptions is valid", () => {
  const map = bareMemory();
  const [hart] = map.harts;
  if (!hart) throw new Error("no hart");
  const code = generateInterpreter(riscv, planInterpreter(riscv), map, hart);
  expect(WebAssembly.validate(code)).toBe(true);
});
