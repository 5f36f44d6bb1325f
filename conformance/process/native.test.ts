/** The same source, compiled for this machine and for riscv64: what system calls give must be the same on both. */

import { expect, test } from "vitest";
import { differences } from "./support/differences.ts";
import { built, compilers, inDirectory, programs, run, strataExec } from "./support/programs.ts";

const techniques = ["interpret", "dynamic"] as const;
if (!compilers) console.warn("process tests need cc and riscv64-linux-gnu-gcc: skipped");

for (const program of programs) {
  for (const technique of techniques) {
    test.skipIf(!compilers)(`${program}, ${technique}`, () => {
      const native = inDirectory((directory) => run(`${built("native")}/${program}`, [], { directory }));
      const guest = inDirectory((directory) =>
        strataExec(["--technique", technique, `${built("riscv64")}/${program}`], directory),
      );
      expect(guest.errors).toBe("");
      const unexplained = compareLines(native.output, guest.output).filter(
        (line) => !differences.some(({ program: name, lines }) => name === program && lines.test(line)),
      );
      expect(unexplained).toEqual([]);
      expect(guest.status).toBe(native.status);
    });
  }
}

/** Lines that differ, both texts of each. */
function compareLines(expected: string, actual: string): string[] {
  const [left, right] = [expected.split("\n"), actual.split("\n")];
  const differing: string[] = [];
  for (let line = 0; line < Math.max(left.length, right.length); line++) {
    if (left[line] !== right[line]) differing.push(`native: ${left[line]} | strata: ${right[line]}`);
  }
  return differing;
}
