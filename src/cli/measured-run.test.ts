import { expect, test } from "vitest";
import { measureRun, runDifference } from "./measured-run.ts";

const shell = (script: string, input = "") =>
  measureRun({ file: "/bin/sh", args: ["-c", script], input: Buffer.from(input) });

test("a run is measured, with its streams and its status", async () => {
  const { seconds, status, output, errors } = await shell("sleep 0.05; cat; echo bad >&2; exit 3", "in");
  expect({ status, output: output.toString(), errors: errors.toString() }).toEqual({
    status: 3,
    output: "in",
    errors: "bad\n",
  });
  expect(seconds).toBeGreaterThan(0.04);
});

test("input that nobody reads is no error", async () => {
  const { status } = await shell("exit 0", "x".repeat(1 << 20));
  expect(status).toBe(0);
});

test("runs that differ say where", async () => {
  const one = await shell("echo 123");
  const difference = async (script: string) => runDifference(one, await shell(script));
  expect(await difference("echo 123")).toBeUndefined();
  expect(await difference("echo 12")).toBe("its output differs from byte 3 on");
  expect(await difference("echo 123; echo x >&2")).toBe("its standard error differs from byte 1 on");
  expect(await difference("echo 123; exit 4")).toBe("its status is 0 there and 4 here");
  expect(await difference("echo 123; kill $$")).toBe("its status is 0 there and SIGTERM here");
});
