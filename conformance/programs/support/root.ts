/**
 * The Debian root that the programs' tests run in, made by `strata pull`, and esbuild's own executable from npm. Both are kept
 * between runs in $STRATA_PROGRAMS, or in .build/programs: a package that is there is not pulled again.
 */

import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { command } from "../../process/support/programs.ts";

const project = fileURLToPath(new URL("../../..", import.meta.url));
const folder = process.env.STRATA_PROGRAMS || join(project, ".build/programs");

export const scriptsFolder = fileURLToPath(new URL("../scripts", import.meta.url));
export const root = join(folder, "root");

/** About 280 MB to download. */
const packages = [
  ["gcc", "libc6-dev", "make", "git", "sqlite3", "python3", "perl", "nodejs"],
  ["openjdk-21-jdk-headless"],
].flat();

/** What has to be on this machine, besides Node. */
const needed = ["qemu-riscv64-static", "unshare"];

export default function prepare(): void {
  for (const program of needed) {
    const found = spawnSync(program, ["--version"]).status === 0;
    if (!found)
      throw new Error(`the tests of programs need ${program} (packages qemu-user-static, util-linux)`);
  }
  execFileSync("npm", ["run", "--silent", "build"], { cwd: project, stdio: "inherit" });
  mkdirSync(folder, { recursive: true });
  const pull = [command, "pull", "debian", "--packages", packages.join(","), "--root", root];
  execFileSync(process.execPath, pull, { stdio: ["ignore", "ignore", "inherit"] });
  mkdirSync(join(root, "work"), { recursive: true });
  if (!existsSync(join(root, "usr/local/bin/esbuild"))) installEsbuild();
}

/** esbuild for riscv64 is a program in Go, statically linked. */
function installEsbuild(): void {
  execFileSync("npm", ["pack", "--silent", "@esbuild/linux-riscv64@0.28.2"], {
    cwd: folder,
    stdio: "ignore",
  });
  const archive = readdirSync(folder).find((name) => /^esbuild-linux-riscv64-.*\.tgz$/.test(name)) ?? "";
  execFileSync("tar", ["xzf", archive], { cwd: folder });
  cpSync(join(folder, "package/bin/esbuild"), join(root, "usr/local/bin/esbuild"));
}
