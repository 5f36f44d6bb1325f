/** GNU objdump on instructions that GNU as has put into an object file: the file tells which extensions are in use. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const AS = "riscv64-linux-gnu-as";
export const OBJDUMP = "riscv64-linux-gnu-objdump";
const ARCHITECTURE = "rv64gc_zicsr_zifencei_zba_zbb_zbs";

/** The text of each instruction, without pseudo-instructions, where they lie one after another from `base`. */
export function disassembleWithObjdump(
  instructions: readonly { readonly bits: number; readonly length: number }[],
  base: number,
): string[] {
  const directory = mkdtempSync(join(tmpdir(), "strata-objdump-"));
  try {
    const [source, object] = [join(directory, "code.s"), join(directory, "code.o")];
    const lines = instructions.map(({ bits, length }) => `.insn ${length}, 0x${bits.toString(16)}`);
    writeFileSync(source, `${lines.join("\n")}\n`);
    execFileSync(AS, [`-march=${ARCHITECTURE}`, "-o", object, source]);
    const options = ["-d", "-M", "no-aliases", "-z", `--adjust-vma=${base}`];
    const text = execFileSync(OBJDUMP, [...options, object], { encoding: "latin1", maxBuffer: 1 << 26 });
    return text.split("\n").flatMap((line) => {
      const match = /^\s*[0-9a-f]+:\s+[0-9a-f]+\s+(.*)$/.exec(line);
      return match?.[1] === undefined ? [] : [match[1]];
    });
  } finally {
    rmSync(directory, { recursive: true });
  }
}
