/** Translated code and the flat range: addresses that it reaches without the TLB. */

import { expect, test } from "vitest";
import { layout } from "./state.ts";
import { bareHart } from "./testing/bare-hart.ts";

/** A range where the hart has no RAM: only what is flat is reached there. */
const flat = { low: 0x1_0000, high: 0x2_0000 };
const BYTES = 0x8000;
/** Where the data lies in RAM, from the beginning; code is behind it. */
const CODE = 0xc000;
const [A0, A1, A2] = [10, 11, 12];

/** Runs code, translated from its first execution on, and comes back where it stays on one instruction. */
function run(source: string, flatBytes: number) {
  const bare = bareHart({ flat }, "translate");
  const program = `la t0, trapped; csrw mtvec, t0; ${source}; stop: j stop; .align 2; trapped: csrr a2, mcause; self: j self`;
  const symbols = bare.load(program.replaceAll(";", "\n"), CODE);
  bare.hart.pc = 0x8000_0000n + BigInt(CODE);
  bare.hart.memory.setLong(layout.flatBytes, BigInt(flatBytes));
  bare.hart.run(10_000);
  return { ...bare, isStopped: bare.hart.pc === symbols.get("stop") };
}

const sum = `li a1, ${flat.low}; li a3, ${flat.low + 64}
  ; loop: sd a1, 0(a1); ld a4, 0(a1); add a0, a0, a4; addi a1, a1, 8; bltu a1, a3, loop`;

test("what is flat is at its distance in linear memory", () => {
  const { hart, ram, isStopped } = run(sum, BYTES);
  expect(isStopped).toBe(true);
  expect(hart.getX(A0)).toBe(BigInt(8 * flat.low + 8 * 28));
  expect(new BigInt64Array(ram.buffer, ram.byteOffset, 8)).toEqual(
    BigInt64Array.from({ length: 8 }, (_, index) => BigInt(flat.low + 8 * index)),
  );
});

test.each([
  ["below", flat.low - 8],
  ["after it", flat.low + BYTES],
  ["far above", 2 ** 32 + flat.low],
  ["at the end of all", -8],
])("an address %s is not", (_where, address) => {
  const { hart, isStopped } = run(`li a1, ${address}; ld a0, 0(a1)`, BYTES);
  expect([isStopped, hart.getX(A2), hart.getX(A1)]).toEqual([false, 5n, BigInt.asUintN(64, BigInt(address))]);
});

test("nothing is where no bytes are", () => {
  expect(run(sum, 0).hart.getX(A2)).toBe(7n);
});

test("atomic accesses and groups of accesses are as the others", () => {
  const { hart, isStopped } = run(
    `li a1, ${flat.low + 256}; li a3, 2; loop: li a4, 5; sd a4, 0(a1); sd a4, 8(a1); lw a5, 8(a1)
    ; amoadd.d a0, a5, (a1); addi a3, a3, -1; bnez a3, loop; ld a1, 0(a1)`,
    BYTES,
  );
  expect([isStopped, hart.getX(A0), hart.getX(A1)]).toEqual([true, 5n, 10n]);
});
