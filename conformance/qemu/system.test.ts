import { afterAll, beforeAll, expect, test } from "vitest";
import { systemPrograms } from "../programs/system/index.ts";
import { compareLogs } from "../support/compare-logs.ts";
import { type GoldenVector, isRecording, vectorOf, writeGolden } from "../support/golden.ts";
import { QEMU_SYSTEM, requireProgram, runSystemInQemu } from "../support/qemu.ts";
import { SYSTEM_BASE, SYSTEM_RAM } from "../support/scenario.ts";
import { runSystemInStrata } from "../support/strata.ts";

beforeAll(() => requireProgram(QEMU_SYSTEM, "qemu-system-misc"));

const vectors: GoldenVector[] = [];

test.each(systemPrograms.map((program) => [program.name, program] as const))("%s", (name, program) => {
  const recorded = runSystemInQemu(program.image, SYSTEM_BASE);
  vectors.push(vectorOf(name, program.image, new TextEncoder().encode(recorded)));
  const { differences } = compareLogs(
    program,
    recorded,
    runSystemInStrata(program.image, SYSTEM_BASE, SYSTEM_RAM),
  );
  expect(differences.slice(0, 60).join("\n")).toBe("");
});

afterAll(() => {
  if (isRecording && vectors.length === systemPrograms.length) writeGolden("system", vectors);
});
