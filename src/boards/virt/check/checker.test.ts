import { expect, test } from "vitest";
import { ImmediateCompiler, type RegionCompiler } from "../../../engine/region/compile.ts";
import { riscv } from "../../../isa/riscv/instruction-set.ts";
import { elfOf, machineOptions } from "../testing/bare-machine.ts";
import { Checker } from "./checker.ts";

/** A program that sums in a loop, calls, stores, and powers the machine off. */
const program = `
    li s0, 0x80100000
    li s1, 3000
  loop: add a0, a0, s1
    addi a1, a1, 3
    call leaf
    sd a0, 0(s0)
    addi s1, s1, -1
    bnez s1, loop
    li t0, 0x10000000
    li t1, 65
    sb t1, 0(t0)
    li t0, 0x100000
    li t1, 0x5555
    sw t1, 0(t0)
  end: j end
  leaf: xor a2, a2, a0
    ret`;

/** Translates other code than the guest has: bits that stand for others. */
function wrongCompiler(right: number, wrong: number): RegionCompiler {
  const compiler = new ImmediateCompiler(riscv);
  return {
    submit: (job, done) => {
      const requests = job.requests.map((request) => {
        const bytes = request.pages.bytes.slice();
        const view = new DataView(bytes.buffer);
        for (let at = 0; at + 4 <= bytes.length; at += 2) {
          if (view.getUint32(at, true) === right) view.setUint32(at, wrong, true);
        }
        return { ...request, pages: { ...request.pages, bytes } };
      });
      compiler.submit({ ...job, requests }, done);
    },
    poll: () => {},
  };
}

function check(technique: ConstructorParameters<typeof Checker>[0]["technique"]) {
  let output = "";
  const {
    time: _,
    disks: _disks,
    ...options
  } = machineOptions((text) => {
    output += text;
  });
  const checker = new Checker({ ...options, technique });
  checker.bootBare({ kernel: elfOf(program), kernelName: "test.elf" });
  return { checker, output: () => output };
}

test.each(["translate", { threshold: 1, compiler: new ImmediateCompiler(riscv) }] as const)(
  "a program that both run alike runs to its end, and its output is shown once",
  (technique) => {
    const { checker, output } = check(technique);
    for (let slice = 0; slice < 20; slice++) checker.run(1000);
    expect(checker.run(100_000)).toEqual({ kind: "stopped", event: { kind: "power-off", code: 0 } });
    expect(output()).toBe("A");
  },
);

test("a wrong register is found, with the instruction that gave it its value", () => {
  // addi a1, a1, 5 instead of 3
  const { checker } = check({ threshold: 1, compiler: wrongCompiler(0x00358593, 0x00558593) });
  const run = () => {
    for (let slice = 0; slice < 20; slice++) checker.run(1000);
  };
  const place = String.raw`at 0x80000018 \(addi a1, a1, 3\), step [\d,]+, hart 0, machine mode`;
  const values = String.raw`\n  a1: 0x\w+ translated, 0x\w+ interpreted\n`;
  expect(run).toThrow(new RegExp(`^translated code differs from interpreted code ${place}${values}`));
});

test("wrong memory is found", () => {
  // sd a0, 8(s0) instead of 0(s0)
  const { checker } = check({ threshold: 1, compiler: wrongCompiler(0x00a43023, 0x00a43423) });
  const run = () => {
    for (let slice = 0; slice < 30; slice++) checker.run(1000);
  };
  const place = String.raw`at 0x80000024 \(sd a0, 0\(s0\)\)`;
  const values = String.raw`\n  memory at physical address 0x8010000\d: 0x\w+ translated, 0x\w+ interpreted\n`;
  expect(run).toThrow(new RegExp(`^translated code differs from interpreted code ${place}[^]*${values}`));
});
