import { expect, test } from "vitest";
import { ImmediateCompiler } from "../../../engine/region/compile.ts";
import { TimedCompiler } from "../../../engine/region/timed-compiler.ts";
import { riscvAssembler } from "../../../isa/riscv/assembly.ts";
import { riscv } from "../../../isa/riscv/instruction-set.ts";
import { bareMachine } from "../testing/bare-machine.ts";
import { cpuProfile } from "./cpuprofile.ts";
import { Profiler } from "./profiler.ts";
import { profileSummary } from "./summary.ts";
import { SymbolMap } from "./symbols.ts";

/** A function that keeps a frame pointer, and calls one that takes the time. */
const program = `
  start: li sp, 0x80010000
    call outer
  outer: addi sp, sp, -16
    sd ra, 8(sp)
    sd s0, 0(sp)
    addi s0, sp, 16
  again: call inner
    j again
  inner: li t0, 1000
  loop: addi t0, t0, -1
    bnez t0, loop
    ret`;

const { symbols: addresses } = riscvAssembler().assemble(program, 0x80000000n);
const symbols = new SymbolMap(
  ["start", "outer", "inner"].map((name) => ({ name, address: addresses.get(name) ?? 0n })),
);

function profiled() {
  let time = 0;
  const now = () => time++;
  const compiler = new TimedCompiler(new ImmediateCompiler(riscv), now);
  const profiler = new Profiler(symbols, now);
  const { machine } = bareMachine(program, { profiler, technique: { threshold: 1, compiler } });
  for (let slice = 0; slice < 50; slice++) machine.run(1001);
  return { machine, profiler, compiler };
}

test("samples have the calls that led to them, and are written as a .cpuprofile", () => {
  const { profiler } = profiled();
  const { nodes, samples, timeDeltas } = JSON.parse(cpuProfile(profiler));
  const names = new Map(nodes.map((node: { id: number }) => [node.id, node]));
  const path = ["(root)", "machine", "start", "outer", "inner"];
  let node = nodes[0];
  for (const name of path) {
    expect(node.callFrame.functionName).toBe(name);
    node = names.get(node.children.at(-1));
  }
  expect([samples.length, timeDeltas.length]).toEqual([51, 51]);
});

test("the summary counts steps by technique, and names the hottest regions", () => {
  const { machine, profiler, compiler } = profiled();
  const text = profileSummary(machine, profiler, compiler.times);
  expect(profiler.totals.steps).toBe(50 * 1001);
  expect(profiler.totals.regionSteps).toBeGreaterThan(40_000);
  expect(text).toMatch(/by regions [89]\d\.\d% of the steps/);
  expect(text).toMatch(/%\s+machine\s+800000\w+\s+(inner|outer)$/m);
});
