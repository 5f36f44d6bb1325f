/** The arithmetic on constants against WebAssembly itself. */

import { expect, test } from "vitest";
import { FunctionWriter } from "../../wasm/function-writer.ts";
import { ModuleWriter } from "../../wasm/module-writer.ts";
import { signatureOf } from "../../wasm/types.ts";
import { evaluationOf } from "./integer-arithmetic.ts";

const twoOperands =
  "add sub mul and or xor div_s div_u rem_s rem_u shl shr_s shr_u rotl rotr eq ne lt_s gt_s le_s ge_s lt_u gt_u le_u ge_u";
const oneOperand = "eqz clz ctz popcnt extend8_s extend16_s";
const operations = ["i32", "i64"].flatMap((type) =>
  `${twoOperands} ${oneOperand}`.split(" ").map((name) => `${type}.${name}`),
);
operations.push("i64.extend32_s", "i32.wrap_i64", "i64.extend_i32_s", "i64.extend_i32_u");

const numbers = [0n, 1n, -1n, 2n, -2n, 31n, 32n, 63n, 64n, 127n, 128n, 0x8000n, 0x7fffffffn, -0x80000000n];
const longer = [0x80000000n, 0xffffffffn, 1n << 32n, (1n << 63n) - 1n, -(1n << 63n), 0x123456789abcdefn];

type Binary = (a: number | bigint, b?: number | bigint) => number | bigint;

function compile(op: string): Binary {
  const { params, results } = signatureOf(op);
  const code = new FunctionWriter({ params, results });
  for (const index of params.keys()) code.get(index);
  code.op(op);
  const module = new ModuleWriter();
  module.export("run", "function", module.function(code, "run"));
  return new WebAssembly.Instance(new WebAssembly.Module(module.encode())).exports.run as Binary;
}

test.each(operations)("%s", (op) => {
  const run = compile(op);
  const { params, results } = signatureOf(op);
  const operands = params[0] === "i64" ? [...numbers, ...longer] : numbers;
  const given = (value: bigint) => (params[0] === "i64" ? value : Number(value));
  for (const a of operands) {
    for (const b of params.length > 1 ? operands : [0n]) {
      let expected: bigint | undefined;
      try {
        expected = BigInt(run(given(a), given(b)));
      } catch {
        expected = undefined;
      }
      const result = evaluationOf(op)?.evaluate([a, b]);
      const bits = results[0] === "i64" ? 64 : 32;
      expect(result === undefined ? undefined : BigInt.asIntN(bits, result), `${a} ${b}`).toBe(expected);
    }
  }
});
