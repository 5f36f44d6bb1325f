/**
 * A program without an operating system under it but for two system calls: it computes, writes its results to
 * standard output, and exits. The same bytes run under qemu-riscv64 and on a bare hart.
 */

import { type Deviation, deviations } from "./deviations.ts";

/** Where programs lie: below 2 GiB, so that LUI and ADDI make every address of theirs. */
export const PROGRAM_BASE = 0x10000000;
export const PROGRAM_BYTES = 8 << 20;

/** What a program leaves in its results for one case: a name and so many bytes. */
export interface ResultField {
  readonly name: string;
  readonly bytes: number;
}

/** One operand set or one sequence: what a failure shows, and the results that follow one another. */
export interface ProgramCase {
  /** What is run with which operands; made only where it is shown. */
  readonly describe: () => string;
  readonly results: readonly ResultField[];
}

export interface UserProgram {
  readonly name: string;
  /** Code and data, to lie at PROGRAM_BASE, where the program is entered. */
  readonly image: Uint8Array<ArrayBuffer>;
  /** Offset of the results in the image; they end where it ends. */
  readonly results: number;
  readonly cases: readonly ProgramCase[];
}

/** The differences between QEMU's results and Strata's, one line each, and the deviations that explained some. */
export function compareResults(
  program: UserProgram,
  expected: Uint8Array,
  actual: Uint8Array,
): { readonly differences: readonly string[]; readonly explained: ReadonlySet<Deviation> } {
  const lines: string[] = [];
  const known = deviations.filter((deviation) => deviation.program === program.name);
  const explained = new Set<Deviation>();
  if (expected.length !== actual.length) {
    lines.push(`${program.name}: ${actual.length} bytes of results, not ${expected.length}`);
  }
  let offset = 0;
  for (const [index, { describe, results }] of program.cases.entries()) {
    const wrong = results.flatMap(({ name, bytes }) => {
      const [a, b] = [expected, actual].map((all) => all.subarray(offset, offset + bytes));
      offset += bytes;
      if (!a || !b || Buffer.compare(a, b) === 0) return [];
      const [qemu, strata] = [BigInt(littleEndian(a)), BigInt(littleEndian(b))];
      const deviation = known.find(({ explains }) => explains(qemu, strata, describe()));
      if (deviation) {
        explained.add(deviation);
        return [];
      }
      return [`    ${name}: expected ${littleEndian(a)}, actual ${littleEndian(b)}`];
    });
    if (wrong.length > 0) lines.push(`${program.name}, case ${index}: ${describe()}`, ...wrong);
  }
  return { differences: lines, explained };
}

function littleEndian(bytes: Uint8Array): string {
  const text = [...bytes].map((byte) => byte.toString(16).padStart(2, "0"));
  return `0x${text.reverse().join("")}`;
}
