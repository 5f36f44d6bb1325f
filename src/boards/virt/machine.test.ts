import { expect, test } from "vitest";
import { InputError } from "../../base/errors.ts";
import { Machine } from "./machine.ts";
import { bareMachine, elfOf, machineOptions } from "./testing/bare-machine.ts";

const hello = `
    li t0, 0x10000000
    la t1, text
  next: lbu t2, 0(t1)
    beqz t2, off
    sb t2, 0(t0)
    addi t1, t1, 1
    j next
  off: li t0, 0x100000
    li t1, 0x5555
    sw t1, 0(t0)
  end: j end
  text: .asciz "hello"`;

test("a program writes to the UART and powers the machine off", () => {
  const { machine, output } = bareMachine(hello);
  expect(machine.run(1000)).toEqual({ kind: "stopped", event: { kind: "power-off", code: 0 } });
  expect(output()).toBe("hello");
  expect(machine.run(1000).kind).toBe("stopped");
});

test("run makes exactly the steps that it is given", () => {
  const { machine } = bareMachine("li a0, 0\nloop: addi a0, a0, 1\nj loop");
  expect(machine.run(1)).toEqual({ kind: "running" });
  expect(machine.steps).toBe(1);
  machine.run(2001);
  expect([machine.steps, machine.readRegister("a0")]).toEqual([2002, 1001n]);
});

test("a hart that waits for its timer jumps to it, in time made of steps", () => {
  const { machine } = bareMachine(`
    la t0, vector
    csrw mtvec, t0
    li t0, 0x2004000
    li t1, 50000
    sd t1, 0(t0)
    li t0, 0x80
    csrs mie, t0
    csrsi mstatus, 8
  sleep: wfi
    j sleep
  .align 2
  vector: csrr a0, time
    csrr a1, mcause
  end: j end`);
  machine.run(100);
  expect(machine.readRegister("a0")).toBe(50000n);
  expect(machine.readRegister("a1")).toBe((1n << 63n) | 7n);
});

test("a machine that nothing can wake is idle", () => {
  const { machine } = bareMachine("sleep: wfi\nj sleep");
  expect(machine.run(1000)).toEqual({ kind: "idle", nanoseconds: undefined });
});

test("a machine saved after any number of steps goes on as if nothing had happened", () => {
  const whole = bareMachine(hello);
  whole.machine.run(1000);
  for (const steps of [1, 7, 16, 23]) {
    const { machine, output } = bareMachine(hello);
    machine.run(steps);
    let rest = "";
    const options = machineOptions((text) => {
      rest += text;
    });
    const restored = Machine.restore(machine.save(), options);
    expect(restored.run(1000).kind).toBe("stopped");
    expect(output() + rest).toBe("hello");
    expect(restored.steps).toBe(whole.machine.steps);
  }
});

test("memory and registers are read and written", () => {
  const { machine } = bareMachine("loop: j loop");
  machine.writeMemory(0x80001000, Uint8Array.of(1, 2, 3));
  expect(machine.readMemory(0x80001000, 3)).toEqual(Uint8Array.of(1, 2, 3));
  machine.writeRegister("a5", 99n);
  machine.writeRegister("fa0", 7n);
  expect([machine.readRegister("x15"), machine.readRegister("f10")]).toEqual([99n, 7n]);
  expect(machine.readRegister("misa") >> 62n).toBe(2n);
  expect(() => machine.readMemory(0x1000, 4)).toThrow(new InputError("no memory of 4 bytes at 0x1000"));
  expect(() => machine.readRegister("a9")).toThrow(new InputError('no register is named "a9"'));
});

test("code written from outside is executed anew", () => {
  const { machine } = bareMachine("loop: addi a0, a0, 1\nj loop");
  machine.run(10);
  // addi a0, a0, 2
  machine.writeMemory(0x80000000, Uint8Array.of(0x13, 0x05, 0x25, 0x00));
  machine.run(10);
  expect(machine.readRegister("a0")).toBe(5n + 10n);
});

test("what cannot be loaded is refused in one line", () => {
  const machine = new Machine(machineOptions(() => {}));
  const load = (kernel: Uint8Array, initrd?: Uint8Array) => () =>
    machine.boot(initrd ? { kernel, kernelName: "k", initrd } : { kernel, kernelName: "k" });
  expect(load(elfOf("nop", 62))).toThrow('Cannot load ELF "k": e_machine is 62, not 243');
  expect(load(new Uint8Array(10))).toThrow(/^Cannot load kernel "k": it has 10 bytes/);
  expect(load(elfOf("nop"), new Uint8Array(40 * 2 ** 20))).toThrow(
    /^Cannot load initrd: it has 41943040 bytes, memory has room for \d+$/,
  );
  expect(load(elfOf("nop").subarray(0, 100))).toThrow(InputError);
});

test("a machine that cannot be is refused", () => {
  expect(() => new Machine(machineOptions(() => {}, { memoryBytes: 1000 }))).toThrow(InputError);
  expect(() => new Machine(machineOptions(() => {}, { harts: 9 }))).toThrow(InputError);
});

test("a snapshot that is cut off or of another machine is refused", () => {
  const { machine, options } = bareMachine(hello);
  const saved = machine.save();
  expect(() => Machine.restore(saved.subarray(0, saved.length - 5), options)).toThrow(/too early/);
  expect(() => Machine.restore(new Uint8Array(64), options)).toThrow(/no snapshot/);
  expect(() => Machine.restore(saved, { ...options, memoryBytes: 64 * 2 ** 20 })).toThrow(/other memory/);
});

test("the technique may change while the guest runs", () => {
  const source = "li a0, 0\nloop: addi a0, a0, 1\nxor a1, a1, a0\nj loop";
  const { machine } = bareMachine(source, { technique: "interpret" });
  const { machine: other } = bareMachine(source, { technique: "interpret" });
  const inRegions: boolean[] = [];
  for (const technique of ["translate", "interpret", { threshold: 1 }, "translate"] as const) {
    machine.setTechnique(technique);
    for (let slice = 0; slice < 20; slice++) machine.run(1000);
    inRegions.push((machine.translations?.translated ?? 0) > 0);
  }
  for (let slice = 0; slice < 80; slice++) other.run(1000);
  expect(inRegions[0] && !inRegions[1] && inRegions[3]).toBe(true);
  expect([machine.steps, machine.readRegister("a0"), machine.readRegister("a1")]).toEqual([
    other.steps,
    other.readRegister("a0"),
    other.readRegister("a1"),
  ]);
});
