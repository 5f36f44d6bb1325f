import { expect, test } from "vitest";
import { FunctionWriter } from "../wasm/function-writer.ts";
import { ModuleWriter } from "../wasm/module-writer.ts";
import type { Body, Value } from "./ir.ts";
import { LocalPool, Lowering, type LoweringTarget } from "./lowering.ts";
import { Ops } from "./ops.ts";
import { type FindRoutine, importRoutines, routinesIn } from "./routines.ts";

/** (a + b)² of two constants. */
function squareOfSum(ops: Ops, a: bigint, b: bigint): Value {
  return ops.routine("squareOfSum", [ops.i64(a), ops.i64(b)], (x, y) => {
    const sum = ops.add(x, y);
    return ops.mul(sum, sum);
  });
}

/** 2² + 5²: two calls of one routine. */
function stage(): { readonly body: Body; readonly result: Value } {
  const ops = new Ops();
  let result: Value | undefined;
  const body = ops.stage(() => {
    result = ops.add(squareOfSum(ops, -1n, 3n), squareOfSum(ops, 2n, 3n));
  });
  if (!result) throw new Error("nothing was staged");
  return { body, result };
}

function write(staged: ReturnType<typeof stage>, find: FindRoutine): FunctionWriter {
  const code = new FunctionWriter({ params: [], results: ["i64"] });
  const target: Pick<LoweringTarget, "routine"> = {
    routine: (routine, args) => {
      for (const push of args) push();
      code.call(find(routine));
    },
  };
  new Lowering(code, target as LoweringTarget, new LocalPool(code)).lowerValue(staged);
  return code;
}

test("a routine is one function of its module, which others import", () => {
  const staged = stage();
  const owner = new ModuleWriter();
  owner.export("run", "function", owner.function(write(staged, routinesIn(owner))));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(owner.encode()));
  expect(Object.keys(exports).sort()).toEqual(["run", "squareOfSum"]);
  expect((exports.run as () => bigint)()).toBe(29n);

  const other = new ModuleWriter();
  other.export("run", "function", other.function(write(staged, importRoutines(other, [staged.body]))));
  const module = new WebAssembly.Module(other.encode());
  expect(WebAssembly.Module.imports(module).map(({ name }) => name)).toEqual(["squareOfSum"]);
  const instance = new WebAssembly.Instance(module, { env: exports });
  expect((instance.exports.run as () => bigint)()).toBe(29n);
});

test("a routine has nothing but its parameters", () => {
  const ops = new Ops();
  const body = ops.stage(() => void ops.routine("readsThePc", [], () => ops.pc()));
  const [call] = body;
  const routine = call?.kind === "pure" ? call.routine : undefined;
  const module = new ModuleWriter();
  expect(() => routine && routinesIn(module)(routine)).toThrow("a routine reaches what is outside it");
});
