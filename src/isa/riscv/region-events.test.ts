/** What interrupts translated code: accesses that the TLB does not answer, traps, interrupts. */

import { describe, expect, test } from "vitest";
import { Interrupt } from "./state.ts";
import { compareTechniques, waysToTranslate } from "./testing/compare-techniques.ts";

/** A handler that logs what it finds, in a ring at s11, and goes on: after the instruction of a trap, at that of an interrupt. */
const handler = `
  .align 2
  handler: sd a0, 0(s11)
    csrr t0, mepc
    sd t0, 8(s11)
    csrr t1, mcause
    sd t1, 16(s11)
    csrr t2, mtval
    sd t2, 24(s11)
    csrr t2, minstret
    sd t2, 32(s11)
    sd a1, 40(s11)
    sd s1, 48(s11)
    sd a2, 56(s11)
    addi s11, s11, 64
    li t2, 0x80030000
    bne s11, t2, logged
    li s11, 0x80020000
  logged: bltz t1, acknowledge
    addi t0, t0, 4
    csrw mepc, t0
    mret
  acknowledge: li t2, 0x10000008
    sw zero, 0(t2)
    mret`;

const start = `
    la t0, handler
    csrw mtvec, t0
    li s11, 0x80020000`;

describe.each(waysToTranslate)("by %s", (way) => {
  test("accesses over the end of a page in a hot loop", () => {
    compareTechniques(way, {
      source: `
        li s0, 0x80008ffd
        li s1, 0x80009000
      loop: addi a0, a0, 1
        sd a0, 0(s0)
        ld a1, -2(s0)
        lw a2, 1(s0)
        sh a1, 2(s0)
        lhu a3, 2(s0)
        ld a4, 8(s1)
        add a4, a4, a3
        sd a4, 8(s1)
        andi t0, a0, 7
        beqz t0, loop
        add a5, a5, a2
        j loop`,
    });
  });

  test("a device in a hot loop is asked at the same steps", () => {
    const logs: (readonly number[])[][] = [];
    const { inRegions } = compareTechniques(way, {
      source: `
        li s0, 0x10000000
        li s1, 0x80009000
      loop: addi a0, a0, 1
        ld a1, 0(s1)
        add a1, a1, a0
        sd a1, 0(s1)
        lw a2, 0(s0)
        add a3, a3, a2
        xor a4, a4, a3
        sw a4, 4(s0)
        sb a4, 9(s1)
        j loop`,
      devices: (hart) => {
        const log: (readonly number[])[] = [];
        logs.push(log);
        return {
          read: (address) => {
            log.push([hart().steps, address]);
            return log.length * 3;
          },
          write: (address, width, value) => log.push([hart().steps, address, width, value]) > 0,
        };
      },
    });
    const [interpreted, translated] = logs;
    expect(translated).toEqual(interpreted);
    expect(interpreted?.length).toBeGreaterThan(10_000);
    expect(inRegions).toBeGreaterThan(0.3);
  });

  test.each([
    ["a load", "ld a2, 0(s0)"],
    ["a store", "sd a0, 0(s0)"],
    ["an atomic", "amoadd.d a2, a0, (s0)"],
    ["a store that is half on a page", "sd a0, 4092(s0)"],
  ])("traps of %s in the middle of a hot loop", (_, access) => {
    const { hart } = compareTechniques(way, {
      source: `${start}
      again: li s1, 20
        li s0, 0x80008000
      loop: addi a0, a0, 1
        add a1, a1, a0
        addi s1, s1, -1
        li t3, 10
        bne s1, t3, fine
        li s0, 0x40000000
        li t3, 0
        addi a2, a2, 5
      fine: addi a1, a1, 7
        ${access.replace("4092", "2044")}
        add a1, a1, a2
        bne s1, t3, on
        addi a1, a1, 1
      on: bnez s1, loop
        j again
      ${handler}`,
    });
    expect(hart.getX(27)).toBeGreaterThan(0x80020000n);
  });

  test("interrupts that come between slices are taken where the interpreter takes them", () => {
    let taken = 0;
    compareTechniques(way, {
      source: `${start}
        li t0, 0x888
        csrw mie, t0
        csrsi mstatus, 8
        li s0, 0x80008000
      loop: addi a0, a0, 1
        ld a1, 0(s0)
        add a1, a1, a0
        sd a1, 0(s0)
        andi a2, a0, 15
        bnez a2, loop
        csrci mstatus, 8
        addi s1, s1, 1
        csrsi mstatus, 8
        j loop
      ${handler}`,
      slices: [1, 2, 3, 5, 7, 11, 13, 17, 19, 331],
      between: (hart, slice) => {
        if (slice % 3 === 0) hart.setWire(slice % 2 === 0 ? Interrupt.MEIP : Interrupt.MTIP, true);
      },
      devices: (hart) => ({
        read: () => undefined,
        write: () => {
          taken += 1;
          hart().setWire(Interrupt.MEIP | Interrupt.MTIP, false);
          return true;
        },
      }),
    });
    expect(taken).toBeGreaterThan(200);
  });

  test("interrupts that a device raises are taken after the access", () => {
    let taken = 0;
    compareTechniques(way, {
      source: `${start}
        li t0, 0x888
        csrw mie, t0
        csrsi mstatus, 8
        li s0, 0x10000000
        li s2, 0x80009000
      loop: addi a0, a0, 1
        ld a1, 0(s2)
        andi a2, a0, 3
        bnez a2, quiet
        sw a0, 0(s0)
        addi s1, s1, 1
        lw a3, 4(s0)
        add a3, a3, a1
      quiet: add a1, a1, a0
        sd a1, 0(s2)
        j loop
      ${handler}`,
      devices: (hart) => ({
        read: () => {
          hart().setWire(Interrupt.MTIP, true);
          return 1;
        },
        write: (address) => {
          const acknowledges = address === 0x10000008;
          if (acknowledges) taken += 1;
          hart().setWire(acknowledges ? Interrupt.MEIP | Interrupt.MTIP : Interrupt.MEIP, !acknowledges);
          return true;
        },
      }),
    });
    expect(taken).toBeGreaterThan(200);
  });

  test("an interrupt handler interrupts nested calls", () => {
    compareTechniques(way, {
      source: `${start}
        li t0, 0x888
        csrw mie, t0
        csrsi mstatus, 8
        li sp, 0x80040000
      main: li a0, 12
        call sum
        j main
      sum: addi sp, sp, -16
        sd ra, 0(sp)
        sd a0, 8(sp)
        addi a0, a0, -1
        addi s1, s1, 1
        blez a0, last
        call sum
      last: ld a1, 8(sp)
        add a2, a2, a1
        ld ra, 0(sp)
        addi sp, sp, 16
        ret
      ${handler}`,
      slices: [3, 5, 41, 43, 47, 331],
      between: (hart, slice) => {
        if (slice % 2 === 0) hart.setWire(Interrupt.MEIP, true);
      },
      devices: (hart) => ({
        read: () => undefined,
        write: () => {
          hart().setWire(Interrupt.MEIP, false);
          return true;
        },
      }),
    });
  });
});
