/** Accesses of translated code that look for their place together, where that is not as simple as it mostly is. */

import { describe, expect, test } from "vitest";
import { RAM_BASE } from "./testing/bare-hart.ts";
import { compareTechniques, waysToTranslate } from "./testing/compare-techniques.ts";
import { enablePaging, goOnIn, KERNEL, kernelTables, putTables } from "./testing/paged-program.ts";

const DIRTY = 0x80;

describe.each(waysToTranslate)("by %s", (way) => {
  test("a frame over the end of a page does not keep a hot function in the interpreter", () => {
    const { counts, inRegions } = compareTechniques(way, {
      source: `
        li sp, ${RAM_BASE + 0x8010}
      loop: addi a0, a0, 1
        call f
        j loop
      f: addi sp, sp, -48
        sd ra, 40(sp)
        sd a0, 32(sp)
        sd a1, 24(sp)
        sd a2, 0(sp)
        add a1, a1, a0
        ld a2, 24(sp)
        add a1, a1, a2
        ld a0, 32(sp)
        ld ra, 40(sp)
        addi sp, sp, 48
        ret`,
    });
    expect(inRegions).toBeGreaterThan(0.8);
    expect(counts.translated).toBeLessThan(10);
  });

  test("a page that is read first is not dirty before it is written", () => {
    const [data, hole] = [0x10000, 0x20000];
    const tables = kernelTables();
    tables.map(BigInt(data), RAM_BASE + 0x9000, KERNEL & ~DIRTY);
    compareTechniques(way, {
      source: `${enablePaging(tables)}
        la t1, handler
        csrw mtvec, t1
        la t1, main
        ${goOnIn("S")}
        .align 2
      handler: csrr t0, mepc
        addi t0, t0, 8
        csrw mepc, t0
        mret
      main: li s0, ${data}
        li s2, ${hole}
      loop: addi a0, a0, 1
        ld a1, 8(s0)
        ld a2, 0(s2)
        sd a0, 16(s0)
        j loop`,
      prepare: (bare) => putTables(bare, tables),
    });
  });
});
