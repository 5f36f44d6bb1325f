import { expect, test } from "vitest";
import { allowFusing } from "../host/node/wasm-flags.ts";
import { FunctionWriter } from "../wasm/function-writer.ts";
import { ModuleWriter } from "../wasm/module-writer.ts";
import { type FmaOp, hostFuses, writeFma } from "./host-fma.ts";

allowFusing();

function compile(op: FmaOp): (a: number, b: number, c: number) => number {
  const type = op === "f64.fma" ? "f64" : "f32";
  const code = new FunctionWriter({ params: [type, type, type], results: [type] });
  writeFma(code, op, [() => code.get(0), () => code.get(1), () => code.get(2)]);
  const module = new ModuleWriter();
  module.export("fma", "function", module.function(code));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()));
  return exports.fma as (a: number, b: number, c: number) => number;
}

test.runIf(hostFuses())("a multiply-add rounds once, in both formats", () => {
  const double = compile("f64.fma");
  expect(double(3, 4, 5)).toBe(17);
  expect(double(0.1, 10, -1)).toBe(2 ** -54);
  expect(double(2 ** 1000, 2 ** 1000, -Infinity)).toBe(-Infinity);
  expect(double(-0, 1, -0)).toBe(-0);
  const single = compile("f32.fma");
  expect(single(3, 4, 5)).toBe(17);
  // 2^-56 less than half a unit is added: double precision would make it half a unit, and that goes up to the even number.
  expect(single((1 + 2 ** -16) * 2 ** -24, 1 - 2 ** -16, 1 + 2 ** -23)).toBe(1 + 2 ** -23);
});
