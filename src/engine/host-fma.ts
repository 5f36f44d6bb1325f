/**
 * The processor's fused multiply-add. WebAssembly has it only as what `relaxed_madd` may do: that instruction rounds once
 * where the processor can, else twice, and always in the same way on one host (relaxed SIMD proposal; WebAssembly 3.0).
 *
 * In IR it is a plain operation on numbers, `f64.fma` or `f32.fma`, made only where `hostFuses`.
 */

import { FunctionWriter } from "../wasm/function-writer.ts";
import { ModuleWriter } from "../wasm/module-writer.ts";

export type FmaOp = "f32.fma" | "f64.fma";

export function isFma(op: string): op is FmaOp {
  return op === "f64.fma" || op === "f32.fma";
}

const lanes = { "f32.fma": "f32x4", "f64.fma": "f64x2" } as const;

/** Writes a fused multiply-add of three scalars, each left on the stack by a function. */
export function writeFma(code: FunctionWriter, op: FmaOp, operands: readonly (() => void)[]): void {
  const type = lanes[op];
  for (const push of operands) {
    push();
    code.op(`${type}.splat`);
  }
  code.op(`${type}.relaxed_madd`).lane(`${type}.extract_lane`, 0);
}

let known: boolean | undefined;

/** Whether the host's WebAssembly has the instruction, and it rounds once. Asked for the first time when a machine is made. */
export function hostFuses(): boolean {
  known ??= probe("f64.fma") && probe("f32.fma");
  return known;
}

/** Computes (1 + u)² - (1 + 2u), with u the unit in the last place: u² is left where nothing was rounded on the way. */
function probe(op: FmaOp): boolean {
  const type = op === "f64.fma" ? "f64" : "f32";
  const unit = type === "f64" ? 2 ** -52 : 2 ** -23;
  const code = new FunctionWriter({ params: [type, type], results: [type] });
  writeFma(code, op, [() => code.get(0), () => code.get(0), () => code.get(1)]);
  const module = new ModuleWriter();
  module.export("fma", "function", module.function(code));
  const bytes = module.encode();
  if (!WebAssembly.validate(bytes)) return false;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const fma = exports.fma as (a: number, c: number) => number;
  return fma(1 + unit, -1 - 2 * unit) === unit * unit;
}
