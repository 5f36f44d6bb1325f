/** Programs of Debian under `strata exec` and under qemu-riscv64: the same script, the same output, the same status. */

import { cpSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { command, type Result, run } from "../process/support/programs.ts";
import { root, scriptsFolder } from "./support/root.ts";

const qemu = fileURLToPath(new URL("./support/qemu-root.sh", import.meta.url));
const names = readdirSync(scriptsFolder).map((file) => file.replace(/\.sh$/, ""));

/** Runs a script in a directory of the root that is empty but for it. */
function inRoot(name: string, start: (script: string) => Result): Result {
  const work = join(root, "work");
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work);
  cpSync(join(scriptsFolder, `${name}.sh`), join(work, `${name}.sh`));
  return start(`cd /work; . ./${name}.sh`);
}

test.each(names)("%s", (name) => {
  const options = ["exec", "--root", root, "--memory", "2G"];
  const strata = inRoot(name, (script) =>
    run(process.execPath, [command, ...options, "/bin/bash", "-c", script], { directory: root }),
  );
  const oracle = inRoot(name, (script) => run(qemu, [root, "/bin/bash", "-c", script], { directory: root }));
  expect(strata).toEqual(oracle);
});
