import { expect, test } from "vitest";
import { RiscvOps } from "../../isa/riscv/vocabulary.ts";
import type { Operand } from "../ir.ts";
import { concatenate } from "./resolve-operands.ts";

const register = (value: number): Operand => ({ name: "r", kind: "register", value });
const signed = (value: number): Operand => ({ name: "imm", kind: "signed", value });

test("a block is its instructions without operands, and boundaries", () => {
  const h = new RiscvOps();
  const addi = h.stage(() => h.setX(register(0), h.add(h.x(register(0)), h.imm(signed(-3)))));
  const jal = h.stage(() => {
    h.setX(register(1), h.nextPc());
    h.jumpRelative(signed(-4));
  });
  const nodes = concatenate([
    { offset: 8, length: 2, body: addi },
    { offset: 10, length: 4, body: jal },
  ]);
  expect(nodes.map((node) => node.kind)).toEqual(["boundary", "pure", "boundary", "writeRegister", "goto"]);
  expect(nodes[1]).toMatchObject({ args: [{ value: 0n }, { value: -3n }] });
  expect(nodes[3]).toMatchObject({ value: { kind: "address", offset: 14 } });
  expect(nodes[4]).toMatchObject({ offset: 6 });
});

test("a body that stands for two instructions makes different nodes", () => {
  const h = new RiscvOps();
  const lw = h.stage(() => h.setX(register(5), h.load("i64.load32_s", h.x(register(6)))));
  const nodes = concatenate([
    { offset: 0, length: 2, body: lw },
    { offset: 2, length: 2, body: lw },
  ]);
  expect(new Set(nodes).size).toBe(nodes.length);
});
