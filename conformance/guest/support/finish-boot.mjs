// A process of its own that restores a saved machine, runs it on, and prints what it ended with as JSON.
// Usage: node finish-boot.mjs SNAPSHOT MEMORY_BYTES STEPS

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Machine } from "../../../dist/index.js";

const [snapshot, memoryBytes, steps] = process.argv.slice(2);
let output = "";
const append = (bytes) => {
  output += Buffer.from(bytes).toString("latin1");
};
const machine = Machine.restore(new Uint8Array(readFileSync(snapshot)), {
  memoryBytes: Number(memoryBytes),
  consoleOutput: append,
  serialOutput: append,
  wallClock: { nanoseconds: () => 1_750_000_000_000_000_000n },
  entropy: { fill: (bytes) => bytes.fill(7) },
  time: "instructions",
});
machine.run(Number(steps));
const memory = machine.readMemory(0x8000_0000, Number(memoryBytes));
const hash = createHash("sha256").update(memory).digest("hex");
const { rss } = process.memoryUsage();
console.log(
  JSON.stringify({ output, hash, pc: String(machine.readRegister("pc")), steps: machine.steps, rss }),
);
