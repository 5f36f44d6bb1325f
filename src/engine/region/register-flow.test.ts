import { expect, test } from "vitest";
import type { Body, Node } from "../ir.ts";
import { type RegisterUse, registerFlow } from "./register-flow.ts";
import { structure } from "./structure.ts";

const file = { name: "x", offset: 0, type: "i64", count: 8, names: [] } as const;
const operand = (value: number) => ({ name: "r", kind: "unsigned", value }) as const;
const read = (register: number) => ({ kind: "readRegister", type: "i64", file, operand: operand(register) });
const value = { kind: "const", type: "i64", value: 0n };
const write = (register: number) => ({ kind: "writeRegister", file, operand: operand(register), value });
const load = { kind: "load", type: "i64", access: { op: "i64.load", size: 8 }, address: value };
const body = (...nodes: object[]): Body => nodes as Body;

/** Blocks with their successors; register r is the bit r. */
function flow(
  blocks: readonly { readonly body: Body; readonly to: readonly number[]; readonly call?: true }[],
) {
  const successors = blocks.map(({ to }) => to);
  const use: RegisterUse = {
    bodies: blocks.map((block) => block.body),
    bitOf: (node: Node) =>
      node.kind === "readRegister" || node.kind === "writeRegister"
        ? 1n << BigInt(node.operand.value ?? 0)
        : 0n,
    successors,
    calls: (node) => blocks[node]?.call ?? false,
    exits: (node) => blocks[node]?.to.length === 0,
    structure: structure(successors, [0]),
  };
  return registerFlow(use);
}

test("only what is read before it is written is needed", () => {
  const { needed } = flow([{ body: body(read(1), write(2), read(2), write(3)), to: [] }]);
  expect(needed).toEqual([0b0010n]);
});

test("what a later block reads is needed before, unless it is written on the way", () => {
  const { needed } = flow([
    { body: body(write(1)), to: [1] },
    { body: body(read(1), read(2)), to: [] },
  ]);
  expect(needed).toEqual([0b100n, 0b110n]);
});

test("a call cuts both: what was written is stored, what is read after it is taken anew", () => {
  const { needed, dirty } = flow([
    { body: body(write(1)), to: [1], call: true },
    { body: body(read(1), read(2)), to: [] },
  ]);
  expect(needed).toEqual([0n, 0b110n]);
  expect(dirty).toEqual([0n, 0n]);
});

test("what is stored at the end is needed where another way has not written it", () => {
  const { needed, dirty } = flow([
    { body: body(read(0)), to: [1, 2] },
    { body: body(write(1)), to: [2] },
    { body: body(), to: [] },
  ]);
  expect(dirty).toEqual([0n, 0n, 0b10n]);
  expect(needed).toEqual([0b11n, 0n, 0b10n]);
});

test("where the interpreter may be asked for, each set that is dirty is stored after the part of it that is there", () => {
  const { leaving } = flow([
    { body: body(load, write(1), load, write(2), load), to: [1] },
    { body: body(write(3), load), to: [] },
  ]);
  expect([...leaving]).toEqual([
    [0b1110n, 0b110n],
    [0b110n, 0b10n],
    [0b10n, 0n],
  ]);
});
