/** Runs programs under QEMU 7.2 or later, as installed by the packages qemu-user and qemu-system-misc. */

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { elfImage } from "./elf-image.ts";
import { PROGRAM_BASE, type UserProgram } from "./user-program.ts";

export const QEMU_USER = "qemu-riscv64";
export const QEMU_SYSTEM = "qemu-system-riscv64";
/** What Strata has: no hypervisor extension, no vectors. */
const CPU = "rv64,h=false,v=false,zba=true,zbb=true,zbc=false,zbs=true";

/** Throws, and says what to install, where a program is missing. */
export function requireProgram(program: string, debianPackage: string): void {
  const found = spawnSync(program, ["--version"], { stdio: "ignore" });
  if (found.error || found.status !== 0) {
    throw new Error(
      `${program} is not installed: npm run conformance records from QEMU and compares with it ` +
        `(Debian: apt-get install ${debianPackage}). Without QEMU, npm test checks the recorded vectors.`,
    );
  }
}

function withFile<T>(bytes: Uint8Array, use: (path: string, directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), "strata-conformance-"));
  try {
    const path = join(directory, "program.elf");
    writeFileSync(path, bytes, { mode: 0o755 });
    return use(path, directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The results that a program writes under qemu-riscv64. */
export function runUserInQemu(program: UserProgram): Uint8Array {
  return withFile(elfImage(program.image, PROGRAM_BASE), (path) => {
    const options = { timeout: 60_000, maxBuffer: 1 << 26 };
    return new Uint8Array(execFileSync(QEMU_USER, ["-cpu", CPU, path], options));
  });
}

/** What a bare-machine program prints on QEMU's `virt` board until it powers off. */
export function runSystemInQemu(image: Uint8Array, base: number): string {
  return withFile(elfImage(image, base), (path, directory) => {
    const serial = join(directory, "serial.txt");
    const machine = ["-M", "virt", "-cpu", CPU, "-m", "64M", "-bios", "none", "-kernel", path];
    const quiet = ["-display", "none", "-monitor", "none", "-serial", `file:${serial}`, "-no-reboot"];
    execFileSync(QEMU_SYSTEM, [...machine, ...quiet], { timeout: 20_000 });
    return readFileSync(serial, "latin1");
  });
}
