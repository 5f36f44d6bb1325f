/** Builds the command, and the programs twice: for this machine and for riscv64. */

import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { built, compilers, probesFolder, programsFolder } from "./programs.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

export default function build(): void {
  execFileSync("npm", ["run", "--silent", "build"], { cwd: root, stdio: "inherit" });
  if (!compilers) return;
  for (const [target, compiler] of Object.entries(compilers)) {
    mkdirSync(built(target), { recursive: true });
    for (const folder of [programsFolder, probesFolder]) compileAll(compiler, folder, built(target));
  }
}

function compileAll(compiler: string, folder: string, target: string): void {
  for (const file of readdirSync(folder)) {
    if (!file.endsWith(".c")) continue;
    const options = ["-O1", "-w", "-static", "-pthread", "-o", `${target}/${file.slice(0, -2)}`];
    execFileSync(compiler, [...options, `${folder}/${file}`], { stdio: "inherit" });
  }
}
