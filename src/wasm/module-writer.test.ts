import { expect, test } from "vitest";
import { FunctionWriter } from "./function-writer.ts";
import { ModuleWriter } from "./module-writer.ts";
import { opcodes } from "./opcodes.ts";
import { signatureOf } from "./types.ts";

const i32Binary = { params: ["i32", "i32"], results: ["i32"] } as const;

function instantiate(module: ModuleWriter, imports: Record<string, Record<string, unknown>> = {}) {
  const bytes = module.encode();
  expect(WebAssembly.validate(bytes)).toBe(true);
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), imports as WebAssembly.Imports)
    .exports as Record<string, (...args: unknown[]) => unknown>;
}

test("a loop with locals and branches computes", () => {
  const module = new ModuleWriter();
  const body = new FunctionWriter({ params: ["i64"], results: ["i64"] });
  const product = body.local("i64", "product");
  body.i64(1n).set(product);
  const loop = body.loop();
  body.get(product).get(0).op("i64.mul").set(product);
  body.get(0).i64(1n).op("i64.sub").tee(0).op("i64.eqz").op("i32.eqz").brIf(loop).end();
  body.get(product);
  module.export("factorial", "function", module.function(body, "factorial"));
  expect(instantiate(module).factorial?.(20n)).toBe(2432902008176640000n);
});

test("imports, memory, table, data, globals and indirect calls", () => {
  const module = new ModuleWriter();
  const log = module.importFunction("env", "log", { params: ["i32"], results: [] });
  module.memory({ minimum: 1 });
  module.table({ minimum: 2, maximum: 2 });
  const global = module.global("i64", true, -5n);
  const add = module.function(new FunctionWriter(i32Binary).get(0).get(1).op("i32.add"), "add");
  const sub = module.function(new FunctionWriter(i32Binary).get(0).get(1).op("i32.sub"));
  module.element(0, [add, sub]);
  module.data(Uint8Array.of(1, 2, 3, 4), 16);
  const passive = module.data(Uint8Array.of(9));
  const call = new FunctionWriter({ params: ["i32"], results: ["i32"] });
  call.i32(16).memory("i32.load", 0, 2).call(log);
  call.i32(10).i32(3).get(0).callIndirect(module.type(i32Binary));
  const init = new FunctionWriter({ params: [], results: ["i32"] });
  init.i32(0).i32(0).i32(1).memoryInit(passive).dataDrop(passive).i32(0).memory("i32.load8_u");
  module.export("init", "function", module.function(init));
  module.export("call", "function", module.function(call));
  module.export("global", "global", global);
  const seen: number[] = [];
  const exports = instantiate(module, { env: { log: (value: number) => seen.push(value) } });
  expect([exports.call?.(0), exports.call?.(1)]).toEqual([13, 7]);
  expect(exports.init?.()).toBe(9);
  expect(seen).toEqual([0x04030201, 0x04030201]);
});

test("multi-value blocks, br_table, vectors, atomics and bulk memory validate", () => {
  const module = new ModuleWriter();
  module.memory({ minimum: 1, maximum: 1, shared: true });
  const pair = module.type({ params: [], results: ["i32", "i32"] });
  const body = new FunctionWriter({ params: ["i32"], results: ["i32"] });
  const outer = body.block();
  const inner = body.block();
  body.get(0).brTable([outer, inner], inner).end().end();
  body.block(pair);
  body.i32(1).i32(2).end().op("i32.add");
  body.i32(0).i32(5).memory("i32.atomic.rmw.add", 0, 2).op("i32.add").atomicFence();
  body.lanes16("v128.const", new Uint8Array(16)).lane("i32x4.extract_lane", 3).op("i32.add");
  body.i32(0).i32(0).i32(8).memoryFill().i32(0).i32(8).i32(8).memoryCopy();
  module.export("run", "function", module.function(body));
  expect(instantiate(module).run?.(0)).toBe(3);
});

test("signatures derived from names are what V8 accepts", () => {
  const scalar = opcodes.filter(
    ({ name, immediate }) => /^[if](32|64)\.(?!atomic)/.test(name) && immediate === "none",
  );
  for (const { name } of scalar) {
    const type = signatureOf(name);
    const module = new ModuleWriter();
    const body = new FunctionWriter(type);
    for (const index of type.params.keys()) body.get(index);
    module.function(body.op(name));
    expect(WebAssembly.validate(module.encode()), name).toBe(true);
  }
  expect(scalar.length).toBe(136);
});

test("branch hints stand before the code, at the offsets of their branches", () => {
  const module = new ModuleWriter();
  const body = new FunctionWriter({ params: ["i32"], results: ["i32"] });
  body.local("i64");
  body.get(0).if_("i32", "unlikely");
  body.i32(1).else_().i32(2).end();
  module.export("run", "function", module.function(body));
  expect(body.branchHints()).toEqual([{ offset: 5, hint: "unlikely" }]);
  expect(body.encode()[5]).toBe(0x04);
  const bytes = Buffer.from(module.encode());
  const hints = bytes.indexOf("metadata.code.branch_hint");
  expect([...bytes.subarray(hints + 25, hints + 31)]).toEqual([1, 0, 1, 5, 1, 0]);
  expect(instantiate(module).run?.(0)).toBe(2);
});
