import { expect, test } from "vitest";
import { bareHart } from "./testing/bare-hart.ts";

/** Runs source until its ebreak loop and gives the hart. */
function run(source: string, budget = 10_000) {
  const bare = bareHart();
  const symbols = bare.load(`${source}\nend: j end`);
  bare.hart.run(budget);
  expect(bare.hart.pc).toBe(symbols.get("end"));
  return bare;
}

test("computes a sum in a loop and counts its steps exactly", () => {
  const { hart } = bareHart();
  const bare = bareHart();
  bare.load("li a0, 0\nli a1, 100\nloop: add a0, a0, a1\naddi a1, a1, -1\nbnez a1, loop\nend: j end");
  expect(bare.hart.run(302)).toBe(302);
  expect(bare.hart.getX(10)).toBe(5050n);
  expect(bare.hart.run(1000)).toBe(1000);
  expect(bare.hart.steps).toBe(1302);
  expect(hart.steps).toBe(0);
});

test("x0 stays zero, and calls link", () => {
  const { hart } = run("li zero, 5\ncall f\nmv a2, zero\nj end\nf: li a1, 7\nret");
  expect([hart.getX(0), hart.getX(11), hart.getX(12)]).toEqual([0n, 7n, 0n]);
});

test("loads and stores of all widths, misaligned and over a page's end", () => {
  const { hart } = run(`
    li t0, 0x80001ffd
    li t1, 0x1122334455667788
    sd t1, 0(t0)
    ld a0, 0(t0)
    lw a1, 1(t0)
    lhu a2, 2(t0)
    lb a3, 0(t0)
    lbu a4, 0(t0)`);
  expect(hart.getX(10)).toBe(0x1122334455667788n);
  expect(hart.getX(11)).toBe(0x44556677n);
  expect(hart.getX(12)).toBe(0x5566n);
  expect(hart.getX(13)).toBe(0xffffffffffffff88n);
  expect(hart.getX(14)).toBe(0x88n);
});

test("a trap goes to mtvec with cause, epc and tval", () => {
  const { hart } = run(`
    la t0, handler
    csrw mtvec, t0
    li t1, 0x1000
  fault: ld a0, 8(t1)
    li a5, 1
    j end
  .align 2
  handler: csrr a1, mcause
    csrr a2, mepc
    csrr a3, mtval
    la a4, fault`);
  expect([hart.getX(11), hart.getX(13), hart.getX(15)]).toEqual([5n, 0x1008n, 0n]);
  expect(hart.getX(12)).toBe(hart.getX(14));
});

test("bits that are no instruction trap, however often they are met", () => {
  for (const bits of ["0", "0", "0xffffffff"]) {
    const { hart } = run(`
      la t0, handler
      csrw mtvec, t0
      .word ${bits}
      j end
      handler: csrr a0, mcause
      li a1, 1`);
    expect([hart.getX(10), hart.getX(11)]).toEqual([2n, 1n]);
  }
});

test("code that writes code runs the new code", () => {
  const { hart } = run(`
    li a0, 0
    li a2, 2
    li t0, 0x00250513    # addi a0, a0, 2
    la t1, patch
  again:
  patch: addi a0, a0, 1
    sw t0, 0(t1)
    addi a2, a2, -1
    bnez a2, again`);
  expect(hart.getX(10)).toBe(3n);
});

test("an instruction that lies on two pages runs, and control goes on from it", () => {
  const bare = bareHart();
  const symbols = bare.load(
    "c.addi a0, 1\nfirst: addi a0, a0, 100\nbnez a0, over\nli a0, 0\nover: j over",
    0xffc,
  );
  bare.hart.pc = 0x80000ffcn;
  bare.hart.run(50);
  expect(symbols.get("first")).toBe(0x80000ffen);
  expect([bare.hart.getX(10), bare.hart.pc]).toEqual([101n, symbols.get("over")]);
});

test("floating point: exact results, flags, and mstatus.FS", () => {
  const { hart } = run(`
    li t0, 0x6000
    csrs mstatus, t0
    li t0, 1
    li t1, 3
    fcvt.d.l fa0, t0
    fcvt.d.l fa1, t1
    fdiv.d fa2, fa0, fa1
    fmul.d fa3, fa2, fa1
    fadd.d fa4, fa3, fa0
    fcvt.l.d a0, fa4, rtz
    csrr a1, fflags
    csrr a2, mstatus`);
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, hart.getF(12));
  expect(view.getFloat64(0)).toBe(1 / 3);
  expect([hart.getX(10), hart.getX(11)]).toEqual([2n, 1n]);
  expect(hart.getX(12) >> 63n).toBe(1n);
});

test("atomics: an exchange loop by LR and SC, and AMOs", () => {
  const { hart } = run(`
    li t0, 0x80002000
    li t1, 41
    sd t1, 0(t0)
  retry: lr.d a0, (t0)
    addi a0, a0, 1
    sc.d a1, a0, (t0)
    bnez a1, retry
    li t2, -5
    amomin.d a2, t2, (t0)
    ld a3, 0(t0)
    sc.d a4, a0, (t0)`);
  expect([10, 11, 12, 14].map((index) => hart.getX(index))).toEqual([42n, 0n, 42n, 1n]);
  expect(hart.getX(13)).toBe(0xfffffffffffffffbn);
});

test("protection that splits a page holds for every instruction fetched from it", () => {
  // NA4 without X over the second instruction; everything else is open.
  const { hart } = run(`
    la t0, handler
    csrw mtvec, t0
    la t0, guarded
    srli t1, t0, 2
    csrw pmpaddr0, t1
    li t1, -1
    csrw pmpaddr1, t1
    li t1, 0x1f11
    csrw pmpcfg0, t1
    la t0, user
    csrw mepc, t0
    mret
  .align 2
  user: addi a0, a0, 1
    addi a0, a0, 1
  guarded: addi a0, a0, 100
    j end
  .align 2
  handler: csrr a1, mcause
    csrr a2, mepc
    la a3, guarded`);
  expect([hart.getX(10), hart.getX(11)]).toEqual([2n, 1n]);
  expect(hart.getX(12)).toBe(hart.getX(13));
});

test("code beyond 2 GiB of memory, over a page's end too", () => {
  const offset = 0x8000_0ffc;
  const bare = bareHart({ ramBytes: 0x8001_0000 });
  const symbols = bare.load(
    "c.addi a0, 1\naddi a0, a0, 100\nla t0, data\nsd a0, 0(t0)\nld a1, 0(t0)\nend: j end\ndata: .dword 0",
    offset,
  );
  bare.hart.pc = 0x8000_0000n + BigInt(offset);
  bare.hart.run(50);
  expect([bare.hart.getX(11), bare.hart.pc]).toEqual([101n, symbols.get("end")]);
});
