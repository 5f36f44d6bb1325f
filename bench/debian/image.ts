/** The initial file system of the workloads: Debian's programs, and after them an archive of what is our own. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { concatBytes, utf8 } from "../../src/base/bytes.ts";
import { type CpioEntry, cpioArchive } from "../../src/formats/cpio.ts";
import { debianPrograms } from "./packages.ts";
import type { Workload } from "./workloads.ts";

const compiler = "riscv64-linux-gnu-gcc";
const options = ["-O2", "-fno-math-errno", "-static"];
const guest = join(process.cwd(), "bench", "debian", "guest");
const kernels = join(process.cwd(), "bench", "programs");

/**
 * The archive that runs `workloads`, and the Debian packages in it.
 *
 * @param busybox the file of a static busybox
 */
export async function workloadImage(
  workloads: readonly Workload[],
  busybox: string,
): Promise<{ initrd: Uint8Array; packages: readonly string[] }> {
  const { archive, packages } = await debianPrograms();
  const folder = mkdtempSync(join(tmpdir(), "strata-bench-"));
  const compiled = (name: string, args: readonly string[]): CpioEntry => {
    const output = join(folder, name);
    execFileSync(compiler, [...options, ...args, "-o", output], { stdio: ["ignore", "inherit", "inherit"] });
    return program(`bench/${name}`, output);
  };
  try {
    const own = cpioArchive([
      { kind: "directory", path: "bench", mode: 0o755 },
      program("init", join(guest, "init.sh")),
      program("usr/bin/busybox", busybox),
      program("bench/objects.py", join(guest, "objects.py")),
      program("bench/tables.sql", join(guest, "tables.sql")),
      compiled("timed", [join(guest, "timed.c")]),
      compiled("words", [join(guest, "words.c")]),
      ...workloads.flatMap(({ program: own }) =>
        own
          ? [
              compiled(own.name, [
                ...(own.options ?? []),
                join(guest, "hosted.c"),
                join(kernels, `${own.source}.c`),
              ]),
            ]
          : [],
      ),
      ...workloads.map(({ name, script }): CpioEntry => {
        return { kind: "file", path: `bench/${name}.sh`, mode: 0o644, data: utf8(`${script}\n`) };
      }),
    ]);
    return { initrd: concatBytes([archive, own]), packages };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function program(path: string, from: string): CpioEntry {
  return { kind: "file", path, mode: 0o755, data: readFileSync(from) };
}
