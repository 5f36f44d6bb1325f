/** Translated code whose pages are mapped elsewhere while it is hot, or at several addresses. */

import { describe, expect, test } from "vitest";
import { type BareHart, RAM_BASE } from "./testing/bare-hart.ts";
import { compareTechniques, waysToTranslate } from "./testing/compare-techniques.ts";
import { enablePaging, goOnIn, KERNEL, kernelTables, putTables, USER } from "./testing/paged-program.ts";

const PAGE = 4096;
/** Three pages of code in RAM: a loop begins on the first; what follows is on the second, or a little different on the third. */
const [FIRST, SECOND, THIRD] = [0x4000, 0x5000, 0x6000];
/** Where the first two are mapped. */
const [LOW, HIGH] = [0x10000, 0x20000];
/** From the entry of the second page to that of the third. */
const TO_THIRD = BigInt(((SECOND ^ THIRD) / PAGE) << 10);

/** Puts a loop over the end of the first page; on the third page, \`addi a1, a1, 1\` at \`changed\` adds 0x61. */
function putLoop(bare: BareHart, source: string, offset: number): void {
  const symbols = bare.load(source, FIRST + offset);
  bare.ram.copyWithin(THIRD, SECOND, SECOND + PAGE);
  bare.ram[Number(symbols.get("changed")) - RAM_BASE - SECOND + THIRD + 3] = 6;
}

/** Maps the first two pages, and the second one's entry. */
function mapLoop(tables = kernelTables()) {
  tables.map(BigInt(LOW), RAM_BASE + FIRST, KERNEL);
  const entry = tables.map(BigInt(LOW + PAGE), RAM_BASE + SECOND, KERNEL);
  return { tables, entry };
}

/** A loop that is made s1 times; as it is loaded at some offsets, an instruction lies on both pages. */
const crossing = `
  loop: addi a0, a0, 1
    auipc a2, 0
    add a3, a3, a2
    addi s1, s1, -1
    xor a4, a4, a1
  changed: addi a1, a1, 1
    bnez s1, loop
    ret`;

