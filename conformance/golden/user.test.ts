import { describe, expect, test } from "vitest";
import { deviations } from "../support/deviations.ts";
import { readGolden, recordedResults } from "../support/golden.ts";
import { runUserInStrata } from "../support/strata.ts";
import { userGroups } from "../support/suites.ts";
import { compareResults } from "../support/user-program.ts";

describe.each(Object.entries(userGroups))("%s as QEMU computed them", (group, entries) => {
  const vectors = readGolden(group);

  test.each(entries.map(({ name, make }) => [name, make] as const))("%s", (name, make) => {
    const program = make();
    const recorded = recordedResults(vectors, name, program.image);
    const { differences, explained } = compareResults(program, recorded, runUserInStrata(program));
    expect(differences.slice(0, 40).join("\n")).toBe("");
    expect(
      [...explained].map(({ reason }) => reason),
      "every deviation still applies",
    ).toEqual(deviations.filter((deviation) => deviation.program === name).map(({ reason }) => reason));
  });
});
