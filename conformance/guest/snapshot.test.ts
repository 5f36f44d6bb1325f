import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Machine, type MachineOptions } from "../../src/boards/virt/machine.ts";
import { guest } from "./support/guest.ts";

const memoryBytes = 256 * 2 ** 20;
const finishBoot = join(import.meta.dirname, "support", "finish-boot.mjs");

function deterministic(append: (bytes: Uint8Array) => void): MachineOptions {
  return {
    memoryBytes,
    consoleOutput: append,
    serialOutput: append,
    wallClock: { nanoseconds: () => 1_750_000_000_000_000_000n },
    entropy: { fill: (bytes) => void bytes.fill(7) },
    time: "instructions",
  };
}

test.skipIf(guest.missing)(
  "a machine saved in the middle of its boot ends like one that was not",
  async () => {
    const [before, after] = [200_000_000, 300_000_000];
    let output = "";
    const machine = new Machine(
      deterministic((bytes) => {
        output += Buffer.from(bytes).toString("latin1");
      }),
    );
    machine.boot({ ...(await guest.image()), commandLine: "console=hvc0 console=ttyS0" });
    machine.run(before);
    const folder = mkdtempSync(join(tmpdir(), "strata-snapshot-"));
    try {
      const file = join(folder, "machine.strata");
      writeFileSync(file, machine.save());
      const shown = output.length;
      machine.run(after);
      const args = [finishBoot, file, String(memoryBytes), String(after)];
      const restored = JSON.parse(
        execFileSync(process.execPath, args, { encoding: "utf8", maxBuffer: 2 ** 24 }),
      );
      expect(output.slice(shown).length).toBeGreaterThan(1000);
      expect(restored.output).toBe(output.slice(shown));
      expect(restored.pc).toBe(String(machine.readRegister("pc")));
      expect(restored.steps).toBe(machine.steps);
      const hash = createHash("sha256").update(machine.readMemory(0x8000_0000, memoryBytes)).digest("hex");
      expect(restored.hash).toBe(hash);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
