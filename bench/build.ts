/** Builds the bare-metal programs with the cross compiler, once for both machines. */

import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The programs by what they measure. */
export const programs = {
  Integer: ["sort", "hash", "sieve", "matrix", "vm"],
  "Floating-point": ["nbody", "mandelbrot"],
} as const;

const compiler = "riscv64-linux-gnu-gcc";
const options =
  "-O2 -fno-math-errno -march=rv64gc -mabi=lp64d -mcmodel=medany -nostdlib -ffreestanding -static -fno-pic -fno-tree-loop-distribute-patterns -Wl,--build-id=none -T".split(
    " ",
  );

/** Compiles a program of bench/programs; returns the path of the ELF file. */
export function buildProgram(name: string): string {
  const sources = join(process.cwd(), "bench", "programs");
  const output = join(mkdtempSync(join(tmpdir(), "strata-bench-")), `${name}.elf`);
  const files = [join(sources, "link.ld"), join(sources, "start.S"), join(sources, `${name}.c`)];
  execFileSync(compiler, [...options, ...files, "-o", output], { stdio: ["ignore", "inherit", "inherit"] });
  return output;
}
