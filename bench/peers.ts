/** Runs the same bare-metal program on Strata and on QEMU; the program itself measures its time by mtime. */

import { execFileSync } from "node:child_process";
import { randomFillSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { Machine } from "../src/boards/virt/machine.ts";
import { regionCompiler } from "../src/cli/region-compiler.ts";
import { RunLoop } from "../src/host/shared/run-loop.ts";

export interface ProgramRun {
  /** Seconds that the guest measured. */
  readonly seconds: number;
  readonly result: string;
  /** Instructions executed, where the machine counts them. */
  readonly instructions?: number;
}

function parse(output: string): ProgramRun {
  const match = /([0-9a-f]{16}) ([0-9a-f]{16})/.exec(output);
  if (!match?.[1] || !match[2]) throw new Error(`the program printed ${JSON.stringify(output)}`);
  return { seconds: Number.parseInt(match[1], 16) / 1e7, result: match[2] };
}

export function runOnQemu(elf: string): ProgramRun {
  const args = [
    "-M",
    "virt",
    "-m",
    "128M",
    "-bios",
    "none",
    "-display",
    "none",
    "-serial",
    "stdio",
    "-kernel",
    elf,
  ];
  return parse(execFileSync("qemu-system-riscv64", args, { encoding: "latin1", timeout: 120_000 }));
}

export async function runOnStrata(elf: string): Promise<ProgramRun> {
  let output = "";
  const start = process.hrtime.bigint();
  const compiler = regionCompiler();
  const machine = new Machine({
    memoryBytes: 128 * 2 ** 20,
    serialOutput: (bytes) => {
      output += Buffer.from(bytes).toString("latin1");
    },
    wallClock: { nanoseconds: () => BigInt(Date.now()) * 1_000_000n },
    time: () => (process.hrtime.bigint() - start) / 100n,
    entropy: { fill: (bytes) => void randomFillSync(bytes) },
    technique: { compiler },
  });
  machine.bootBare({ kernel: readFileSync(elf), kernelName: elf });
  await new RunLoop(machine).run();
  compiler.close();
  return { ...parse(output), instructions: machine.steps };
}
