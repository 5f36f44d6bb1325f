/** Programs without a library: there is little of them to translate. */

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { compilers } from "./programs.ts";

const prelude = `
  typedef unsigned long u64;
  static long call(long number, long a, long b, long c) {
    register long a0 __asm__("a0") = a, a1 __asm__("a1") = b, a2 __asm__("a2") = c, a7 __asm__("a7") = number;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a7) : "memory");
    return a0;
  }`;

/** Compiles C with `call(number, a, b, c)` for system calls and `_start` for a beginning; the path of the program. */
export function buildBare(directory: string, source: string): string {
  const path = join(directory, "program");
  writeFileSync(`${path}.c`, prelude + source);
  const options = ["-O2", "-static", "-nostdlib", "-ffreestanding", "-o", path, `${path}.c`];
  execFileSync(compilers?.riscv64 ?? "", options);
  return path;
}
