import { expect, test } from "vitest";
import { Machine } from "../machine.ts";
import { elfOf, machineOptions } from "../testing/bare-machine.ts";

/** Boots a program in supervisor mode, as a kernel; runs it; gives the machine and what it printed. */
function boot(source: string, harts = 1) {
  let output = "";
  const machine = new Machine(
    machineOptions(
      (text) => {
        output += text;
      },
      { harts },
    ),
  );
  machine.boot({ kernel: elfOf(source), kernelName: "kernel" });
  const status = machine.run(50_000);
  return { machine, status, output };
}

test("a kernel starts in supervisor mode with its hart's number and a device tree", () => {
  const { machine } = boot("mv s0, a0\nlwu s1, 0(a1)\ncsrr s2, sstatus\nend: j end");
  expect([machine.readRegister("s0"), machine.readRegister("s1")]).toEqual([0n, 0xedfe0dd0n]);
});

test("user programs may read the time, as firmware leaves it to them", () => {
  const { machine } = boot("csrr s1, scounteren\nend: j end");
  expect(machine.readRegister("s1")).toBe(7n);
});

test("base: version, implementation, and which extensions are there", () => {
  const { machine } = boot(`
    li a7, 0x10
    li a6, 0
    ecall
    mv s1, a1
    li a6, 3
    li a0, 0x48534d
    ecall
    mv s2, a1
    li a0, 0x12345
    ecall
    mv s3, a1
    li a7, 0x999
    ecall
    mv s4, a0
  end: j end`);
  const registers = ["s1", "s2", "s3"].map((name) => machine.readRegister(name));
  expect(registers).toEqual([0x2000000n, 1n, 0n]);
  expect(BigInt.asIntN(64, machine.readRegister("s4"))).toBe(-2n);
});

test("the debug console writes from memory, and refuses what is none", () => {
  const { machine, output } = boot(`
    li a7, 0x4442434e
    li a6, 0
    li a0, 3
    la a1, text
    li a2, 0
    ecall
    mv s1, a1
    li a0, 3
    li a1, 0x1000
    ecall
    mv s2, a0
    li a6, 2
    li a0, 33
    ecall
  end: j end
  text: .ascii "abc"`);
  expect(output).toBe("abc!");
  expect(machine.readRegister("s1")).toBe(3n);
  expect(BigInt.asIntN(64, machine.readRegister("s2"))).toBe(-3n);
});

test.each([
  [0, 0, "power-off"],
  [1, 0, "reset"],
  [0, 1, "fail"],
])("system reset of type %i for reason %i is %s", (type, reason, kind) => {
  const { status } = boot(`li a7, 0x53525354\nli a6, 0\nli a0, ${type}\nli a1, ${reason}\necall\nend: j end`);
  expect(status).toMatchObject({ kind: "stopped", event: { kind } });
});

test("the timer raises the supervisor's interrupt", () => {
  const { machine } = boot(`
    la t0, vector
    csrw stvec, t0
    li a7, 0x54494d45
    li a6, 0
    csrr a0, time
    addi a0, a0, 100
    ecall
    li t0, 0x20
    csrs sie, t0
    csrsi sstatus, 2
  wait: j wait
  .align 2
  vector: csrr s1, scause
  end: j end`);
  expect(machine.readRegister("s1")).toBe((1n << 63n) | 5n);
});

test("harts are started, interrupt each other, and stop", () => {
  const { machine } = boot(
    `
    bnez a0, second
    li a7, 0x48534d
    li a6, 0
    li a0, 1
    la a1, second
    li a2, 77
    ecall
    mv s1, a0
    li a6, 0
    li a0, 9
    ecall
    mv s2, a0
    li a7, 0x735049
    li a6, 0
    li a0, 2
    li a1, 0
    ecall
    mv s3, a0
  wait: li a7, 0x48534d
    li a6, 2
    li a0, 1
    ecall
    beqz a1, wait
    mv s4, a1
  end: j end
  second: mv s5, a1
  poll: csrr t0, sip
    andi t0, t0, 2
    beqz t0, poll
    li a7, 0x48534d
    li a6, 1
    ecall`,
    2,
  );
  expect(["s1", "s3", "s4"].map((name) => machine.readRegister(name))).toEqual([0n, 0n, 1n]);
  expect(BigInt.asIntN(64, machine.readRegister("s2"))).toBe(-3n);
  expect(machine.readRegister("s5", 1)).toBe(77n);
});
