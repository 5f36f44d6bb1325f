/** Programs of Debian under `strata exec` and under qemu-riscv64: the same script, the same output, the same status. */

import { cpSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { command, inDirectory, type Result } from "../process/support/programs.ts";
import { runPatiently } from "./support/patient-run.ts";
import { root, scriptsFolder } from "./support/root.ts";

const qemu = fileURLToPath(new URL("./support/qemu-root.sh", import.meta.url));
const names = readdirSync(scriptsFolder).map((file) => file.replace(/\.sh$/, ""));
/** Seconds: the longest takes one minute where nobody else wants the processor. */
const limit = 900;

type Runner = (work: string, script: string) => readonly [file: string, args: readonly string[]];

const strata: Runner = (work, script) => {
  const options = ["--root", root, "--volume", `${work}:/work`, "--memory", "2G"];
  return [process.execPath, [command, "exec", ...options, "/bin/bash", "-c", script]];
};

const oracle: Runner = (work, script) => [qemu, [root, work, "/bin/bash", "-c", script]];

/** Runs a script in a directory of its own, which is empty but for it: several runs may use the root at a time. */
function run(name: string, runner: Runner): Promise<Result> {
  return inDirectory((work) => {
    cpSync(join(scriptsFolder, `${name}.sh`), join(work, `${name}.sh`));
    return runPatiently(...runner(work, `cd /work; . ./${name}.sh`), { directory: work, limit });
  });
}

/** qemu-user now and then loses a program with several threads: it is asked once more where it says something else. */
async function expected(name: string, actual: Result): Promise<Result> {
  const first = await run(name, oracle);
  return JSON.stringify(first) === JSON.stringify(actual) ? first : await run(name, oracle);
}

test.each(names)("%s", async (name) => {
  const actual = await run(name, strata);
  expect(actual).toEqual(await expected(name, actual));
});
