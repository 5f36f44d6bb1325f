import { expect, test } from "vitest";
import { ImmediateCompiler } from "../../engine/region/compile.ts";
import { riscv } from "./instruction-set.ts";
import { bareHart, RAM_BASE } from "./testing/bare-hart.ts";

/** Runs a program both ways in slices of a length, and compares pc, registers and steps after each. */
function compare(source: string, slice: number, slices: number) {
  const [interpreted, translated] = [bareHart(), bareHart({}, "translate")];
  for (const { load } of [interpreted, translated]) load(source);
  for (let count = 0; count < slices; count++) {
    const states = [interpreted, translated].map(({ hart }) => {
      hart.run(slice);
      return [hart.pc, hart.steps, ...Array.from({ length: 32 }, (_, index) => hart.getX(index))];
    });
    expect(states[1]).toEqual(states[0]);
  }
  expect([...translated.ram.subarray(0, 0x4000)]).toEqual([...interpreted.ram.subarray(0, 0x4000)]);
  return translated.hart.translations;
}

const nestedLoops = `
    li s0, 0x80002000
    li a0, 0
  outer: li t0, 0
  inner: slli t1, t0, 3
    add t1, t1, s0
    ld t2, 0(t1)
    add t2, t2, a0
    sd t2, 0(t1)
    andi t3, t2, 1
    beqz t3, even
    addi a1, a1, 1
    call leaf
  even: addi t0, t0, 1
    li t4, 10
    blt t0, t4, inner
    addi a0, a0, 1
    j outer
  leaf: xor a2, a2, a1
    ret`;

test.each([1, 7, 100, 1000])(
  "translated loops, calls and memory equal interpreted ones in slices of %i",
  (slice) => {
    expect(compare(nestedLoops, slice, 50)?.translated).toBeGreaterThan(0);
  },
);

test("a trap in the middle of a region leaves the exact state", () => {
  compare(
    `
    la t0, handler
    csrw mtvec, t0
    li s0, 0x80001ff0
  loop: addi a0, a0, 1
    ld a1, 0(s0)
    addi s0, s0, 0x7f0
    j loop
  .align 2
  handler: csrr a2, mepc
    csrr a3, mtval
    li s0, 0x80001ff0
    li t1, 0xff
    csrr a4, mcause
    mret`,
    5000,
    4,
  );
});

test("code that rewrites a translated loop runs the new code", () => {
  compare(
    `
    li a2, 0
    li t0, 0x00250513
    la t1, patch
  again: li a3, 50
  loop:
  patch: addi a0, a0, 1
    addi a3, a3, -1
    bnez a3, loop
    addi a2, a2, 1
    sw t0, 0(t1)
    xori t0, t0, 0x100
    j again`,
    333,
    30,
  );
});

test("hot code found by samples is translated, and the count of steps stays exact", () => {
  const bare = bareHart({}, { threshold: 2, compiler: new ImmediateCompiler(riscv) });
  bare.load("loop: addi a0, a0, 1\naddi a1, a1, 3\nj loop");
  for (let slice = 0; slice < 20; slice++) bare.hart.run(1000);
  expect(bare.hart.translations?.translated).toBeGreaterThan(0);
  expect(bare.hart.steps).toBe(20_000);
  expect(bare.hart.getX(10) + bare.hart.getX(11) / 3n).toBe(20_000n - 20_000n / 3n);
});

test("the same load before and after a store gives what was stored", () => {
  compare(
    `
    li s0, 0x80002000
  again: lw a5, 16(s0)
    addiw a5, a5, 1
    sw a5, 16(s0)
    lw a5, 16(s0)
    addiw a5, a5, 1
    sw a5, 16(s0)
    j again`,
    100,
    3,
  );
});

test("a register that is overwritten later has its value where a comparison of NaNs leaves the region", () => {
  compare(
    `
    li t0, 0x6000
    csrs mstatus, t0
    li t1, -1
    fmv.d.x fa0, t1
    li a1, 8
  again: ctz sp, a1
    fmax.d fa1, fa0, fa0
    addi sp, sp, 1
    add a2, a2, sp
    j again`,
    50,
    4,
  );
});

test("a reset forgets where regions were entered", () => {
  const { hart, load } = bareHart({}, "translate");
  for (let round = 0; round < 8; round++) {
    hart.reset();
    hart.pc = BigInt(RAM_BASE);
    const lines = [`li a0, ${round}`, ...new Array(round).fill("nop"), "li t0, 3"];
    load([...lines, "loop: addi a0, a0, 1", "addi t0, t0, -1", "bnez t0, loop", "end: j end"].join("\n"));
    hart.run(100);
    expect(hart.getX(10)).toBe(BigInt(round + 3));
  }
});
