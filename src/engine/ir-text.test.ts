import { expect, test } from "vitest";
import * as helpers from "../isa/riscv/helpers.ts";
import * as state from "../isa/riscv/state.ts";
import { type IrNames, IrTextError, parseBody } from "./ir-parser.ts";
import { printBody } from "./ir-text.ts";

const names: IrNames = {
  files: [state.x, state.f],
  slots: [state.fcsr, state.fpFast, state.csr.mstatus],
  helpers: Object.values(helpers),
};

const everything = `boundary @4 +2 #1
v1 = x[a0]
v2 = f[fa0]:f64
v3 = x[$rs1]
v4 = i64.add v1 -16
v5 = i32.add 3:i32 4:i32
v6 = f64.mul v2 -0.5:f64
v7 = reach write v1 64
v8 = load i64.load32_s v4 at v7+8
store i64.store8 v4 v8
store i64.store v4 v8 at v7+0
v9 = state fcsr
v10 = state fpFast[v9]
state mstatus = @8
v11 = atomic maxu 8 v1 v4
v12 = compareExchange 4 v1 v4 0
v13 = call floatCompare 64:i32 0:i32 v1 v1
v14 = select v1 v4 v12
v15 = choose v9 {
  v16 = pc
  give v16
} else {
  if v12 {
    call useFloat
    trap 2 v1
  } else {
    jump v1
  }
  give 7
}
x[a1] = v15
if v12 {
  goto @-4
}
v17 = i64.immediate $imm
v18 = i32.immediate $imm=5
jumpRelative $imm`;

test("what is printed can be read again", () => {
  // The numbers of values follow the order in which they are defined.
  const printed = printBody(parseBody(everything, names));
  expect(printBody(parseBody(printed, names))).toBe(printed);
  expect(printed.replaceAll(/v\d+/g, "v")).toBe(everything.replaceAll(/v\d+/g, "v"));
});

test("what is no IR is refused with its line", () => {
  expect(() => parseBody("v1 = x[a0]\nx[a1] = v2", names)).toThrow(IrTextError);
  expect(() => parseBody("v1 = x[a0]\nx[a1] = v2", names)).toThrow("line 2: no value v2");
  expect(() => parseBody("if 1:i32 {", names)).toThrow('expected "}"');
});
