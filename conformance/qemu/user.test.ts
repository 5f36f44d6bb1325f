import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type GoldenVector, isRecording, vectorOf, writeGolden } from "../support/golden.ts";
import { QEMU_USER, requireProgram, runUserInQemu } from "../support/qemu.ts";
import { runUserInStrata } from "../support/strata.ts";
import { userGroups } from "../support/suites.ts";
import { compareResults } from "../support/user-program.ts";

beforeAll(() => requireProgram(QEMU_USER, "qemu-user"));

describe.each(Object.entries(userGroups))("%s", (group, entries) => {
  const vectors: GoldenVector[] = [];

  test.each(entries.map(({ name, make }) => [name, make] as const))("%s", (name, make) => {
    const program = make();
    const recorded = runUserInQemu(program);
    vectors.push(vectorOf(name, program.image, recorded));
    const { differences } = compareResults(program, recorded, runUserInStrata(program));
    expect(differences.slice(0, 40).join("\n")).toBe("");
  });

  afterAll(() => {
    if (isRecording && vectors.length === entries.length) writeGolden(group, vectors);
  });
});
