import { expect, test } from "vitest";
import { systemPrograms } from "../programs/system/index.ts";
import { compareLogs } from "../support/compare-logs.ts";
import { systemDeviations } from "../support/deviations.ts";
import { readGolden, recordedResults } from "../support/golden.ts";
import { SYSTEM_BASE, SYSTEM_RAM } from "../support/scenario.ts";
import { runSystemInStrata } from "../support/strata.ts";

const vectors = readGolden("system");
const applied = new Set<string>();

test.each(systemPrograms.map((program) => [program.name, program] as const))("%s", (name, program) => {
  const recorded = new TextDecoder().decode(recordedResults(vectors, name, program.image));
  const actual = runSystemInStrata(program.image, SYSTEM_BASE, SYSTEM_RAM);
  const { differences, explained } = compareLogs(program, recorded, actual);
  for (const { reason } of explained) applied.add(reason);
  expect(differences.slice(0, 60).join("\n")).toBe("");
});

test("every deviation still applies", () => {
  expect(systemDeviations.map(({ reason }) => reason).filter((reason) => !applied.has(reason))).toEqual([]);
});
