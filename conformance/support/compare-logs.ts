/** Compares the logs of a scenario. */

import { type SystemDeviation, systemDeviations } from "./deviations.ts";
import { type LogRecord, parseLog, type SystemProgram } from "./scenario.ts";

/** The differences, one line for each record, and the deviations that explained some. */
export function compareLogs(
  program: SystemProgram,
  expected: string,
  actual: string,
): { readonly differences: readonly string[]; readonly explained: ReadonlySet<SystemDeviation> } {
  const [qemu, strata] = [parseLog(program, expected), parseLog(program, actual)];
  const explained = new Set<SystemDeviation>();
  const lines: string[] = [];
  if (qemu.length !== strata.length) lines.push(`${strata.length} records, not ${qemu.length}`);
  for (let index = 0; index < Math.min(qemu.length, strata.length); index++) {
    const [a, b] = [qemu[index], strata[index]];
    if (!a || !b) continue;
    if (a.label !== b.label || a.kind !== b.kind) {
      lines.push(
        `${program.name}, record ${index}: expected ${show(a)}`,
        `    actual ${show(b)}`,
        "    (the rest is not compared)",
      );
      break;
    }
    for (const field of Object.keys(a.fields)) {
      const [left = 0n, right = 0n] = [a.fields[field], b.fields[field]];
      if (left === right) continue;
      const known = systemDeviations.find(({ explains }) =>
        explains({ program: program.name, record: a, actual: b, field, qemu: left, strata: right }),
      );
      if (known) explained.add(known);
      else
        lines.push(
          `${program.name}, ${a.label}, ${a.kind}: ${field} expected 0x${left.toString(16)}, actual 0x${right.toString(16)}`,
        );
    }
  }
  return { differences: lines, explained };
}

function show({ kind, label, fields }: LogRecord): string {
  const values = Object.entries(fields).map(([name, value]) => `${name} 0x${value.toString(16)}`);
  return `${kind} of "${label}" with ${values.join(", ")}`;
}
