/** Records that one run remembered serve another, which then asks no description. */

import { expect, test, vi } from "vitest";
import { planInterpreter } from "../../engine/interpreter/records.ts";
import { riscvAssembler } from "./assembly.ts";
import { riscv } from "./instruction-set.ts";

const source = `addi a0, a1, -5
  beq a0, a1, 64
  fmadd.d fa0, fa1, fa2, fa3
  c.addi a0, 1
  c.jr ra
  csrrw a0, fcsr, a1`;

/** The instructions of the source: bits and length. */
function instructions(): readonly (readonly [bits: number, length: 2 | 4])[] {
  const { bytes } = riscvAssembler().assemble(source, 0n);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const found: (readonly [number, 2 | 4])[] = [];
  for (let at = 0; at < bytes.length; at += found.at(-1)?.[1] ?? 2) {
    const length = riscv.lengthOf(view.getUint16(at, true));
    found.push([length === 2 ? view.getUint16(at, true) : view.getUint32(at, true), length]);
  }
  return found;
}

const encodeAll = (plan: ReturnType<typeof planInterpreter>): unknown[] =>
  instructions().map(([bits, length]) => {
    const words = new Int32Array(2);
    return [plan.encode(bits, length, words, 0), ...words];
  });

test("what was remembered is as what is described", () => {
  const [first, second] = [planInterpreter(riscv), planInterpreter(riscv)];
  const described = encodeAll(first);
  expect(described.map((each) => (each as unknown[])[0])).toEqual([
    "next",
    "next",
    "next",
    "next",
    "any",
    "next",
  ]);
  second.remembered.set(first.remembered);
  for (const handler of second.handlers) {
    vi.spyOn(handler, "staged", "get").mockImplementation(() => {
      throw new Error("staged");
    });
  }
  expect(encodeAll(second)).toEqual(described);
});

test("bits that are no instruction are none each time, also those of zero", () => {
  const plan = planInterpreter(riscv);
  const words = new Int32Array(2);
  for (const bits of [0, 0, 0xffff_ffff, 0xffff_ffff]) {
    expect(plan.encode(bits, bits === 0 ? 2 : 4, words, 0)).toBeUndefined();
  }
});