describe.each(waysToTranslate)("by %s", (way) => {
  test.each([
    ["sfence.vma", 0xff0],
    ["sfence.vma s3", 0xff0],
    ["sfence.vma", 0xff2],
    ["sfence.vma s3", 0xff2],
  ])("a page of a hot loop is mapped elsewhere between its runs: %s, loop at %i", (fence, offset) => {
    const { tables, entry } = mapLoop();
    const { hart } = compareTechniques(way, {
      source: `${enablePaging(tables)}
        la t1, main
        ${goOnIn("S")}
      main: li s0, ${entry}
        li s2, ${TO_THIRD}
        li s3, ${LOW + PAGE}
        li t1, ${LOW + offset}
      again: li s1, 60
        jalr ra, 0(t1)
        ld t2, 0(s0)
        xor t2, t2, s2
        sd t2, 0(s0)
        ${fence}
        j again`,
      prepare: (bare) => {
        putTables(bare, tables);
        putLoop(bare, crossing, offset);
      },
    });
    expect(hart.getX(11)).toBeGreaterThan(hart.getX(10) * 40n);
  });

  test("a loop maps its own second page elsewhere, each time", () => {
    const { tables, entry } = mapLoop();
    const { hart } = compareTechniques(way, {
      source: `${enablePaging(tables)}
        li s0, ${entry}
        li s2, ${TO_THIRD}
        li t1, ${LOW + 0xfec}
        ${goOnIn("S")}`,
      prepare: (bare) => {
        putTables(bare, tables);
        putLoop(
          bare,
          `
          loop: addi a0, a0, 1
            ld t2, 0(s0)
            xor t2, t2, s2
            sd t2, 0(s0)
            sfence.vma
          changed: addi a1, a1, 1
            xor a4, a4, a1
            j loop`,
          0xfec,
        );
      },
      steps: 20_000,
    });
    expect(hart.getX(11)).toBeGreaterThan(hart.getX(10) * 40n);
  });

  test("two mappings of a page, with different pages after it, are executed in turn", () => {
    const { tables } = mapLoop();
    tables.map(BigInt(HIGH), RAM_BASE + FIRST, KERNEL);
    tables.map(BigInt(HIGH + PAGE), RAM_BASE + THIRD, KERNEL);
    const { counts } = compareTechniques(way, {
      source: `${enablePaging(tables)}
        li t1, ${LOW + 0xff0}
        li t3, ${HIGH + 0xff0}
        mv t2, t1
        la t1, main
        ${goOnIn("S")}
      main: li s1, 60
        jalr ra, 0(t2)
        li s1, 60
        jalr ra, 0(t3)
        j main`,
      prepare: (bare) => {
        putTables(bare, tables);
        putLoop(bare, crossing, 0xff0);
      },
    });
    expect(counts.translated).toBeLessThan(60);
  });

  test.each(["fence.i", "nop"])("code is written through one mapping and runs through both; %s", (fence) => {
    const { tables } = mapLoop();
    tables.map(BigInt(HIGH), RAM_BASE + FIRST, KERNEL);
    const { counts } = compareTechniques(way, {
      source: `${enablePaging(tables)}
        li t2, ${LOW + 0x100}
        li t3, ${HIGH + 0x100}
        li s2, 0x00300000
        la t1, main
        ${goOnIn("S")}
      main: li s1, 40
        jalr ra, 0(t2)
        li s1, 40
        jalr ra, 0(t3)
        j main`,
      prepare: (bare) => {
        putTables(bare, tables);
        bare.load(
          `
          loop: addi s1, s1, -1
            auipc a2, 0
            add a3, a3, a2
          patch: addi a0, a0, 1
            andi t5, s1, 15
            bnez t5, on
            lw t0, patch-loop(t3)     # through the second mapping, executed through either
            xor t0, t0, s2
            sw t0, patch-loop(t3)
            ${fence}
          on: bnez s1, loop
            ret`,
          FIRST + 0x100,
        );
      },
    });
    expect(counts.dropped.written).toBeGreaterThan(0);
  });

  /** Runs a loop over a page that only supervisor mode can read, in two modes in turn; a handler passes over the load. */
  function inTurn(
    modes: readonly ["U" | "M", "S"],
    addresses: readonly [number, number],
    page: number,
  ): void {
    const { tables } = mapLoop();
    tables.map(BigInt(HIGH), RAM_BASE + FIRST, USER);
    tables.map(BigInt(page), RAM_BASE + THIRD, KERNEL);
    const flip = modes[0] === "U" ? 0x800 : 0x1000;
    const { hart } = compareTechniques(way, {
      source: `${enablePaging(tables)}
        la t0, handler
        csrw mtvec, t0
        li s0, ${page}
        li s2, ${addresses[0] ^ addresses[1]}
        li t1, ${addresses[1]}
        ${goOnIn("S")}
      .align 2
      handler: addi a5, a5, 1
        csrr t1, mepc
        addi t1, t1, 4
        csrr t0, mcause
        addi t0, t0, -8             # calls have 8 to 11
        sltiu t0, t0, 4
        beqz t0, back
        xor t1, t1, s2
        csrr t0, mstatus
        li t2, ${flip}
        xor t0, t0, t2
        csrw mstatus, t0
      back: csrw mepc, t1
        mret`,
      prepare: (bare) => {
        putTables(bare, tables);
        bare.load(
          `
          again: li s1, 50
          loop: addi a0, a0, 1
            auipc a2, 0
            ld a1, 0(s0)
            add a3, a3, a2
            addi s1, s1, -1
            bnez s1, loop
            ecall
            j again`,
          FIRST + 0x100,
        );
      },
    });
    expect(Number(hart.getX(15)) / Number(hart.getX(10))).toBeCloseTo(0.5, 1);
  }

  test("the same code in user and supervisor mode, through two mappings", () =>
    inTurn(["U", "S"], [HIGH + 0x100, LOW + 0x100], 0x30000));

  test("the same code in machine and supervisor mode, at one address", () =>
    inTurn(["M", "S"], [RAM_BASE + FIRST + 0x100, RAM_BASE + FIRST + 0x100], RAM_BASE + 0x200000));
});
