/** Translated code with unusual control flow. */

import { describe, expect, test } from "vitest";
import { compareTechniques, waysToTranslate } from "./testing/compare-techniques.ts";

describe.each(waysToTranslate)("by %s", (way) => {
  test("calls nested deeper than regions may be entered from one another", () => {
    const { inRegions } = compareTechniques(way, {
      source: `
      main: li sp, 0x80040000
        li a0, 1000
        call sum
        add s0, s0, a0
        j main
      sum: beqz a0, none
        addi sp, sp, -16
        sd ra, 0(sp)
        sd a0, 8(sp)
        addi a0, a0, -1
        call sum
        ld a1, 8(sp)
        add a0, a0, a1
        ld ra, 0(sp)
        addi sp, sp, 16
        ret
      none: ret`,
      slices: [1, 997, 4001, 10_007],
      steps: 200_000,
    });
    expect(inRegions).toBeGreaterThan(0.5);
  });

  test("a jump out of many nested calls, to an earlier one", () => {
    compareTechniques(way, {
      source: `
      main: li sp, 0x80040000
        la s0, caught          # the frame to return to
        mv s1, sp
        li a0, 300
        call down
        j main
      caught: addi s2, s2, 1
        j main
      down: addi sp, sp, -16
        sd ra, 0(sp)
        addi a0, a0, -1
        addi a2, a2, 1
        andi t1, a2, 7
        beqz a0, throw
        call down
        ld ra, 0(sp)
        addi sp, sp, 16
        ret
      throw: bnez t1, back
        mv sp, s1
        jr s0
      back: ld ra, 0(sp)
        addi sp, sp, 16
        ret`,
      slices: [1, 997, 4001],
      steps: 100_000,
    });
  });

  test("two routines that swap their return addresses, and calls linked by t0", () => {
    compareTechniques(way, {
      source: `
        la s0, other
      main: addi a0, a0, 1
        jalr ra, 0(s0)
        mv s0, ra
        jal t0, leaf
        addi a3, a3, 1
        j main
      other: addi a1, a1, 1
        mv t1, ra
        jalr ra, 0(t1)
        addi a1, a1, 2
        jalr ra, 0(ra)
        j other
      leaf: add a2, a2, a1
        jr t0`,
    });
  });

  test("a loop that is entered at several places", () => {
    const { inRegions } = compareTechniques(way, {
      source: `
      again: addi a0, a0, 1
        li s1, 30
        andi t0, a0, 3
        li t1, 1
        beq t0, t1, second
        li t1, 2
        beq t0, t1, third
        beqz t0, inner
      first: addi a1, a1, 1
        xor a4, a4, a1
      second: slli a2, a2, 1
        addi a2, a2, 3
        beqz s1, again
      third: addi s1, s1, -1
        andi t2, s1, 1
        beqz t2, first
      inner: add a3, a3, a2
        addi s1, s1, -1
        bltz s1, again
        andi t2, s1, 2
        bnez t2, third
        j second`,
    });
    expect(inRegions).toBeGreaterThan(0.8);
  });

  test("a jump table with 40 targets", () => {
    const targets = Array.from({ length: 40 }, (_, index) => index);
    const { counts, inRegions } = compareTechniques(way, {
      source: `
        la s0, table
        li s1, 40
      loop: addi a0, a0, 1
        slli t0, a0, 3
        xor t0, t0, a1
        remu t0, t0, s1
        slli t0, t0, 3
        add t0, t0, s0
        ld t0, 0(t0)
        jr t0
        ${targets.map((index) => `case${index}: addi a1, a1, ${3 * index + 1}\nxor a2, a2, a1\nj loop`).join("\n")}
        .align 3
      table: ${targets.map((index) => `.dword case${index}`).join("\n")}`,
      steps: 200_000,
    });
    expect(counts.dropped.written).toBe(0);
    if (way === "dynamic") expect(counts.translated).toBeLessThan(20);
    expect(inRegions).toBeGreaterThan(0.8);
  });
});
