/** Translated code that is written while it is hot. */

import { describe, expect, test } from "vitest";
import { compareTechniques, waysToTranslate } from "./testing/compare-techniques.ts";

describe.each(waysToTranslate)("by %s", (way) => {
  test.each(["fence.i", "nop"])("a loop is rewritten again and again, then %s", (fence) => {
    const { counts, hart } = compareTechniques(way, {
      source: `
        li t0, 0x00250513    # addi a0, a0, 2
        li t2, 0x00300000    # from 1 to 2 and back
        la t1, patch
      again: li a3, 500
      loop: addi a3, a3, -1
      patch: addi a0, a0, 1
        bnez a3, loop
        sw t0, 0(t1)
        ${fence}
        xor t0, t0, t2
        j again`,
    });
    expect(counts.dropped.written).toBeGreaterThan(0);
    expect(hart.getX(10)).toBeGreaterThan(20_000n);
  });

  test("a store changes the very next instruction, or half of one after it", () => {
    compareTechniques(way, {
      source: `
        la t1, whole
        la t2, half
        lw t3, 0(t1)
        lhu t4, 2(t2)
        li t5, 0x00100000
      loop: xor t3, t3, t5
        xori t4, t4, 0x20
        sw t3, 0(t1)
      whole: addi a0, a0, 4
        sh t4, 2(t2)
      half: addi a1, a1, 4
        add a2, a2, a0
        xor a2, a2, a1
        j loop`,
      steps: 8_000,
    });
  });

  test("a counter between instructions costs no translated code", () => {
    const { counts, inRegions } = compareTechniques(way, {
      source: `
        la s0, counter
      loop: ld a0, 0(s0)
        addi a0, a0, 1
        sd a0, 0(s0)
        j over
      counter: .dword 0
      over: xor a1, a1, a0
        lb a2, 3(s0)
        sb a1, 3(s0)
        j loop`,
    });
    expect(counts.translated).toBeLessThanOrEqual(4);
    expect(counts.dropped.written).toBe(0);
    expect(inRegions).toBeGreaterThan(0.8);
  });
});
