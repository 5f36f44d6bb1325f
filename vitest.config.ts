import { defineConfig } from "vitest/config";

const long = 600_000;

export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["src/**/*.test.ts"], testTimeout: 60_000 } },
      { test: { name: "golden", include: ["conformance/golden/**/*.test.ts"], testTimeout: long } },
      { test: { name: "pascal", include: ["conformance/pascal/**/*.test.ts"], testTimeout: 60_000 } },
      {
        test: {
          name: "guest",
          globalSetup: "conformance/guest/support/build.ts",
          include: ["conformance/guest/**/*.test.ts"],
          testTimeout: long,
          hookTimeout: long,
        },
      },
      {
        test: {
          name: "process",
          globalSetup: "conformance/process/support/build.ts",
          include: ["conformance/process/**/*.test.ts"],
          testTimeout: long,
          hookTimeout: long,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "programs",
          globalSetup: "conformance/programs/support/root.ts",
          include: ["conformance/programs/**/*.test.ts"],
          // Each program has a limit of its own, which a busy machine does not use up.
          testTimeout: 0,
          hookTimeout: long,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "conformance",
          include: ["conformance/qemu/**/*.test.ts"],
          testTimeout: 4 * long,
        },
      },
      {
        test: {
          name: "browser",
          globalSetup: "conformance/guest/support/build.ts",
          include: ["conformance/browser/**/*.test.ts"],
          // A machine that is busy with other things may make a browser late.
          retry: 1,
          testTimeout: long,
          hookTimeout: long,
          fileParallelism: false,
        },
      },
    ],
  },
});
