import { expect, test } from "vitest";
import { riscvAssembler, riscvDisassembler } from "./assembly.ts";

test("a register that the meaning does not use is written as a register", () => {
  const { bytes } = riscvAssembler().assemble("sfence.vma t0, t1\nsfence.vma zero, zero\nsfence.vma");
  const words = [...new Uint32Array(bytes.buffer)];
  expect(words).toEqual([0x12628073, 0x12000073, 0x12000073]);
  expect(riscvDisassembler()(0x12628073, 4, 0n)).toBe("sfence.vma t0, t1");
});
