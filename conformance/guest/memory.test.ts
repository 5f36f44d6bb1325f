import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PAGE_RECORD_BYTES } from "../../src/engine/memory-map.ts";
import { guest } from "./support/guest.ts";

const cli = join(import.meta.dirname, "..", "..", "dist", "bin", "main.js");
const MiB = 1024;
/** Predecoded pages lie in the same mapping as guest RAM; at most these many are kept. */
const recordsKiB = (1024 * PAGE_RECORD_BYTES) / 1024;

/** Resident memory of a process in KiB: all of it, and that of the mapping that holds the machine. */
function residentMemory(pid: number): { total: number; machine: number } {
  let total = 0;
  let machine = 0;
  let size = 0;
  for (const line of readFileSync(`/proc/${pid}/smaps`, "utf8").split("\n")) {
    const [, name, kibibytes = "0"] = /^(Size|Rss): +(\d+) kB/.exec(line) ?? [];
    if (name === "Size") size = Number(kibibytes);
    if (name !== "Rss") continue;
    total += Number(kibibytes);
    if (size >= 512 * MiB) machine += Number(kibibytes);
  }
  return { total, machine };
}

test.skipIf(guest.missing).each([
  ["interpret", 150],
  ["dynamic", 400],
])("by %s, a machine of 512 MiB costs at most the RAM it touched and %i MiB", async (technique, most) => {
  const child = spawn(process.execPath, [
    cli,
    "run",
    "--technique",
    technique,
    "--memory",
    "512M",
    "--",
    "sh",
    "-c",
    "echo up; sleep 60",
  ]);
  try {
    await new Promise<void>((resolve, reject) => {
      child.stdout.once("data", () => resolve());
      child.once("error", reject);
      child.once("exit", () => reject(new Error("the machine ended early")));
    });
    const { total, machine } = residentMemory(child.pid ?? 0);
    const overhead = total - machine + Math.min(recordsKiB, machine);
    expect(machine).toBeGreaterThan(32 * MiB);
    expect(overhead / MiB).toBeLessThan(most);
  } finally {
    child.removeAllListeners("exit");
    child.kill("SIGKILL");
  }
});
